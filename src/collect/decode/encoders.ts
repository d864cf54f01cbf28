/** Puts a changed value back into the form that it was decoded from. Owns nothing of what was changed; XML, which has no one way to be written, is not here. */
import { gzipSync } from 'node:zlib';
import type { JsonValue } from '../../model/resource.js';
import { isObject } from '../expressions/scope.js';
import type { Encoding } from './decoders.js';

type Encoder = (changed: JsonValue, raw: JsonValue) => JsonValue | undefined;

const asLeaf: Encoder = (changed, raw) => (typeof raw === 'string' && typeof changed !== 'object' ? String(changed) : changed);

function queryString(changed: JsonValue, raw: JsonValue): JsonValue | undefined {
  if (!isObject(changed) || typeof raw !== 'string') return undefined;
  const pairs = Object.entries(changed).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((each): [string, string] => [name, String(each)]));
  return (raw.startsWith('?') ? '?' : '') + new URLSearchParams(pairs).toString();
}

function members(changed: JsonValue, raw: JsonValue): JsonValue | undefined {
  if (!isObject(raw) || !Array.isArray(changed)) return undefined;
  return Object.fromEntries(changed.filter(isObject).map((each): [string, JsonValue] => {
    const { key, ...rest } = each;
    return [String(key), isObject(raw[String(key)]) ? rest : rest['value'] ?? null];
  }));
}

const ENCODERS: Readonly<Partial<Record<Encoding, Encoder>>> = {
  json: (changed) => JSON.stringify(changed),
  // JSON is YAML, too
  yaml: (changed) => JSON.stringify(changed),
  base64: (changed) => (typeof changed === 'string' ? Buffer.from(changed, 'utf8').toString('base64') : undefined),
  'base64-gzip': (changed) => (typeof changed === 'string' ? gzipSync(Buffer.from(changed, 'utf8')).toString('base64') : undefined),
  'query-string': queryString,
  boolean: asLeaf, number: asLeaf, 'epoch-seconds': asLeaf, 'epoch-ms': asLeaf,
  'link-value': (changed, raw) => (isObject(raw) ? { ...raw, value: changed } : undefined),
  list: (changed) => (Array.isArray(changed) ? changed.join(',') : undefined),
  members,
};

/** `raw`: what `changed` was decoded from. undefined = it cannot be written back. */
export function encodeAs(as: Encoding, changed: JsonValue, raw: JsonValue): JsonValue | undefined {
  return ENCODERS[as]?.(changed, raw);
}
