/** The secrets that were found in what a resource is made of, as its property. Owns the first look: nearly everything holds none. Pure. */
import type { JsonValue } from '../../model/resource.js';
import type { JsonObject } from '../expressions/scope.js';
import { secretPlaces } from '../redact/marks.js';

/** `[redacted`, a kind, a fingerprint of 16 signs */
const SHORTEST_MARK = '[redacted a 0123456789abcdef]'.length;

function mayBeMarked(text: string): boolean {
  return text.length >= SHORTEST_MARK && text.includes('[redacted ');
}

/** Makes nothing and puts nothing in order. `beside`: members that do not count. */
export function mayHoldMarks(value: JsonValue | undefined, beside?: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return mayBeMarked(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) {
    for (const member of value) if (mayHoldMarks(member)) return true;
    return false;
  }
  for (const key in value) {
    if (beside?.has(key)) continue;
    if (key === 'redacted' || mayBeMarked(key) || mayHoldMarks(value[key])) return true;
  }
  return false;
}

export function putInlineSecrets(into: JsonObject, of: JsonObject, beside?: ReadonlySet<string>): void {
  if (!mayHoldMarks(of, beside)) return;
  const own = beside ? Object.fromEntries(Object.entries(of).filter(([key]) => !beside.has(key))) : of;
  const places = secretPlaces(own, '');
  if (places.length > 0) into['inlineSecrets'] = places.map(({ path, kind, fingerprint }) => ({ path, kind, fingerprint }));
}
