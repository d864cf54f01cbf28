/**
 * Turns what was read from one platform, or one file, into resources. Owns the order (settings first: steps look them up)
 * and the uniqueness of keys. Pure: the same items give the same resources.
 */
import type { JsonValue, Resource } from '../../model/resource.js';
import { resourceId } from '../../model/resource.js';
import type { Value } from '../expressions/scope.js';
import type { SourceItem } from '../graph/types.js';
import type { Connector } from '../manifest/connector.js';
import { graphResources } from './graph-resources.js';
import { recordResources } from './records.js';

export type { SourceItem } from '../graph/types.js';

export interface EmitOptions {
  readonly source: 'api' | 'file';
  readonly file: string | null;
  /** stands for the id of a workflow that has none */
  readonly fileKey: string;
  readonly suffix: string;
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

export function emitResources(connector: Connector, items: ReadonlyMap<string, readonly SourceItem[]>, options: EmitOptions): Resource[] {
  const all: Record<string, JsonValue> = {};
  if (options.source === 'api') for (const [type, list] of items) all[type] = list.map((item) => item.value);
  const base: Record<string, Value> = { source: options.source, all, fileKey: options.fileKey };
  const records = connector.records.filter((record) => items.has(record.from));
  const settings = records.filter((record) => record.kind === 'platform-settings').flatMap((record) => recordResources(record, items.get(record.from)!, base));
  const platform: JsonValue = Object.assign({}, ...settings.map((resource) => resource.properties));
  const variables = { ...base, platform };
  const graph = connector.graphs.flatMap((layout) => graphResources(items.get(layout.rule.from) ?? [], { connector, layout, variables, file: options.file, suffix: options.suffix }));
  const others = records.filter((record) => record.kind !== 'platform-settings').flatMap((record) => recordResources(record, items.get(record.from)!, variables));
  return withUniqueKeys([...settings, ...graph, ...others]);
}
