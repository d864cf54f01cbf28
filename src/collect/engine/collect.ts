/** Reads one platform as its manifest says, and turns what was read into resources. Owns the order; resumable through the page store. */
import { canonicalJson, sha256 } from '../../model/canonical.js';
import { OBSERVED_KINDS } from '../../model/resource.js';
import type { JsonValue, Resource } from '../../model/resource.js';
import type { CompletenessEntry } from '../../model/snapshot.js';
import { emitResources } from '../emit/emit.js';
import type { SourceItem } from '../emit/emit.js';
import { NO_NODES, asText, isObject } from '../expressions/scope.js';
import type { DoorLimits } from '../http/limits.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';
import { applyNarrowView, completenessOf } from './completeness.js';
import { memoryPages } from './page-store.js';
import type { PageStore } from './page-store.js';
import type { Page } from './pages.js';
import { readType } from './read-type.js';
import { openSession } from './session.js';
import type { Session } from './session.js';

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

/** The items of all pages, each once; where an id stands twice the later page is right. */
function itemsOf(resource: CompiledResource, pages: readonly Page[]): SourceItem[] {
  const byKey = new Map<string, SourceItem>();
  for (const page of pages) {
    const pageHash = page.items.length === 0 ? '' : sha256(canonicalJson(page.items));
    page.items.forEach((value, index) => {
      const id = resource.key && isObject(value) ? asText(resource.key({ root: value, variables: {}, nodes: NO_NODES })) : undefined;
      const item = { value: isObject(value) ? value : {}, evidence: { request: page.request, pageHash, path: `items[${index}]` } };
      byKey.set(id ?? `${page.request}#${index}`, item);
    });
  }
  return [...byKey.values()];
}

function versionOf(connector: Connector, items: ReadonlyMap<string, readonly SourceItem[]>): string | null {
  if (!connector.version) return null;
  const first = items.get(connector.version.from)?.[0];
  return (first && asText(connector.version.take({ root: first.value, variables: {}, nodes: NO_NODES }))) ?? null;
}

interface Gathered {
  readonly items: Map<string, SourceItem[]>;
  readonly completeness: CompletenessEntry[];
}

async function gather(session: Session, types: readonly CompiledResource[], options: Pick<CollectOptions, 'fingerprintKey' | 'pages' | 'onProgress' | 'signal'>): Promise<Gathered> {
  const items = new Map<string, SourceItem[]>();
  const completeness: CompletenessEntry[] = [];
  const reader = { session, fingerprintKey: options.fingerprintKey, pages: options.pages, onProgress: options.onProgress };
  for (const resource of types) {
    options.signal?.throwIfAborted();
    const pages = await readType(resource, reader, (type): JsonValue[] => (items.get(type) ?? []).map((item) => item.value));
    const found = itemsOf(resource, pages);
    items.set(resource.type, found);
    completeness.push(completenessOf(resource, pages, found.length));
  }
  return { items, completeness };
}

/** Reads everything the manifest names. Coded errors PLB-COLLECT-001 ... 014. */
export async function collect(options: CollectOptions): Promise<Collection> {
  const { connector } = options;
  const session = await openSession(options);
  try {
    const { items, completeness } = await gather(session, connector.resources, options);
    const emitted = emitResources(connector, items, { source: 'api', file: null, fileKey: '', suffix: '' });
    return {
      completeness: applyNarrowView(completeness, connector.resources, session.host),
      resources: emitted.filter(({ kind }) => !OBSERVED_KINDS.includes(kind)),
      observations: emitted.filter(({ kind }) => OBSERVED_KINDS.includes(kind)),
      bookmarks: {},
      platformVersion: versionOf(connector, items),
    };
  } finally {
    session.close();
  }
}

export type ProbeOptions = Pick<CollectOptions, 'connector' | 'baseUrl' | 'secret' | 'allowLoopback' | 'allowPrivate' | 'limits' | 'signal'>;

/** One look at a platform before it is added: does it answer, is the key good, does it see everything? */
export async function probe(options: ProbeOptions): Promise<{ platformVersion: string | null; title: string }> {
  const { connector } = options;
  const session = await openSession(options);
  try {
    const types = connector.resources.filter((resource) => connector.manifest.probe.types.includes(resource.type));
    const once = types.map((resource) => ({ ...resource, rule: { ...resource.rule, paging: undefined } }));
    const { items, completeness } = await gather(session, once, { fingerprintKey: new Uint8Array(32), pages: memoryPages(), onProgress: () => undefined });
    applyNarrowView(completeness, types, session.host);
    return { platformVersion: versionOf(connector, items), title: connector.title };
  } finally {
    session.close();
  }
}
