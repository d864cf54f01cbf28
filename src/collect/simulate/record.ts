/**
 * Records a real platform: a scan is led over a loopback port whose other side is the one outbound door. Owns what is written
 * down: the requests, redacted answers, few headers, an example address. The key goes to the platform and into no file.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import { collectPatiently } from '../engine/patient-collect.js';
import type { Collection } from '../engine/collect.js';
import { memoryPages } from '../engine/page-store.js';
import { openDoor } from '../http/door.js';
import type { Door, DoorAnswer } from '../http/door.js';
import type { Connector } from '../manifest/connector.js';
import { createDisguise } from './disguise.js';
import type { Disguise } from './disguise.js';
import type { Exchange, FixtureSet } from './fixture.js';
import { itemsOfSet, valueAt, withValue } from './places.js';
import { FINGERPRINT_KEY } from './read-set.js';

export interface RecordOptions {
  readonly connector: Connector;
  readonly baseUrl: string;
  readonly secret: Readonly<Record<string, string>>;
  readonly onProgress: (text: string) => void;
}
export interface Recording {
  readonly fixture: FixtureSet;
  readonly collection: Collection | null;
  /** why the reading ended early, if it did; what was answered until then is recorded */
  readonly error: PlumblineError | null;
  readonly secretsReplaced: number;
  readonly mailsReplaced: number;
}

/** More would be no fixture that people read. */
const MOST_EXCHANGES = 400;
const KEPT_HEADERS = ['content-type', 'link', 'retry-after', 'etag'];
const OWN_HEADERS = new Set(['host', 'connection', 'content-length', 'accept', 'accept-encoding', 'user-agent', 'content-type', 'if-none-match', 'transfer-encoding', 'keep-alive']);

interface Taken {
  readonly host: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly sent: Readonly<Record<string, string>>;
  readonly sentBody: string;
  readonly answer: DoorAnswer;
}

interface Relay {
  readonly origin: URL;
  readonly doors: Map<string, Door>;
  readonly taken: Taken[];
  /** headers of answers that the manifest reads, beside those that every recording keeps */
  readonly headers: readonly string[];
  /** resolves when the next request may go out */
  readonly turn: () => Promise<void>;
  own: string;
  /** the first request that got no answer at all */
  failed: unknown;
}

function doorTo(relay: Relay, host: string): Door {
  const base = host === 'main' ? relay.origin.origin : `https://${host}`;
  let door = relay.doors.get(base);
  if (!door) relay.doors.set(base, (door = openDoor({ baseUrl: base, allowLoopback: host === 'main' })));
  return door;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function takenOf(request: IncomingMessage, relay: Relay): Promise<Taken> {
  const url = new URL(request.url ?? '/', 'http://recorder');
  const [, other, rest] = /^\/@([^/]+)(\/.*)?$/.exec(url.pathname) ?? [];
  const host = other === undefined || other === relay.origin.host ? 'main' : other;
  const path = other === undefined ? url.pathname : rest ?? '/';
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value ?? '']));
  const sent = Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name)));
  const accept: Record<string, string> = headers['accept'] === undefined ? {} : { Accept: headers['accept'] };
  const sentBody = await bodyOf(request);
  const post = request.method === 'POST' ? { readOnlyPost: { body: sentBody, contentType: headers['content-type'] ?? 'application/json', reason: 'recorded as the manifest has it' } } : {};
  await relay.turn();
  const answer = await doorTo(relay, host).send({ path, query: [...url.searchParams], headers: { ...sent, ...accept }, ...post });
  return { host, method: request.method === 'POST' ? 'POST' : 'GET', path, query: [...url.searchParams], sent, sentBody, answer };
}

function pass(taken: Taken, response: ServerResponse, relay: Relay): void {
  const { answer } = taken;
  const isText = /json|text|xml|javascript/i.test(answer.headers['content-type'] ?? 'json');
  const body = isText ? Buffer.from(answer.body.toString('utf8').replaceAll(relay.origin.origin, relay.own)) : answer.body;
  const headers = Object.fromEntries([...KEPT_HEADERS, ...relay.headers].flatMap((name) => (answer.headers[name] === undefined ? [] : [[name, answer.headers[name].replaceAll(relay.origin.origin, relay.own)]])));
  response.writeHead(answer.status, headers);
  response.end(body);
}

/** The scan sees a loopback address and would keep no pace of its own: 45 requests a minute for a host on the internet. */
function turns(host: string): () => Promise<void> {
  const near = /^(?:localhost|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[)/.test(host);
  let next = 0;
  return async () => {
    const now = Date.now();
    const at = Math.max(now, next);
    next = at + (near ? 0 : 60_000 / 45);
    if (at > now) await new Promise((resolve) => { setTimeout(resolve, at - now); });
  };
}

/** Headers by which the manifest counts, pages and signs in. */
function readHeaders({ manifest }: Connector): string[] {
  const totals = Object.values(manifest.resources).flatMap(({ total }) => (typeof total === 'object' ? [total.header.toLowerCase()] : []));
  const quotas = Object.values(manifest.hosts).flatMap(({ throttle }) => [throttle?.resetHeader, throttle?.quota?.header]).flatMap((name) => (name === undefined ? [] : [name.toLowerCase()]));
  return [...totals, ...quotas, ...(manifest.auth.kind === 'login' && manifest.auth.cookies ? ['set-cookie'] : [])];
}

async function startRelay(baseUrl: string, connector: Connector): Promise<{ relay: Relay; server: Server }> {
  const origin = new URL(baseUrl);
  const relay: Relay = { origin, doors: new Map(), taken: [], own: '', failed: null, headers: readHeaders(connector), turn: turns(origin.hostname) };
  const server = createServer((request, response) => {
    takenOf(request, relay).then((taken) => {
      relay.taken.push(taken);
      pass(taken, response, relay);
    }, (error: unknown) => {
      relay.failed ??= error;
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  relay.own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { relay, server };
}

function queryOf(pairs: Taken['query']): Exchange['query'] {
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of pairs) {
    const before = query[name];
    query[name] = before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value];
  }
  return query;
}

function sentBodyOf({ sentBody, method }: Taken): JsonValue | undefined {
  if (method !== 'POST' || sentBody === '') return undefined;
  try { return JSON.parse(sentBody) as JsonValue; } catch { return Object.fromEntries(new URLSearchParams(sentBody)); }
}

/** The answer as it came, with the headers that sign in set aside as `requires`. */
function rawExchange(taken: Taken, relay: Relay, isSecretHeader: (value: string) => boolean): Exchange {
  const text = taken.answer.body.toString('utf8');
  let body: JsonValue | undefined;
  try { body = JSON.parse(text) as JsonValue; } catch { body = undefined; }
  const requires = Object.entries(taken.sent).filter(([, value]) => isSecretHeader(value));
  const headers = Object.fromEntries([...KEPT_HEADERS, ...relay.headers].filter((name) => name !== 'content-type' || body === undefined).flatMap((name) => (taken.answer.headers[name] === undefined ? [] : [[name, taken.answer.headers[name]]])));
  const requestBody = sentBodyOf(taken);
  return {
    host: taken.host, method: taken.method, path: taken.path, query: queryOf(taken.query), ...(requestBody === undefined ? {} : { requestBody }),
    ...(requires.length === 0 ? {} : { requires: Object.fromEntries(requires) }), status: taken.answer.status, headers, ...(body === undefined ? { bodyText: text } : { body }),
  };
}

/** Secrets that come back in answers: tokens of a sign-in are used as headers later. */
function isHandedOut(value: string, taken: readonly Taken[]): boolean {
  const bare = value.replace(/^\S+ /, '').split(';')[0]!.replace(/^[^=]+=/, '');
  return bare.length >= 8 && taken.some(({ answer }) => answer.body.includes(bare) || answer.headers['set-cookie']?.includes(bare) === true);
}

function disguised(exchanges: readonly Exchange[], connector: Connector, disguise: Disguise): Exchange[] {
  const bodies = exchanges.map(({ body }) => body);
  for (const { resource, exchange, items } of itemsOfSet(connector, exchanges)) {
    for (const place of items) {
      const item = valueAt(bodies[exchange], place);
      if (item !== undefined) bodies[exchange] = withValue(bodies[exchange], place, disguise.json(item, resource.redaction));
    }
  }
  const noRules = { paths: { drop: false, secret: null, children: new Map() }, where: connector.manifest.redact.where };
  return exchanges.map((exchange, index) => (bodies[index] === undefined ? exchange : { ...exchange, body: disguise.json(bodies[index], noRules) }));
}

function exampleAddress({ manifest, id }: Connector, origin: URL): string {
  const { fixed, example } = manifest.address;
  const base = fixed ?? example ?? `https://${id}.example.com`;
  return new URL(base).origin + origin.pathname.replace(/\/$/, '');
}

/** The time since which events are asked for is another one in every scan. */
function timeless(exchange: Exchange, { manifest }: Connector): Exchange {
  const times = new Set(Object.values(manifest.resources).flatMap(({ since }) => (since ? [since.to] : [])));
  const query = Object.fromEntries(Object.entries(exchange.query).map(([name, value]) => [name, times.has(name) ? '*' : value]));
  return { ...exchange, query };
}

/** Each request once; the same asked again and answered otherwise stays, in its order. */
function withoutRepeats(exchanges: readonly Exchange[]): Exchange[] {
  const seen = new Set<string>();
  return exchanges.filter((exchange) => {
    const text = JSON.stringify(exchange);
    return !seen.has(text) && seen.add(text) !== undefined;
  });
}

function tidied({ headers, query, method, host, status, ...rest }: Exchange): JsonValue {
  return {
    ...(host === 'main' ? {} : { host }), ...(method === 'GET' ? {} : { method }), path: rest.path, ...(Object.keys(query).length === 0 ? {} : { query }), ...(rest.requestBody === undefined ? {} : { requestBody: rest.requestBody }),
    ...(rest.requires ? { requires: rest.requires } : {}), ...(status === 200 ? {} : { status }), ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(rest.body === undefined ? { bodyText: rest.bodyText ?? '' } : { body: rest.body }),
  } as unknown as JsonValue;
}

function fixtureOf(relay: Relay, { connector, secret }: RecordOptions, disguise: Disguise): FixtureSet {
  const passwords = connector.secretFields.filter(({ kind }) => kind === 'password').flatMap(({ name }) => (secret[name] ? [[name, secret[name]] as const] : []));
  const holdsPassword = (value: string): boolean => passwords.some(([, password]) => value.includes(password) || Buffer.from(value.replace(/^Basic /, ''), 'base64').toString('latin1').includes(password));
  const raw = relay.taken.map((taken) => rawExchange(taken, relay, (value) => holdsPassword(value) || isHandedOut(value, relay.taken)));
  for (const { answer } of relay.taken) for (const [, value] of (answer.headers['set-cookie'] ?? '').matchAll(/(?:^|, ?)[^=;, ]+=([^;]{8,})/g)) disguise.standIn(value!);
  const exchanges = withoutRepeats(disguised(raw, connector, disguise).map((exchange) => timeless(exchange, connector)));
  const address = exampleAddress(connector, relay.origin);
  const fields = Object.fromEntries(connector.secretFields.flatMap(({ name, kind }) => (secret[name] ? [[name, kind === 'password' ? `fixture-${name}` : secret[name]]] : [])));
  let text = JSON.stringify({ fields, exchanges: exchanges.map(tidied) });
  const quoted = (value: string): string => JSON.stringify(value).slice(1, -1);
  const username = secret['username'] ?? '';
  for (const [name, password] of passwords) {
    text = text.replaceAll(quoted(password), `fixture-${name}`).replaceAll(encodeURIComponent(password), `fixture-${name}`);
    text = text.replaceAll(Buffer.from(`${username}:${password}`).toString('base64'), Buffer.from(`${username}:fixture-${name}`).toString('base64'));
  }
  text = disguise.text(text).replaceAll(relay.origin.origin, new URL(address).origin).replaceAll(relay.origin.host, new URL(address).host);
  const { fields: kept, exchanges: clean } = JSON.parse(text) as { fields: Record<string, string>; exchanges: Exchange[] };
  return { about: `Recorded from a real ${connector.title} on ${new Date().toISOString().slice(0, 10)}; secrets and e-mail addresses are replaced.`, address, fields: kept, exchanges: clean };
}

/** Reads the platform once. Throws what keeps any request from being made; what ends a reading later is told in the recording. */
export async function recordConnector(options: RecordOptions): Promise<Recording> {
  const { connector, baseUrl, secret, onProgress } = options;
  const { relay, server } = await startRelay(baseUrl, connector);
  let collection: Collection | null = null;
  let error: PlumblineError | null = null;
  try {
    collection = await collectPatiently({
      connector, secret, baseUrl: relay.own + new URL(baseUrl).pathname.replace(/\/$/, ''), fingerprintKey: FINGERPRINT_KEY, pages: memoryPages(), allowLoopback: true,
      onProgress: ({ title, read }) => onProgress(`${title}: ${read}`),
    }, (seconds) => onProgress(`a pause of ${seconds} s, as the platform asked`));
  } catch (reason) {
    if (relay.taken.length === 0 && relay.failed !== null) throw relay.failed;
    if (!(reason instanceof PlumblineError)) throw reason;
    error = relay.failed instanceof PlumblineError ? relay.failed : new PlumblineError(reason.code, reason.message.replaceAll(new URL(relay.own).host, relay.origin.host), reason.details);
  } finally {
    for (const door of relay.doors.values()) door.close();
    await new Promise<void>((resolve) => { server.close(() => resolve()); server.closeAllConnections(); });
  }
  if (relay.taken.length > MOST_EXCHANGES) throw new PlumblineError('PLB-COLLECT-008', `The platform was asked ${relay.taken.length} times; a fixture holds at most ${MOST_EXCHANGES} exchanges. Record a small test account instead.`, {});
  const disguise = createDisguise();
  const fixture = fixtureOf(relay, options, disguise);
  return { fixture, collection, error, secretsReplaced: disguise.secrets(), mailsReplaced: disguise.mails() };
}
