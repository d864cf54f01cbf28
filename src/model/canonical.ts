/** Canonical JSON (RFC 8785) and its digest. Owns nothing else. Not for workflow code: it hashes with node:crypto. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { plainCanonicalText } from './canonical-text.js';
import type { JsonValue, Resource } from './resource.js';

/** RFC 8785 JSON Canonicalization Scheme. `undefined` members are dropped. */
export function canonicalJson(value: unknown): string {
  const text = plainCanonicalText(value) ?? (canonicalize as unknown as (value: unknown) => string | undefined)(value);
  if (text === undefined) throw new TypeError('value has no JSON form');
  return text;
}

/** sha256, lower-case hex. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The part of a resource that is compared: where it was found (file, page) is not. */
export function resourceBody(resource: Resource): { kind: string; key: string; name: string; properties: Record<string, JsonValue> } {
  return { kind: resource.kind, key: resource.key, name: resource.name, properties: resource.properties };
}

export function resourceDigest(resource: Resource): string {
  return sha256(canonicalJson(resourceBody(resource)));
}
