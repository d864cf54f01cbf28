/**
 * The closed set of operators of the manifest language. Owns each operator's meaning. An operator is an object with one
 * main key (`{ first: [...] }`); a plain text is a path; `{ value: ... }` is a constant. There is no other way to compute.
 */
import type { JsonValue } from '../../model/resource.js';
import { asList, asText, compareText, isBlank, isObject, sameValue } from './scope.js';
import type { Expression, JsonObject, Scope, Value } from './scope.js';

export interface Compiler {
  compile(source: JsonValue, at: string): Expression;
  table(name: string, at: string): Readonly<Record<string, JsonValue>>;
  fail(at: string, problem: string): never;
}
export type Operator = (argument: JsonValue, whole: JsonObject, at: string, compiler: Compiler) => Expression;

function listOf(argument: JsonValue, at: string, compiler: Compiler): Expression[] {
  if (!Array.isArray(argument)) return compiler.fail(at, 'needs a list');
  return argument.map((each, index) => compiler.compile(each, `${at}[${index}]`));
}

function pairOf(argument: JsonValue, at: string, compiler: Compiler): [Expression, Expression] {
  const [left, right, ...rest] = listOf(argument, at, compiler);
  if (!left || !right || rest.length > 0) return compiler.fail(at, 'needs exactly two entries');
  return [left, right];
}

function truthy(value: Value): boolean {
  return !isBlank(value) && value !== false && value !== 'false' && !(Array.isArray(value) && value.length === 0);
}

function onText(change: (text: string) => Value): Operator {
  return (argument, _whole, at, compiler) => {
    const inner = compiler.compile(argument, at);
    return (scope) => {
      const text = asText(inner(scope));
      return text === undefined ? undefined : change(text);
    };
  };
}

function within(scope: Scope, root: Value): Scope {
  return { root, variables: scope.variables, nodes: scope.nodes };
}

function textTest(test: (text: string, part: string) => boolean): Operator {
  return (argument, _whole, at, compiler) => {
    const [left, right] = pairOf(argument, at, compiler);
    return (scope) => test(asText(left(scope)) ?? '', asText(right(scope)) ?? '');
  };
}

const first: Operator = (argument, _whole, at, compiler) => {
  const choices = listOf(argument, at, compiler);
  return (scope) => {
    for (const choice of choices) {
      const value = choice(scope);
      if (!isBlank(value)) return value;
    }
    return undefined;
  };
};

const caseOf: Operator = (argument, whole, at, compiler) => {
  if (!Array.isArray(argument)) return compiler.fail(at, 'needs a list of { if, then }');
  const branches = argument.map((branch, index) => {
    if (!isObject(branch) || branch['if'] === undefined || branch['then'] === undefined) return compiler.fail(`${at}[${index}]`, 'needs `if` and `then`');
    return { when: compiler.compile(branch['if'], `${at}[${index}].if`), then: compiler.compile(branch['then'], `${at}[${index}].then`) };
  });
  const otherwise = whole['else'] === undefined ? undefined : compiler.compile(whole['else'], `${at}.else`);
  return (scope) => {
    const hit = branches.find((branch) => truthy(branch.when(scope)));
    return hit ? hit.then(scope) : otherwise?.(scope);
  };
};

const lookup: Operator = (argument, whole, at, compiler) => {
  if (typeof argument !== 'string') return compiler.fail(at, 'needs the name of a table');
  const table = compiler.table(argument, at);
  const by = compiler.compile(whole['by'] ?? '', `${at}.by`);
  return (scope) => {
    const key = asText(by(scope));
    return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
  };
};

/** The node whose id the expression yields; `take` is read from it. */
const ref: Operator = (argument, whole, at, compiler) => {
  const id = compiler.compile(argument, at);
  const take = compiler.compile(whole['take'] ?? '', `${at}.take`);
  return (scope) => {
    const node = scope.nodes.get(asText(id(scope)) ?? '');
    return node ? take(within(scope, node)) : undefined;
  };
};

/** Members of a list (or values of an object), filtered by `where`, mapped by `take`; blank results are left out. */
const each: Operator = (argument, whole, at, compiler) => {
  const list = compiler.compile(argument, at);
  const where = whole['where'] === undefined ? undefined : compiler.compile(whole['where'], `${at}.where`);
  const take = compiler.compile(whole['take'] ?? '', `${at}.take`);
  return (scope) => {
    const source = list(scope);
    const members = isObject(source) ? Object.values(source) : asList(source);
    const kept = where ? members.filter((entry) => truthy(where(within(scope, entry)))) : members;
    return kept.map((entry) => take(within(scope, entry))).filter((value): value is JsonValue => !isBlank(value));
  };
};

/** `take` of the first member for which `where` holds. */
const find: Operator = (argument, whole, at, compiler) => {
  const list = compiler.compile(argument, at);
  const where = compiler.compile(whole['where'] ?? '', `${at}.where`);
  const take = compiler.compile(whole['take'] ?? '', `${at}.take`);
  return (scope) => {
    const hit = asList(list(scope)).find((entry) => truthy(where(within(scope, entry))));
    return hit === undefined ? undefined : take(within(scope, hit));
  };
};

/** `{name: member}` as a list of `{key, value}`, sorted by key. */
const entries: Operator = (argument, whole, at, compiler) => {
  const object = compiler.compile(argument, at);
  const take = compiler.compile(whole['take'] ?? '', `${at}.take`);
  return (scope) => {
    const source = object(scope);
    if (!isObject(source)) return undefined;
    const rows = Object.entries(source).sort(([a], [b]) => compareText(a, b));
    return rows.map(([key, value]) => take(within(scope, { key, value }))).filter((value): value is JsonValue => !isBlank(value));
  };
};

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

/** A list of what the expressions yield; blank results are left out. */
const list: Operator = (argument, _whole, at, compiler) => {
  const members = listOf(argument, at, compiler);
  return (scope) => members.map((member) => member(scope)).filter((value): value is JsonValue => !isBlank(value));
};

const sorted: Operator = (argument, whole, at, compiler) => {
  const list = compiler.compile(argument, at);
  const by = compiler.compile(whole['by'] ?? '', `${at}.by`);
  const keyOf = (scope: Scope, entry: JsonValue): string => asText(by(within(scope, entry))) ?? JSON.stringify(entry);
  return (scope) => {
    const value = list(scope);
    return Array.isArray(value) ? value.toSorted((a, b) => compareText(keyOf(scope, a), keyOf(scope, b))) : value;
  };
};

/** The object without the named members. */
const without: Operator = (argument, whole, at, compiler) => {
  const source = compiler.compile(argument, at);
  const dropped = new Set(asList(whole['keys']).map(String));
  return (scope) => {
    const value = source(scope);
    return isObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !dropped.has(key))) : value;
  };
};

/** The named members; nothing at all when none is there. */
const only: Operator = (argument, whole, at, compiler) => {
  const source = compiler.compile(argument, at);
  const kept = asList(whole['keys']).map(String);
  return (scope) => {
    const value = source(scope);
    if (!isObject(value)) return value;
    const present = kept.filter((key) => Object.hasOwn(value, key));
    return present.length === 0 ? undefined : Object.fromEntries(present.map((key) => [key, value[key]!]));
  };
};

const join: Operator = (argument, whole, at, compiler) => {
  const parts = listOf(argument, at, compiler);
  const glue = asText(whole['with']) ?? '';
  return (scope) => {
    const texts = parts.map((part) => asText(part(scope)));
    return texts.includes(undefined) ? undefined : texts.join(glue);
  };
};

const reduceTest = (kind: 'all' | 'any'): Operator => (argument, _whole, at, compiler) => {
  const tests = listOf(argument, at, compiler);
  return (scope) => (kind === 'all' ? tests.every((test) => truthy(test(scope))) : tests.some((test) => truthy(test(scope))));
};

const unary = (change: (value: Value) => Value): Operator => (argument, _whole, at, compiler) => {
  const inner = compiler.compile(argument, at);
  return (scope) => change(inner(scope));
};

export const OPERATORS: Readonly<Record<string, Operator>> = {
  value: (argument) => () => argument,
  first, lookup, ref, each, find, entries, object, list, sorted, without, only, join,
  case: caseOf,
  all: reduceTest('all'),
  any: reduceTest('any'),
  not: unary((value) => !truthy(value)),
  truthy: unary(truthy),
  set: unary((value) => !isBlank(value)),
  isList: unary((value) => Array.isArray(value)),
  isObject: unary((value) => isObject(value)),
  count: unary((value) => (isObject(value) ? Object.keys(value).length : asList(value).length)),
  keys: unary((value) => (isObject(value) ? Object.keys(value).sort() : undefined)),
  text: unary(asText),
  unique: unary((value) => (Array.isArray(value) ? [...new Set(value.map((entry) => (typeof entry === 'object' ? JSON.stringify(entry) : String(entry))))].sort() : value)),
  upper: onText((text) => text.toUpperCase()),
  lower: onText((text) => text.toLowerCase()),
  dashed: onText((text) => text.replaceAll(/\s+/g, '-')),
  equals: (argument, _whole, at, compiler) => {
    const [left, right] = pairOf(argument, at, compiler);
    return (scope) => sameValue(left(scope) ?? null, right(scope) ?? null);
  },
  in: (argument, _whole, at, compiler) => {
    const [left, right] = pairOf(argument, at, compiler);
    return (scope) => asList(right(scope)).some((entry) => sameValue(entry, left(scope)));
  },
  has: textTest((text, part) => text.toLowerCase().includes(part.toLowerCase())),
  startsWith: textTest((text, part) => text.startsWith(part)),
  endsWith: textTest((text, part) => text.endsWith(part)),
};
