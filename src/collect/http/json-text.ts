/**
 * Reads JSON text under limits. Owns: depth, key and prototype-key limits before the text is parsed, and the notes about
 * what JSON.parse hides (duplicate keys, numbers it cannot hold). Does not own where the text came from.
 */
import type { JsonValue } from '../../model/resource.js';
import { isPlainJson, isUnsafe } from './plain-json.js';
import type { JsonTextLimits } from './plain-json.js';

export type { JsonTextLimits } from './plain-json.js';

export interface JsonNotes {
  /** up to 5 names of keys that stand twice in one object; the last one wins */
  readonly duplicateKeys: readonly string[];
  /** up to 5 numbers that lose digits, or their sign */
  readonly unsafeNumbers: readonly string[];
  /** there are halves of characters, which no text can hold; they were replaced */
  readonly halfCharacters?: boolean;
}

export class JsonLimitError extends Error {
  override readonly name = 'JsonLimitError';
}
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';
}

const NOTHING: JsonNotes = { duplicateKeys: [], unsafeNumbers: [] };
const NOTES_KEPT = 5;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

interface Frame {
  readonly object: boolean;
  readonly keys: Set<string>;
  expectKey: boolean;
  prototypeGadget: boolean;
}

function note(list: string[], value: string): void {
  if (list.length < NOTES_KEPT && !list.includes(value)) list.push(value.slice(0, 80));
}

/** Only an escape can spell half a character: bytes of valid UTF-8 cannot. The first look is cheap. */
function mayHoldHalves(text: string): boolean {
  return /\\u[dD][89a-fA-F]/.test(text);
}

/** Numbers of 1e309 and more become infinite, which no JSON can hold. The first look is cheap, and passes by most texts of digits. */
function mayHoldInfinity(text: string): boolean {
  return /(?:^|[[:,\s])-?\d(?:[\d.]*[eE]\+?\d{3}|\d{199})/.test(text);
}

/** The same with every half character replaced by the sign for "unknown", and every endless number by the largest there is. */
function holdable(value: JsonValue): JsonValue {
  if (typeof value === 'string') return Buffer.from(value).toString();
  if (typeof value === 'number') return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
  if (Array.isArray(value)) return value.map(holdable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [Buffer.from(key).toString(), holdable(member)]));
}

function escapesHalves(text: string): boolean {
  for (let at = text.indexOf('\\'); at !== -1; at = text.indexOf('\\', at)) {
    const unit = text[at + 1] === 'u' ? Number.parseInt(text.slice(at + 2, at + 6), 16) : 0;
    at += text[at + 1] === 'u' ? 6 : 2;
    if (unit >= 0xdc00 && unit <= 0xdfff) return true;
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const low = text.startsWith('\\u', at) ? Number.parseInt(text.slice(at + 2, at + 6), 16) : 0;
    if (low < 0xdc00 || low > 0xdfff) return true;
    at += 6;
  }
  return false;
}

/** The end of the string that begins at `start` (index of its opening quote): the index of the closing quote. */
function closingQuote(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 92) slashes += 1;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  throw new JsonTextError(`a string that begins at character ${start} has no end`);
}

/** Walks the text once. Throws JsonLimitError beyond the limits and JsonTextError for a string without an end. */
export function inspectJson(text: string, limits: JsonTextLimits): JsonNotes {
  return isPlainJson(text, limits) ? NOTHING : closeLook(text, limits);
}

/** The value and what it hides. Throws as inspectJson and parseJson do. */
export function readJson(text: string, limits: JsonTextLimits): { readonly notes: JsonNotes; readonly value: JsonValue } {
  if (isPlainJson(text, limits)) return { notes: NOTHING, value: parsed(text) };
  return { notes: closeLook(text, limits), value: parseJson(text) };
}

export function closeLook(text: string, limits: JsonTextLimits): JsonNotes {
  const duplicateKeys: string[] = [];
  const unsafeNumbers: string[] = [];
  const stack: Frame[] = [];
  let keys = 0;

  const readKey = (frame: Frame, raw: string): void => {
    keys += 1;
    if (keys > limits.keys) throw new JsonLimitError(`more than ${limits.keys} keys`);
    const key = raw.includes('\\') ? unescaped(raw) : raw;
    if (key === '__proto__') throw new JsonLimitError('a key named __proto__');
    if (key === 'prototype' && stack.at(-2)?.prototypeGadget === true) throw new JsonLimitError('a key named constructor.prototype');
    frame.prototypeGadget = key === 'constructor';
    if (frame.keys.has(key)) note(duplicateKeys, key);
    frame.keys.add(key);
    frame.expectKey = false;
  };

  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      const end = closingQuote(text, at);
      const frame = stack.at(-1);
      if (frame?.object === true && frame.expectKey) readKey(frame, text.slice(at + 1, end));
      at = end;
    } else if (code === 123 || code === 91) {
      stack.push({ object: code === 123, keys: new Set(), expectKey: code === 123, prototypeGadget: false });
      if (stack.length > limits.depth) throw new JsonLimitError(`nested deeper than ${limits.depth} levels`);
    } else if (code === 125 || code === 93) {
      stack.pop();
    } else if (code === 44) {
      const frame = stack.at(-1);
      if (frame) frame.expectKey = frame.object;
    } else if (code === 45 || (code >= 48 && code <= 57)) {
      NUMBER.lastIndex = at;
      const match = NUMBER.exec(text)?.[0] ?? '-';
      if ((match.length > 15 || match === '-0' || /[eE]/.test(match)) && isUnsafe(match)) note(unsafeNumbers, match);
      at += match.length - 1;
    }
  }
  return { duplicateKeys, unsafeNumbers, ...(mayHoldHalves(text) && escapesHalves(text) ? { halfCharacters: true } : {}) };
}

function unescaped(raw: string): string {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}

/** Strict UTF-8, a byte order mark dropped. Throws JsonTextError for bytes that are no UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new JsonTextError('the text is not valid UTF-8', { cause: error });
  }
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    const place = /position (\d+)/.exec(String(error))?.[1];
    const ended = /Unexpected end/.test(String(error));
    throw new JsonTextError(ended ? 'the text ends in the middle' : `invalid JSON${place === undefined ? '' : ` at character ${place}`}`, { cause: error });
  }
}

/** Parses; the error says where (never what stood there). */
export function parseJson(text: string): JsonValue {
  const value = parsed(text);
  return mayHoldHalves(text) || mayHoldInfinity(text) ? holdable(value) : value;
}
