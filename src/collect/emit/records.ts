/** Turns plain items (credentials, users, packages, settings) into resources by the `emit` rules of a manifest. Owns nothing else. */
import type { JsonValue, Resource } from '../../model/resource.js';
import { NO_NODES, asText, isObject } from '../expressions/scope.js';
import type { JsonObject, Value } from '../expressions/scope.js';
import type { SourceItem } from '../graph/types.js';
import type { CompiledRecord } from '../manifest/connector.js';
import { secretPlaces } from '../redact/marks.js';

function grouped(items: readonly SourceItem[], record: CompiledRecord, variables: Readonly<Record<string, Value>>): SourceItem[][] {
  if (!record.groupBy) return items.map((item) => [item]);
  const groups = new Map<string, SourceItem[]>();
  for (const item of items) {
    const name = asText(record.groupBy({ root: item.value, variables, nodes: NO_NODES })) ?? '';
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return [...groups.values()];
}

export function recordResources(record: CompiledRecord, items: readonly SourceItem[], variables: Readonly<Record<string, Value>>): Resource[] {
  const resources: Resource[] = [];
  for (const group of grouped(items.filter((item) => isObject(item.value)), record, variables)) {
    const first = group[0]!;
    const scope = { root: first.value, variables: { ...variables, group: group.map((item) => item.value as JsonValue) }, nodes: NO_NODES };
    if (record.where && record.where(scope) !== true) continue;
    const key = asText(record.key(scope));
    if (key === undefined || key === '') continue;
    const properties: JsonObject = {};
    for (const [name, expression] of record.properties) {
      const value = expression(scope);
      if (value !== undefined && value !== null) properties[name] = value;
    }
    const secrets = secretPlaces(properties, '');
    if (secrets.length > 0) properties['inlineSecrets'] = secrets.map((secret) => ({ ...secret }));
    const name = asText(record.name(scope)) ?? key;
    resources.push({ kind: record.kind, key, name, properties, location: { file: null, workflow: null, step: null }, evidence: first.evidence });
  }
  return resources;
}
