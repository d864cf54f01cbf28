/** Reads one file as JSON, XML or YAML under limits. Owns the reasons why a file cannot be read, in words for people. */
import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { JsonValue } from '../../model/resource.js';
import { UndecodableError } from '../decode/limits.js';
import { xmlValue } from '../decode/xml.js';
import { yamlValue } from '../decode/yaml.js';
import { JsonLimitError, JsonTextError, inspectJson, parseJson } from '../http/json-text.js';
import { MAX_DEPTH } from '../redact/redact.js';
import { TooLargeFileError, UnreadableFileError, megabytes } from './unreadable.js';

export type DocumentForm = 'json' | 'xml' | 'yaml';

/** Of JSON. What is read by items is held to the depth when they are redacted, so no keys are counted but where names may steer objects. */
export const DOCUMENT_LIMITS = { depth: MAX_DEPTH, keys: 5_000_000 };

/** Opening a pipe must not wait for somebody who writes; for files it changes nothing. */
export function openAtOnce(file: string): number {
  return openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
}

/** Reading in one go without the promise machinery: for thousands of small files it halves the time. */
function readBytes(file: string, limit: number): Buffer {
  const handle = openAtOnce(file);
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw new UnreadableFileError('it is no longer a file');
    const { size } = stat;
    if (size > limit) throw new TooLargeFileError(`it is larger (${megabytes(size)}) than the limit of ${megabytes(limit)}`);
    const bytes = Buffer.allocUnsafe(size);
    let at = 0;
    while (at < size) {
      const got = readSync(handle, bytes, at, size - at, null);
      if (got === 0) break;
      at += got;
    }
    return bytes.subarray(0, at);
  } finally {
    closeSync(handle);
  }
}

function textOf(bytes: Buffer): string {
  if (bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))) throw new UnreadableFileError('it is UTF-16 text; save it as UTF-8');
  if (!isUtf8(bytes)) throw new UnreadableFileError('it is no UTF-8 text');
  const start = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return bytes.toString('utf8', start);
}

export interface ReadDocument {
  readonly value: JsonValue;
  readonly bytes: Buffer;
}

/** By the end of its name; what has another end is tried as JSON. */
export function formOf(name: string): DocumentForm {
  const end = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  if (end === 'xml') return 'xml';
  return end === 'yaml' || end === 'yml' ? 'yaml' : 'json';
}

/** Throws UnreadableFileError with the reason. */
export function readFileBytes(file: string, limit: number): Buffer {
  try {
    return readBytes(file, limit);
  } catch (error) {
    return inWords(error);
  }
}

/** Throws UnreadableFileError with the reason. */
export function documentFrom(bytes: Buffer, form: DocumentForm): ReadDocument {
  try {
    const text = textOf(bytes);
    if (text.trim() === '') throw new UnreadableFileError('it is empty');
    if (form === 'json') return { value: jsonOf(text), bytes };
    return { value: form === 'xml' ? xmlValue(text) : yamlValue(text), bytes };
  } catch (error) {
    return inWords(error);
  }
}

function jsonOf(text: string): JsonValue {
  if (text.includes('__proto__') || text.includes('prototype')) inspectJson(text, DOCUMENT_LIMITS);
  return parseJson(text);
}

function inWords(error: unknown): never {
  if (error instanceof UnreadableFileError) throw error;
  if (error instanceof UndecodableError) throw new UnreadableFileError(error.message);
  if (error instanceof JsonTextError) throw new UnreadableFileError(`it is no JSON: ${error.message}`);
  if (error instanceof JsonLimitError) throw new UnreadableFileError(`it was refused: ${error.message}`);
  if (error instanceof RangeError) throw new UnreadableFileError('it is nested too deep');
  throw new UnreadableFileError(`it cannot be opened (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
}
