/** Compiles expressions of a manifest into functions. Owns the errors for what is no expression. */
import type { JsonValue } from '../../model/resource.js';
import { OPERATORS } from './operators.js';
import type { Compiler } from './operators.js';
import { compilePath, isObject } from './scope.js';
import type { Expression } from './scope.js';

export type Tables = Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;

export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly at: string;
  constructor(at: string, problem: string) {
    super(problem);
    this.at = at;
  }
}

/** `at` of an ExpressionError is the place in the document: `emit[2].properties.owner`. */
export function createCompiler(tables: Tables): Compiler {
  const compiler: Compiler = {
    fail(at, problem): never {
      throw new ExpressionError(at, problem);
    },
    table(name, at) {
      return tables[name] ?? compiler.fail(at, `there is no table named ${name}`);
    },
    compile(source, at): Expression {
      if (typeof source === 'string') return compilePath(source);
      if (!isObject(source)) return compiler.fail(at, 'an expression is a path or an operator');
      const name = Object.keys(source).find((key) => Object.hasOwn(OPERATORS, key));
      if (name === undefined) return compiler.fail(at, `unknown operator ${Object.keys(source)[0] ?? '(none)'}; known are ${Object.keys(OPERATORS).sort().join(', ')}`);
      return OPERATORS[name]!(source[name]!, source, `${at}.${name}`, compiler);
    },
  };
  return compiler;
}
