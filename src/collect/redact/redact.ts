/**
 * Takes secrets and volatile fields out of a document before anything is stored. Owns the walk: by path, by key name, by
 * name-and-value pairs, by looks. Rules beyond that come from the manifest; the engine's own cannot be turned off.
 */
import type { JsonValue } from '../../model/resource.js';
import { keepOnly } from './keep-only.js';
import type { AllowList } from './keep-only.js';
import { fingerprintOf, markOf, redactedSecret } from './marks.js';
import type { NameVerdict } from './names.js';
import { isNamedByManifest, isPairValue, isSecretMember, pairNames, pairVerdict, pairedSecret, verdictFor, verdictOfMembers } from './pairs.js';
import type { PairNames } from './pairs.js';
import { placeBelow, startOf } from './path-rules.js';
import type { PathRules, Place } from './path-rules.js';
import { NO_REFERENCES, isReference } from './references.js';
import type { References } from './references.js';
import { isPin, redactArgument, redactKey, redactNamed, redactText } from './texts.js';

export interface RedactionRules {
  /** fields that never reach storage, and whole values that are secrets, by path from the item */
  readonly paths: PathRules;
  /** objects in which one field says that another is a secret, e.g. `type: cred` */
  readonly where: readonly { readonly field: string; readonly equals: string | boolean; readonly redact: string }[];
  /** objects in which one field says that another is the NAME of a stored secret, not a secret: it stays, unless it looks like one */
  readonly references?: readonly { readonly field: string; readonly equals: string | boolean; readonly names: string }[];
  /** how a text says that it is a reference as a whole: no secret, whatever name it stands under */
  readonly marks?: References;
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
  readonly marks: References;
  /** of the object or list that is looked at */
  depth: number;
}

export class TooDeepError extends Error {
  override readonly name = 'TooDeepError';
}

/** Levels of one item; deeper is not read. */
export const MAX_DEPTH = 128;
const NO_NAMES: ReadonlySet<string> = new Set();
function wholeSecret(value: JsonValue, walk: Walk, kind: string): JsonValue {
  if (value === null || value === '' || typeof value === 'boolean') return value;
  if (typeof value === 'object') return mapMembers(value, (member) => wholeSecret(member, walk, kind));
  return redactedSecret(kind, fingerprintOf(String(value), walk.key));
}

function mapMembers(value: JsonValue[] | { [key: string]: JsonValue }, change: (member: JsonValue) => JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(change);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, change(member)]));
}

const FLAG = /^--?[A-Za-z][A-Za-z-]{0,40}$/;
const KEY_BEGINS = /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY/;
const KEY_ENDS = /-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY/;

/** A text in a list: what the one before it says of it, and the list's own name. `inKey`: between the lines of a private key. */
function redactLine(text: string, before: JsonValue | undefined, within: NameVerdict, { key, marks }: Walk): JsonValue {
  if (within && isSecretMember(text, within) && !isReference(text, marks)) return redactNamed(text, { ...within, certain: true }, key);
  if (typeof before === 'string' && before.startsWith('-') && FLAG.test(before)) return redactArgument(before, text, key);
  return redactText(text, key);
}

/** `within`: what the list's name says of its members. */
function redactArray(list: JsonValue[], place: Place | null, walk: Walk, within: NameVerdict): JsonValue {
  const pair = pairedSecret(list, walk.names);
  const below = place === null ? null : placeBelow(place, '*');
  let inKey = false;
  let copy: JsonValue[] | null = null;
  for (let index = 0; index < list.length; index += 1) {
    const member = list[index]!;
    const isText = typeof member === 'string' && below === null && !(index === 1 && pair);
    const isKeyLine = inKey && typeof member === 'string' && member.trim() !== '';
    const clean = isKeyLine ? wholeSecret(member, walk, 'private-key') : isText ? redactLine(member, list[index - 1], within, walk) : redactMember(member, below, walk, index === 1 ? pair : null);
    if (typeof member === 'string' && member.includes('-----')) inKey = KEY_ENDS.test(member) ? false : inKey || KEY_BEGINS.test(member);
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
  const clean = isReference(text, walk.marks) ? redactText(text, walk.key) : redactNamed(text, verdict, walk.key);
  return clean === text ? member : { ...member, stringValue: clean };
}

/** What a field is by its own name, by its neighbour's, and by what a rule says of the object. */
function verdictOfField(key: string, member: JsonValue, pair: () => PairNames, walk: Walk): NameVerdict {
  if (typeof member === 'object') return null;
  const verdict = verdictFor(key, walk.names);
  return verdict?.certain !== true && isPairValue(key) ? pairVerdict(key, member, pair()) ?? verdict : verdict;
}

/** A name that holds a secret. `within`: what the object's own name says of the names in it. */
function cleanKey(key: string, within: NameVerdict, walk: Walk): string {
  if (within && !within.certain && isSecretMember(key, within)) return markOf(within.kind, fingerprintOf(key, walk.key));
  return key.length < 6 ? key : redactKey(key, walk.key);
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

function redactObject(object: { [key: string]: JsonValue }, place: Place | null, walk: Walk, within: NameVerdict): JsonValue {
  const keys = Object.keys(object);
  const referring = walk.references.length === 0 ? NO_FIELDS : walk.references.filter((rule) => object[rule.field] === rule.equals).map((rule) => rule.names);
  const flagged = walk.where.length === 0 ? NO_FIELDS : walk.where.filter((rule) => object[rule.field] === rule.equals).map((rule) => rule.redact);
  let found: PairNames | undefined;
  const pair = (): PairNames => (found ??= pairNames(object, keys, walk.names));
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
    const shown = cleanKey(key, within, walk);
    const verdict = verdictOfField(key, member, pair, walk);
    const isWhole = walk.names.size > 0 && typeof member === 'object' && walk.names.has(key.toLowerCase());
    const typed = isPairValue(key) && isTyped(member) ? pair().firm : null;
    const known = typed && isTyped(member) ? typedSecret(member, typed, walk) : member;
    const clean = flagged.includes(key) || isWhole ? wholeSecret(member, walk, isWhole ? 'secret' : 'credential') : redactMember(known, below, walk, verdict ?? (typeof member === 'object' ? verdictOfMembers(key) : null));
    if (clean !== member || shown !== key) copy ??= copyUpTo(object, key);
    if (copy && clean !== undefined) put(copy, shown, clean);
  }
  return copy ?? object;
}

/** `undefined` = the field is dropped. The same reference comes back when nothing changed. */
function redactMember(value: JsonValue, place: Place | null, walk: Walk, verdict: NameVerdict): JsonValue | undefined {
  if (place !== null) {
    if (place.drop) return undefined;
    if (place.secret !== null) return wholeSecret(value, walk, place.secret);
  }
  if (typeof value === 'string') return verdict && !isReference(value, walk.marks) ? redactNamed(value, verdict, walk.key) : redactText(value, walk.key);
  if (typeof value === 'number') return verdict && (isNamedByManifest(verdict) || isPin(value, verdict) || (verdict.certain && verdict.kind === 'password')) ? wholeSecret(value, walk, verdict.kind) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (walk.depth >= MAX_DEPTH) throw new TooDeepError(`nested deeper than ${MAX_DEPTH} levels`);
  walk.depth += 1;
  const clean = Array.isArray(value) ? redactArray(value, place, walk, verdict) : redactObject(value, place, walk, verdict);
  walk.depth -= 1;
  return clean;
}

/** The item without its secrets and its volatile fields. Throws TooDeepError. */
export function redactItem(item: JsonValue, rules: RedactionRules, key: Uint8Array): JsonValue {
  const allowed = rules.keepOnly ? keepOnly(item, rules.keepOnly) : item;
  return redactMember(allowed, startOf(rules.paths), { key, where: rules.where, references: rules.references ?? [], names: rules.names ?? NO_NAMES, marks: rules.marks ?? NO_REFERENCES, depth: 0 }, null) ?? null;
}
