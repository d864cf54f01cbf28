/** A made-up platform for tests of the walk: a manifest's resources, and a function that answers. No socket is opened. */
import { jsonOf } from '../../../src/collect/http/answers.js';
import { factsOf } from '../../../src/collect/http/door.js';
import { DOOR_LIMITS } from '../../../src/collect/http/limits.js';
import { statusFailure } from '../../../src/collect/http/failures.js';
import { collectThrough } from '../../../src/collect/engine/collect.js';
import type { Collection, CollectOptions } from '../../../src/collect/engine/collect.js';
import { preflightThrough } from '../../../src/collect/engine/preflight.js';
import type { PreflightEntry } from '../../../src/collect/engine/preflight.js';
import { memoryPages } from '../../../src/collect/engine/page-store.js';
import type { PageStore } from '../../../src/collect/engine/page-store.js';
import type { Session } from '../../../src/collect/engine/session.js';
import { compileManifest } from '../../../src/collect/manifest/compile-manifest.js';
import type { Connector } from '../../../src/collect/manifest/connector.js';
import { Manifest } from '../../../src/collect/manifest/schema.js';
import { compileSteps } from '../../../src/collect/manifest/step-rules.js';
import { StepsFile } from '../../../src/collect/manifest/steps-schema.js';
import { PlumblineError } from '../../../src/model/errors.js';
import type { JsonValue } from '../../../src/model/resource.js';
import type { CompletenessEntry } from '../../../src/model/snapshot.js';

export const KEY = new Uint8Array(32).fill(7);

/** One request as the platform sees it. `url`: `/things?limit=2`, names and values in clear. */
export interface Seen {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonValue;
  /** how many came before it */
  readonly number: number;
}
/** A body, or one with status and headers. A Buffer or text is sent as it is. */
export type Reply = { status?: number; headers?: Record<string, string>; body: unknown };
export type Platform = (seen: Seen) => Reply | Promise<Reply>;

const TYPE_DEFAULTS = { title: 'Things', right: 'things.read' };
const steps = compileSteps(StepsFile.parse({ dataReferences: [], types: {} }));

/** Each type yields one `data-store` per item with an id, whose properties are the item. */
export function connectorOf(resources: Record<string, Record<string, unknown>>, more: Record<string, unknown> = {}): Connector {
  const manifest = Manifest.parse({
    apiVersion: 'connector/v1', id: 'made-up', title: 'Made up', about: 'A platform for tests.', evidence: 'constructed',
    secretFields: [{ name: 'token', label: 'Key', kind: 'password' }, { name: 'zone', label: 'Zone', kind: 'text', required: false }], auth: { kind: 'none' }, redact: {},
    probe: { types: [Object.keys(resources)[0]] },
    resources: Object.fromEntries(Object.entries(resources).map(([type, rule]) => [type, { ...TYPE_DEFAULTS, title: type, ...rule }])),
    emit: Object.keys(resources).map((type) => ({ kind: 'data-store', from: type, key: { join: [{ value: type }, { first: ['bound.key', { value: '-' }] }, { first: ['id', 'value'] }], with: '/' }, name: { first: ['name', 'id', 'value'] }, properties: { item: '' } })),
    ...more,
  });
  return compileManifest(manifest, steps, 'made-up');
}

function bytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

export interface Stage {
  readonly session: Session;
  readonly seen: Seen[];
  readonly learnt: string[];
}

/** Addresses of https://made-up.example.com/api/... are of `main`; those of https://other.example.com of `other`. */
function resolve(url: string): ReturnType<Session['resolve']> {
  const target = new URL(url, 'https://made-up.example.com/api/');
  const host = target.host === 'made-up.example.com' ? 'main' : target.host === 'other.example.com' ? 'other' : null;
  if (host === null) throw new PlumblineError('PLB-COLLECT-007', 'The address is of no declared host.', {});
  return { host, path: target.pathname.replace(/^\/api(?=\/)/, ''), query: [...target.searchParams] };
}

export function stageOf(platform: Platform): Stage {
  const seen: Seen[] = [];
  const learnt: string[] = [];
  const session: Session = {
    host: 'made-up.example.com', resolve, hostFor: (host) => host,
    learn: (type) => { learnt.push(type); },
    async ask(host, request) {
      const post = request.readOnlyPost;
      const query = (request.query ?? []).map(([name, value]) => `${name}=${value}`).join('&');
      const asked: Seen = {
        host, method: post ? 'POST' : 'GET', path: request.path, query: Object.fromEntries(request.query ?? []), url: query === '' ? request.path : `${request.path}?${query}`,
        headers: request.headers ?? {}, number: seen.length, body: post ? (post.contentType === 'application/json' ? JSON.parse(post.body) as JsonValue : post.body) : null,
      };
      seen.push(asked);
      const { status = 200, headers = {}, body } = await platform(asked);
      const facts = factsOf('made-up.example.com', request);
      if (status === 429) throw statusFailure(facts, status, headers['retry-after'] ?? null);
      return { status, etag: headers['etag'] ?? null, facts, answer: { status, headers: { 'content-type': 'application/json', ...headers }, body: bytes(body) } };
    },
    json: ({ answer, facts }) => jsonOf(answer, facts, DOOR_LIMITS),
    close: () => undefined,
  };
  return { session, seen, learnt };
}

export interface Walked extends Collection {
  readonly seen: Seen[];
  /** as the platform sees them, in order */
  readonly urls: string[];
  /** items by type, as emitted */
  items(type: string): { [key: string]: JsonValue }[];
  entry(type: string): CompletenessEntry;
}

export interface WalkOptions extends Partial<Pick<CollectOptions, 'pages' | 'bookmarks' | 'onProgress' | 'signal' | 'unchanged'>> {
  readonly connector?: Connector;
  readonly given?: Record<string, string>;
  readonly manifest?: Record<string, unknown>;
}

function optionsOf(connector: Connector, { pages, given, bookmarks, onProgress, signal, unchanged }: WalkOptions): CollectOptions {
  return {
    connector, baseUrl: 'https://made-up.example.com/api', secret: { token: 'k', ...given }, fingerprintKey: KEY, pages: pages ?? memoryPages(), allowLoopback: false,
    onProgress: onProgress ?? (() => undefined), signal, ...(bookmarks ? { bookmarks } : {}), ...(unchanged ? { unchanged } : {}),
  };
}

export async function walk(resources: Record<string, Record<string, unknown>>, platform: Platform, options: WalkOptions = {}): Promise<Walked> {
  const connector = options.connector ?? connectorOf(resources, options.manifest);
  const { session, seen } = stageOf(platform);
  const collection = await collectThrough(session, optionsOf(connector, options));
  return {
    ...collection, seen, urls: seen.map((each) => each.url),
    items: (type) => collection.resources.filter((resource) => resource.key.startsWith(`${type}/`)).map((resource) => resource.properties['item'] as { [key: string]: JsonValue }),
    entry: (type) => collection.completeness.find((entry) => entry.type === type)!,
  };
}

export async function look(resources: Record<string, Record<string, unknown>>, platform: Platform, options: WalkOptions = {}): Promise<{ entries: PreflightEntry[]; seen: Seen[] }> {
  const connector = options.connector ?? connectorOf(resources, options.manifest);
  const { session, seen } = stageOf(platform);
  return { entries: await preflightThrough(session, optionsOf(connector, options)), seen };
}

export function rows(count: number, from = 0): { id: string; name: string }[] {
  return Array.from({ length: count }, (_each, index) => ({ id: `t${from + index}`, name: `T ${from + index}` }));
}

/** Pages that can be cut off after a number of writes, as a killed worker's are; what was written stays. */
export function breakingPages(writes: number): PageStore & { kept: PageStore } {
  const kept = memoryPages();
  let left = writes;
  return {
    kept,
    read: (type) => kept.read(type),
    async write(type, page, body) {
      if (left <= 0) throw new Error('killed');
      left -= 1;
      // as a database gives them back: copies
      await kept.write(type, page, structuredClone(body));
    },
  };
}

export async function failureOf(promise: Promise<unknown>): Promise<PlumblineError> {
  const error = await promise.then(() => { throw new Error('it did not fail'); }, (reason: unknown) => reason);
  if (!(error instanceof PlumblineError)) throw error;
  return error;
}
