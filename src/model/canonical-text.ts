/**
 * Writes plain JSON values in canonical form (RFC 8785), several times faster than the library that canonical.ts falls back on. Owns the
 * plain cases alone: for anything else it answers null. Pure.
 */

/** Deeper than anything that the outbound door lets in; a value that contains itself ends here. */
const DEEPEST = 1_000;

const NOT_PLAIN = new Error('not plain JSON');
// oxlint-disable-next-line no-control-regex -- the characters that JSON escapes
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** How objects are written that have the same keys in the same order: the keys as they are sorted, each with what stands before its value. */
interface Shape {
  readonly keys: readonly string[];
  readonly first: readonly string[];
  readonly later: readonly string[];
}
/** Found by walking from key to key. */
interface Way {
  readonly next: Map<string, Way>;
  shape: Shape | null;
}
const MOST_WAYS = 20_000;
/** Objects with more keys, or longer ones, are maps: few have the same. */
const MOST_KEYS = 40;
const LONGEST_KEY = 80;
let start: Way = { next: new Map(), shape: null };
let ways = 0;

function textOf(text: string): string {
  if (!ESCAPED.test(text)) return `"${text}"`;
  if (!(text as unknown as { isWellFormed(): boolean }).isWellFormed()) throw NOT_PLAIN;
  return JSON.stringify(text);
}

function madeShape(unsorted: readonly string[]): Shape {
  const keys = [...unsorted].sort();
  const texts = keys.map((key) => `${textOf(key)}:`);
  return { keys, first: texts.map((text) => `{${text}`), later: texts.map((text) => `,${text}`) };
}

function newWay(from: Way, key: string): Way {
  if (ways >= MOST_WAYS) {
    start = { next: new Map(), shape: null };
    ways = 0;
  }
  const way: Way = { next: new Map(), shape: null };
  ways += 1;
  from.next.set(key, way);
  return way;
}

function shapeOf(keys: readonly string[]): Shape {
  if (keys.length > MOST_KEYS) return madeShape(keys);
  let way = start;
  for (const key of keys) {
    const next = way.next.get(key);
    if (next === undefined && key.length > LONGEST_KEY) return madeShape(keys);
    way = next ?? newWay(way, key);
  }
  return (way.shape ??= madeShape(keys));
}

function listText(list: readonly unknown[], depth: number): string {
  let text = '[';
  for (let at = 0; at < list.length; at += 1) {
    const member = list[at];
    if (at > 0) text += ',';
    text += member === undefined ? 'null' : write(member, depth + 1);
  }
  return `${text}]`;
}

function objectText(object: Readonly<Record<string, unknown>>, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) throw NOT_PLAIN;
  const { keys, first, later } = shapeOf(Object.keys(object));
  let text = '';
  for (let at = 0; at < keys.length; at += 1) {
    const member = object[keys[at]!];
    if (member !== undefined) text += (text === '' ? first[at]! : later[at]!) + write(member, depth + 1);
  }
  return text === '' ? '{}' : `${text}}`;
}

function write(value: unknown, depth: number): string {
  if (typeof value === 'string') return textOf(value);
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
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
