/**
 * Which leaves of two JSON values differ. Owns identity inside arrays: elements with an id or a name are matched by it, so that
 * an insertion at the head is one edit and not one per element. Linear in the size of both values.
 */
import type { DriftItem } from '../model/drift.js';
import type { JsonValue } from '../model/resource.js';

export type LeafEdit = DriftItem['edits'][number];
type JsonObject = { [key: string]: JsonValue };

/** Names of members that identify an element of an array, the first that every element has and that is unique. */
const IDENTITY_KEYS = ['id', 'key', 'name', 'path', 'displayName'];

/** Equal as data: members in any order, arrays in order. */
export function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  }
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
}

/** All leaf edits below `path`, in the order of the paths' first appearance. A missing side is null. */
export function leafEdits(before: JsonValue | undefined, after: JsonValue | undefined, path: string): LeafEdit[] {
  const edits: LeafEdit[] = [];
  collect({ before, after, path }, edits);
  return edits;
}

interface Pair {
  before: JsonValue | undefined;
  after: JsonValue | undefined;
  path: string;
}

function collect({ before, after, path }: Pair, edits: LeafEdit[]): void {
  if (sameJson(before, after)) return;
  if (isBranch(before) && isBranch(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      collect({ before: own(before, key), after: own(after, key), path: path === '' ? key : `${path}.${key}` }, edits);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) collectArrays(before, after, { path, edits });
  else edits.push({ path, before: before ?? null, after: after ?? null });
}

function collectArrays(before: JsonValue[], after: JsonValue[], { path, edits }: { path: string; edits: LeafEdit[] }): void {
  const identity = identityOf(before, after);
  if (identity !== null) {
    collectKeyed(before as JsonObject[], after as JsonObject[], { path, edits, identity });
  } else if (before.length === after.length && before.some(isContainer)) {
    for (const [index, item] of before.entries()) collect({ before: item, after: after[index], path: `${path}[${index}]` }, edits);
  } else edits.push({ path, before, after });
}

function collectKeyed(before: JsonObject[], after: JsonObject[], into: { path: string; edits: LeafEdit[]; identity: string }): void {
  const { path, edits, identity } = into;
  const left = new Map(before.map((item) => [String(item[identity]), item]));
  const right = new Map(after.map((item) => [String(item[identity]), item]));
  const count = edits.length;
  for (const id of new Set([...left.keys(), ...right.keys()])) collect({ before: left.get(id), after: right.get(id), path: `${path}[${id}]` }, edits);
  if (edits.length === count) edits.push({ path: `${path}[order]`, before: [...left.keys()], after: [...right.keys()] });
}

/** The first member by which the elements of both arrays can be told apart, or null. */
function identityOf(before: readonly JsonValue[], after: readonly JsonValue[]): string | null {
  if (!before.every(isBranch) || !after.every(isBranch)) return null;
  return IDENTITY_KEYS.find((key) => isUnique(before as JsonObject[], key) && isUnique(after as JsonObject[], key)) ?? null;
}

function isUnique(items: readonly JsonObject[], key: string): boolean {
  const seen = new Set<string>();
  for (const item of items) {
    const id = own(item, key);
    if ((typeof id !== 'string' && typeof id !== 'number') || id === '' || seen.has(String(id))) return false;
    seen.add(String(id));
  }
  return true;
}

/** A redacted secret is a leaf: its parts mean nothing alone. */
function isBranch(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value['redacted'] !== true;
}

function isContainer(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null;
}

function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
