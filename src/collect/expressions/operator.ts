/** What an operator is, and the parts that operators share. Owns reading of arguments and the budget of steps; no operator's meaning. */
import type { JsonValue } from '../../model/resource.js';
import { asText, charge, compareText, isBlank } from './scope.js';
import type { Expression, JsonObject, Scope, Value } from './scope.js';

export interface Compiler {
  /** true inside of a condition: there, what is absent counts as no */
  readonly decides: boolean;
  /** a condition: what is not known must be taken one way or the other */
  condition(source: JsonValue, at: string): Expression;
  compile(source: JsonValue, at: string): Expression;
  table(name: string, at: string): Readonly<Record<string, JsonValue>>;
  /** checks the name of a resource type, where the types are known */
  type(name: string, at: string): string;
  fail(at: string, problem: string): never;
}

export type Operator = (argument: JsonValue, whole: JsonObject, at: string, compiler: Compiler) => Expression;

export interface OperatorRule {
  readonly compile: Operator;
  /** names of the further arguments that it takes beside its own */
  readonly args: readonly string[];
}

export function operator(compile: Operator, ...args: string[]): OperatorRule {
  return { compile, args };
}

export function listOf(argument: JsonValue, at: string, compiler: Compiler): Expression[] {
  if (!Array.isArray(argument)) return compiler.fail(at, 'needs a list');
  return argument.map((each, index) => compiler.compile(each, `${at}[${index}]`));
}

export function pairOf(argument: JsonValue, at: string, compiler: Compiler): [Expression, Expression] {
  const [left, right, ...rest] = listOf(argument, at, compiler);
  if (!left || !right || rest.length > 0) return compiler.fail(at, 'needs exactly two entries');
  return [left, right];
}

/** A further argument that is an expression; `fallback` is compiled when it is not given. */
export function argumentOf(whole: JsonObject, name: string, at: string, compiler: Compiler, fallback = ''): Expression {
  return compiler.compile(whole[name] ?? fallback, `${at}.${name}`);
}

export function optionalArgument(whole: JsonObject, name: string, at: string, compiler: Compiler): Expression | undefined {
  return whole[name] === undefined ? undefined : compiler.compile(whole[name], `${at}.${name}`);
}

/** A condition among the further arguments. */
export function optionalCondition(whole: JsonObject, name: string, at: string, compiler: Compiler): Expression | undefined {
  return whole[name] === undefined ? undefined : compiler.condition(whole[name], `${at}.${name}`);
}

export function textsOf(whole: JsonObject, name: string, at: string, compiler: Compiler): string[] {
  const value = whole[name];
  const texts = Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  if (!Array.isArray(value) || texts.length === 0 || texts.length !== value.length) return compiler.fail(at, `needs \`${name}\`, a list of texts`);
  return texts;
}

export function truthy(value: Value): boolean {
  return !isBlank(value) && value !== false && value !== 'false' && !(Array.isArray(value) && value.length === 0);
}

/** Numbers by size, also when one is a text; other texts by their letters, which is right for ISO times. Blank is never greater or less. */
export function orderOf(left: Value, right: Value): number {
  if (isBlank(left) || isBlank(right)) return 0;
  const [a, b] = [Number(left), Number(right)];
  if (!Number.isNaN(a) && !Number.isNaN(b)) return a - b;
  return typeof left === 'string' && typeof right === 'string' ? compareText(left, right) : 0;
}

/** The scope of a member: paths start there. Costs one step of the budget. */
export function within(scope: Scope, root: Value): Scope {
  charge(scope, 1);
  return { ...scope, root };
}

export function notBlank(value: Value): value is JsonValue {
  return !isBlank(value);
}

/** What it costs to look at every member of a value once. */
export function sizeOf(value: Value): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

export function unary(change: (value: Value, scope: Scope) => Value): OperatorRule {
  return operator((argument, _whole, at, compiler) => {
    const inner = compiler.compile(argument, at);
    return (scope) => {
      const value = inner(scope);
      if (scope.budget) charge(scope, sizeOf(value));
      return change(value, scope);
    };
  });
}

/** A test of one value: of what is absent nothing is told, but in a condition. */
export function unaryTest(test: (value: Value) => boolean): OperatorRule {
  return operator((argument, _whole, at, compiler) => {
    const inner = compiler.compile(argument, at);
    const { decides } = compiler;
    return (scope) => {
      const value = inner(scope);
      return value === undefined && !decides ? undefined : test(value);
    };
  });
}

/** The same of two values. */
export function pairTest(test: (left: Value, right: Value, scope: Scope) => boolean): OperatorRule {
  return operator((argument, _whole, at, compiler) => {
    const [left, right] = pairOf(argument, at, compiler);
    const { decides } = compiler;
    return (scope) => {
      const [a, b] = [left(scope), right(scope)];
      return (a === undefined || b === undefined) && !decides ? undefined : test(a, b, scope);
    };
  });
}

export function onText(change: (text: string) => Value): OperatorRule {
  return unary((value) => {
    const text = asText(value);
    return text === undefined ? undefined : change(text);
  });
}
