/** Operators that choose and test: constants, branches, tables, comparisons. Owns their meaning. */
import { asList, asText, charge, isBlank, isObject, sameValue } from '../scope.js';
import type { Expression, Value } from '../scope.js';
import { argumentOf, listOf, operator, optionalArgument, orderOf, pairTest, sizeOf, truthy, unary, unaryTest } from '../operator.js';
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
    return { when: compiler.condition(branch['if'], `${at}[${index}].if`), then: compiler.compile(branch['then'], `${at}[${index}].then`) };
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

/** One "no" settles `all` and one "yes" settles `any`, whatever is not known beside it. */
const reduceTest = (settles: boolean): OperatorRule => operator((argument, _whole, at, compiler): Expression => {
  const tests = listOf(argument, at, compiler);
  return (scope) => {
    let known = true;
    for (const test of tests) {
      const value = test(scope);
      if (value === undefined && !compiler.decides) known = false;
      else if (truthy(value) === settles) return settles;
    }
    return known ? !settles : undefined;
  };
});

const comparison = (test: (left: Value, right: Value) => boolean): OperatorRule => pairTest((left, right, scope) => {
  if (scope.budget) charge(scope, sizeOf(left) + sizeOf(right));
  return test(left, right);
});

export const CHOICE: Readonly<Record<string, OperatorRule>> = {
  value: operator((argument) => () => argument),
  first: operator(first),
  case: operator(caseOf, 'else'),
  lookup: operator(lookup, 'by'),
  all: reduceTest(false),
  any: reduceTest(true),
  not: unaryTest((value) => !truthy(value)),
  truthy: unaryTest(truthy),
  set: unary((value) => !isBlank(value)),
  isList: unary((value) => Array.isArray(value)),
  isObject: unary((value) => isObject(value)),
  equals: comparison((left, right) => sameValue(left ?? null, right ?? null)),
  in: comparison((left, right) => asList(right).some((entry) => sameValue(entry, left))),
  greater: comparison((left, right) => orderOf(left, right) > 0),
  less: comparison((left, right) => orderOf(left, right) < 0),
};
