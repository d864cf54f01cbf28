/** Turns parts of a document into items, as an answer of the platform would be. Owns where items of further types stand in a file. */
import type { JsonValue } from '../../model/resource.js';
import { cleanItem } from '../decode/clean-item.js';
import { NO_NODES, compilePath, isObject } from '../expressions/scope.js';
import type { Expression, JsonObject, Value } from '../expressions/scope.js';
import type { SourceItem } from '../graph/types.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';

export interface Place {
  /** path below the folder that was named; of a member: archive and member */
  readonly label: string;
  /** sha256 of the bytes */
  readonly hash: string;
}

export interface TypeItems {
  readonly items: SourceItem[];
  /** parts that are no item */
  broken: number;
  /** what could not be decoded */
  readonly notes: string[];
}
export type TypedItems = Map<string, TypeItems>;

export function itemsOfType(types: TypedItems, type: string): TypeItems {
  let found = types.get(type);
  if (!found) types.set(type, (found = { items: [], broken: 0, notes: [] }));
  return found;
}

/** How the items of a type are found: compiled, and as the manifest has it. `null` = the document itself is the item. */
export interface ItemsRule {
  readonly items: Expression | null;
  readonly source: JsonValue | undefined;
  /** what must be there: the place that they stand in and all that leads to it, or that alone; absent = nothing */
  readonly needed?: 'all' | 'place';
}

function at(root: Value, source: JsonValue | undefined): Value {
  return typeof source === 'string' ? compilePath(source)({ root, variables: {}, nodes: NO_NODES }) : undefined;
}

/** A text or number stands where the path goes on. What stands at its end is looked at as an item. */
function isBlocked(root: Value, path: string): boolean {
  const names = path.split('.').slice(0, -1);
  return names.some((_name, index) => {
    const found = at(root, names.slice(0, index + 1).join('.'));
    return found !== undefined && found !== null && found !== '' && typeof found !== 'object';
  });
}

/** The path of the list or map that items are taken from. */
function placeOf(source: JsonValue | undefined): string | null {
  if (typeof source === 'string') return source;
  return isObject(source) ? placeOf(source['flat'] ?? source['each'] ?? source['members'] ?? source['entries']) : null;
}

/** Whether what must be there is absent or null. */
function isMissing(root: Value, { source, needed }: ItemsRule): boolean {
  const names = placeOf(source)?.split('.');
  if (needed === undefined || names === undefined) return false;
  return names.some((_name, index) => {
    const found = at(root, names.slice(0, index + 1).join('.'));
    if (found === undefined) return needed === 'all' || index < names.length - 1;
    return found === null || found === '';
  });
}

/** Maps and lists that an expression goes through, and that are neither: it finds nothing there, as if nothing were there. */
function strangeIn(root: Value, source: JsonValue | undefined): number {
  if (typeof source === 'string') return isBlocked(root, source) ? 1 : 0;
  if (!isObject(source)) return 0;
  if (source['flat'] !== undefined) return strangeIn(root, source['flat']);
  const [isMap, from] = source['each'] === undefined ? [true, source['members'] ?? source['entries']] : [false, source['each']];
  const found = at(root, from);
  if (typeof from === 'string' && isBlocked(root, from)) return 1;
  if (found === undefined || found === null || found === '') return 0;
  if (isMap && !isObject(found)) return 1;
  if (typeof found !== 'object') return 1;
  const members = Object.values(found);
  if (source['members'] !== undefined) return members.filter((member) => member !== null && !isObject(member)).length;
  return isMap ? 0 : members.reduce<number>((sum, member) => sum + strangeIn(member, source['take']), 0);
}

/** XML has one root: a document with another one is another document. */
export function hasRoot(document: JsonValue, source: JsonValue | undefined): boolean {
  const [root] = typeof source === 'string' ? source.split('.') : [];
  return root === undefined || root === '' || (isObject(document) && Object.hasOwn(document, root));
}

/** The items, and how many parts of their places are none. */
export function itemsAt(document: JsonValue, rule: ItemsRule): { items: JsonObject[]; broken: number } {
  const { items, source } = rule;
  if (isMissing(document, rule)) return { items: [], broken: 1 };
  const strange = strangeIn(document, source);
  const found = items === null ? document : items({ root: document, variables: {}, nodes: NO_NODES });
  if (found === undefined || found === null || found === '') return { items: [], broken: strange };
  const list = Array.isArray(found) ? found.flat(1) : [found];
  const objects = list.filter(isObject);
  return { items: objects, broken: strange + list.length - objects.length };
}

export interface Cleaning {
  readonly connector: Connector;
  readonly key: Uint8Array;
}

/** Where one answer is one item, the item of a file stands for the whole answer. */
function asAnswer({ rule, items }: CompiledResource, item: JsonObject): JsonObject {
  if (!rule.single || rule.items === undefined) return item;
  const found = items({ root: item, variables: {}, nodes: NO_NODES });
  return isObject(found) ? found : item;
}

/** Adds items decoded, in canonical order and without secrets: the same as for an answer. `from`: the number of the first. Throws TooDeepError. */
export function addItems(into: TypeItems, type: string, items: readonly JsonObject[], how: Cleaning & { readonly place: Place; readonly from: number }): void {
  const { connector, key, place, from } = how;
  const resource = connector.resources.find((each) => each.type === type)!;
  const clean = items.map((item) => cleanItem(resource, asAnswer(resource, item), { key, notes: into.notes })).filter((item): item is JsonObject => isObject(item));
  for (const [index, value] of clean.entries()) into.items.push({ value, evidence: { request: `file:${place.label}`, pageHash: place.hash, path: `items[${from + index}]` } });
}

/** The items alone, by type. */
export function itemsByType(types: TypedItems): Map<string, SourceItem[]> {
  return new Map([...types].map(([type, { items }]) => [type, items]));
}
