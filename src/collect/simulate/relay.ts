/**
 * The way of a recording: a loopback port whose other side is the one outbound door, and what went over it. Owns passing on, pace and
 * which headers come along; record.ts makes a fixture of it.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PlumblineError } from '../../model/errors.js';
import { withMeanings } from '../engine/given.js';
import { openDoor } from '../http/door.js';
import type { Door, DoorAnswer } from '../http/door.js';
import type { Connector } from '../manifest/connector.js';
import { allWaysOf } from '../manifest/sign-ins.js';

export const KEPT_HEADERS = ['content-type', 'link', 'retry-after', 'etag'];
const OWN_HEADERS = new Set(['host', 'connection', 'content-length', 'accept', 'accept-encoding', 'user-agent', 'content-type', 'if-none-match', 'transfer-encoding', 'keep-alive']);

export interface Taken {
  readonly host: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly sent: Readonly<Record<string, string>>;
  readonly sentBody: string;
  readonly answer: DoorAnswer;
}

export interface Relay {
  readonly origin: URL;
  readonly isDeclared: (host: string) => boolean;
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

/** Hosts that the manifest names, with the fields filled in, or whose ends it allows. Nothing else is passed on, whoever asks. */
export function declaredHosts({ manifest }: Connector, fields: Readonly<Record<string, string>>): (host: string) => boolean {
  const rules = Object.values(manifest.hosts);
  const auths = allWaysOf(manifest).filter((auth) => auth.kind === 'oauth2');
  const addresses = [...rules.map(({ base }) => base), ...auths.flatMap(({ tokenUrl, discover }) => [tokenUrl, discover])];
  const values = withMeanings({ manifest }, fields);
  const filled = addresses.map((address) => (address ?? '').replaceAll(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? ''));
  const names = new Set(filled.filter((address) => URL.canParse(address)).map((address) => new URL(address).host));
  const ends = rules.flatMap(({ suffixes }) => suffixes).map((suffix) => (suffix.startsWith('.') ? suffix : `.${suffix}`));
  return (host) => names.has(host) || ends.some((end) => host.endsWith(end) || `.${host}` === end);
}

function doorTo(relay: Relay, host: string): Door {
  if (host !== 'main' && !relay.isDeclared(host)) throw new PlumblineError('PLB-COLLECT-007', `The host ${host.slice(0, 100)} is not declared in the manifest; nothing was sent there.`, { host: host.slice(0, 100) });
  const base = host === 'main' ? relay.origin.origin : `https://${host}`;
  let door = relay.doors.get(base);
  if (!door) relay.doors.set(base, (door = openDoor({ baseUrl: base, allowLoopback: host === 'main', allowPrivate: host === 'main' })));
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

/** Each Set-Cookie by itself: joined by commas they cannot be told apart again. */
export function headersTaken({ answer }: Taken, names: readonly string[]): Record<string, string | string[]> {
  return Object.fromEntries(names.flatMap((name): [string, string | string[]][] => {
    const value = name === 'set-cookie' ? [...(answer.cookies ?? [])] : answer.headers[name];
    return value === undefined || value.length === 0 ? [] : [[name, typeof value !== 'string' && value.length === 1 ? value[0]! : value]];
  }));
}

function pass(taken: Taken, response: ServerResponse, relay: Relay): void {
  const { answer } = taken;
  const own = (text: string): string => text.replaceAll(relay.origin.origin, relay.own);
  const isText = /json|text|xml|javascript/i.test(answer.headers['content-type'] ?? 'json');
  const body = isText ? Buffer.from(own(answer.body.toString('utf8'))) : answer.body;
  const headers = Object.entries(headersTaken(taken, [...KEPT_HEADERS, ...relay.headers])).map(([name, value]) => [name, typeof value === 'string' ? own(value) : value.map(own)] as const);
  response.writeHead(answer.status, Object.fromEntries(headers));
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
  return [...totals, ...quotas, ...(allWaysOf(manifest).some((auth) => auth.kind === 'login' && auth.cookies) ? ['set-cookie'] : [])];
}

export async function startRelay(baseUrl: string, connector: Connector, fields: Readonly<Record<string, string>>): Promise<{ relay: Relay; server: Server }> {
  const origin = new URL(baseUrl);
  const relay: Relay = { origin, isDeclared: declaredHosts(connector, fields), doors: new Map(), taken: [], own: '', failed: null, headers: readHeaders(connector), turn: turns(origin.hostname) };
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
