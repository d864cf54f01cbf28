/** Operators on lists: filtering, ordering, counting. Owns their meaning. */
import type { JsonValue } from '../../../model/resource.js';
import { asList, asText, charge, compareText, isObject } from '../scope.js';
import type { Scope, Value } from '../scope.js';
import { argumentOf, listOf, notBlank, operator, optionalCondition, orderOf, truthy, unary, within } from '../operator.js';
import type { Operator, OperatorRule } from '../operator.js';

function membersOf(value: Value): JsonValue[] {
  return isObject(value) ? Object.values(value) : asList(value);
}

/** Members of a list (or values of an object), filtered by `where`, mapped by `take`; blank results are left out. */
const each: Operator = (argument, whole, at, compiler) => {
  const list = compiler.compile(argument, at);
  const where = optionalCondition(whole, 'where', at, compiler);
  const take = argumentOf(whole, 'take', at, compiler);
  return (scope) => {
    const value = list(scope);
    if (value === undefined) return undefined;
    const members = membersOf(value).map((entry) => within(scope, entry));
    return (where ? members.filter((member) => truthy(where(member))) : members).map((member) => take(member)).filter(notBlank);
  };
};

/** `take` of the first member for which `where` holds. */
const find: Operator = (argument, whole, at, compiler) => {
  const list = compiler.compile(argument, at);
  const where = optionalCondition(whole, 'where', at, compiler) ?? ((scope: Scope) => scope.root);
  const take = argumentOf(whole, 'take', at, compiler);
  return (scope) => {
    const hit = asList(list(scope)).find((entry) => truthy(where(within(scope, entry))));
    return hit === undefined ? undefined : take(within(scope, hit));
  };
};

/** A list of what the expressions yield; blank results are left out. Where none of them is there at all, neither is the list. */
const list: Operator = (argument, _whole, at, compiler) => {
  const members = listOf(argument, at, compiler);
  return (scope) => {
    const values = members.map((member) => member(scope));
    return values.length > 0 && values.every((value) => value === undefined) ? undefined : values.filter(notBlank);
  };
};

const sorted: Operator = (argument, whole, at, compiler) => {
  const source = compiler.compile(argument, at);
  const by = argumentOf(whole, 'by', at, compiler);
  const keyOf = (scope: Scope, entry: JsonValue): string => asText(by(within(scope, entry))) ?? JSON.stringify(entry);
  return (scope) => {
    const value = source(scope);
    if (!Array.isArray(value)) return value;
    return value.map((entry) => [keyOf(scope, entry), entry] as const).sort(([a], [b]) => compareText(a, b)).map(([, entry]) => entry);
  };
};

function uniqueOf(value: Value): Value {
  if (!Array.isArray(value)) return value;
  return [...new Set(value.map((entry) => (typeof entry === 'object' ? JSON.stringify(entry) : String(entry))))].sort();
}

function sumOf(value: Value): Value {
  const numbers = asList(value).map((entry) => (typeof entry === 'string' && entry.trim() === '' ? NaN : Number(entry))).filter((entry) => Number.isFinite(entry));
  return numbers.length === 0 ? undefined : numbers.reduce((total, entry) => total + entry, 0);
}

/** Of numbers and texts, in the order of `greater`; the result does not depend on the order of the list. */
const extreme = (sign: 1 | -1): OperatorRule => unary((value) => {
  const candidates = asList(value).filter((entry) => notBlank(entry) && typeof entry !== 'object').sort((a, b) => compareText(String(a), String(b)));
  return candidates.reduce<Value>((best, entry) => (best === undefined || orderOf(entry, best) * sign > 0 ? entry : best), undefined);
});

function flattened(value: Value, scope: Scope): Value {
  const flat = Array.isArray(value) ? value.flat(1) : value;
  if (Array.isArray(flat)) charge(scope, flat.length);
  return flat as Value;
}

export const LISTS: Readonly<Record<string, OperatorRule>> = {
  each: operator(each, 'where', 'take'),
  find: operator(find, 'where', 'take'),
  list: operator(list),
  sorted: operator(sorted, 'by'),
  unique: unary(uniqueOf),
  flat: unary(flattened),
  count: unary((value) => (value === undefined ? undefined : isObject(value) ? Object.keys(value).length : asList(value).length)),
  sum: unary(sumOf),
  largest: extreme(1),
  smallest: extreme(-1),
};
