/**
 * Expressions of checks: CEL with limits. Owns which variables and functions an expression may use, and that no expression can
 * run longer than its input deserves: `matches` (a backtracking engine) is refused, `re()` runs in linear time.
 */
import { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import type { JsonValue } from '../model/resource.js';

/** What an expression sees. `graph` is worked out only for expressions that name it. */
export interface ExpressionContext {
  resource: { kind: string; key: string; name: string };
  /** properties of the resource */
  p: { [name: string]: JsonValue };
  /** properties of its workflow, or {} */
  workflow: { [name: string]: JsonValue };
  /** properties of the platform's settings, or {} */
  platform: { [name: string]: JsonValue };
  graph: GraphContext;
  /** counts over the whole snapshot */
  estate: { users: number; admins: number };
}

/** What leads to a step and from it inside its workflow. */
export interface GraphContext {
  /** classes of the steps that can lead here, and that can be reached from here; sorted */
  upstream: string[];
  downstream: string[];
  /** types of the edges that arrive here, e.g. main, ai_tool; sorted */
  inputs: string[];
  /** true when a switched-on entry point without sign-in can lead here */
  openEntry: boolean;
}

export interface Expression {
  readonly source: string;
  readonly usesGraph: boolean;
  /** a property without which the expression is false, read off a leading `has(p.x)`: spares evaluating it */
  readonly presumes: string | null;
  evaluate(context: ExpressionContext): unknown;
}

/** Thrown by compileExpression; the message says what is wrong and is safe to show. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

const LIMITS = { maxAstNodes: 400, maxDepth: 24, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 };
const MAX_SOURCE = 4000;
const environment = createEnvironment();
const compiled = new Map<string, Expression>();
const patterns = new Map<string, Pattern>();
/** Types and hosts repeat a lot in an estate, so short texts are matched once. */
const MOST_REMEMBERED = 20_000;
const LONGEST_REMEMBERED = 120;

interface Pattern {
  regex: RE2JS;
  known: Map<string, boolean>;
}

/** Each text is compiled once per process. */
export function compileExpression(source: string): Expression {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const expression = compile(source);
  compiled.set(source, expression);
  return expression;
}

function compile(source: string): Expression {
  if (source.length > MAX_SOURCE) throw new ExpressionError(`is longer than ${MAX_SOURCE} characters`);
  const program = parse(source);
  const names = calledNames(program.ast);
  if (names.has('matches')) throw new ExpressionError('uses matches(), which can run for ever; use re(text, pattern)');
  const verdict = program.check();
  if (!verdict.valid) throw new ExpressionError(firstLine(verdict.error?.message));
  if (verdict.type !== 'bool' && verdict.type !== 'dyn') throw new ExpressionError(`yields ${verdict.type}, not true or false`);
  return { source, usesGraph: /\bgraph\b/.test(source), presumes: presumedProperty(program.ast), evaluate: (context) => program(context as unknown as Record<string, unknown>) };
}

function parse(source: string): ReturnType<Environment['parse']> {
  try {
    return environment.parse(source);
  } catch (error) {
    throw new ExpressionError(firstLine(error instanceof Error ? error.message : undefined));
  }
}

/** The x of `has(p.x)`, or of `has(p.x) && ...`. */
function presumedProperty(ast: unknown): string | null {
  const node = ast as { op?: unknown; args?: unknown };
  if (!Array.isArray(node.args)) return null;
  if (node.op === '&&') return presumedProperty(node.args[0]);
  if (node.op !== 'call' || node.args[0] !== 'has') return null;
  const field = (node.args[1] as unknown[])[0] as { op?: unknown; args?: unknown };
  if (field.op !== '.' || !Array.isArray(field.args)) return null;
  const [owner, name] = field.args as [{ op?: unknown; args?: unknown }, unknown];
  return owner.op === 'id' && owner.args === 'p' && typeof name === 'string' ? name : null;
}

function createEnvironment(): Environment {
  return new Environment({ unlistedVariablesAreDyn: false, enableOptionalTypes: true, limits: LIMITS })
    .registerVariable('resource', 'map').registerVariable('p', 'map').registerVariable('workflow', 'map')
    .registerVariable('platform', 'map').registerVariable('graph', 'map').registerVariable('estate', 'map')
    .registerFunction('re(string, string): bool', findsPattern)
    .registerFunction('lower(string): string', (text: string) => text.toLowerCase())
    .registerFunction('overlaps(list, list): bool', (left: unknown[], right: unknown[]) => left.some((item) => right.includes(item)))
    .registerFunction('hostIn(string, list): bool', hostIn);
}

/** True when the pattern (RE2 syntax) occurs in the text. */
function findsPattern(text: string, source: string): boolean {
  let pattern = patterns.get(source);
  if (pattern === undefined) {
    pattern = { regex: RE2JS.compile(source), known: new Map() };
    if (patterns.size < 1000) patterns.set(source, pattern);
  }
  const known = pattern.known.get(text);
  if (known !== undefined) return known;
  const found = pattern.regex.matcher(text).find();
  if (text.length <= LONGEST_REMEMBERED && pattern.known.size < MOST_REMEMBERED) pattern.known.set(text, found);
  return found;
}

/** True when the host is one of the list; `*.example.com` stands for every name below it. */
function hostIn(host: string, list: unknown[]): boolean {
  const name = host.toLowerCase();
  return list.some((entry) => {
    if (typeof entry !== 'string') return false;
    const wanted = entry.toLowerCase();
    return wanted.startsWith('*.') ? name.endsWith(wanted.slice(1)) : name === wanted;
  });
}

/** Names of all functions and methods that the syntax tree calls. */
function calledNames(node: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(node)) {
    for (const item of node) calledNames(item, found);
  } else if (typeof node === 'object' && node !== null) {
    const { op, args } = node as { op?: unknown; args?: unknown };
    if ((op === 'call' || op === 'rcall') && Array.isArray(args)) found.add(String(args[0]));
    calledNames(args, found);
  }
  return found;
}

/** The engine adds a drawing of the place below its first line. */
export function firstLine(message: string | undefined): string {
  return (message ?? 'cannot be read').split('\n', 1)[0]!.trim();
}
