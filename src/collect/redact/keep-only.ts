/** Cuts an item down to the members that a manifest allows. Owns the allow-list; what is secret among them is redaction's. */
import type { JsonValue } from '../../model/resource.js';
import { isObject } from '../expressions/scope.js';

/** The allowed members by name; a leaf (no entries) allows all below it. */
export interface AllowList {
  readonly members: ReadonlyMap<string, AllowList>;
}
interface Growing extends AllowList {
  readonly members: Map<string, Growing>;
}

/** Paths such as `name` or `settings.*.enabled`; `*` stands for any member or index. A path allows all below it. */
export function allowList(paths: readonly string[]): AllowList {
  const root: Growing = { members: new Map() };
  const whole = new Set<Growing>();
  for (const path of paths) {
    let at = root;
    for (const part of path.split('.')) {
      if (whole.has(at)) break;
      const next = at.members.get(part) ?? { members: new Map<string, Growing>() };
      at.members.set(part, next);
      at = next;
    }
    at.members.clear();
    whole.add(at);
  }
  return root;
}

function below(value: JsonValue, lists: readonly AllowList[]): JsonValue {
  if (lists.some((list) => list.members.size === 0)) return value;
  const listsOf = (name: string): AllowList[] => lists.flatMap((list) => [list.members.get(name), list.members.get('*')].filter((each) => each !== undefined));
  if (Array.isArray(value)) {
    return value.flatMap((member, index) => {
      const allowed = listsOf(String(index));
      return allowed.length === 0 ? [] : [below(member, allowed)];
    });
  }
  if (!isObject(value)) return null;
  return Object.fromEntries(Object.entries(value).flatMap(([name, member]) => {
    const allowed = listsOf(name);
    return allowed.length === 0 ? [] : [[name, below(member, allowed)]];
  }));
}

/** An item that is no object holds no member that could be allowed: nothing of it is left. */
export function keepOnly(item: JsonValue, list: AllowList): JsonValue {
  return list.members.size === 0 ? {} : below(item, [list]);
}
