/** Reads one platform as its manifest says, and turns what was read into resources. Owns the order; resumable through the page store. */
import type { JsonValue, Resource } from '../../model/resource.js';
import type { CompletenessEntry } from '../../model/snapshot.js';
import { emission } from '../emit/emit.js';
import type { SourceItem } from '../emit/emit.js';
import type { DoorLimits } from '../http/limits.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';
import { withoutWaiting } from './asked-to-wait.js';
import { askedTypes, knownItems } from './asked.js';
import { afterSource, applyNarrowView, completenessOf, notExposed } from './completeness.js';
import { firstPageOnly } from './first-page.js';
import { itemsOf } from './items.js';
import { watchKey } from './key-watch.js';
import { memoryPages } from './page-store.js';
import type { PageStore } from './page-store.js';
import { readType } from './read-type.js';
import { openFields } from './request.js';
import { sealCursors } from './sealed-cursors.js';
import { openSession } from './session.js';
import type { Session } from './session.js';
import { bookmarkOf } from './since.js';
import { withUndecoded, withUnread, withoutUndecoded } from './unread-entries.js';
import { versionGate, versionOf } from './version-gate.js';

export interface CollectProgress {
  readonly type: string;
  readonly title: string;
  readonly page: number;
  readonly read: number;
}

export interface CollectOptions {
  readonly connector: Connector;
  readonly baseUrl: string;
  readonly secret: Readonly<Record<string, string>>;
  /** key of the fingerprints that stand for secrets; the same key shows a rotation between scans */
  readonly fingerprintKey: Uint8Array;
  /** pages hold no secrets; a second collection with the same store goes on after the last stored page */
  readonly pages: PageStore;
  /** what the last scan returned: events before these times are not asked for again */
  readonly bookmarks?: Readonly<Record<string, string>>;
  readonly allowLoopback: boolean;
  /** default true: a platform at a private address of the house is normal */
  readonly allowPrivate?: boolean;
  readonly limits?: Partial<DoorLimits>;
  readonly onProgress: (progress: CollectProgress) => void;
  readonly signal?: AbortSignal | undefined;
  /** asked when all is read; where it tells true, every page is that of an earlier scan, whose resources the caller has: none are made */
  readonly unchanged?: () => boolean;
  /** takes the resources one by one, as they are made, instead of `resources` of the result: a large estate need not be held as a whole */
  readonly take?: (resource: Resource) => void;
}

export interface Collection {
  readonly resources: Resource[];
  /** audit events and run statistics: never compared */
  readonly observations: Resource[];
  /** the time of the last event read, by resource type: where the next scan goes on */
  readonly bookmarks: Readonly<Record<string, string>>;
  readonly completeness: CompletenessEntry[];
  readonly platformVersion: string | null;
}

type GatherOptions = Pick<CollectOptions, 'connector' | 'secret' | 'fingerprintKey' | 'pages' | 'onProgress' | 'signal' | 'bookmarks'>;

interface Gathered {
  readonly items: Map<string, SourceItem[]>;
  readonly completeness: CompletenessEntry[];
  readonly bookmarks: Record<string, string>;
  readonly platformVersion: string | null;
}

function valuesOf(items: readonly SourceItem[] | undefined): JsonValue[] {
  return (items ?? []).map((item) => item.value);
}

/** The newest event's time is only believed when nothing was left out; else the next scan asks again from where this one did. */
function noteBookmark(resource: CompiledResource, entry: CompletenessEntry, gathered: { readonly items: Map<string, SourceItem[]>; readonly bookmarks: Record<string, string> }, last: { bookmark: string | undefined; now: number }): void {
  if (!resource.since) return;
  const whole = entry.state === 'collected' || entry.state === 'empty';
  const mark = whole ? bookmarkOf(resource, valuesOf(gathered.items.get(resource.type)), last) : last.bookmark;
  if (mark !== undefined) gathered.bookmarks[resource.type] = mark;
}

async function gather(open: Session, types: readonly CompiledResource[], options: GatherOptions): Promise<Gathered> {
  const { connector } = options;
  const items = new Map<string, SourceItem[]>();
  const entries = new Map<string, CompletenessEntry>();
  const bookmarks: Record<string, string> = {};
  const fields = openFields(connector, options.secret);
  const watch = watchKey(open, fields);
  const { session } = watch;
  const reader = {
    session, connector, fields, fingerprintKey: options.fingerprintKey, pages: sealCursors(options.pages, options.fingerprintKey),
    bookmarks: options.bookmarks ?? {}, now: Date.now, onProgress: options.onProgress, signal: options.signal,
  };
  for (const resource of types) {
    options.signal?.throwIfAborted();
    const gated = versionGate(resource, versionOf(connector, (type) => items.get(type)?.[0]?.value));
    if (gated) {
      entries.set(resource.type, gated);
      items.set(resource.type, []);
      continue;
    }
    const reading = await readType(resource, reader, (type) => valuesOf(items.get(type)));
    const found = itemsOf(resource, reading.lists);
    items.set(resource.type, found.items);
    session.learn(resource.type, valuesOf(found.items));
    const understood = withoutUndecoded(reading);
    const own = completenessOf(resource, understood.reading, found);
    const entry = resource.forEach ? afterSource(own, entries.get(resource.forEach.of)) : own;
    entries.set(resource.type, withUndecoded(entry, understood.failures));
    watch.noteRead(resource, entry);
    noteBookmark(resource, entry, { items, bookmarks }, { bookmark: reader.bookmarks[resource.type], now: reader.now() });
  }
  await watch.finish();
  return { items, completeness: [...entries.values()], bookmarks, platformVersion: versionOf(connector, (type) => items.get(type)?.[0]?.value) };
}

/** The same over a session that is open already. */
export async function collectThrough(session: Session, options: CollectOptions): Promise<Collection> {
  const { connector } = options;
  const { items, completeness, bookmarks, platformVersion } = await gather(session, askedTypes(connector), options);
  const made = emission(connector, knownItems(items, completeness), { source: 'api', file: null, fileKey: '', suffix: '', fields: openFields(connector, options.secret) });
  const [resources, observations]: [Resource[], Resource[]] = [[], []];
  const take = options.take ?? ((resource: Resource) => void resources.push(resource));
  if (options.unchanged?.() !== true) for (const resource of made.each(observations)) take(resource);
  return {
    completeness: [...applyNarrowView(withUnread(completeness, made.unread()), connector.resources, session.host), ...notExposed(connector)],
    resources, observations,
    bookmarks, platformVersion,
  };
}

/** Reads everything the manifest names. Coded errors PLB-COLLECT-001 ... 015. */
export async function collect(options: CollectOptions): Promise<Collection> {
  const session = await openSession(options);
  try {
    return await collectThrough(session, options);
  } finally {
    session.close();
  }
}

export type ProbeOptions = Pick<CollectOptions, 'connector' | 'baseUrl' | 'secret' | 'allowLoopback' | 'allowPrivate' | 'limits' | 'signal'>;

/** One look at a platform before it is added: does it answer, is the key good, does it see everything? */
export async function probe(options: ProbeOptions): Promise<{ platformVersion: string | null; title: string }> {
  return withoutWaiting(() => probed(options));
}

async function probed(options: ProbeOptions): Promise<{ platformVersion: string | null; title: string }> {
  const { connector } = options;
  const session = await openSession(options);
  try {
    const types = connector.resources.filter((resource) => connector.manifest.probe.types.includes(resource.type));
    const once = types.map(firstPageOnly);
    const { completeness, platformVersion } = await gather(session, once, { connector, secret: options.secret, signal: options.signal, fingerprintKey: new Uint8Array(32), pages: memoryPages(), onProgress: () => undefined });
    applyNarrowView(completeness, types, session.host);
    return { platformVersion, title: connector.title };
  } finally {
    session.close();
  }
}
