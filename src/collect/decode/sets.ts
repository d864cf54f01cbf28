/** Puts lists whose order means nothing into one order, so that a platform that shuffles them shows no change. */
import { canonicalJson } from '../../model/canonical.js';
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES, asText, compareText, compilePath } from '../expressions/scope.js';
import { changeAt } from './at-path.js';

/** By the member at `by`; equal ones by their whole content. */
function sorted(list: JsonValue, by: string): JsonValue {
  if (!Array.isArray(list)) return list;
  const keyOf = compilePath(by);
  const keyed = list.map((member) => ({ member, key: asText(keyOf({ root: member, variables: {}, nodes: NO_NODES })) ?? '', whole: canonicalJson(member) }));
  return keyed.sort((a, b) => compareText(a.key, b.key) || compareText(a.whole, b.whole)).map(({ member }) => member);
}

export function sortSets(item: JsonValue, sets: readonly { readonly path: string; readonly by: string }[]): JsonValue {
  return sets.reduce((document, { path, by }) => changeAt(document, path, (list) => sorted(list, by)), item);
}
