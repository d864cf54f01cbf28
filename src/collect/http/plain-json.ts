/**
 * A first look at JSON text that nearly all answers pass: within the limits, no key twice in an object, every number and character as it
 * can be held. Owns saying so in one pass without building anything; what it is not sure of, json-text.ts looks at closely. Pure.
 */

export interface JsonTextLimits {
  readonly depth: number;
  readonly keys: number;
}

/** Keys of one object are compared with each other up to here. */
const MOST_COMPARED = 256;
const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT, SMALL_U, SMALL_E, LARGE_E] = [34, 92, 44, 91, 123, 93, 125, 117, 101, 69];

function hashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}
/** names that steer objects are for the close look */
const STEERING = new Set(['__proto__', 'prototype'].map(hashOf));

/** A number as JavaScript cannot hold it. `-0` is written by hand; `-0.0` is how some languages write a measured nothing. */
export function isUnsafe(text: string): boolean {
  const value = Number(text);
  return !Number.isFinite(value) || text === '-0' || (/^-?\d+$/.test(text) && !Number.isSafeInteger(value));
}

/** The index behind the number that begins at `start`, or -1 for one that is not surely held. */
function afterNumber(text: string, start: number): number {
  let at = start + 1;
  let hasPower = false;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === SMALL_E || code === LARGE_E) hasPower = true;
    else if ((code < 48 || code > 57) && code !== 46 && code !== 43 && code !== 45) break;
  }
  const isTelling = hasPower || at - start > 15 || (at - start === 2 && text.charCodeAt(start) === 45);
  return isTelling && isUnsafe(text.slice(start, at)) ? -1 : at;
}

/** `\ud83d`: half a character, which the other half may follow or not. */
function startsHalf(text: string, at: number): boolean {
  return text.charCodeAt(at + 1) === SMALL_U && (text.charCodeAt(at + 2) | 32) === 100 && text.charCodeAt(at + 3) > 55;
}

function nextSlash(text: string, from: number): number {
  const at = text.indexOf('\\', from);
  return at === -1 ? text.length : at;
}

/** The index of the closing quote of the string that begins at `start`, or -1 for one that has no end or holds half characters. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code !== BACKSLASH) continue;
    if (startsHalf(text, at)) return -1;
    at += 1;
  }
  return -1;
}

/** false = perhaps not; of text that is no JSON it may say anything. */
export function isPlainJson(text: string, limits: JsonTextLimits): boolean {
  /** hashes of the keys of all open objects, and where those of each begin; -1 for a list */
  const hashes: number[] = [];
  const starts: number[] = [];
  /** the first backslash from here on: most texts have none */
  let slash = -1;
  let [start, keys, isKey] = [-1, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE && isKey) {
      let hash = 0;
      let next = text.charCodeAt((at += 1));
      for (; next !== QUOTE; next = text.charCodeAt((at += 1))) {
        // also at the end of the text, where it is not a number
        if (next === BACKSLASH || !(next >= 0)) return false;
        hash = (Math.imul(hash, 31) + next) | 0;
      }
      if ((keys += 1) > limits.keys || STEERING.has(hash) || hashes.length - start > MOST_COMPARED) return false;
      for (let other = start; other < hashes.length; other += 1) if (hashes[other] === hash) return false;
      hashes.push(hash);
      isKey = false;
    } else if (code === QUOTE) {
      const from = at;
      if (slash < from) slash = nextSlash(text, from);
      at = text.indexOf('"', from + 1);
      if (slash < at) at = endOfString(text, from);
      if (at === -1) return false;
    } else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      starts.push(start);
      if (starts.length > limits.depth) return false;
      isKey = code === OPEN_OBJECT;
      start = isKey ? hashes.length : -1;
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      if (start !== -1) hashes.length = start;
      start = starts.pop() ?? -1;
    } else if (code === COMMA) {
      isKey = start !== -1;
    } else if (code === 45 || (code >= 48 && code <= 57)) {
      at = afterNumber(text, at) - 1;
      if (at < 0) return false;
    }
  }
  return true;
}
