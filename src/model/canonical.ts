/** Canonical JSON (RFC 8785) and its digest. Owns nothing else. Not for workflow code: it hashes with node:crypto. */
import { hash } from 'node:crypto';
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
  return hash('sha256', data);
}

export function canonicalDigest(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** Bytes of a text that is not long are written here, and are not kept. */
const room = Buffer.allocUnsafe(256 * 1024);

/** What `take` makes of the canonical JSON in UTF-8. The bytes are void when it returns. */
export function ofCanonicalBytes<T extends object>(value: unknown, take: (bytes: Uint8Array) => T): T {
  const text = canonicalJson(value);
  return take(text.length * 3 > room.length ? Buffer.from(text) : room.subarray(0, room.write(text)));
}

/** The part of a resource that is compared: where it was found (file, page) is not. */
export function resourceBody(resource: Resource): { kind: string; key: string; name: string; properties: Record<string, JsonValue> } {
  return { kind: resource.kind, key: resource.key, name: resource.name, properties: resource.properties };
}

export function resourceDigest(resource: Resource): string {
  return canonicalDigest(resourceBody(resource));
}
