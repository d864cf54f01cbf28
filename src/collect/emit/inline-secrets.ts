/** The secrets that were found in what a resource is made of, as its property. Owns the first look: nearly everything holds none. Pure. */
import type { JsonValue } from '../../model/resource.js';
import type { JsonObject } from '../expressions/scope.js';
import { isRedacted, secretPlaces } from '../redact/marks.js';

/** Makes nothing and puts nothing in order. */
export function mayHoldMarks(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return value.includes('[redacted ');
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) {
    for (const member of value) if (mayHoldMarks(member)) return true;
    return false;
  }
  if (isRedacted(value)) return true;
  for (const key of Object.keys(value)) if (mayHoldMarks(value[key]) || key.includes('[redacted ')) return true;
  return false;
}

export function putInlineSecrets(into: JsonObject, of: JsonObject): void {
  const places = mayHoldMarks(of) ? secretPlaces(of, '') : [];
  if (places.length > 0) into['inlineSecrets'] = places.map(({ path, kind, fingerprint }) => ({ path, kind, fingerprint }));
}
