/** Compiles expressions of a manifest into functions. Owns the errors for what is no expression, and the budget of an evaluation. */
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import type { Compiler } from './operator.js';
import { OPERATORS } from './operators.js';
import { BudgetError, VARIABLES, compilePath, isObject } from './scope.js';
import type { Expression, JsonObject } from './scope.js';

export type Tables = Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;

export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly at: string;
  constructor(at: string, problem: string) {
    super(problem);
    this.at = at;
  }
}

/** What the document around the expressions is, for errors and for checking names. */
export interface CompileSetting {
  /** e.g. `packs/connectors/n8n/manifest.yaml` */
  readonly document?: string;
  /** the resource types of the manifest: `$all.<type>` and `related` are checked against them */
  readonly types?: ReadonlySet<string>;
  /** true where one answer or item is looked at on its own: nothing else has been read then */
  readonly alone?: boolean;
}

/** Members that one evaluation may look at. The largest estates have some 100,000 things; joins are indexed. */
const MOST_STEPS = 1_000_000;

function fail(at: string, problem: string): never {
  throw new ExpressionError(at, problem);
}

/** The one operator of the object. A further argument may bear an operator's name (`all`), so the one that knows all others counts. */
function operatorOf(source: JsonObject, at: string): string {
  const keys = Object.keys(source);
  const named = keys.filter((key) => Object.hasOwn(OPERATORS, key));
  const [first] = named;
  if (first === undefined) return fail(at, `unknown operator ${keys[0] ?? '(none)'}; known are ${Object.keys(OPERATORS).sort().join(', ')}`);
  const strange = (name: string): string | undefined => keys.find((key) => key !== name && !OPERATORS[name]!.args.includes(key));
  const fitting = named.find((name) => strange(name) === undefined);
  if (fitting !== undefined) return fitting;
  const { args } = OPERATORS[first]!;
  return fail(`${at}.${strange(first)!}`, `${first} has no argument ${strange(first)!}; ${args.length === 0 ? 'it takes none' : `it takes ${args.join(', ')}`}`);
}

const ALONE = 'only `emit`, `graphs` and step types see more than the item itself';

function checkedPath(path: string, at: string, { types, alone }: CompileSetting): Expression {
  if (path.startsWith('$')) {
    const [variable, type] = path.slice(1).split('.');
    if (alone && variable !== 'key') fail(at, `$${variable!} cannot be used here: ${ALONE}`);
    if (!VARIABLES.has(variable!)) fail(at, `there is no variable $${variable!}; known are ${[...VARIABLES].sort().map((name) => `$${name}`).join(', ')}`);
    if (variable === 'all' && types && (type === undefined || !types.has(type))) fail(at, `$all.${type ?? ''}: there is no resource named ${type ?? '(none)'}`);
  }
  return compilePath(path);
}

function limited(expression: Expression, at: string, document: string | undefined): Expression {
  return (scope) => {
    try {
      return expression({ root: scope.root, variables: scope.variables, nodes: scope.nodes, budget: { left: MOST_STEPS } });
    } catch (error) {
      if (!(error instanceof BudgetError)) throw error;
      throw new PlumblineError('PLB-COLLECT-011', `${document ?? 'The manifest'} at ${at}: the expression looks at more than ${MOST_STEPS} members for one item; join with \`related\` instead of going through a list within a list.`, { path: at });
    }
  };
}

/** One of these alone looks at each member once; only two within each other can run away. */
const GOES_THROUGH: ReadonlySet<string> = new Set([
  'each', 'find', 'sorted', 'entries', 'members', 'flat', 'unique', 'sum', 'largest', 'smallest', 'count', 'keys', 'merge', 'in', 'equals', 'related', 'matching', 'walk',
]);

export interface ManifestCompiler {
  /** A `value` is absent where what it is told from is absent. A `condition` decides what is taken up or done: there, absent counts as no. */
  compile(source: JsonValue, at: string, purpose?: 'value' | 'condition'): Expression;
}

/** `at` of an ExpressionError is the place in the document: `emit[2].properties.owner`. */
export function createCompiler(tables: Tables, setting: CompileSetting = {}): ManifestCompiler {
  const { document, types, alone } = setting;
  let loops = 0;
  const compilerFor = (decides: boolean): Compiler => ({
    fail, decides,
    condition: (source, at) => deciding.compile(source, at),
    table: (name, at) => (Object.hasOwn(tables, name) ? tables[name]! : fail(at, `there is no table named ${name}`)),
    type(name, at) {
      if (alone) return fail(at, `\`related\` cannot be used here: ${ALONE}`);
      return !types || types.has(name) ? name : fail(at, `there is no resource named ${name}`);
    },
    compile(source, at) {
      if (typeof source === 'string') {
        if (source.includes('*')) loops += 1;
        return checkedPath(source, at, setting);
      }
      if (!isObject(source)) return fail(at, 'an expression is a path or an operator');
      const name = operatorOf(source, at);
      if (GOES_THROUGH.has(name)) loops += 1;
      return OPERATORS[name]!.compile(source[name]!, source, `${at}.${name}`, decides ? deciding : telling);
    },
  });
  const [telling, deciding] = [compilerFor(false), compilerFor(true)];
  return {
    compile(source, at, purpose = 'value') {
      loops = 0;
      const expression = (purpose === 'condition' ? deciding : telling).compile(source, at);
      return loops > 1 ? limited(expression, at, document) : expression;
    },
  };
}
