/**
 * Makes recorded answers fit to be kept: every secret becomes an invented one of the same look, e-mail addresses become examples.
 * Owns what is replaced and by what. The same value is replaced by the same one throughout, so that references still meet.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { JsonValue } from '../../model/resource.js';
import { findSecrets } from '../redact/detectors.js';
import { isRedacted, watchSecrets } from '../redact/marks.js';
import { redactItem } from '../redact/redact.js';
import { NO_REFERENCES, isReference } from '../redact/references.js';
import type { References } from '../redact/references.js';
import type { RedactionRules } from '../redact/redact.js';
import { replaceSpelled } from './spellings.js';

export interface Disguise {
  /** what stands for this secret from now on */
  standIn(secret: string): string;
  /** the value without its secrets, by the rules given and the engine's own */
  json(value: JsonValue, rules: RedactionRules): JsonValue;
  /** known secrets and e-mail addresses out of any text */
  text(text: string): string;
  /** known secrets out of any text, also where they are encoded in it */
  spelled(text: string): string;
  /** makes a value known that something else took for a secret */
  learn(secret: string): void;
  /** secrets with what stands for each */
  pairs(): ReadonlyMap<string, string>;
  /** e-mail addresses that were replaced */
  mails(): number;
  secrets(): number;
  /** what stands for secrets now */
  standIns(): string[];
}

/** Not what stands before the host in an address: `://user:password@host`. */
const MAIL = /(?<!:\/\/[^\s/@]{0,128})(?<![A-Za-z0-9_.+%-])[A-Za-z0-9_.+%-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![A-Za-z0-9-])/g;
const EXAMPLE = /@(?:[\w-]+\.)*(?:example\.(?:com|org|net)|example|test|invalid)$/i;
/** Beginnings by which a token is known; they tell its kind and nothing of its value. */
const KNOWN_START = /^(?:sk-(?:ant-|proj-)?|[sr]k_(?:live|test)_|whsec_|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|xapp-|AIza|ya29\.|GOCSPX-|npm_|SG\.|hf_|shp[a-z]{2}_|do[opr]_v1_|pat|lin_api_|gsk_|xai-|pplx-|r8_|ntn_|secret_|tvly-|dapi|EAA|key-|n8n_api_|AKIA|ASIA|eyJ|Bearer |Basic |Token )/;
/** What is shorter stands everywhere by chance. */
const SHORTEST = 4;
const KNOWN_LINES = /^-----(?:BEGIN|END) .*-----$/;

function pick(letters: string, byte: number): string {
  return letters[byte % letters.length]!;
}

/** Letters for letters, digits for digits; long texts go on with further bytes. */
function likeness(text: string, key: Uint8Array): string {
  let bytes = Buffer.alloc(0);
  return [...text].map((character, index) => {
    if (index >= bytes.length) bytes = Buffer.concat([bytes, createHmac('sha256', key).update(`${index} ${text}`).digest()]);
    if (/[0-9]/.test(character)) return pick('0123456789', bytes[index]!);
    if (/[a-f]/.test(character)) return pick('abcdef', bytes[index]!);
    if (/[a-z]/.test(character)) return pick('ghijklmnopqrstuvwxyz', bytes[index]!);
    return /[A-Z]/.test(character) ? pick('ABCDEFGHIJKLMNOPQRSTUVWXYZ', bytes[index]!) : character;
  }).join('');
}

function isPair(text: string): boolean {
  return /^[A-Za-z0-9+/]{8,}={0,2}$/.test(text) && /^[\x20-\x7e]+:[\x20-\x7e]+$/.test(Buffer.from(text, 'base64').toString('latin1'));
}

/** An address keeps its host; what signs in, the path (a webhook's is its key) and what is asked for are replaced. */
function otherAddress(scheme: string, rest: string, key: Uint8Array): string {
  const [, userinfo = '', host = '', path = '', tail = ''] = /^(?:([^/@\s]*)@)?([^/?#]*)([^?#]*)(.*)$/s.exec(rest) ?? [];
  const [user = '', ...password] = userinfo.split(':');
  const signIn = userinfo === '' ? '' : `${password.length === 0 ? likeness(user, key) : `${user}:${likeness(password.join(':'), key)}`}@`;
  return `${scheme}${signIn}${host}${likeness(path, key)}${tail.replaceAll(/([?&#;][^=&]*=)([^&#;]*)/g, (_all, name: string, value: string) => name + likeness(value, key))}`;
}

function invented(secret: string, key: Uint8Array): string {
  const [address, scheme = '', behind = ''] = /^([a-z][a-z0-9+.-]{1,20}:\/\/)(.+)$/is.exec(secret) ?? [];
  if (address !== undefined) return otherAddress(scheme, behind, key);
  if (secret.includes('\n')) return secret.split('\n').map((line) => (KNOWN_LINES.test(line) ? line : likeness(line, key))).join('\n');
  if (isPair(secret)) return Buffer.from('fixture:fixture-password', 'latin1').toString('base64');
  const start = KNOWN_START.exec(secret)?.[0] ?? '';
  const rest = likeness(secret.slice(start.length), key);
  // a number does not begin with a nought
  if (/^\d+$/.test(secret)) return rest.replace(/^0/, '1');
  // so that people, and lint, see that it is none
  return start + (rest.length >= 20 && /^[A-Za-z0-9]{8}/.test(rest) ? `${rest.slice(0, 2)}0000${rest.slice(6)}` : rest);
}

const NO_RULES: RedactionRules = { paths: { drop: false, secret: null, children: new Map() }, where: [] };

/** Fields of `drop` stay in a recording: that they are dropped is what it is there to show. */
function withoutDrops(rules: RedactionRules): RedactionRules {
  const kept = (paths: RedactionRules['paths']): RedactionRules['paths'] => ({ drop: false, secret: paths.secret, children: new Map([...paths.children].map(([name, child]) => [name, kept(child)])) });
  // what is not kept of an item is in its fixture all the same
  return { ...rules, paths: kept(rules.paths), keepOnly: null };
}

/** The key of a disguise is thrown away with it: nobody can go back from a stand-in to the secret. */
export function createDisguise(references: References = NO_REFERENCES): Disguise {
  const key = randomBytes(32);
  const taken = watchSecrets(key);
  const known = new Map<string, string>();
  const made = new Set<string>();
  const people = new Map<string, string>();
  const standIn = (secret: string): string => {
    // what was replaced already is looked at again with the answer around it
    if (made.has(secret) || isReference(secret, references)) return secret;
    let other = known.get(secret);
    if (other === undefined) known.set(secret, (other = invented(secret, key)));
    made.add(other);
    return other;
  };
  const person = (mail: string): string => {
    if (EXAMPLE.test(mail)) return mail;
    let other = people.get(mail.toLowerCase());
    if (other === undefined) people.set(mail.toLowerCase(), (other = `person${people.size + 1}@example.com`));
    return other;
  };
  const inText = (text: string): string => {
    let result = text;
    for (const { start, end } of findSecrets(text).toReversed()) result = result.slice(0, start) + standIn(text.slice(start, end)) + result.slice(end);
    return result;
  };
  /** walks the raw value beside its redacted form: what redaction took is replaced, all else stays */
  const beside = (raw: JsonValue, clean: JsonValue | undefined): JsonValue => {
    if (isRedacted(clean)) return typeof raw === 'number' ? Number(standIn(String(raw))) : typeof raw === 'string' ? standIn(raw) : raw;
    if (typeof raw === 'string') return raw === clean ? raw : inText(raw);
    if (Array.isArray(raw)) return raw.map((each, index) => beside(each, Array.isArray(clean) ? clean[index] : undefined));
    if (typeof raw !== 'object' || raw === null) return raw;
    return Object.fromEntries(Object.entries(raw).map(([name, each]) => [name, beside(each, (clean as Record<string, JsonValue> | undefined)?.[name])]));
  };
  const inside = (value: JsonValue, rules: RedactionRules): JsonValue => {
    if (typeof value === 'string') return insideText(value, rules);
    if (Array.isArray(value)) return value.map((each) => inside(each, rules));
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inside(each, rules)])) : value;
  };
  /** a text that holds JSON hides names of fields, and with them secrets */
  const insideText = (text: string, rules: RedactionRules): string => {
    if (!/^\s*[[{]/.test(text)) return text;
    try {
      const value = JSON.parse(text) as JsonValue;
      const clean = json(value, { ...rules, paths: NO_RULES.paths });
      return JSON.stringify(clean) === JSON.stringify(value) ? text : JSON.stringify(clean);
    } catch {
      return text;
    }
  };
  function json(value: JsonValue, rules: RedactionRules): JsonValue {
    const decoded = inside(value, rules);
    return beside(decoded, redactItem(decoded, withoutDrops(rules), key));
  }
  const learn = (secret: string): void => {
    if (secret.length >= SHORTEST) standIn(secret);
  };
  const spelled = (text: string): string => {
    for (const secret of taken) learn(secret);
    const longest = [...known].filter(([secret]) => secret.length >= SHORTEST).sort(([a], [b]) => b.length - a.length);
    return longest.reduce((result, [secret, other]) => replaceSpelled(result, secret, other), text);
  };
  return {
    standIn, json, spelled, learn,
    text: (text) => spelled(text).replaceAll(MAIL, person),
    pairs: () => known,
    mails: () => people.size,
    secrets: () => known.size,
    standIns: () => [...known.values()],
  };
}
