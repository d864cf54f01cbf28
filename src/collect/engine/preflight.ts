/**
 * Lists the rights that a connector needs beside those that the key has, by asking every type once. Owns the states that
 * people see before the first scan. Reads only, and stores nothing.
 */
import { PlumblineError } from '../../model/errors.js';
import type { ErrorCode } from '../../model/errors.js';
import type { JsonValue, ResourceKind } from '../../model/resource.js';
import type { CompletenessEntry } from '../../model/snapshot.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';
import { askedTypes } from './asked.js';
import { pauseInWords, withoutWaiting } from './asked-to-wait.js';
import { completenessOf } from './completeness.js';
import { firstPageOnly } from './first-page.js';
import { itemsOf } from './items.js';
import { memoryPages } from './page-store.js';
import { readType } from './read-type.js';
import type { TypeReader } from './type-reader.js';
import { openFields } from './request.js';
import { openSession } from './session.js';
import type { Session, SessionOptions } from './session.js';
import { versionGate, versionOf } from './version-gate.js';

export interface PreflightEntry {
  readonly type: string;
  readonly title: string;
  /** by the platform's own name; `none` when it needs none */
  readonly right: string;
  /** without it the scan is incomplete */
  readonly required: boolean;
  readonly state: 'granted' | 'forbidden' | 'unavailable' | 'failed' | 'not-asked';
  readonly reason: string | null;
  readonly kinds: readonly ResourceKind[];
}

export interface PreflightOptions extends SessionOptions {
  readonly connector: Connector;
}

type Verdict = Pick<PreflightEntry, 'state' | 'reason'>;

function verdictOf(entry: CompletenessEntry): Verdict {
  const reason = entry.missing ?? entry.reason;
  if (entry.state === 'forbidden' || entry.state === 'unavailable' || entry.state === 'failed') return { state: entry.state, reason };
  return { state: 'granted', reason: null };
}

function failureOf(error: unknown): Verdict {
  if (!(error instanceof PlumblineError) || error.code === 'PLB-COLLECT-002' || error.code === 'PLB-COLLECT-006') throw error;
  const missing = error.details['missing'];
  if (error.code === 'PLB-COLLECT-003') return { state: 'forbidden', reason: typeof missing === 'string' ? missing : error.message };
  return { state: 'failed', reason: `${error.code} ${error.message}` };
}

/** Why there is nothing to ask; null = ask. */
function notAsked(resource: CompiledResource, connector: Connector, items: ReadonlyMap<string, readonly JsonValue[]>): string | null {
  if (resource.rule.job) return 'it is an export made on demand, which a look before a scan does not start';
  if (!resource.forEach || (items.get(resource.forEach.of)?.length ?? 0) > 0) return null;
  return `there is nothing in "${connector.manifest.resources[resource.forEach.of]?.title ?? resource.forEach.of}" to try it on`;
}

interface Look {
  readonly connector: Connector;
  readonly reader: TypeReader;
  readonly items: Map<string, readonly JsonValue[]>;
  readonly version: () => string | null;
}

async function lookAt(resource: CompiledResource, { connector, reader, items, version }: Look): Promise<Verdict> {
  const gated = versionGate(resource, version());
  if (gated) return verdictOf(gated);
  const nothing = notAsked(resource, connector, items);
  if (nothing !== null) return { state: 'not-asked', reason: nothing };
  try {
    const once = firstPageOnly(resource);
    const reading = await readType(once, reader, (type) => items.get(type) ?? []);
    const found = itemsOf(once, reading.lists);
    const values = found.items.map((item): JsonValue => item.value);
    items.set(resource.type, values);
    reader.session.learn(resource.type, values);
    if (reading.lists.length === 0) return { state: 'not-asked', reason: 'nothing on the first page of what it loops over asks for it' };
    return verdictOf(completenessOf(once, reading, found));
  } catch (error) {
    return failureOf(error);
  }
}

/** A key that sees only its own items gets clean answers: the manifest tells it by the types that are refused to it. */
function withNarrowView(entries: readonly PreflightEntry[], resources: readonly CompiledResource[]): PreflightEntry[] {
  const forbidden = new Set(entries.filter((entry) => entry.state === 'forbidden').map((entry) => entry.type));
  return entries.map((entry) => {
    const view = resources.find((resource) => resource.type === entry.type)?.rule.narrowView;
    return view && entry.state === 'granted' && view.whenForbidden.some((type) => forbidden.has(type)) ? { ...entry, state: 'forbidden' as const, reason: view.missing } : entry;
  });
}

/** Asked to wait after something was seen: that is kept, and the rest is not asked for. */
function pausedAt(error: unknown, seen: number): Verdict {
  const pause = pauseInWords(error);
  if (pause === null || seen === 0) throw error;
  return { state: 'not-asked', reason: `${pause}; look again then` };
}

/** The first type that cannot even be asked tells of the platform, not of itself. */
function refuseDead(entries: readonly PreflightEntry[], host: string): void {
  const failed = entries.length === 1 ? /^(PLB-COLLECT-00[17]) (.*)$/.exec(entries[0]!.state === 'failed' ? (entries[0]!.reason ?? '') : '') : null;
  if (failed) throw new PlumblineError(failed[1] as ErrorCode, failed[2]!, { host });
}

/** Throws what keeps every type from being read: no connection (001), a refused key (002), an address that may not be reached (007). */
export async function preflight(options: PreflightOptions): Promise<PreflightEntry[]> {
  return withoutWaiting(async () => {
    const session = await openSession(options);
    try {
      return await preflightThrough(session, options);
    } finally {
      session.close();
    }
  });
}

/** The same over a session that is open already. */
export async function preflightThrough(session: Session, options: PreflightOptions): Promise<PreflightEntry[]> {
  const { connector } = options;
  const items = new Map<string, readonly JsonValue[]>();
  const reader: TypeReader = {
    session, connector, fields: openFields(connector, options.secret), fingerprintKey: new Uint8Array(32), pages: memoryPages(), bookmarks: {},
    now: Date.now, onProgress: () => undefined, signal: options.signal,
  };
  const look: Look = { connector, reader, items, version: () => versionOf(connector, (type) => items.get(type)?.[0]) };
  const entries: PreflightEntry[] = [];
  let paused: Verdict | null = null;
  for (const resource of askedTypes(connector)) {
    options.signal?.throwIfAborted();
    const { type, kinds, rule } = resource;
    const verdict: Verdict = paused ?? (await lookAt(resource, look).catch((error: unknown) => (paused = pausedAt(error, entries.length))));
    entries.push({ type, title: rule.title, right: rule.right, required: rule.required, kinds, ...verdict });
    refuseDead(entries, session.host);
  }
  return withNarrowView(entries, connector.resources);
}
