/**
 * Writes plain JSON values in canonical form (RFC 8785), several times faster than the library that canonical.ts falls back on. Owns the
 * plain cases alone: for anything else it answers null. Pure.
 */

/** JSON of object keys; they repeat by the thousand. */
const keyTexts = new Map<string, string>();
const MOST_KEYS = 20_000;
/** Deeper than anything that the outbound door lets in; a value that contains itself ends here. */
const DEEPEST = 1_000;

const NOT_PLAIN = new Error('not plain JSON');

function isWellFormed(text: string): boolean {
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed();
}

function textOf(text: string): string {
  if (!isWellFormed(text)) throw NOT_PLAIN;
  return JSON.stringify(text);
}

function keyText(key: string): string {
  let text = keyTexts.get(key);
  if (text === undefined) {
    text = `${textOf(key)}:`;
    if (keyTexts.size < MOST_KEYS) keyTexts.set(key, text);
  }
  return text;
}

function sortedKeys(object: object): string[] {
  const keys = Object.keys(object);
  for (let at = 1; at < keys.length; at += 1) if (keys[at - 1]! > keys[at]!) return keys.sort();
  return keys;
}

function listText(list: readonly unknown[], depth: number): string {
  let text = '[';
  for (let at = 0; at < list.length; at += 1) {
    const member = list[at];
    text += at === 0 ? '' : ',';
    text += member === undefined ? 'null' : write(member, depth + 1);
  }
  return `${text}]`;
}

function objectText(object: Readonly<Record<string, unknown>>, depth: number): string {
  if (typeof object['toJSON'] === 'function') throw NOT_PLAIN;
  let text = '';
  for (const key of sortedKeys(object)) {
    const member = object[key];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${keyText(key)}${write(member, depth + 1)}`;
  }
  return `{${text}}`;
}

function write(value: unknown, depth: number): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return textOf(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value !== 'object' || depth > DEEPEST) throw NOT_PLAIN;
  return Array.isArray(value) ? listText(value, depth) : objectText(value as Record<string, unknown>, depth);
}

/** null: the value is no plain JSON; what to do with it is the library's business. */
export function plainCanonicalText(value: unknown): string | null {
  try {
    return write(value, 0);
  } catch (error) {
    if (error === NOT_PLAIN) return null;
    throw error;
  }
}
