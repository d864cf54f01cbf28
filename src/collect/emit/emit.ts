/**
 * Turns what was read from one platform, or one file, into resources. Owns the order (settings first: steps look them up)
 * and the uniqueness of keys. Pure: the same items give the same resources. It makes them one by one: an estate need not fit into memory twice.
 */
import type { JsonValue, Resource } from '../../model/resource.js';
import { OBSERVED_KINDS, resourceId } from '../../model/resource.js';
import { NO_NODES } from '../expressions/scope.js';
import type { Value } from '../expressions/scope.js';
import type { Graph, SourceItem, Unread } from '../graph/types.js';
import type { CompiledGraph, CompiledRecord, Connector } from '../manifest/connector.js';
import { drawGraph, graphResources, unreadIn } from './graph-resources.js';
import type { EmitSetting } from './graph-resources.js';
import { observationMerger } from './observed.js';
import { recordResources } from './records.js';
import { countUnread, unreadRecords } from './unread.js';
import type { UnreadPart } from './unread.js';

export type { SourceItem } from '../graph/types.js';
export type { UnreadPart } from './unread.js';

export interface EmitOptions {
  readonly source: 'api' | 'file';
  readonly file: string | null;
  /** stands for the id of a workflow that has none */
  readonly fileKey: string;
  readonly suffix: string;
  /** the text and choice fields that the person gave, for `$field` */
  readonly fields?: Readonly<Record<string, JsonValue>>;
}

/** Settings are told by several answers of a platform: what has the same key becomes one resource, the later rule wins. */
function mergeSettings(settings: readonly Resource[]): Resource[] {
  const merged = new Map<string, Resource>();
  for (const resource of settings) {
    const known = merged.get(resourceId(resource));
    merged.set(resourceId(resource), known ? { ...known, properties: { ...known.properties, ...resource.properties } } : resource);
  }
  return [...merged.values()];
}

/** A platform that repeats an id keeps both things; the second is told apart by `#2`. */
function uniqueKeys(): (resource: Resource) => Resource {
  const seen = new Map<string, Set<string>>();
  return (resource) => {
    let keys = seen.get(resource.kind);
    if (!keys) seen.set(resource.kind, (keys = new Set()));
    let { key } = resource;
    for (let count = 2; keys.has(key); count += 1) key = `${resource.key}#${count}`;
    keys.add(key);
    return key === resource.key ? resource : { ...resource, key };
  };
}

/** The items of one type. It may be gone through several times; a list that makes them anew each time need not hold them. */
export interface SourceList extends Iterable<SourceItem> {
  readonly length: number;
}

/** What is made of the items of all types: resources, and what could not be made. Each is worked out when it is asked for. */
export interface Emission {
  /**
   * What is compared, one by one, in a settled order: items are looked at as they are reached, and nothing that was made is kept.
   * Audit events and run statistics go into `observations`; the last ones may change until the end.
   */
  each(observations: Resource[]): Iterable<Resource>;
  /** all at once, observations at their places */
  resources(): Resource[];
  unread(): UnreadPart[];
}

type Items = ReadonlyMap<string, SourceList>;

/** Values of a type as a list, made when an expression first asks for it: `related` keeps an index by the list. */
function allOf(items: Items): Record<string, JsonValue> {
  const all: Record<string, JsonValue> = {};
  for (const [type, list] of items) {
    let values: JsonValue[] | undefined;
    Object.defineProperty(all, type, { enumerable: true, get: () => (values ??= Array.from(list, (item) => item.value)) });
  }
  return all;
}

/** Wires of this layout go from item to item: it is drawn as a whole. In the others each item is a workflow. */
function* drawnGraphs(list: SourceList, setting: EmitSetting): Generator<Graph> {
  if (setting.layout.layout === 'flat-by-id') yield drawGraph([...list], setting);
  else for (const item of list) yield drawGraph([item], setting);
}

function unreadOf(list: SourceList, setting: EmitSetting): Unread[] {
  const unread: Unread[] = [];
  for (const graph of drawnGraphs(list, setting)) unread.push(...unreadIn(graph, setting));
  return unread;
}

/** `unkeyed` takes the places of items that cannot be told apart: a list may make its items anew each time. */
function* recordsIn(record: CompiledRecord, list: SourceList, variables: Readonly<Record<string, Value>>, unkeyed?: Set<number>): Generator<Resource[]> {
  if (record.groupBy) {
    const items = [...list];
    return yield recordResources(record, items, variables, (item) => unkeyed?.add(items.indexOf(item)));
  }
  let index = 0;
  const onUnkeyed = (): void => void unkeyed?.add(index);
  for (const item of list) {
    yield recordResources(record, [item], variables, onUnkeyed);
    index += 1;
  }
}

/** The items that a graph's `where` leaves. */
function wanted({ where }: CompiledGraph, list: SourceList, variables: Readonly<Record<string, Value>>): SourceList {
  return where === null ? list : Array.from(list).filter((item) => where({ root: item.value, variables, nodes: NO_NODES }) === true);
}

/** A type that is not in `items` was not read: it is absent from `$all`, so that nothing is concluded from a list that nobody saw. */
export function emission(connector: Connector, items: Items, options: EmitOptions): Emission {
  const base: Record<string, Value> = { source: options.source, all: allOf(items), fileKey: options.fileKey, field: { ...options.fields } };
  const records = connector.records.filter((record) => items.has(record.from));
  const others = records.filter((record) => record.kind !== 'platform-settings');
  const settings = mergeSettings(records.filter((record) => record.kind === 'platform-settings').flatMap((record) => [...recordsIn(record, items.get(record.from)!, base)].flat()));
  const platform: JsonValue = Object.assign({}, ...settings.filter(({ kind }) => kind === 'platform-settings').map((resource) => resource.properties));
  const variables = { ...base, platform };
  const graphs = connector.graphs.map((layout) => ({ list: wanted(layout, items.get(layout.rule.from) ?? [], variables), setting: { connector, layout, variables, file: options.file, suffix: options.suffix } }));
  /** of each graph, and the places of items without a key by type; known once everything was made */
  let noted: { readonly unread: readonly Unread[][]; readonly unkeyed: ReadonlyMap<string, ReadonlySet<number>> } | null = null;
  /** in small lots, each of one item */
  function* made(): Generator<Resource[]> {
    yield settings;
    const found = graphs.map((): Unread[] => []);
    for (const [index, { list, setting }] of graphs.entries()) {
      for (const graph of drawnGraphs(list, setting)) yield graphResources(graph, setting, found[index]!);
    }
    const unkeyed = new Map(others.map(({ from }) => [from, new Set<number>()]));
    for (const record of others) yield* recordsIn(record, items.get(record.from)!, variables, unkeyed.get(record.from)!);
    noted = { unread: found, unkeyed };
  }
  /** `observations`: where they go, when it is not to their places among the others */
  function* finished(observations: Resource[] | null): Generator<Resource> {
    const [unique, merged] = [uniqueKeys(), observationMerger()];
    for (const lot of made()) {
      for (const resource of lot) {
        const own = merged(resource);
        if (own === null) continue;
        if (!isObserved(own)) yield unique(own);
        // a file is judged at once and observed by nobody
        else if (options.source !== 'file' && observations) observations.push(unique(own));
        else if (options.source !== 'file') yield unique(own);
      }
    }
  }
  return {
    each: finished,
    resources: () => [...finished(null)],
    unread: () => [
      ...graphs.flatMap(({ list, setting }, index) => countUnread(setting.layout.rule.from, list.length, noted?.unread[index] ?? unreadOf(list, setting))),
      ...[...items].flatMap(([type, list]) => {
        const rules = records.filter((record) => record.from === type);
        const unkeyed = rules.every((rule) => others.includes(rule)) ? noted?.unkeyed.get(type)?.size : undefined;
        return unreadRecords(type, list, { rules, variables, unkeyed, isDrawn: graphs.some(({ setting }) => setting.layout.rule.from === type) });
      }),
    ],
  };
}

function isObserved({ kind }: Resource): boolean {
  return OBSERVED_KINDS.includes(kind);
}

export function emitResources(connector: Connector, items: Items, options: EmitOptions): Resource[] {
  return emission(connector, items, options).resources();
}
