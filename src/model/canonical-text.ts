/**
 * Writes plain JSON values in canonical form (RFC 8785), many times faster than the library that canonical.ts falls back on: as bytes into one
 * place that is used again and again. Owns the plain cases alone: for anything else it answers null. Pure.
 */

/** Deeper than anything that the outbound door lets in; a value that contains itself ends here. */
const DEEPEST = 1_000;
/** What is written into is as long as this, or longer for a while. */
const ROOM = 256 * 1024;

const NOT_PLAIN = new Error('not plain JSON');

/** The keys of objects that have the same keys in the same order, sorted. Found by walking from key to key. */
interface Shape {
  readonly next: Map<string, Shape>;
  sorted: readonly string[] | null;
}
const MOST_SHAPES = 20_000;
/** Objects with more keys, or longer ones, are maps: few have the same. */
const MOST_KEYS = 40;
const LONGEST_KEY = 80;
let shapes: Shape = { next: new Map(), sorted: null };
let shapeCount = 0;

let room = Buffer.allocUnsafe(ROOM);
let end = 0;

/** Characters that stand for themselves. */
const PLAIN = Uint8Array.from({ length: 127 }, (_each, code) => (code < 32 || code === 34 || code === 92 ? 0 : 1));

function needRoom(more: number): void {
  if (end + more <= room.length) return;
  const wider = Buffer.allocUnsafe(Math.max(room.length * 2, end + more));
  room.copy(wider, 0, 0, end);
  room = wider;
}

function putPlain(text: string): void {
  needRoom(text.length);
  for (let at = 0; at < text.length; at += 1) room[end + at] = text.charCodeAt(at);
  end += text.length;
}

/** What JSON would escape, and what is not one byte, is left to the parts of node that are made for it. */
function putText(text: string): void {
  const { length } = text;
  needRoom(length + 2);
  const into = room;
  let to = end;
  into[to] = 34;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 126 || PLAIN[code] === 0) return putQuoted(text);
    into[(to += 1)] = code;
  }
  into[to + 1] = 34;
  end = to + 2;
}

function putQuoted(text: string): void {
  if (!(text as unknown as { isWellFormed(): boolean }).isWellFormed()) throw NOT_PLAIN;
  const quoted = JSON.stringify(text);
  needRoom(quoted.length * 3);
  end += room.write(quoted, end);
}

function put(code: number): void {
  needRoom(1);
  room[end] = code;
  end += 1;
}

function sortedKeys(object: object): readonly string[] {
  const keys = Object.keys(object);
  if (keys.length < 2) return keys;
  if (keys.length > MOST_KEYS) return keys.sort();
  let shape = shapes;
  for (const key of keys) {
    const next = shape.next.get(key) ?? newShape(shape, key);
    if (next === null) return keys.sort();
    shape = next;
  }
  return (shape.sorted ??= keys.sort());
}

function newShape(shape: Shape, key: string): Shape | null {
  if (key.length > LONGEST_KEY) return null;
  if (shapeCount >= MOST_SHAPES) {
    shapes = { next: new Map(), sorted: null };
    shapeCount = 0;
  }
  const next: Shape = { next: new Map(), sorted: null };
  shapeCount += 1;
  shape.next.set(key, next);
  return next;
}

function putList(list: readonly unknown[], depth: number): void {
  put(91);
  for (let at = 0; at < list.length; at += 1) {
    if (at > 0) put(44);
    const member = list[at];
    if (member === undefined) putPlain('null');
    else putValue(member, depth + 1);
  }
  put(93);
}

function putObject(object: Readonly<Record<string, unknown>>, depth: number): void {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) throw NOT_PLAIN;
  put(123);
  let isFirst = true;
  for (const key of sortedKeys(object)) {
    const member = object[key];
    if (member === undefined) continue;
    if (!isFirst) put(44);
    isFirst = false;
    putText(key);
    put(58);
    putValue(member, depth + 1);
  }
  put(125);
}

function putValue(value: unknown, depth: number): void {
  if (typeof value === 'string') putText(value);
  else if (value === null) putPlain('null');
  else if (typeof value === 'boolean') putPlain(value ? 'true' : 'false');
  else if (typeof value === 'number' && Number.isFinite(value)) putPlain(String(value));
  else if (typeof value !== 'object' || depth > DEEPEST) throw NOT_PLAIN;
  else if (Array.isArray(value)) putList(value, depth);
  else putObject(value as Record<string, unknown>, depth);
}

/** What `take` makes of the bytes, which are void when it returns. null: the value is no plain JSON; what to do with it is the library's business. */
export function plainCanonical<T>(value: unknown, take: (bytes: Buffer) => T): T | null {
  end = 0;
  try {
    putValue(value, 0);
    return take(room.subarray(0, end));
  } catch (error) {
    if (error === NOT_PLAIN) return null;
    throw error;
  } finally {
    if (room.length > ROOM * 16) room = Buffer.allocUnsafe(ROOM);
  }
}
