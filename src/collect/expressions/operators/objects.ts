/** Operators on objects and maps: making them, taking them apart. Owns their meaning. */
import { asText, compareText, isObject, membersBut } from '../scope.js';
import type { JsonObject } from '../scope.js';
import { argumentOf, listOf, notBlank, operator, textsOf, unary, within } from '../operator.js';
import type { Operator, OperatorRule } from '../operator.js';

/** `{name: member}` as a list of `{key, value}`, sorted by key. */
const entries: Operator = (argument, whole, at, compiler) => {
  const object = compiler.compile(argument, at);
  const take = argumentOf(whole, 'take', at, compiler);
  return (scope) => {
    const source = object(scope);
    if (!isObject(source)) return undefined;
    const rows = Object.entries(source).sort(([a], [b]) => compareText(a, b));
    return rows.map(([key, value]) => take(within(scope, { key, value }))).filter(notBlank);
  };
};

/** `{name: {...}}` as a list of `{key: name, ...member}`, sorted by name; a member that is no object becomes `{key, value}`. */
function membersOf(value: JsonObject): JsonObject[] {
  return Object.entries(value).sort(([a], [b]) => compareText(a, b)).map(([key, member]): JsonObject => (isObject(member) ? { key, ...member } : { key, value: member ?? null }));
}

const object: Operator = (argument, _whole, at, compiler) => {
  if (!isObject(argument)) return compiler.fail(at, 'needs named members');
  const members = Object.entries(argument).map(([key, source]) => [key, compiler.compile(source, `${at}.${key}`)] as const);
  return (scope) => {
    const result: JsonObject = {};
    for (const [key, expression] of members) {
      const value = expression(scope);
      if (value !== undefined) result[key] = value;
    }
    return result;
  };
};

/** The object without the named members. */
const without: Operator = (argument, whole, at, compiler) => {
  const source = compiler.compile(argument, at);
  const dropped = new Set(textsOf(whole, 'keys', at, compiler));
  return (scope) => {
    const value = source(scope);
    return isObject(value) ? membersBut(value, dropped) : value;
  };
};

/** The named members; nothing at all when none is there. */
const only: Operator = (argument, whole, at, compiler) => {
  const source = compiler.compile(argument, at);
  const kept = textsOf(whole, 'keys', at, compiler);
  return (scope) => {
    const value = source(scope);
    if (!isObject(value)) return value;
    const present = kept.filter((key) => Object.hasOwn(value, key));
    return present.length === 0 ? undefined : Object.fromEntries(present.map((key) => [key, value[key]!]));
  };
};

/** Objects laid over each other, the later one wins; nothing when none is an object. */
const merge: Operator = (argument, _whole, at, compiler) => {
  const parts = listOf(argument, at, compiler);
  return (scope) => {
    const objects = parts.map((part) => part(scope)).filter(isObject);
    return objects.length === 0 ? undefined : Object.fromEntries(objects.flatMap((each) => Object.entries(each)));
  };
};

/** The member of a map whose name the expression `by` yields. */
const member: Operator = (argument, whole, at, compiler) => {
  const source = compiler.compile(argument, at);
  if (whole['by'] === undefined) return compiler.fail(at, 'needs `by`, the name of the member');
  const by = argumentOf(whole, 'by', at, compiler);
  const take = argumentOf(whole, 'take', at, compiler);
  return (scope) => {
    const map = source(scope);
    const name = asText(by(scope));
    return isObject(map) && name !== undefined && Object.hasOwn(map, name) ? take(within(scope, map[name])) : undefined;
  };
};

export const OBJECTS: Readonly<Record<string, OperatorRule>> = {
  object: operator(object),
  entries: operator(entries, 'take'),
  members: unary((value) => (isObject(value) ? membersOf(value) : undefined)),
  keys: unary((value) => (isObject(value) ? Object.keys(value).sort() : undefined)),
  without: operator(without, 'keys'),
  only: operator(only, 'keys'),
  merge: operator(merge),
  member: operator(member, 'by', 'take'),
};
