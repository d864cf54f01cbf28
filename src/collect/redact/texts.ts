/** What is left of one text when its secrets are out. Owns: how much of it goes, by its looks and by the name it stands under. Pure. */
import type { JsonValue } from '../../model/resource.js';
import { findSecrets } from './detectors.js';
import type { FoundSecret } from './detectors.js';
import { isGenerated, literalUnder, looksRandom } from './literals.js';
import { fingerprintOf, markOf, redactedSecret } from './marks.js';
import { verdictOfName } from './names.js';
import type { NameVerdict } from './names.js';

function secretFor(text: string, kind: string, key: Uint8Array): JsonValue {
  const looks = findSecrets(text)[0]?.kind;
  return redactedSecret(looks ?? kind, fingerprintOf(text, key));
}

function marked(text: string, found: readonly FoundSecret[], key: Uint8Array): string {
  let result = '';
  let at = 0;
  for (const { start, end, kind } of found) {
    result += text.slice(at, start) + markOf(kind, fingerprintOf(text.slice(start, end), key));
    at = end;
  }
  return result + text.slice(at);
}

function withoutFound(text: string, found: readonly FoundSecret[], key: Uint8Array): JsonValue {
  if (found.length === 0) return text;
  const only = found[0]!;
  if (found.length === 1 && only.end - only.start === text.trim().length) return redactedSecret(only.kind, fingerprintOf(text.trim(), key));
  return marked(text, found, key);
}

export function redactText(text: string, key: Uint8Array): JsonValue {
  return withoutFound(text, findSecrets(text), key);
}

/** A name stays a text, whatever it holds. */
export function redactKey(name: string, key: Uint8Array): string {
  if (isGenerated(name)) return markOf('high-entropy', fingerprintOf(name, key));
  const found = findSecrets(name);
  return found.length === 0 ? name : marked(name, found, key);
}

/** An argument, which what stands before it gives its meaning: `-u`, `bob:...`. */
export function redactArgument(flag: string, text: string, key: Uint8Array): JsonValue {
  const before = ` ${flag} `;
  const found = findSecrets(before + text).filter(({ start }) => start >= before.length);
  return withoutFound(text, found.map((each) => ({ ...each, start: each.start - before.length, end: each.end - before.length })), key);
}

const ADDRESS_WITH_PASSWORD = /^[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@?#]{0,128}:([^\s/:@?#]{1,256})@[^\s@]*$/i;

/** A connection string that is an address: host and name of the database stay readable, where its password is known for sure. */
function redactDsn(text: string, key: Uint8Array): JsonValue | null {
  const password = ADDRESS_WITH_PASSWORD.exec(text.trim())?.[1];
  if (password === undefined || text.includes('[redacted ')) return null;
  const seen = findSecrets(text).some(({ kind, start, end }) => kind === 'url-password' && text.slice(start, end) === password);
  return seen ? redactText(text, key) : null;
}

/** One of parts, `Server=db;Password=...`: the others stay, where each part has a name and each that is secret by it is known to be gone. */
function redactParts(text: string, key: Uint8Array): JsonValue | null {
  if (!text.includes(';') || text.length > 4096) return null;
  const clean = redactText(text, key);
  if (typeof clean !== 'string' || !clean.includes('[redacted ')) return null;
  const parts = clean.split(';').filter((part) => part.trim() !== '').map((part) => /^\s*([^=]{1,40}?)\s*=(.*)$/.exec(part));
  const isWhole = parts.every((part) => part !== null && (verdictOfName(part[1]!)?.certain !== true || part[2]!.includes('[redacted ') || literalUnder(part[2]!) === null));
  return parts.length > 1 && isWhole ? clean : null;
}

const PIN = /^\d{4,12}$/;

export function isPin(value: string | number, verdict: NonNullable<NameVerdict>): boolean {
  return verdict.kind === 'pin' && PIN.test(String(value).trim());
}

/** `verdict`: what the name says that the text stands under. */
export function redactNamed(text: string, verdict: NonNullable<NameVerdict>, key: Uint8Array): JsonValue {
  const connection = verdict.kind === 'connection-string' ? redactDsn(text, key) ?? redactParts(text, key) : null;
  if (connection !== null) return connection;
  if (isPin(text, verdict)) return redactedSecret('pin', fingerprintOf(text.trim(), key));
  const literal = literalUnder(text);
  if (literal !== null && (verdict.certain || looksRandom(literal))) return secretFor(literal, verdict.kind, key);
  return redactText(text, key);
}
