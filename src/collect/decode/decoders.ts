/** One small function for each way of encoding that a manifest can name. Owns what each makes of a value; what is of another type stays as it is. */
import { gunzipSync } from 'node:zlib';
import { isUtf8 } from 'node:buffer';
import type { JsonValue } from '../../model/resource.js';
import { asText, compareText, isObject } from '../expressions/scope.js';
import { JsonLimitError, JsonTextError, readJson } from '../http/json-text.js';
import type { ResourceRule } from '../manifest/resource-schema.js';
import { DECODE_LIMITS, UndecodableError } from './limits.js';
import { xmlValue } from './xml.js';
import { yamlValue } from './yaml.js';

type Decoder = (value: JsonValue) => JsonValue;
export type Encoding = ResourceRule['decode'][number]['as'];

function ofText(decode: (text: string) => JsonValue): Decoder {
  return (value) => {
    if (typeof value !== 'string' || value.trim() === '') return value;
    if (value.length > DECODE_LIMITS.bytes) throw new UndecodableError(`it is longer than ${DECODE_LIMITS.bytes / 1024 / 1024} MiB`);
    return decode(value);
  };
}

function json(text: string): JsonValue {
  try {
    return readJson(text, DECODE_LIMITS).value;
  } catch (error) {
    if (error instanceof JsonLimitError || error instanceof JsonTextError) throw new UndecodableError(error.message);
    throw error;
  }
}

function bytesOf(text: string): Buffer {
  const compact = text.replaceAll(/\s+/g, '');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(compact)) throw new UndecodableError('it is no base64');
  return Buffer.from(compact, 'base64');
}

function utf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new UndecodableError('what it holds is no text');
  return bytes.toString('utf8');
}

function gunzipped(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: DECODE_LIMITS.bytes });
  } catch (error) {
    const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new UndecodableError(isLarge ? `it unfolds to more than ${DECODE_LIMITS.bytes / 1024 / 1024} MiB` : 'it is no gzip data');
  }
}

/** A name that stands several times becomes a list. Names that mean something to JavaScript are members like others. */
function queryString(text: string): JsonValue {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text.replace(/^\?/, ''))) values.set(name, [...(values.get(name) ?? []), value]);
  if (values.has('__proto__')) throw new UndecodableError('it was refused: a member named __proto__');
  return Object.fromEntries([...values].map(([name, list]) => [name, list.length === 1 ? list[0]! : list]));
}

const boolean: Decoder = (value) => {
  const text = asText(value)?.trim().toLowerCase();
  if (text === 'true' || text === '1' || text === 'yes' || text === 'on') return true;
  return text === 'false' || text === '0' || text === 'no' || text === 'off' ? false : value;
};

const number: Decoder = (value) => {
  if (typeof value !== 'string' || !/^\s*-?\d+(?:\.\d+)?\s*$/.test(value)) return value;
  const parsed = Number(value);
  // more digits than a number can hold: the text is what is right
  return Number.isFinite(parsed) && (Number.isSafeInteger(parsed) || value.includes('.')) ? parsed : value;
};

const epoch = (factor: number): Decoder => (value) => {
  const text = asText(value);
  if (typeof value === 'boolean' || text === undefined || !/^-?\d{1,14}(?:\.\d+)?$/.test(text)) return value;
  const date = new Date(Number(text) * factor);
  return Number.isNaN(date.getTime()) ? value : date.toISOString();
};

const linkValue: Decoder = (value) => (isObject(value) && Object.hasOwn(value, 'value') ? value['value']! : value);

/** `{a: {...}}` becomes `[{key: a, ...}]`, in the order of the keys. */
const members: Decoder = (value) => {
  if (!isObject(value)) return value;
  return Object.keys(value).sort(compareText).map((key): JsonValue => {
    const member = value[key]!;
    return isObject(member) ? { ...member, key } : { key, value: member };
  });
};

export const DECODERS: Readonly<Record<Encoding, Decoder>> = {
  json: ofText(json),
  xml: ofText(xmlValue),
  yaml: ofText(yamlValue),
  base64: ofText((text) => utf8(bytesOf(text))),
  'base64-gzip': ofText((text) => utf8(gunzipped(bytesOf(text)))),
  'query-string': ofText(queryString),
  boolean, number,
  'epoch-seconds': epoch(1000),
  'epoch-ms': epoch(1),
  'link-value': linkValue,
  list: (value) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()).filter((part) => part !== '') : value),
  members,
};
