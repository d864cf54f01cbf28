/** Says in lines for people how two results differ. Owns the wording and its length. Pure. */
import { canonicalJson } from '../../model/canonical.js';
import type { JsonValue } from '../../model/resource.js';

const MOST_LINES = 24;
const LONGEST = 90;

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return '(nothing)';
  const text = typeof value === 'string' ? JSON.stringify(value) : canonicalJson(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}

function isTree(value: JsonValue | undefined): value is JsonValue[] | { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null;
}

function leaves(before: JsonValue | undefined, after: JsonValue | undefined, path: string, into: string[]): void {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null) && (before === undefined) === (after === undefined)) return;
  if (isTree(before) && isTree(after) && Array.isArray(before) === Array.isArray(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    for (const name of names) leaves((before as Record<string, JsonValue>)[name], (after as Record<string, JsonValue>)[name], path === '' ? name : `${path}.${name}`, into);
    return;
  }
  into.push(`${path}: ${shown(before)} -> ${shown(after)}`);
}

/** What a row is called: `step:wf1/3`, or the type of a completeness entry. */
function nameOf(row: JsonValue, index: number): string {
  if (!isTree(row) || Array.isArray(row)) return typeof row === 'string' ? row : `#${index}`;
  if (typeof row['kind'] === 'string' && typeof row['key'] === 'string') return `${row['kind']}:${row['key']}`;
  return typeof row['type'] === 'string' ? row['type'] : `#${index}`;
}

function byName(rows: readonly JsonValue[]): Map<string, JsonValue> {
  const named = new Map<string, JsonValue>();
  rows.forEach((row, index) => {
    let name = nameOf(row, index);
    while (named.has(name)) name += ' (again)';
    named.set(name, row);
  });
  return named;
}

function cut(lines: readonly string[]): string[] {
  return lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} more`] : [...lines];
}

/** Rows by name: what is new, what is gone, and which values differ. Empty = equal. */
export function rowDifferences(before: readonly JsonValue[], after: readonly JsonValue[]): string[] {
  const [old, young] = [byName(before), byName(after)];
  const lines: string[] = [];
  for (const [name, row] of old) {
    const other = young.get(name);
    if (other === undefined) lines.push(`gone: ${name}`);
    else leaves(row, other, name, lines);
  }
  for (const name of young.keys()) if (!old.has(name)) lines.push(`new: ${name}`);
  return cut(lines);
}

/** Rows whose values differ, and rows that are only on one side, by name. */
export function changedRows(before: readonly JsonValue[], after: readonly JsonValue[]): string[] {
  const [old, young] = [byName(before), byName(after)];
  const names = [...new Set([...old.keys(), ...young.keys()])];
  return names.filter((name) => canonicalJson(old.get(name) ?? null) !== canonicalJson(young.get(name) ?? null));
}

export function rowName(row: JsonValue): string {
  return nameOf(row, 0);
}
