/**
 * What stands where a secret stood: a RedactedSecret object for a whole value, a short mark inside a longer text. Owns
 * both forms and finding them again. Pure.
 */
import { createHmac } from 'node:crypto';
import type { JsonValue, RedactedSecret } from '../../model/resource.js';

const MARK = /\[redacted ([a-z-]+) ([0-9a-f]{16})\]/g;
const MARK_TEST = /\[redacted [a-z-]+ [0-9a-f]{16}\]/;

/** Whoever records a platform has to know what a scan took out. By the key object itself: any other scan is not looked at. */
const watched = new WeakMap<Uint8Array, Set<string>>();

/** From now on every value of which this very key makes a fingerprint is put into the set that comes back. Only for recordings: they must not keep those values. */
export function watchSecrets(key: Uint8Array): ReadonlySet<string> {
  const values = new Set<string>();
  watched.set(key, values);
  return values;
}

export function keyedDigest(text: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 16);
}

/** HMAC-SHA-256, cut to 64 bits: enough to see a rotation, useless to find the value without the key. */
export function fingerprintOf(secret: string, key: Uint8Array): string {
  watched.get(key)?.add(secret);
  return keyedDigest(secret, key);
}

export function redactedSecret(kind: string, fingerprint: string): { redacted: true; kind: string; fingerprint: string } {
  return { redacted: true, kind, fingerprint };
}

export function markOf(kind: string, fingerprint: string): string {
  return `[redacted ${kind} ${fingerprint}]`;
}

export function rangesOfMarks(text: string): { start: number; end: number }[] {
  return [...text.matchAll(MARK)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

/** The text with every mark replaced by one plain letter, so that addresses around it can still be read. */
export function withoutMarks(text: string): string {
  return text.includes('[redacted ') ? text.replaceAll(MARK, 'x') : text;
}

export function isRedacted(value: unknown): value is RedactedSecret {
  return typeof value === 'object' && value !== null && (value as { redacted?: unknown }).redacted === true && typeof (value as { fingerprint?: unknown }).fingerprint === 'string';
}

export interface SecretPlace {
  readonly path: string;
  readonly kind: string;
  readonly fingerprint: string;
}

/** Every secret below `value`, with its path; members by name, because a platform may send them in another order next time. */
export function secretPlaces(value: JsonValue | undefined, path: string, into: SecretPlace[] = []): SecretPlace[] {
  if (typeof value === 'string') {
    if (value.includes('[redacted ') && MARK_TEST.test(value)) {
      for (const match of value.matchAll(MARK)) into.push({ path, kind: match[1]!, fingerprint: match[2]! });
    }
  } else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) secretPlaces(value[index], `${path}[${index}]`, into);
  } else if (typeof value === 'object' && value !== null) {
    if (isRedacted(value)) into.push({ path, kind: value.kind, fingerprint: value.fingerprint });
    else for (const key of Object.keys(value).sort()) {
      const place = path === '' ? key : `${path}.${key}`;
      // what a name held is told of the place where it stood
      if (key.includes('[redacted ')) secretPlaces(key, path === '' ? 'key' : `${path}.key`, into);
      secretPlaces(value[key], place, into);
    }
  }
  return into;
}
