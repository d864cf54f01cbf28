/**
 * Turns what was read from one platform, or one file, into resources. Owns the order (settings first: steps look them up)
 * and the uniqueness of keys. Pure: the same items give the same resources.
 */
import type { JsonValue, Resource } from '../../model/resource.js';
import { OBSERVED_KINDS, resourceId } from '../../model/resource.js';
import type { Value } from '../expressions/scope.js';
import type { Graph, SourceItem } from '../graph/types.js';
import type { Connector } from '../manifest/connector.js';
import { drawGraph, graphResources, unreadIn } from './graph-resources.js';
import type { EmitSetting } from './graph-resources.js';
import { mergeObservations } from './observed.js';
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
function withUniqueKeys(resources: Resource[]): Resource[] {
  const seen = new Set<string>();
  return resources.map((resource) => {
    let { key } = resource;
    for (let count = 2; seen.has(resourceId({ kind: resource.kind, key })); count += 1) key = `${resource.key}#${count}`;
    seen.add(resourceId({ kind: resource.kind, key }));
    return key === resource.key ? resource : { ...resource, key };
  });
}

interface Drawn {
  readonly graph: Graph;
  readonly setting: EmitSetting;
}

/** What is made of the items of all types: resources, and what could not be made. Each is worked out when it is asked for. */
export interface Emission {
  resources(): Resource[];
  unread(): UnreadPart[];
}

/** A type that is not in `items` was not read: it is absent from `$all`, so that nothing is concluded from a list that nobody saw. */
export function emission(connector: Connector, items: ReadonlyMap<string, readonly SourceItem[]>, options: EmitOptions): Emission {
  const all: Record<string, JsonValue> = {};
  for (const [type, list] of items) all[type] = list.map((item) => item.value);
  const base: Record<string, Value> = { source: options.source, all, fileKey: options.fileKey, field: { ...options.fields } };
  const records = connector.records.filter((record) => items.has(record.from));
  const settings = mergeSettings(records.filter((record) => record.kind === 'platform-settings').flatMap((record) => recordResources(record, items.get(record.from)!, base)));
  const platform: JsonValue = Object.assign({}, ...settings.filter(({ kind }) => kind === 'platform-settings').map((resource) => resource.properties));
  const variables = { ...base, platform };
  const graphs = connector.graphs.map((layout): Drawn => {
    const setting = { connector, layout, variables, file: options.file, suffix: options.suffix };
    return { setting, graph: drawGraph(items.get(layout.rule.from) ?? [], setting) };
  });
  return {
    resources() {
      const others = records.filter((record) => record.kind !== 'platform-settings').flatMap((record) => recordResources(record, items.get(record.from)!, variables));
      const resources = withUniqueKeys(mergeObservations([...settings, ...graphs.flatMap(({ graph, setting }) => graphResources(graph, setting)), ...others]));
      // a file is judged at once and observed by nobody
      return options.source === 'file' ? resources.filter(({ kind }) => !OBSERVED_KINDS.includes(kind)) : resources;
    },
    unread: () => [
      ...graphs.flatMap(({ graph, setting }) => countUnread(setting.layout.rule.from, items.get(setting.layout.rule.from)?.length ?? 0, unreadIn(graph, setting))),
      ...[...items].flatMap(([type, list]) => unreadRecords(type, list, { rules: records.filter((record) => record.from === type), variables, isDrawn: graphs.some(({ setting }) => setting.layout.rule.from === type) })),
    ],
  };
}

export function emitResources(connector: Connector, items: ReadonlyMap<string, readonly SourceItem[]>, options: EmitOptions): Resource[] {
  return emission(connector, items, options).resources();
}
