/** Operators that choose and test: constants, branches, tables, comparisons. Owns their meaning. */
import { asList, asText, charge, isBlank, isObject, sameValue } from '../scope.js';
import type { Expression, Value } from '../scope.js';
import { argumentOf, listOf, operator, optionalArgument, orderOf, pairOf, sizeOf, truthy, unary } from '../operator.js';
import type { Operator, OperatorRule } from '../operator.js';

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
  const otherwise = optionalArgument(whole, 'else', at, compiler);
  return (scope) => {
    const hit = branches.find((branch) => truthy(branch.when(scope)));
    return hit ? hit.then(scope) : otherwise?.(scope);
  };
};

const lookup: Operator = (argument, whole, at, compiler) => {
  if (typeof argument !== 'string') return compiler.fail(at, 'needs the name of a table');
  const table = compiler.table(argument, at);
  const by = argumentOf(whole, 'by', at, compiler);
  return (scope) => {
    const key = asText(by(scope));
    return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
  };
};

const reduceTest = (kind: 'all' | 'any'): OperatorRule => operator((argument, _whole, at, compiler): Expression => {
  const tests = listOf(argument, at, compiler);
  return (scope) => (kind === 'all' ? tests.every((test) => truthy(test(scope))) : tests.some((test) => truthy(test(scope))));
});

const pairTest = (test: (left: Value, right: Value) => boolean): OperatorRule => operator((argument, _whole, at, compiler) => {
  const [left, right] = pairOf(argument, at, compiler);
  return (scope) => {
    const [a, b] = [left(scope), right(scope)];
    if (scope.budget) charge(scope, sizeOf(a) + sizeOf(b));
    return test(a, b);
  };
});

export const CHOICE: Readonly<Record<string, OperatorRule>> = {
  value: operator((argument) => () => argument),
  first: operator(first),
  case: operator(caseOf, 'else'),
  lookup: operator(lookup, 'by'),
  all: reduceTest('all'),
  any: reduceTest('any'),
  not: unary((value) => !truthy(value)),
  truthy: unary(truthy),
  set: unary((value) => !isBlank(value)),
  isList: unary((value) => Array.isArray(value)),
  isObject: unary((value) => isObject(value)),
  equals: pairTest((left, right) => sameValue(left ?? null, right ?? null)),
  in: pairTest((left, right) => asList(right).some((entry) => sameValue(entry, left))),
  greater: pairTest((left, right) => orderOf(left, right) > 0),
  less: pairTest((left, right) => orderOf(left, right) < 0),
};
