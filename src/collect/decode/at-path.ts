/** Changes what stands at a path (`a.*.b`) of a document, without touching the original. Owns the walk; `''` is the document itself. */
import type { JsonValue } from '../../model/resource.js';
import { isObject } from '../expressions/scope.js';

type Change = (value: JsonValue) => JsonValue;

function changed(value: JsonValue, parts: readonly string[], from: number, change: Change): JsonValue {
  if (from === parts.length) return change(value);
  const part = parts[from]!;
  if (Array.isArray(value)) {
    const index = Number(part);
    if (part !== '*' && !Number.isInteger(index)) return value;
    return value.map((member, at) => (part === '*' || at === index ? changed(member, parts, from + 1, change) : member));
  }
  if (!isObject(value) || (part !== '*' && !Object.hasOwn(value, part))) return value;
  const names = part === '*' ? Object.keys(value) : [part];
  return { ...value, ...Object.fromEntries(names.map((name) => [name, changed(value[name]!, parts, from + 1, change)])) };
}

export function changeAt(document: JsonValue, path: string, change: Change): JsonValue {
  return changed(document, path === '' ? [] : path.split('.'), 0, change);
}
