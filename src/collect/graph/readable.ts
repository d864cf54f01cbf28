/** Whether the steps of a workflow can be read where its layout looks for them. Owns what counts as unreadable; a workflow that has none is sound. Pure. */
import type { JsonValue } from '../../model/resource.js';
import { isObject } from '../expressions/scope.js';
import type { JsonObject } from '../expressions/scope.js';
import type { TreeGraph } from '../manifest/connector.js';

/** `some` = a part of them is of another shape than expected; `none` = they are not there, or are no list or map. */
export type Readable = 'all' | 'some' | 'none';

export function listReadable(list: readonly JsonValue[]): Readable {
  return list.every(isObject) ? 'all' : 'some';
}

function rootReadable(value: JsonValue, single: boolean): Readable {
  if (single) return isObject(value) ? 'all' : 'none';
  if (Array.isArray(value)) return listReadable(value);
  if (!isObject(value)) return 'none';
  const members = Object.values(value);
  if (members.every(isObject)) return 'all';
  return members.some(isObject) ? 'some' : 'none';
}

/** What stands at the end of a path, at every place that `*` leads to. `gone`: something on the way is there and does not lead on. */
type End = { readonly value: JsonValue } | 'absent' | 'gone';

function endsAt(value: JsonValue, parts: readonly string[], inMember = false): readonly End[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [{ value }];
  if (typeof value !== 'object' || value === null) return ['gone'];
  if (part === '*') return Object.values(value).flatMap((member) => endsAt(member, rest, true));
  const next = Object.hasOwn(value, part) ? (value as JsonObject)[part] : undefined;
  // what a member of a map or list is for must be in it
  return next === undefined ? [inMember ? 'gone' : 'absent'] : endsAt(next, rest);
}

/** Whether what stands where a step keeps further steps is a list or map of steps, all the way down. A step may hold none. */
function belowReadable(value: JsonValue, children: readonly string[][], depth: number): boolean {
  if (depth === 0 || typeof value !== 'object' || value === null) return true;
  const steps = Object.values(value).filter(isObject);
  return steps.every((step) => children.every((path) => endsAt(step, path).every((end) => {
    if (typeof end === 'string') return end === 'absent';
    return rootReadable(end.value, false) === 'all' && belowReadable(end.value, children, depth - 1);
  })));
}

/** Of several roots those that the manifest calls optional may be absent or null; when all are, nobody knows what stands there. */
export function treeReadable(item: JsonObject, { roots, single, optional, children }: TreeGraph['rule'], deepest: number): Readable {
  const ends = roots.flatMap((root) => endsAt(item, root.split('.')).map((end) => ({
    isSingle: single.includes(root), mayMiss: optional.includes(root), value: typeof end === 'string' ? null : end.value,
  })));
  const values = ends.filter(({ value, mayMiss }) => value !== null || !mayMiss);
  const found = values.map(({ value, isSingle }) => rootReadable(value, isSingle));
  if (found.every((each) => each === 'none')) return 'none';
  const paths = children.map((path) => path.split('.'));
  return found.every((each) => each === 'all') && values.every(({ value, isSingle }) => belowReadable(isSingle ? [value] : value, paths, deepest)) ? 'all' : 'some';
}
