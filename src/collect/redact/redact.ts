/**
 * Takes secrets and volatile fields out of a document before anything is stored. Owns the walk: by path, by key name, by
 * name-and-value pairs, by looks. Rules beyond that come from the manifest; the engine's own cannot be turned off.
 */
import type { JsonValue } from '../../model/resource.js';
import { findSecrets } from './detectors.js';
import { keepOnly } from './keep-only.js';
import type { AllowList } from './keep-only.js';
import { literalUnder, looksRandom } from './literals.js';
import { fingerprintOf, markOf, redactedSecret } from './marks.js';
import { verdictOfName } from './names.js';
import type { NameVerdict } from './names.js';
import { placeBelow, startOf } from './path-rules.js';
import type { PathRules, Place } from './path-rules.js';

export interface RedactionRules {
  /** fields that never reach storage, and whole values that are secrets, by path from the item */
  readonly paths: PathRules;
  /** objects in which one field says that another is a secret, e.g. `type: cred` */
  readonly where: readonly { readonly field: string; readonly equals: string | boolean; readonly redact: string }[];
  /** objects in which one field says that another is the NAME of a stored secret, not a secret: it stays, unless it looks like one */
  readonly references?: readonly { readonly field: string; readonly equals: string | boolean; readonly names: string }[];
  /** further names of fields whose values are secrets, in small letters */
  readonly names?: ReadonlySet<string>;
  /** all other members are dropped */
  readonly keepOnly?: AllowList | null;
}

interface Walk {
  readonly key: Uint8Array;
  readonly where: RedactionRules['where'];
  readonly references: NonNullable<RedactionRules['references']>;
  readonly names: ReadonlySet<string>;
  /** of the object or list that is looked at */
  depth: number;
}

export class TooDeepError extends Error {
  override readonly name = 'TooDeepError';
}

const PAIR_NAMES = new Set(['name', 'key', 'keyValue', 'keyType', 'field', 'fieldName', 'header', 'p', 'parameter', 'property', 'variable']);
const PAIR_VALUES = new Set(['value', 'valueValue', 'to', 'v', 'stringValue', 'fieldValue']);
const MAX_DEPTH = 128;
const NO_NAMES: ReadonlySet<string> = new Set();
const NAMED: NameVerdict = { kind: 'secret', certain: true };

/** The engine's own rules first: the manifest adds to them. */
function verdictFor(name: string, names: ReadonlySet<string>): NameVerdict {
  const verdict = verdictOfName(name);
  return verdict?.certain !== true && names.size > 0 && names.has(name.toLowerCase()) ? NAMED : verdict;
}

function secretFor(text: string, kind: string, key: Uint8Array): JsonValue {
  const looks = findSecrets(text)[0]?.kind;
  return redactedSecret(looks ?? kind, fingerprintOf(text, key));
}

function redactText(text: string, key: Uint8Array): JsonValue {
  const found = findSecrets(text);
  if (found.length === 0) return text;
  const only = found[0]!;
  if (found.length === 1 && only.end - only.start === text.trim().length) return redactedSecret(only.kind, fingerprintOf(text.trim(), key));
  let result = '';
  let at = 0;
  for (const { start, end, kind } of found) {
    result += text.slice(at, start) + markOf(kind, fingerprintOf(text.slice(start, end), key));
    at = end;
  }
  return result + text.slice(at);
}

const ADDRESS_WITH_PASSWORD = /^[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@?#]{0,128}:([^\s/:@?#]{1,256})@[^\s@]*$/i;

/** A connection string that is an address: host and name of the database stay readable, where its password is known for sure. */
function redactDsn(text: string, key: Uint8Array): JsonValue | null {
  const password = ADDRESS_WITH_PASSWORD.exec(text.trim())?.[1];
  if (password === undefined || text.includes('[redacted ')) return null;
  const seen = findSecrets(text).some(({ kind, start, end }) => kind === 'url-password' && text.slice(start, end) === password);
  return seen ? redactText(text, key) : null;
}

function redactNamed(text: string, verdict: NonNullable<NameVerdict>, key: Uint8Array): JsonValue {
  const dsn = verdict.kind === 'connection-string' ? redactDsn(text, key) : null;
  if (dsn !== null) return dsn;
  const literal = literalUnder(text);
  if (literal !== null && (verdict.certain || looksRandom(literal))) return secretFor(literal, verdict.kind, key);
  return redactText(text, key);
}

/** The last part of a path such as `headers.Authorization` or `payload["api-key"]`. */
function lastName(text: string): string {
  return text.length > 120 ? '' : text.replace(/["'\]]+$/, '').split(/[.["']/).at(-1) ?? '';
}

function pairVerdict(object: { readonly [key: string]: JsonValue }, keys: readonly string[], names: ReadonlySet<string>): NameVerdict {
  let uncertain: NameVerdict = null;
  for (const key of keys) {
    if (!PAIR_NAMES.has(key)) continue;
    const name = object[key];
    const verdict = typeof name === 'string' ? verdictFor(lastName(name), names) : null;
    if (verdict?.certain === true) return verdict;
    uncertain ??= verdict;
  }
  return uncertain;
}

function wholeSecret(value: JsonValue, walk: Walk, kind: string): JsonValue {
  if (value === null || value === '' || typeof value === 'boolean') return value;
  if (typeof value === 'object') return mapMembers(value, (member) => wholeSecret(member, walk, kind));
  return redactedSecret(kind, fingerprintOf(String(value), walk.key));
}

function mapMembers(value: JsonValue[] | { [key: string]: JsonValue }, change: (member: JsonValue) => JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(change);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, change(member)]));
}

/** `["X-Api-Key", "..."]`: some platforms keep headers and fields so. A list of two names, such as `["password", "email"]`, is none. */
function pairedSecret(list: readonly JsonValue[], names: ReadonlySet<string>): NameVerdict {
  const [name, value] = list;
  if (list.length !== 2 || typeof name !== 'string' || typeof value !== 'string' || !/[\d\s]/.test(value)) return null;
  const verdict = verdictFor(name, names);
  return verdict?.certain === true && !/\s/.test(name.trim()) ? verdict : null;
}

function redactArray(list: JsonValue[], place: Place | null, walk: Walk): JsonValue {
  const pair = pairedSecret(list, walk.names);
  const below = place === null ? null : placeBelow(place, '*');
  let copy: JsonValue[] | null = null;
  for (let index = 0; index < list.length; index += 1) {
    const member = list[index]!;
    const clean = redactMember(member, below, walk, index === 1 ? pair : null);
    if (clean !== member) {
      copy ??= list.slice();
      copy[index] = clean as JsonValue;
    }
  }
  return copy ?? list;
}

/** `{name: 'apiKey', value: {stringValue: '...'}}`: the value says its type, as Salesforce's do. */
function isTyped(member: JsonValue): member is { [key: string]: JsonValue } {
  return typeof member === 'object' && member !== null && !Array.isArray(member) && typeof member['stringValue'] === 'string';
}

function typedSecret(member: { [key: string]: JsonValue }, verdict: NonNullable<NameVerdict>, walk: Walk): JsonValue {
  const text = String(member['stringValue']);
  const clean = redactNamed(text, verdict, walk.key);
  return clean === text ? member : { ...member, stringValue: clean };
}

/** What a field is by its own name, by its neighbour's, and by what a rule says of the object. */
function verdictOfField(key: string, member: JsonValue, pair: () => NameVerdict, walk: Walk): NameVerdict {
  const verdict = typeof member === 'object' ? null : verdictFor(key, walk.names);
  return verdict?.certain !== true && typeof member === 'string' && PAIR_VALUES.has(key) ? pair() ?? verdict : verdict;
}

const NO_FIELDS: readonly string[] = [];

/** To set this name would not make a member of it. */
function put(object: { [key: string]: JsonValue }, key: string, value: JsonValue): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** The members before `end`: an object that a member was deleted from is slow to read ever after. */
function copyUpTo(object: { [key: string]: JsonValue }, end: string): { [key: string]: JsonValue } {
  const copy: { [key: string]: JsonValue } = {};
  for (const key of Object.keys(object)) {
    if (key === end) break;
    put(copy, key, object[key]!);
  }
  return copy;
}

function redactObject(object: { [key: string]: JsonValue }, place: Place | null, walk: Walk): JsonValue {
  const keys = Object.keys(object);
  const referring = walk.references.length === 0 ? NO_FIELDS : walk.references.filter((rule) => object[rule.field] === rule.equals).map((rule) => rule.names);
  const flagged = walk.where.length === 0 ? NO_FIELDS : walk.where.filter((rule) => object[rule.field] === rule.equals).map((rule) => rule.redact);
  let found: NameVerdict | undefined;
  const pair = (): NameVerdict => (found ??= pairVerdict(object, keys, walk.names));
  let copy: { [key: string]: JsonValue } | null = null;
  for (const key of keys) {
    const member = object[key]!;
    const below = place === null ? null : placeBelow(place, key);
    if (referring.includes(key) && typeof member === 'string') {
      const name = redactMember(member, below, walk, null);
      if (name === member) {
        if (copy) put(copy, key, member);
        continue;
      }
    }
    const verdict = verdictOfField(key, member, pair, walk);
    const isWhole = walk.names.size > 0 && typeof member === 'object' && walk.names.has(key.toLowerCase());
    if (PAIR_VALUES.has(key) && isTyped(member)) pair();
    const known = found && isTyped(member) ? typedSecret(member, found, walk) : member;
    const clean = flagged.includes(key) || isWhole ? wholeSecret(member, walk, isWhole ? 'secret' : 'credential') : redactMember(known, below, walk, verdict);
    if (clean !== member) copy ??= copyUpTo(object, key);
    if (copy && clean !== undefined) put(copy, key, clean);
  }
  return copy ?? object;
}

/** `undefined` = the field is dropped. The same reference comes back when nothing changed. */
function redactMember(value: JsonValue, place: Place | null, walk: Walk, verdict: NameVerdict): JsonValue | undefined {
  if (place !== null) {
    if (place.drop) return undefined;
    if (place.secret !== null) return wholeSecret(value, walk, place.secret);
  }
  if (typeof value === 'string') return verdict ? redactNamed(value, verdict, walk.key) : redactText(value, walk.key);
  if (typeof value === 'number') return verdict === NAMED || (verdict?.certain === true && verdict.kind === 'password') ? wholeSecret(value, walk, verdict!.kind) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (walk.depth >= MAX_DEPTH) throw new TooDeepError(`nested deeper than ${MAX_DEPTH} levels`);
  walk.depth += 1;
  const clean = Array.isArray(value) ? redactArray(value, place, walk) : redactObject(value, place, walk);
  walk.depth -= 1;
  return clean;
}

/** The item without its secrets and its volatile fields. Throws TooDeepError. */
export function redactItem(item: JsonValue, rules: RedactionRules, key: Uint8Array): JsonValue {
  const allowed = rules.keepOnly ? keepOnly(item, rules.keepOnly) : item;
  return redactMember(allowed, startOf(rules.paths), { key, where: rules.where, references: rules.references ?? [], names: rules.names ?? NO_NAMES, depth: 0 }, null) ?? null;
}
