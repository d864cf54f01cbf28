/** Puts items of other types into the workflow that they belong to, where a platform keeps workflows and steps in tables of their own. Pure. */
import { NO_NODES, asList, asText, compareText, compilePath } from '../expressions/scope.js';
import type { JsonValue } from '../../model/resource.js';
import type { JsonObject, Value } from '../expressions/scope.js';
import type { TreeGraph } from '../manifest/connector.js';
import type { SourceItem } from './types.js';

function textAt(path: string, root: Value): string {
  return asText(compilePath(path)({ root, variables: {}, nodes: NO_NODES })) ?? '';
}

/** Numbers by size, and what has none first; the same number by the whole, so that the order of the answer never counts. */
function inOrder(items: readonly JsonValue[], path: string): JsonValue[] {
  const ranked = items.map((item) => ({ item, rank: Number(textAt(path, item) || '-1'), text: JSON.stringify(item) }));
  return ranked.sort((a, b) => (a.rank - b.rank || 0) || compareText(a.text, b.text)).map(({ item }) => item);
}

type Index = ReadonlyMap<string, JsonValue[]>;

/** By list and path: items come one after the other, and each looks into the same lists. */
const indexes = new WeakMap<readonly JsonValue[], Map<string, Index>>();

function indexOf(items: Value, path: string): Index {
  const list = asList(items);
  const known = indexes.get(list) ?? new Map<string, Index>();
  indexes.set(list, known);
  const index = known.get(path) ?? indexed(list, path);
  known.set(path, index);
  return index;
}

function indexed(items: readonly JsonValue[], path: string): Index {
  const index = new Map<string, JsonValue[]>();
  for (const item of items) {
    const key = textAt(path, item);
    const list = index.get(key);
    if (list) list.push(item);
    else index.set(key, [item]);
  }
  return index;
}

/** Types that share a name come together in one list. A type that could not be read brings nothing. */
export function withAttached(items: readonly SourceItem[], { rule }: TreeGraph, all: Value): readonly SourceItem[] {
  if (rule.attach.length === 0) return items;
  const tables = rule.attach.map((each) => ({ ...each, index: indexOf(compilePath(each.from)({ root: all, variables: {}, nodes: NO_NODES }), each.on) }));
  return items.map((item) => {
    const parts: JsonObject = {};
    for (const { by, as, index } of tables) parts[as] = [...asList(parts[as]), ...(index.get(textAt(by, item.value)) ?? [])];
    const sorted = Object.entries(parts).map(([name, list]): [string, JsonValue] => [name, inOrder(asList(list), rule.order)]);
    return { ...item, value: { ...item.value, ...Object.fromEntries(sorted) } };
  });
}
