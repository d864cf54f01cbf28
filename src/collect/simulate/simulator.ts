/**
 * A platform on loopback, made of one fixture set: every host of it stands behind one port, hosts other than `main` below
 * `/@<host>`. Owns serving and what was asked; tests play troubles by `script`. Sends nothing anywhere.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonValue } from '../../model/resource.js';
import type { Exchange, FixtureSet } from './fixture.js';
import { askedLabel, labelOf, matchesOf, missingHeaders } from './match.js';
import type { AskedRequest } from './match.js';

/** What is answered instead of the fixture. `cut` ends the connection in the middle of the answer. */
export interface Trick {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  readonly cut?: boolean;
  readonly delayMs?: number;
}
export interface ScriptedRequest extends AskedRequest {
  /** 1 for the first request of all */
  readonly count: number;
  /** 1 for the first time that this very request comes */
  readonly nth: number;
}
/** Asked before each answer; `undefined` = as the fixture says. */
export type Script = (request: ScriptedRequest) => Trick | undefined;

export interface SimulatorOptions {
  readonly fixture: FixtureSet;
  readonly script?: Script;
  readonly port?: number;
  /** names of fields that hold the next address, beside those with "next" in them: the platform's own origin becomes the simulator's there */
  readonly linkFields?: readonly string[];
}
export interface Simulator {
  /** the address to connect, with the path of the fixture's address */
  readonly url: string;
  /** every request that was answered, by the fixture's spelling, in the order they came */
  requests(): string[];
  /** what no exchange answers, in the order it came */
  unmatched(): string[];
  /** requests without a header that the exchange requires, with the header's name */
  refused(): string[];
  /** exchanges that nobody asked for */
  unused(): string[];
  close(): Promise<void>;
}

export const tooManyRequests = (retryAfterSeconds: number): Trick => ({ status: 429, headers: { 'retry-after': String(retryAfterSeconds) }, body: { error: 'too many requests' } });
export const temporarilyDown: Trick = { status: 503, body: { error: 'down for a moment' } };
export const expiredKey: Trick = { status: 401, body: { error: 'expired' } };
export const cutShort: Trick = { cut: true };

/** The trick for the requests with these counts only, e.g. `onRequests([2, 3], temporarilyDown)`. */
export function onRequests(counts: readonly number[], trick: Trick): Script {
  return ({ count }) => (counts.includes(count) ? trick : undefined);
}

interface State {
  readonly fixture: FixtureSet;
  readonly mainHost: string;
  readonly origin: string;
  readonly isLink: (field: string) => boolean;
  own: string;
  readonly asked: string[];
  readonly unmatched: string[];
  readonly refused: string[];
  readonly used: Set<number>;
  readonly times: Map<string, number>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value ?? '']));
}

async function askedOf(request: IncomingMessage, mainHost: string): Promise<AskedRequest> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const [, other, rest] = /^\/@([^/]+)(\/.*)?$/.exec(url.pathname) ?? [];
  const host = other === undefined || other === mainHost ? 'main' : other;
  return { host, method: request.method ?? 'GET', path: other === undefined ? url.pathname : rest ?? '/', query: [...url.searchParams], headers: headersOf(request), body: await bodyOf(request) };
}

/** The platform's own origin becomes ours where the next page is named; everywhere else an address is a fact and stays. */
function relinked(value: JsonValue, field: string, state: State): JsonValue {
  if (typeof value === 'string') return state.isLink(field) && value.startsWith(state.origin) ? state.own + value.slice(state.origin.length) : value;
  if (Array.isArray(value)) return value.map((each) => relinked(each, field, state));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, relinked(member, name, state)]));
}

function send(response: ServerResponse, answer: { status: number; headers: Readonly<Record<string, string | string[]>>; text: string }): void {
  const bodiless = answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, { ...(bodiless ? {} : { 'content-type': 'application/json' }), ...answer.headers });
  response.end(bodiless ? undefined : answer.text);
}

function play(trick: Trick, response: ServerResponse): void {
  const text = JSON.stringify(trick.body ?? {});
  if (trick.cut !== true) return send(response, { status: trick.status ?? 200, headers: trick.headers ?? {}, text });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"cut":');
  setTimeout(() => response.destroy(), 5);
}

function serve(exchange: Exchange, asked: AskedRequest, response: ServerResponse, state: State): void {
  const missing = missingHeaders(exchange, asked);
  if (missing.length > 0) {
    state.refused.push(`${askedLabel(asked)} (${missing.join(', ')})`);
    return send(response, { status: 401, headers: {}, text: JSON.stringify({ error: 'not signed in' }) });
  }
  const own = (value: string): string => value.replaceAll(state.origin, state.own);
  const headers = Object.fromEntries(Object.entries(exchange.headers).map(([name, value]) => [name.toLowerCase(), typeof value === 'string' ? own(value) : value.map(own)]));
  const tag = headers['etag'];
  if (typeof tag === 'string' && asked.headers['if-none-match'] === tag) return send(response, { status: 304, headers: { etag: tag }, text: '' });
  const text = exchange.bodyText ?? (exchange.body === undefined ? '' : JSON.stringify(relinked(exchange.body, '', state)));
  return send(response, { status: exchange.status, headers, text });
}

async function answer(request: IncomingMessage, response: ServerResponse, state: State, script: Script | undefined): Promise<void> {
  const asked = await askedOf(request, state.mainHost);
  const key = askedLabel(asked);
  const nth = (state.times.get(key) ?? 0) + 1;
  state.times.set(key, nth);
  const matches = matchesOf(state.fixture.exchanges, asked);
  const index = matches[Math.min(nth, matches.length) - 1];
  state.asked.push(index === undefined ? key : labelOf(state.fixture.exchanges[index]!));
  const trick = script?.({ ...asked, count: state.asked.length, nth });
  if (trick?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, trick.delayMs));
  if (trick && (trick.cut === true || trick.status !== undefined)) return play(trick, response);
  if (index === undefined) {
    state.unmatched.push(key);
    return send(response, { status: 404, headers: {}, text: JSON.stringify({ error: 'no such exchange' }) });
  }
  state.used.add(index);
  return serve(state.fixture.exchanges[index]!, asked, response, state);
}

function stateOf({ fixture, linkFields = [] }: SimulatorOptions): State {
  const { host, origin } = new URL(fixture.address);
  const isLink = (field: string): boolean => /next/i.test(field) || linkFields.includes(field);
  return { fixture, mainHost: host, origin, isLink, own: '', asked: [], unmatched: [], refused: [], used: new Set(), times: new Map() };
}

/** Listens on 127.0.0.1 at a free port, or the one given. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const state = stateOf(options);
  const server = createServer((request, response) => {
    answer(request, response, state, options.script).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  state.own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: state.own + new URL(options.fixture.address).pathname.replace(/\/$/, ''),
    requests: () => [...state.asked],
    unmatched: () => [...state.unmatched],
    refused: () => [...state.refused],
    unused: () => options.fixture.exchanges.flatMap((exchange, index) => (state.used.has(index) ? [] : [labelOf(exchange)])),
    close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
}
