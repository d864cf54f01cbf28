/** How requests are signed in, and how fast they may come. Owns the shapes of `auth`, `hosts`, `limit` and `throttle`. */
import { z } from 'zod';
import { expression, template, texts } from './expression-schema.js';

const set = texts.describe('Headers to set on each request. `{field}` takes a field that the person gave; after a sign-in also `{access_token}`.');
const reason = z.string().min(10).describe('Why this POST changes nothing.');
/** seconds */
const lifetime = z.number().int().positive().describe('Seconds that a token lives where the answer does not say it; it is renewed before its end.').optional();

export const AuthRule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('header'), set }),
  z.strictObject({ kind: z.literal('query'), set: texts.describe('Query parameters; a key in an address ends up in logs, so lint warns.') }),
  z.strictObject({ kind: z.literal('basic'), username: z.string(), password: z.string() }),
  z.strictObject({
    kind: z.literal('login'),
    question: template.optional().describe('Asked first, without a key: an empty object as the answer means that there is no sign-in; another `type` than `credentials` means that people sign in elsewhere.'),
    path: template,
    form: texts.optional(),
    json: texts.optional(),
    reason,
    token: z.string().optional().describe('Path of the token in the answer.'),
    cookies: z.boolean().default(false).describe('Sends the cookies of the answer back.'),
    csrf: z.strictObject({ cookie: z.string(), header: z.string() }).optional().describe('The value of this cookie goes back in this header.'),
    set: set.default({}),
    lifetime,
    readyToken: z.string().optional().describe('A field with a ready token, used instead of a login.'),
  }),
  z.strictObject({
    kind: z.literal('oauth2'),
    grant: z.enum(['client_credentials', 'refresh_token', 'jwt_bearer']),
    tokenUrl: z.string().optional().describe('Full https address, or a path below the main host (with // from its root); `{field}` is filled in.'),
    discover: z.string().optional().describe('Address of the OpenID configuration that names the token endpoint; it must be of a declared host.'),
    clientId: z.string().describe('e.g. "{clientId}"'),
    clientSecret: z.string().optional(),
    clientAuth: z.enum(['body', 'basic']).default('body'),
    certificate: z.string().optional().describe('e.g. "{certificate}": a private key (RSA) and its certificate in one PEM text. Where the person gave it, the client shows itself by a statement signed with it, and no secret travels (RFC 7523, as Microsoft Entra wants it).'),
    scope: z.string().optional(),
    audience: z.string().optional(),
    refreshToken: z.string().optional().describe('e.g. "{refreshToken}"; a platform that hands out a new one with each use cannot be read so.'),
    jwt: z.strictObject({ key: z.string(), issuer: z.string(), subject: z.string(), audience: z.string(), algorithm: z.enum(['RS256', 'ES256', 'HS256']).default('RS256') }).optional(),
    set: set.default({ Authorization: 'Bearer {access_token}' }),
    lifetime,
  }),
]);
export type AuthRule = z.infer<typeof AuthRule>;

/** One way to sign in, or several of which the person chooses one. */
export const SignInRule = z.discriminatedUnion('kind', [
  ...AuthRule.options,
  z.strictObject({
    kind: z.literal('choice').describe('Several ways to sign in: the person chooses one.'),
    by: z.string().describe('The field of kind `choice` by which the person chooses; nothing chosen is the first way.'),
    of: z.record(z.string(), AuthRule).describe('The ways by name: exactly the options of that field. Fields that only one way needs have `required: false`.'),
  }),
]);
export type SignInRule = z.infer<typeof SignInRule>;

/** Token bucket. Without one: 45 requests a minute for a host on the internet, none for a platform of the house. */
export const LimitRule = z.strictObject({
  requests: z.number().int().positive(),
  per: z.number().int().positive().describe('Seconds.'),
  concurrency: z.number().int().positive().max(8).default(4),
  learn: z.strictObject({ from: z.string(), take: expression }).optional().describe('The resource type and the expression that tell the true number of requests.'),
});
export type LimitRule = z.infer<typeof LimitRule>;

export const ThrottleRule = z.strictObject({
  also: z.array(z.strictObject({ status: z.number().int(), bodyHas: z.string() })).default([]).describe('Answers beyond 429 and 503 that mean "later".'),
  cooldown: z.number().int().positive().optional().describe('Seconds to wait after a refusal that does not say how long.'),
  resetHeader: z.string().optional().describe('A header with the unix time, in seconds, when requests are taken again.'),
  quota: z.strictObject({ header: z.string(), used: z.string(), reserve: z.number().min(0).max(1) }).optional()
    .describe('A header such as `api-usage=18/5000`: `used` is the name before `=`; the scan pauses when less than `reserve` of the day\'s quota is left.'),
});
export type ThrottleRule = z.infer<typeof ThrottleRule>;

export const HostRule = z.strictObject({
  base: z.string().optional().describe('e.g. https://api.bap.microsoft.com, or https://{instance}.service-now.com; `{field}` takes text fields. Absent for `main`: its base is the address that the person gave.'),
  learn: z.strictObject({ from: z.string().describe('A resource type, or `token` for the answer of the sign-in.'), take: expression }).optional().describe('The base is told by an answer of the platform; it must be https and end on one of `suffixes`.'),
  bound: z.string().optional().describe('The base is another one for each item of a loop: each type that asks this host binds its address under this name, e.g. `forEach: { of: environments, bind: { org: instanceUrl } }` for `bound: org`. Only https, below one of `suffixes`, with no port and no path. The sign-in is `none`, or OAuth with `{origin}` in its scope or audience, so that no token is good for another host.'),
  suffixes: z.array(z.string()).default([]).describe('Allowed ends of the host name, e.g. `.my.salesforce.com`. Needed where the base is typed, learnt or bound.'),
  path: z.string().default('').describe('Appended to the base unless it ends so already.'),
  auth: SignInRule.optional().describe('Where it differs from the manifest\'s `auth`.'),
  limit: LimitRule.optional(),
  throttle: ThrottleRule.optional(),
});
export type HostRule = z.infer<typeof HostRule>;
