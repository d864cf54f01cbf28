/** The words of reports: one for each state, plurals, and how a finding is numbered. Owns no verdict. */
import type { JsonValue, Location } from '../model/resource.js';
import type { Outcome, Severity } from '../model/severity.js';
import type { ReadState } from '../model/snapshot.js';

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = { critical: 'Critical', high: 'High', medium: 'Medium', low: 'Low', info: 'Info' };

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  pass: 'pass', fail: 'fail', 'not-applicable': 'not applicable', 'could-not-verify': 'could not verify', waived: 'waived',
};

export const READ_WORDS: Readonly<Record<ReadState, string>> = {
  collected: 'collected', empty: 'empty', unavailable: 'not available', forbidden: 'no permission', partial: 'partly read', suspect: 'far fewer than before', failed: 'failed',
};

/** The same number in portal, export and mail. */
export function findingNumber(number: number): string {
  return `F-${number}`;
}

/** `1 finding`, `3 findings`, `no findings`. */
export function count(number: number, one: string, many = `${one}s`): string {
  if (number === 0) return `no ${many}`;
  return `${number} ${number === 1 ? one : many}`;
}

/** `a, b and c`. */
export function list(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Rounded down: 100% is said only of all. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.floor((part / whole) * 100);
}

/** Cut at a character, never in the middle of one, and marked. */
export function clip(text: string, max: number): string {
  const characters = Array.from(text);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('').trimEnd()}…`;
}

/** `step in workflow`, or the file where there is neither. */
export function place(location: Location, name: string): string {
  const inside = [location.step ?? name, location.workflow].filter((part): part is string => part !== null && part !== '');
  const unique = inside.filter((part, index) => inside.indexOf(part) === index);
  return unique.length === 0 ? (location.file ?? '') : unique.join(' in ');
}

const MAX_VALUE = 300;

/** A value of the configuration, in one line. What stands where a secret stood is said so. */
export function valueWords(value: JsonValue | null): string {
  if (value === null) return 'nothing';
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (typeof value === 'string') return value === '' ? 'empty text' : clip(value, MAX_VALUE);
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'empty list' : clip(value.map((entry) => valueWords(entry)).join(', '), MAX_VALUE);
  if (value['redacted'] === true) return `secret (${String(value['kind'] ?? 'unknown kind')}, fingerprint ${String(value['fingerprint'] ?? '').slice(0, 12)})`;
  return clip(JSON.stringify(value), MAX_VALUE);
}
