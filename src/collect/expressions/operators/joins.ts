/** Operators that reach beyond the item: by id, by a shared value, down a tree. Owns their meaning and the index of a join. */
import type { JsonValue } from '../../../model/resource.js';
import { containersAt } from '../containers.js';
import { asList, asText, isObject } from '../scope.js';
import type { Expression, JsonObject, Scope, Value } from '../scope.js';
import { argumentOf, notBlank, operator, optionalCondition, textsOf, truthy, within } from '../operator.js';
import type { Compiler, Operator, OperatorRule } from '../operator.js';

/** The node whose id the expression yields; `take` is read from it. */
const ref: Operator = (argument, whole, at, compiler) => {
  const id = compiler.compile(argument, at);
  const take = argumentOf(whole, 'take', at, compiler);
  return (scope) => {
    const node = scope.nodes.get(asText(id(scope)) ?? '');
    return node ? take(within(scope, node)) : undefined;
  };
};

type Index = ReadonlyMap<string, readonly JsonValue[]>;

function textsIn(value: Value): string[] {
  return asList(value).map(asText).filter((text): text is string => text !== undefined && text !== '');
}

function indexOf(items: readonly JsonValue[], on: Expression, scope: Scope): Index {
  const index = new Map<string, JsonValue[]>();
  for (const item of items) {
    // a scope of its own: what the index holds does not depend on who asked first, nor on what is left of its budget
    for (const text of textsIn(on({ root: item, variables: { all: scope.variables['all'] }, nodes: scope.nodes }))) {
      const list = index.get(text);
      if (list) list.push(item);
      else index.set(text, [item]);
    }
  }
  return index;
}

function joined(whole: JsonObject, at: string, compiler: Compiler, listOf: (scope: Scope) => Value): Expression {
  if (whole['by'] === undefined || whole['on'] === undefined) return compiler.fail(at, 'needs `by` (the value here) and `on` (the value there)');
  if (whole['all'] !== undefined && typeof whole['all'] !== 'boolean') return compiler.fail(`${at}.all`, 'is true or false');
  const [by, on, take] = [argumentOf(whole, 'by', at, compiler), argumentOf(whole, 'on', at, compiler), argumentOf(whole, 'take', at, compiler)];
  const known = new WeakMap<readonly JsonValue[], Index>();
  return (scope) => {
    const items = listOf(scope);
    if (!Array.isArray(items)) return undefined;
    let index = known.get(items);
    if (!index) known.set(items, (index = indexOf(items, on, scope)));
    const hits = [...new Set(textsIn(by(scope)).flatMap((text) => index.get(text) ?? []))];
    if (whole['all'] === true) return hits.map((hit) => take(within(scope, hit))).filter(notBlank);
    return hits[0] === undefined ? undefined : take(within(scope, hits[0]));
  };
}

/** Items of another type. The index is built once per collection and type; a type that was not read yields nothing at all, not an empty list. */
const related: Operator = (argument, whole, at, compiler) => {
  if (typeof argument !== 'string') return compiler.fail(at, 'needs the name of a resource type');
  const type = compiler.type(argument, at);
  return joined(whole, at, compiler, (scope) => {
    const all = scope.variables['all'];
    return isObject(all) && Object.hasOwn(all, type) ? all[type] : undefined;
  });
};

/** Members of a list elsewhere in the same document; the index is built once per list. */
const matching: Operator = (argument, whole, at, compiler) => {
  const list = compiler.compile(argument, at);
  return joined(whole, at, compiler, (scope) => list(scope));
};

const DEEPEST = 100;

/** Every step below the roots, in the order of the document, as one flat list. */
const walk: Operator = (argument, whole, at, compiler) => {
  const roots = compiler.compile(argument, at);
  const children = textsOf(whole, 'children', at, compiler);
  const where = optionalCondition(whole, 'where', at, compiler);
  const take = argumentOf(whole, 'take', at, compiler);
  return (scope) => {
    const found: JsonValue[] = [];
    const visit = (value: Value, paths: readonly string[], depth: number): void => {
      if (depth > DEEPEST) return;
      for (const { members } of paths.flatMap((path) => containersAt(value, path))) {
        for (const { key, step } of members) {
          const inner = within({ ...scope, variables: key === null ? scope.variables : { ...scope.variables, key } }, step);
          const result = !where || truthy(where(inner)) ? take(inner) : undefined;
          if (notBlank(result)) found.push(result);
          visit(step, children, depth + 1);
        }
      }
    };
    const start = roots(scope);
    visit(start, [''], 0);
    return start === undefined ? undefined : found;
  };
};

export const JOINS: Readonly<Record<string, OperatorRule>> = {
  ref: operator(ref, 'take'),
  related: operator(related, 'by', 'on', 'take', 'all'),
  matching: operator(matching, 'by', 'on', 'take', 'all'),
  walk: operator(walk, 'children', 'where', 'take'),
};
