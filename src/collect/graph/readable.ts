/** Whether the steps of a workflow can be read where its layout looks for them. Owns what counts as unreadable; a workflow that has none is sound. Pure. */
import type { JsonValue } from '../../model/resource.js';
import { valuesAt } from '../expressions/containers.js';
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

/** Whether what stands where a step keeps further steps is a list or map of steps, all the way down. */
function belowReadable(value: JsonValue, children: readonly string[], depth: number): boolean {
  if (depth === 0 || typeof value !== 'object' || value === null) return true;
  const steps = Object.values(value).filter(isObject);
  return steps.every((step) => children.every((path) => valuesAt(step, path.split('.'), '').every(({ value: inner }) => rootReadable(inner, false) === 'all' && belowReadable(inner, children, depth - 1))));
}

/** Of several roots some may be absent; when all are, nobody knows what stands there. */
export function treeReadable(item: JsonObject, { roots, single, children }: TreeGraph['rule'], deepest: number): Readable {
  const values = roots.flatMap((root) => valuesAt(item, root.split('.'), '').map(({ value }) => ({ value, isSingle: single.includes(root) })));
  const found = values.map(({ value, isSingle }) => rootReadable(value, isSingle));
  if (found.every((each) => each === 'none')) return 'none';
  return found.every((each) => each === 'all') && values.every(({ value, isSingle }) => belowReadable(isSingle ? [value] : value, children, deepest)) ? 'all' : 'some';
}
