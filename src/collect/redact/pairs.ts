/** Objects and lists in which one member names another: `{name: "apiKey", value: "..."}`. Owns which fields do so, and what the name tells. Pure. */
import type { JsonValue } from '../../model/resource.js';
import { isLiteralToken, looksRandom } from './literals.js';
import { verdictOfName } from './names.js';
import type { NameVerdict } from './names.js';

const PAIR_NAMES = new Set(['name', 'key', 'keyValue', 'keyType', 'field', 'fieldName', 'header', 'p', 'k', 'parameter', 'property', 'variable', 'attribute']);
/** Words for people or for programs: they name a value less surely. */
const LOOSE_NAMES = new Set(['id', 'label', 'title']);
/** What the field `type` calls a secret; `token` is also a piece of a text. */
const SECRET_TYPES = /^(?:password|secret|secretstring|securestring|secret_text|apikey|api[-_]key|private[-_]?key|credential)$/i;
const PAIR_VALUES = new Set(['value', 'valueValue', 'to', 'v', 'val', 'stringValue', 'fieldValue', 'deployedValue', 'currentValue', 'defaultValue']);
/** Often other things than the value of a pair. */
const LOOSE_VALUES = /^(?:data|content|default)$|[a-z]Value$|_value$/;
const NAMED: NameVerdict = { kind: 'secret', certain: true };

/** The engine's own rules first: the manifest adds to them (`names`, in small letters). */
export function verdictFor(name: string, names: ReadonlySet<string>): NameVerdict {
  const verdict = verdictOfName(name);
  return verdict?.certain !== true && names.size > 0 && names.has(name.toLowerCase()) ? NAMED : verdict;
}

export function isNamedByManifest(verdict: NameVerdict): boolean {
  return verdict === NAMED;
}

/** The last part of a path such as `headers.Authorization` or `payload["api-key"]`. */
function lastName(text: string): string {
  return text.length > 120 ? '' : text.replace(/["'\]]+$/, '').split(/[.["']/).at(-1) ?? '';
}

type Fields = { readonly [key: string]: JsonValue };

export interface PairNames {
  /** what a field that is there for naming says */
  readonly firm: NameVerdict;
  /** what an id, a label or a type says */
  readonly loose: NameVerdict;
}

export function pairNames(object: Fields, keys: readonly string[], names: ReadonlySet<string>): PairNames {
  const firm: NameVerdict[] = [];
  const loose: NameVerdict[] = [];
  for (const key of keys) {
    const told = object[key];
    if (typeof told !== 'string') continue;
    if (PAIR_NAMES.has(key)) firm.push(verdictFor(lastName(told), names));
    else if (LOOSE_NAMES.has(key)) loose.push(verdictFor(lastName(told), names));
    else if (key === 'type' && SECRET_TYPES.test(told)) loose.push(NAMED);
  }
  return { firm: surest(firm), loose: surest(loose) };
}

function surest(verdicts: readonly NameVerdict[]): NameVerdict {
  return verdicts.find((verdict) => verdict?.certain === true) ?? verdicts.find((verdict) => verdict !== null) ?? null;
}

const pairValues = new Map<string, boolean>();
const CACHE_LIMIT = 5_000;

export function isPairValue(key: string): boolean {
  const known = pairValues.get(key);
  if (known !== undefined) return known;
  const verdict = PAIR_VALUES.has(key) || LOOSE_VALUES.test(key);
  if (pairValues.size < CACHE_LIMIT && key.length <= 80) pairValues.set(key, verdict);
  return verdict;
}

/** `{label: "Access token", value: "accessToken"}` is a choice in a form, and `{id: "secret", value: "vault"}` may be one. */
function isChoice(text: string): boolean {
  return verdictOfName(text) !== null && /^[A-Za-z _-]{1,40}$/.test(text);
}

/** What the names of an object say of the field `key`, or null. */
export function pairVerdict(key: string, member: JsonValue, { firm, loose }: PairNames): NameVerdict {
  const text = typeof member === 'string' ? member.trim() : typeof member === 'number' ? String(member) : '';
  if (PAIR_VALUES.has(key) && firm) return firm;
  if (text === '' || /\s/.test(text) || isChoice(text)) return null;
  if (LOOSE_VALUES.test(key) && firm && isLiteralToken(text)) return firm;
  return isPairValue(key) && loose?.certain === true && isLiteralToken(text) ? loose : null;
}

/** `["X-Api-Key", "..."]`: some platforms keep headers and fields so. A list of two names, such as `["password", "email"]`, is none. */
export function pairedSecret(list: readonly JsonValue[], names: ReadonlySet<string>): NameVerdict {
  const [name, value] = list;
  if (list.length !== 2 || typeof name !== 'string' || typeof value !== 'string' || !/[\d\s]/.test(value)) return null;
  const verdict = verdictFor(name, names);
  return verdict?.certain === true && !/\s/.test(name.trim()) ? verdict : null;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `tokens`, `apiKeys`: what is in such a list, or is a name in such an object, and looks random is a secret. */
export function verdictOfMembers(name: string): NameVerdict {
  const one = verdictOfName(name);
  if (one !== null) return one.certain ? one : null;
  const plural = /s$/i.test(name) ? verdictOfName(name.slice(0, -1)) : null;
  return plural?.certain === true ? { kind: plural.kind, certain: false } : null;
}

/** `within`: the verdict of the list's own name. A list under `Authorization` holds values, one under `password` perhaps words about it. */
export function isSecretMember(text: string, within: NonNullable<NameVerdict>): boolean {
  const plain = text.trim();
  if (looksRandom(plain) && !UUID.test(plain)) return true;
  return within.certain && /\d/.test(plain) && plain.split(/\s/).length <= 2 && isLiteralToken(plain);
}
