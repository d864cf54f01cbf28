/** Finds lists and maps of steps below a value. Owns what counts as a container; who walks them decides what a step means. Pure. */
import type { JsonValue } from '../../model/resource.js';
import { compareText, isObject } from './scope.js';
import type { JsonObject, Value } from './scope.js';

export interface Member {
  /** the name in a map, null in a list */
  readonly key: string | null;
  readonly step: JsonObject;
  /** place below the container, `[2]` or `.Send_mail` */
  readonly place: string;
}
export interface Container {
  /** the path as it was found: `routes.0.flow` for `routes.*.flow` */
  readonly path: string;
  readonly members: readonly Member[];
}

function membersOf(value: JsonValue): Member[] {
  if (Array.isArray(value)) return value.flatMap((step, index) => (isObject(step) ? [{ key: null, step, place: `[${index}]` }] : []));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, step]) => (isObject(step) ? [{ key, step, place: `.${key}` }] : [])).sort((a, b) => compareText(a.key, b.key));
}

export function valuesAt(value: Value, parts: readonly string[], path: string): { path: string; value: JsonValue }[] {
  const [part, ...rest] = parts;
  if (value === undefined || value === null) return [];
  if (part === undefined) return [{ path, value }];
  const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (part !== '*') {
    const next = Array.isArray(value) ? value[Number(part)] : isObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
    return valuesAt(next, rest, below(part));
  }
  const members = Array.isArray(value) ? value.map((each, index) => [String(index), each] as const) : isObject(value) ? Object.entries(value) : [];
  return members.flatMap(([name, each]) => valuesAt(each, rest, below(name)));
}

/** Lists and maps at `path`; `*` stands for any member on the way, the empty path for the value itself. Maps are in the order of their names. */
export function containersAt(value: Value, path: string): Container[] {
  return valuesAt(value, path === '' ? [] : path.split('.'), '').map((found) => ({ path: found.path, members: membersOf(found.value) }));
}

/** One object at `path` that is a step itself, as a container of one. */
export function singleAt(value: Value, path: string): Container[] {
  return valuesAt(value, path === '' ? [] : path.split('.'), '').flatMap((found) => (isObject(found.value) ? [{ path: found.path, members: [{ key: null, step: found.value, place: '' }] }] : []));
}

/** The value without what stands at these paths; everything else is shared, not copied. */
export function withoutPaths(value: JsonObject, paths: readonly string[]): JsonObject {
  return paths.reduce<JsonObject>((rest, path) => without(rest, path.split('.')) as JsonObject, value);
}

function without(value: JsonValue, parts: readonly string[]): JsonValue {
  const [part, ...rest] = parts;
  if (part === undefined) return value;
  if (Array.isArray(value)) return part === '*' ? value.map((each) => without(each, rest)) : value;
  if (!isObject(value) || (part !== '*' && !Object.hasOwn(value, part))) return value;
  if (rest.length === 0) return part === '*' ? {} : Object.fromEntries(Object.entries(value).filter(([name]) => name !== part));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, part === '*' || name === part ? without(each, rest) : each]));
}
