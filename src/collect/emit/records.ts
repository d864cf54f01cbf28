/** Turns plain items (credentials, users, packages, settings) into resources by the `emit` rules of a manifest. Owns nothing else. */
import type { JsonValue, Resource } from '../../model/resource.js';
import { NO_NODES, asList, asText, isObject } from '../expressions/scope.js';
import type { JsonObject, Scope, Value } from '../expressions/scope.js';
import type { SourceItem } from '../graph/types.js';
import type { CompiledRecord } from '../manifest/connector.js';
import { putInlineSecrets } from './inline-secrets.js';
import { observation } from './observed.js';
import { concludeOfUser } from './user-facts.js';

type Variables = Readonly<Record<string, Value>>;

/** What one resource is made of: the member or item that paths start at, and the item it came from. */
interface Subject {
  readonly root: Value;
  readonly item: SourceItem;
}

function scopeOf({ root, item }: Subject, variables: Variables): Scope {
  return { root, variables: { ...variables, item: item.value }, nodes: NO_NODES };
}

function subjectsOf(items: readonly SourceItem[], { each }: CompiledRecord, variables: Variables): Subject[] {
  const objects = items.every((item) => isObject(item.value)) ? items : items.filter((item) => isObject(item.value));
  if (!each) return objects.map((item) => ({ root: item.value, item }));
  return objects.flatMap((item) => asList(each(scopeOf({ root: item.value, item }, variables))).map((root) => ({ root, item })));
}

function grouped(subjects: readonly Subject[], { groupBy }: CompiledRecord, variables: Variables): Subject[][] {
  if (!groupBy) return subjects.map((subject) => [subject]);
  const groups = new Map<string | Subject, Subject[]>();
  for (const subject of subjects) {
    // what does not say where it belongs stands alone
    const name = asText(groupBy(scopeOf(subject, variables))) || subject;
    const group = groups.get(name);
    if (group) group.push(subject);
    else groups.set(name, [subject]);
  }
  return [...groups.values()];
}

function propertiesOf(record: CompiledRecord, scope: Scope): JsonObject {
  const properties: JsonObject = {};
  for (const [name, expression] of record.properties) {
    const value = expression(scope);
    if (value !== undefined && value !== null) properties[name] = value;
  }
  concludeOfUser(record.kind, properties);
  putInlineSecrets(properties, properties);
  return properties;
}

interface Selected {
  readonly first: Subject;
  readonly scope: Scope;
  /** blank = it cannot be told from others */
  readonly key: string;
}

function selected(record: CompiledRecord, items: readonly SourceItem[], variables: Variables): Selected[] {
  return grouped(subjectsOf(items, record, variables), record, variables).flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const scope: Scope = { root: first.root, variables: { ...variables, item: first.item.value, group: group.map(({ root }) => root as JsonValue) }, nodes: NO_NODES };
    if (record.where && record.where(scope) !== true) return [];
    return [{ first, scope, key: asText(record.key(scope)) ?? '' }];
  });
}

/** The items that a rule should have drawn something from, and could not tell what. */
export function unkeyedItems(record: CompiledRecord, items: readonly SourceItem[], variables: Variables): SourceItem[] {
  return selected(record, items, variables).flatMap(({ first, key }) => (key === '' ? [first.item] : []));
}

/** Whether the list that a rule draws from is in none of the items. An empty one is there. */
export function hasNoLists({ each }: CompiledRecord, items: readonly SourceItem[], variables: Variables): boolean {
  return each !== null && items.every((item) => (each(scopeOf({ root: item.value, item }, variables)) ?? null) === null);
}

/** The items that lack the list that each of them holds. */
export function itemsWithout({ each }: CompiledRecord, items: readonly SourceItem[], variables: Variables): SourceItem[] {
  return each === null ? [] : items.filter((item) => { const found = each(scopeOf({ root: item.value, item }, variables)); return typeof found !== 'object' || found === null; });
}

/** `onUnkeyed` is told what unkeyedItems finds. */
export function recordResources(record: CompiledRecord, items: readonly SourceItem[], variables: Variables, onUnkeyed?: (item: SourceItem) => void): Resource[] {
  const resources: Resource[] = [];
  for (const { first, scope, key } of selected(record, items, variables)) {
    if (key === '') {
      onUnkeyed?.(first.item);
      continue;
    }
    const name = asText(record.name(scope)) ?? key;
    const resource: Resource = { kind: record.kind, key, name, properties: propertiesOf(record, scope), location: { file: null, workflow: null, step: null }, evidence: first.item.evidence };
    resources.push(resource, ...observation(resource, record.observed, scope));
  }
  return resources;
}
