/** Turns parts of a document into items, as an answer of the platform would be. Owns where items of further types stand in a file. */
import type { JsonValue } from '../../model/resource.js';
import { cleanItem } from '../decode/clean-item.js';
import { NO_NODES, isObject } from '../expressions/scope.js';
import type { Expression, JsonObject } from '../expressions/scope.js';
import type { SourceItem } from '../graph/types.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';

export interface Place {
  /** path below the folder that was named; of a member: archive and member */
  readonly label: string;
  /** sha256 of the bytes */
  readonly hash: string;
}

export type ItemsByType = Map<string, SourceItem[]>;

/** The items that an expression finds, and how many members are none. `null` = the document itself is the item. */
export function itemsAt(document: JsonValue, items: Expression | null): { items: JsonObject[]; broken: number } {
  const found = items === null ? document : items({ root: document, variables: {}, nodes: NO_NODES });
  if (found === undefined || found === null || found === '') return { items: [], broken: 0 };
  const list = Array.isArray(found) ? found.flat(1) : [found];
  const objects = list.filter(isObject);
  return { items: objects, broken: list.length - objects.length };
}

function resourceOf(connector: Connector, type: string): CompiledResource {
  return connector.resources.find((resource) => resource.type === type)!;
}

export interface Cleaning {
  readonly connector: Connector;
  readonly key: Uint8Array;
  /** takes what could not be decoded */
  readonly notes: string[];
}

/** Where one answer is one item, the item of a file stands for the whole answer. */
function asAnswer({ rule, items }: CompiledResource, item: JsonObject): JsonObject {
  if (!rule.single || rule.items === undefined) return item;
  const found = items({ root: item, variables: {}, nodes: NO_NODES });
  return isObject(found) ? found : item;
}

/** Decoded, in canonical order and without secrets: the same as for an answer. Throws TooDeepError. */
export function cleanItems(type: string, items: readonly JsonObject[], { connector, key, notes }: Cleaning): JsonObject[] {
  const resource = resourceOf(connector, type);
  return items.map((item) => asAnswer(resource, item)).map((item) => cleanItem(resource, item, { key, notes })).filter((item): item is JsonObject => isObject(item));
}

export function sourceItems(items: readonly JsonObject[], place: Place, from: number): SourceItem[] {
  return items.map((value, index) => ({ value, evidence: { request: `file:${place.label}`, pageHash: place.hash, path: `items[${from + index}]` } }));
}
