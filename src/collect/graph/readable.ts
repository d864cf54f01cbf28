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

/** Of several roots some may be absent; when all are, nobody knows what stands there. */
export function treeReadable(item: JsonObject, { roots, single }: TreeGraph['rule']): Readable {
  const found = roots.flatMap((root) => valuesAt(item, root.split('.'), '').map(({ value }) => rootReadable(value, single.includes(root))));
  if (found.every((each) => each === 'none')) return 'none';
  return found.every((each) => each === 'all') ? 'all' : 'some';
}
