/**
 * Signing in with a user name and a password. Owns: the question before it, the form, token and cookies of the answer.
 * Errors say what was refused, never what was sent.
 */
import { PlumblineError } from '../../../model/errors.js';
import type { JsonValue } from '../../../model/resource.js';
import { NO_NODES, asText, compilePath, isObject } from '../../expressions/scope.js';
import { jsonOf } from '../../http/answers.js';
import { factsOf } from '../../http/door.js';
import type { Door, DoorAnswer, DoorRequest } from '../../http/door.js';
import { statusFailure } from '../../http/failures.js';
import type { AuthRule } from '../../manifest/auth-schema.js';
import { fillKeys, fillPath, fillPlain, fillText } from '../given.js';
import type { Named } from '../given.js';
import { cookieHeader, cookiesOf } from './cookies.js';
import type { Cookies } from './cookies.js';
import type { SignInDesk } from './desk.js';
import { secondsOf } from './signer.js';
import type { Grant } from './signer.js';

type LoginRule = Extract<AuthRule, { kind: 'login' }>;

/** A platform that locks a user after failed sign-ins says so with 500 and these words (Node-RED). */
const LOCKED_FOR_MS = 600_000;

function failed(door: Door, request: DoorRequest, answer: DoorAnswer): PlumblineError {
  return statusFailure(factsOf(door.host, request), answer.status, answer.headers['retry-after'] ?? null);
}

interface Asked {
  readonly needed: boolean;
  readonly cookies: Cookies;
}

/** Asked without a key: is there a sign-in at all? Its cookies go with the login (a CSRF cookie is often handed out so). */
async function ask(auth: LoginRule, { door, connector, secret }: SignInDesk): Promise<Asked> {
  if (auth.question === undefined) return { needed: true, cookies: new Map() };
  const request: DoorRequest = { path: fillPath(connector, secret, auth.question), told: auth.question };
  const answer = await door.send(request);
  if (answer.status !== 200) throw failed(door, request, answer);
  const cookies = cookiesOf(answer, new Map());
  if (auth.cookies) return { needed: true, cookies };
  const method = jsonOf(answer, factsOf(door.host, request), door.limits).value;
  if (isObject(method) && Object.keys(method).length === 0) return { needed: false, cookies };
  if (isObject(method) && method['type'] !== undefined && method['type'] !== 'credentials') {
    throw new PlumblineError('PLB-COLLECT-002', `${connector.title} at ${door.host} signs people in elsewhere; give an access token instead of a user name.`, { host: door.host });
  }
  return { needed: true, cookies };
}

function bodyOf(auth: LoginRule, { secret }: SignInDesk, named: Named): { body: string; contentType: string } {
  const fill = (texts: Readonly<Record<string, string>>): [string, string][] => Object.entries(texts).map(([name, text]) => [name, fillText(text, secret, named)]);
  if (auth.json) return { body: JSON.stringify(Object.fromEntries(fill(auth.json))), contentType: 'application/json' };
  return { body: new URLSearchParams(fill(auth.form ?? {})).toString(), contentType: 'application/x-www-form-urlencoded' };
}

/** CSRF cookies are percent-encoded by some platforms, and their headers never. */
function decoded(value: string): string {
  try { return decodeURIComponent(value); } catch { return value; }
}

function cookieHeaders(auth: LoginRule, cookies: Cookies): Record<string, string> {
  if (!auth.cookies || cookies.size === 0) return {};
  const csrf = auth.csrf === undefined ? undefined : cookies.get(auth.csrf.cookie);
  return { Cookie: cookieHeader(cookies), ...(csrf === undefined ? {} : { [auth.csrf!.header]: decoded(csrf) }) };
}

async function send(auth: LoginRule, desk: SignInDesk, cookies: Cookies): Promise<{ request: DoorRequest; answer: DoorAnswer }> {
  const { door, connector, secret } = desk;
  const body = bodyOf(auth, desk, { title: connector.title, host: door.host });
  const request: DoorRequest = { path: fillPath(connector, secret, auth.path), told: auth.path, headers: { ...fillPlain(connector.manifest.headers, connector, secret), ...cookieHeaders(auth, cookies) }, keepRedirect: auth.cookies, readOnlyPost: { ...body, reason: auth.reason } };
  const answer = await door.send(request);
  if (answer.status === 400 || answer.status === 401 || answer.status === 403) throw new PlumblineError('PLB-COLLECT-002', `${door.host} refused the user name or the password.`, { host: door.host });
  if (answer.status === 500 && /too many/i.test(answer.body.toString('utf8', 0, 500))) throw new PlumblineError('PLB-COLLECT-006', `${door.host} has locked this user for some minutes after failed sign-ins.`, { host: door.host, retryAfterMs: LOCKED_FOR_MS });
  // a form login ends with a redirect to the start page; where it led nowhere, the next request is refused
  const signedIn = (answer.status >= 200 && answer.status < 300) || (auth.cookies && answer.status < 400 && (answer.cookies ?? []).length > 0);
  if (!signedIn) throw failed(door, request, answer);
  return { request, answer };
}

export async function loginGrant(auth: LoginRule, desk: SignInDesk): Promise<Grant> {
  const { door, connector, secret } = desk;
  const asked = await ask(auth, desk);
  if (!asked.needed) return { signed: { headers: {}, query: [] }, lives: null, answer: {} };
  const { request, answer } = await send(auth, desk, asked.cookies);
  const cookies = cookiesOf(answer, asked.cookies);
  const withoutToken = new PlumblineError('PLB-COLLECT-005', `${door.host} signed in without handing out ${auth.token === undefined ? 'a cookie' : 'a token'}.`, { host: door.host });
  if (auth.token === undefined) {
    if ((answer.cookies ?? []).length === 0) throw withoutToken;
    return { signed: { headers: { ...fillKeys(auth.set, secret, { title: connector.title, host: door.host }), ...cookieHeaders(auth, cookies) }, query: [] }, lives: auth.lifetime ?? null, answer: null };
  }
  const body: JsonValue = jsonOf(answer, factsOf(door.host, request), door.limits).value;
  const token = asText(compilePath(auth.token)({ root: body, variables: {}, nodes: NO_NODES }));
  if (token === undefined || token === '') throw withoutToken;
  const headers = fillKeys(auth.set, { ...secret, access_token: token }, { title: connector.title, host: door.host });
  const lives = (isObject(body) ? secondsOf(body['expires_in']) : null) ?? auth.lifetime ?? null;
  return { signed: { headers: { ...headers, ...cookieHeaders(auth, cookies) }, query: [] }, lives, answer: body };
}
