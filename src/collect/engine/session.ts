/**
 * A signed-in door to one platform. Owns how the key is put on (header, login) and the manifest's rules for statuses.
 * The key lives here for the length of one collection and goes nowhere else.
 */
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import { isObject } from '../expressions/scope.js';
import { jsonOf } from '../http/answers.js';
import { openDoor } from '../http/door.js';
import type { Door, DoorAnswer, DoorRequest } from '../http/door.js';
import { statusFailure } from '../http/failures.js';
import type { RequestFacts } from '../http/failures.js';
import type { JsonNotes } from '../http/json-text.js';
import type { DoorLimits } from '../http/limits.js';
import type { LimitRule } from '../manifest/auth-schema.js';
import type { Connector } from '../manifest/connector.js';

export interface SessionOptions {
  readonly connector: Connector;
  readonly baseUrl: string;
  readonly secret: Readonly<Record<string, string>>;
  readonly allowLoopback: boolean;
  readonly allowPrivate?: boolean;
  readonly limits?: Partial<DoorLimits>;
  readonly signal?: AbortSignal | undefined;
}

export interface SessionAnswer {
  readonly status: number;
  readonly etag: string | null;
  readonly answer: DoorAnswer;
  readonly facts: RequestFacts;
}

export interface Session {
  readonly host: string;
  /** any status but the ones that every request fails on (401, 429, 503) */
  ask(host: string, request: DoorRequest, limit?: { readonly name: string; readonly rule: LimitRule }): Promise<SessionAnswer>;
  /** an address that the platform handed out, as a declared host and what follows; throws PLB-COLLECT-007 */
  resolve(url: string, from: string): { host: string; path: string; query: readonly (readonly [string, string])[] };
  /** after a type was read: bases of hosts and numbers of requests are taken from it */
  learn(type: string, items: readonly JsonValue[]): void;
  json(answer: SessionAnswer): { value: JsonValue; notes: JsonNotes };
  close(): void;
}

function withBasePath(baseUrl: string, basePath: string): string {
  const trimmed = baseUrl.trim().replace(/\/+$/, '');
  return basePath !== '' && !trimmed.endsWith(basePath) ? trimmed + basePath : trimmed;
}

function factsOf(door: Door, request: DoorRequest): RequestFacts {
  return { host: door.host, request: `${request.readOnlyPost ? 'POST' : 'GET'} ${request.path}` };
}

function filled(form: Readonly<Record<string, string>>, secret: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(form).map(([name, value]): [string, string] => [name, value.replaceAll(/\{(\w+)\}/g, (_all, field: string) => secret[field] ?? '')]);
  return new URLSearchParams(pairs).toString();
}

function headersFrom(set: Readonly<Record<string, string>>, values: Readonly<Record<string, string>>, named: { title: string; host: string }): Record<string, string> {
  return Object.fromEntries(Object.entries(set).map(([header, text]) => [header, text.replaceAll(/\{(\w+)\}/g, (_all, field: string) => keyOf(values[field], named))]));
}

function keyOf(key: string | undefined, { title, host }: { title: string; host: string }): string {
  if (key === undefined || key === '') throw new PlumblineError('PLB-COLLECT-002', `No key was given for ${title}.`, { host });
  if (/[^\x21-\x7e]/.test(key)) throw new PlumblineError('PLB-COLLECT-002', `The key for ${title} holds a space, a line break or another character that no key has.`, { host });
  return key;
}

/** The header that signs requests in, or none where the platform has no sign-in. */
async function signIn(door: Door, options: SessionOptions): Promise<Record<string, string>> {
  const { connector, secret } = options;
  const { auth } = connector.manifest;
  const named = { title: connector.title, host: door.host };
  if (auth.kind === 'none') return {};
  if (auth.kind === 'header') return headersFrom(auth.set, secret, named);
  if (auth.kind !== 'login') throw new Error(`sign-in ${auth.kind} is not there yet`);
  const ready = auth.readyToken === undefined ? undefined : secret[auth.readyToken];
  if (ready !== undefined && ready !== '') return headersFrom(auth.set, { access_token: ready }, named);
  return login(door, options, auth);
}

async function login(door: Door, { connector, secret }: SessionOptions, auth: Extract<Connector['manifest']['auth'], { kind: 'login' }>): Promise<Record<string, string>> {
  const question: DoorRequest = { path: auth.question ?? '/' };
  const asked = await door.send(question);
  if (asked.status !== 200) throw statusFailure(factsOf(door, question), asked.status, asked.headers['retry-after'] ?? null);
  const method = jsonOf(asked, factsOf(door, question), door.limits).value;
  if (isObject(method) && Object.keys(method).length === 0) return {};
  if (isObject(method) && method['type'] !== undefined && method['type'] !== 'credentials') {
    throw new PlumblineError('PLB-COLLECT-002', `${connector.title} at ${door.host} signs people in elsewhere; give an access token instead of a user name.`, { host: door.host });
  }
  const request: DoorRequest = { path: auth.path, readOnlyPost: { body: filled(auth.form ?? {}, secret), contentType: 'application/x-www-form-urlencoded', reason: auth.reason } };
  const answer = await door.send(request);
  if (answer.status === 400 || answer.status === 401 || answer.status === 403) throw new PlumblineError('PLB-COLLECT-002', `${door.host} refused the user name or the password.`, { host: door.host });
  if (answer.status === 500 && /too many/i.test(answer.body.toString('utf8', 0, 500))) throw new PlumblineError('PLB-COLLECT-006', `${door.host} has locked this user for some minutes after failed sign-ins.`, { host: door.host, retryAfterMs: 600_000 });
  if (answer.status !== 200) throw statusFailure(factsOf(door, request), answer.status, answer.headers['retry-after'] ?? null);
  const body = jsonOf(answer, factsOf(door, request), door.limits).value;
  const token = isObject(body) ? body[auth.token ?? ''] : undefined;
  if (typeof token !== 'string') throw new PlumblineError('PLB-COLLECT-005', `${door.host} signed in without handing out a token.`, { host: door.host });
  return headersFrom(auth.set, { access_token: token }, { title: connector.title, host: door.host });
}

/** Opens the door and signs in. Throws the coded errors of both. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { connector } = options;
  const door = openDoor({
    baseUrl: withBasePath(options.baseUrl, connector.manifest.address.path), allowLoopback: options.allowLoopback, signal: options.signal,
    ...(options.allowPrivate === undefined ? {} : { allowPrivate: options.allowPrivate }), ...(options.limits ? { limits: options.limits } : {}),
  });
  try {
    const signed = await signIn(door, options);
    return {
      host: door.host,
      resolve: (url) => { const target = new URL(url, options.baseUrl); return { host: 'main', path: target.pathname, query: [...target.searchParams] }; },
      learn: () => undefined,
      async ask(_host, request) {
        const facts = factsOf(door, request);
        const answer = await door.send({ ...request, headers: { ...connector.manifest.headers, ...request.headers, ...signed } });
        if (answer.status === 429 || answer.status === 503) throw statusFailure(facts, answer.status, answer.headers['retry-after'] ?? null);
        return { status: answer.status, etag: answer.headers['etag'] ?? null, answer, facts };
      },
      json: ({ answer, facts }) => jsonOf(answer, facts, door.limits),
      close: () => door.close(),
    };
  } catch (error) {
    door.close();
    throw error;
  }
}
