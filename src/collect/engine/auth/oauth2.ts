/**
 * Tokens of OAuth 2.0 without a person at the screen. Owns: the three grants, where the token endpoint is, what its
 * answers mean. Errors hold the endpoint's error code where it is one of the standard, never its words.
 */
import { PlumblineError } from '../../../model/errors.js';
import type { JsonValue } from '../../../model/resource.js';
import { isObject } from '../../expressions/scope.js';
import { jsonOf } from '../../http/answers.js';
import { factsOf } from '../../http/door.js';
import type { Door, DoorAnswer, DoorRequest } from '../../http/door.js';
import { statusFailure } from '../../http/failures.js';
import type { AuthRule } from '../../manifest/auth-schema.js';
import { fillAddress, fillKeys, fillPath, fillText } from '../given.js';
import { clientStatement, signedAssertion } from './assertion.js';
import type { SignInDesk } from './desk.js';
import { basic, secondsOf } from './signer.js';
import type { Grant } from './signer.js';

type OauthRule = Extract<AuthRule, { kind: 'oauth2' }>;
interface Endpoint {
  readonly door: Door;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly address: URL;
  /** the path as the manifest writes it; none of an endpoint that was discovered */
  readonly told?: string;
}

const GRANT_TYPES = { client_credentials: 'client_credentials', refresh_token: 'refresh_token', jwt_bearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer' } as const;
/** RFC 6749 5.2, RFC 7523 3.2; anything else from an answer is not repeated */
const STANDARD_ERRORS = new Set(['invalid_request', 'invalid_client', 'invalid_grant', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope']);
const STATEMENT_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const REASON = 'A token is handed out by POST only; it changes nothing on the platform.';

function endpointAt(text: string, { connector, secret, main, hosts, doorTo }: SignInDesk): Endpoint {
  if (text.startsWith('/')) return { door: main, path: fillPath(connector, secret, text), told: text, query: [], address: hosts.typed.base };
  const address = fillAddress(connector, secret, text);
  if (address.protocol !== 'https:') throw new PlumblineError('PLB-COLLECT-011', `The manifest of ${connector.id} names a token address that does not begin with https://.`, { connectorId: connector.id });
  return { door: doorTo(address), path: `/${address.pathname}`, told: text.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/, ''), query: [...address.searchParams], address };
}

/** The token endpoint that an OpenID configuration names: only of the host that named it or of a declared one. */
async function discovered(text: string, desk: SignInDesk): Promise<Endpoint> {
  const at = endpointAt(text, desk);
  const request: DoorRequest = { path: at.path, query: at.query, ...(at.told === undefined ? {} : { told: at.told }) };
  const answer = await at.door.send(request);
  const facts = factsOf(at.door.host, request);
  if (answer.status !== 200) throw statusFailure(facts, answer.status, answer.headers['retry-after'] ?? null);
  const { value } = jsonOf(answer, facts, at.door.limits);
  const named = isObject(value) ? value['token_endpoint'] : undefined;
  const url = typeof named === 'string' && URL.canParse(named) ? new URL(named) : null;
  if (url === null) throw new PlumblineError('PLB-COLLECT-005', `${at.door.host} names no token endpoint in ${facts.request}.`, { host: at.door.host });
  const places = ['main', ...Object.keys(desk.connector.manifest.hosts)].flatMap((name) => desk.hosts.place(name) ?? []);
  const declared = [at.address, desk.hosts.typed.base, ...places.map((place) => place.base)].some((known) => known.origin === url.origin);
  const ownAddress = url.origin === desk.hosts.typed.base.origin;
  if (!declared || url.username !== '' || url.password !== '' || (url.protocol !== 'https:' && !ownAddress)) {
    throw new PlumblineError('PLB-COLLECT-007', `${at.door.host} names a token endpoint on a host that this connector does not know; the key was not sent there.`, { host: at.door.host });
  }
  return { door: ownAddress ? desk.main : desk.doorTo(url), path: `/${url.pathname}`, query: [...url.searchParams], address: url };
}

/** Nothing where the person gave nothing. */
function givenTexts(text: string, secret: SignInDesk['secret']): string {
  return text.replaceAll(/\{(\w+)\}/g, (_all, name: string) => secret[name] ?? '');
}

/** The token endpoint by its true name, whoever plays it. */
function trueAddress({ address, path }: Endpoint): string {
  if (path.startsWith('//')) return address.origin + path.slice(1);
  return address.href.replace(/[?#].*$/, '').replace(/\/+$/, '') + path;
}

async function formOf(auth: OauthRule, desk: SignInDesk, at: Endpoint, refreshToken: string | null): Promise<{ form: [string, string][]; headers: Record<string, string> }> {
  const named = { title: desk.connector.title, host: at.door.host };
  const fill = (text: string): string => fillText(text, desk.secret, named);
  const form: [string, string][] = [['grant_type', GRANT_TYPES[auth.grant]]];
  if (auth.grant === 'refresh_token') form.push(['refresh_token', refreshToken ?? fill(auth.refreshToken ?? '{refreshToken}')]);
  if (auth.grant === 'jwt_bearer') form.push(['assertion', await signedAssertion(auth, { fill, named })]);
  if (auth.scope !== undefined) form.push(['scope', fill(auth.scope)]);
  if (auth.audience !== undefined) form.push(['audience', fill(auth.audience)]);
  const certificate = givenTexts(auth.certificate ?? '', desk.secret);
  if (certificate !== '') {
    const statement = await clientStatement(certificate, { clientId: fill(auth.clientId), audience: trueAddress(at), named });
    return { form: [...form, ['client_id', fill(auth.clientId)], ['client_assertion_type', STATEMENT_TYPE], ['client_assertion', statement]], headers: {} };
  }
  const clientSecret = auth.clientSecret === undefined ? null : fill(auth.clientSecret);
  if (clientSecret !== null && auth.clientAuth === 'basic') return { form, headers: { Authorization: basic(encodeURIComponent(fill(auth.clientId)), encodeURIComponent(clientSecret)) } };
  if (auth.grant !== 'jwt_bearer' || clientSecret !== null) form.push(['client_id', fill(auth.clientId)]);
  if (clientSecret !== null) form.push(['client_secret', clientSecret]);
  return { form, headers: {} };
}

function refusal(door: Door, request: DoorRequest, answer: DoorAnswer): PlumblineError {
  if (answer.status !== 400 && answer.status !== 401 && answer.status !== 403) return statusFailure(factsOf(door.host, request), answer.status, answer.headers['retry-after'] ?? null);
  let told: JsonValue | undefined;
  try {
    told = JSON.parse(answer.body.toString('utf8')) as JsonValue;
  } catch { /* words for people, or a page: the status says enough */ }
  const code = isObject(told) && typeof told['error'] === 'string' && STANDARD_ERRORS.has(told['error']) ? ` (${told['error']})` : '';
  return new PlumblineError('PLB-COLLECT-002', `${door.host} handed out no token for this client id and key${code}.`, { host: door.host, status: answer.status });
}

/** The answer is read without its rotated refresh token being lost: a platform that hands out a new one expects it next time. */
export function oauthGrant(auth: OauthRule, desk: SignInDesk): () => Promise<Grant> {
  let endpoint: Promise<Endpoint> | null = null;
  let refreshToken: string | null = null;
  const find = (): Promise<Endpoint> => {
    if (auth.discover !== undefined) return discovered(auth.discover, desk);
    if (auth.tokenUrl === undefined) throw new PlumblineError('PLB-COLLECT-011', `The manifest of ${desk.connector.id} names neither tokenUrl nor discover.`, { connectorId: desk.connector.id });
    return Promise.resolve(endpointAt(auth.tokenUrl, desk));
  };
  return async () => {
    endpoint ??= find().catch((error: unknown) => { endpoint = null; throw error; });
    const at = await endpoint;
    const { form, headers } = await formOf(auth, desk, at, refreshToken);
    const request: DoorRequest = { path: at.path, query: at.query, ...(at.told === undefined ? {} : { told: at.told }), headers, readOnlyPost: { body: new URLSearchParams(form).toString(), contentType: 'application/x-www-form-urlencoded', reason: REASON } };
    const answer = await at.door.send(request);
    if (answer.status !== 200) throw refusal(at.door, request, answer);
    const body = jsonOf(answer, factsOf(at.door.host, request), at.door.limits).value;
    const token = isObject(body) ? body['access_token'] : undefined;
    if (!isObject(body) || typeof token !== 'string' || token === '') throw new PlumblineError('PLB-COLLECT-005', `${at.door.host} answered the sign-in without a token.`, { host: at.door.host });
    if (typeof body['refresh_token'] === 'string') refreshToken = body['refresh_token'];
    const set = fillKeys(auth.set, { ...desk.secret, access_token: token }, { title: desk.connector.title, host: desk.door.host });
    return { signed: { headers: set, query: [] }, lives: secondsOf(body['expires_in']) ?? auth.lifetime ?? null, answer: body };
  };
}
