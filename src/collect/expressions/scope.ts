/** What an expression of a manifest can see. Owns the scope and reading paths in it. Pure; no I/O, no clock. */
import type { JsonValue } from '../../model/resource.js';

export type Value = JsonValue | undefined;
export type JsonObject = { [key: string]: JsonValue };

export interface Scope {
  /** what a plain path starts at */
  readonly root: Value;
  /** what `$name` paths start at: $workflow, $platform, $source, $all, $reached ... */
  readonly variables: Readonly<Record<string, Value>>;
  /** nodes of the same document by id, for `ref` */
  readonly nodes: ReadonlyMap<string, JsonObject>;
  /** what is left of the steps that one evaluation may take; the compiler puts it in */
  readonly budget?: { left: number };
}

/** What `$name` may stand for. */
export const VARIABLES: ReadonlySet<string> = new Set(['all', 'platform', 'workflow', 'item', 'group', 'key', 'root', 'whole', 'field', 'source', 'fileKey']);

/** One evaluation took more steps than any sensible one does. The compiler turns it into an error that names the place. */
export class BudgetError extends Error {
  override readonly name = 'BudgetError';
}

export function charge({ budget }: Scope, steps: number): void {
  if (budget && (budget.left -= steps) < 0) throw new BudgetError();
}

/** Compiled once per manifest, run once per item. */
export type Expression = (scope: Scope) => Value;

export const NO_NODES: ReadonlyMap<string, JsonObject> = new Map();

export function isObject(value: Value): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object without the named members. */
export function membersBut(object: JsonObject, dropped: { has(name: string): boolean }): JsonObject {
  // to set this name would not make a member of it
  if (Object.hasOwn(object, '__proto__')) return Object.fromEntries(Object.entries(object).filter(([name]) => !dropped.has(name)));
  const rest: JsonObject = {};
  for (const name of Object.keys(object)) if (!dropped.has(name)) rest[name] = object[name]!;
  return rest;
}

export function isBlank(value: Value): boolean {
  return value === undefined || value === null || value === '';
}

function member(value: Value, part: string): Value {
  if (Array.isArray(value)) return /^\d+$/.test(part) ? value[Number(part)] : undefined;
  return isObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
}

/** The same for names that no object has but as its own: to ask whose it is takes most of the time. */
function plainWalk(value: Value, parts: readonly string[], from: number): Value {
  let at = value;
  for (let index = from; index < parts.length; index += 1) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Array.isArray(at) ? member(at, parts[index]!) : at[parts[index]!];
  }
  return at;
}

function walk(value: Value, parts: readonly string[], from: number, scope: Scope): Value {
  let at = value;
  for (let index = from; index < parts.length; index += 1) {
    const part = parts[index]!;
    if (part === '*') {
      const members = Array.isArray(at) ? at : isObject(at) ? Object.values(at) : [];
      charge(scope, members.length);
      return members.map((each) => walk(each, parts, index + 1, scope)).filter((each) => each !== undefined).flat(0) as JsonValue[];
    }
    at = member(at, part);
    if (at === undefined) return undefined;
  }
  return at;
}

const compiledPaths = new Map<string, Expression>();

/**
 * `a.b.0.c`, `list.*.name` (all), `$platform.version`; the empty path is the root itself. A point that belongs to a name is written `\.`: `@odata\.nextLink`.
 * Each path is compiled once: paths come from packs only.
 */
export function compilePath(path: string): Expression {
  const known = compiledPaths.get(path);
  if (known) return known;
  const compiled = pathExpression(path);
  compiledPaths.set(path, compiled);
  return compiled;
}

function pathExpression(path: string): Expression {
  const parts = path === '' ? [] : path.split(/(?<!\\)\./).map((part) => part.replaceAll('\\.', '.'));
  const isPlain = parts.every((part) => part !== '*' && !(part in Object.prototype));
  if (path.startsWith('$')) {
    const name = parts[0]!.slice(1);
    const rootOf = ({ variables }: Scope): Value => (Object.hasOwn(variables, name) ? variables[name] : undefined);
    return isPlain ? (scope) => plainWalk(rootOf(scope), parts, 1) : (scope) => walk(rootOf(scope), parts, 1, scope);
  }
  return isPlain ? ({ root }) => plainWalk(root, parts, 0) : (scope) => walk(scope.root, parts, 0, scope);
}

export function asList(value: Value): JsonValue[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

export function asText(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** What is absent is neither; what is told and is not `true` is no. */
export function asYesNo(value: Value): boolean | undefined {
  return value === undefined ? undefined : value === true;
}

export function sameValue(a: Value, b: Value): boolean {
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false;
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
