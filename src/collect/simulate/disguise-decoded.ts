/**
 * Disguises an item as a scan sees it: decoded by the manifest, cleaned, and put back into the form in which the platform sent it.
 * Owns the way there and back; what is replaced is the disguise's.
 */
import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../../model/resource.js';
import { DECODERS } from '../decode/decoders.js';
import type { Encoding } from '../decode/decoders.js';
import { encodeAs } from '../decode/encoders.js';
import { UndecodableError } from '../decode/limits.js';
import { decodeItem } from '../decode/decode-item.js';
import { isObject } from '../expressions/scope.js';
import type { CompiledResource } from '../manifest/connector.js';
import type { Disguise } from './disguise.js';

type Rules = CompiledResource['rule']['decode'];
interface Both {
  readonly decoded: JsonValue;
  readonly changed: JsonValue;
}

function decodesTo(as: Encoding, text: JsonValue, wanted: JsonValue): boolean {
  try {
    return isDeepStrictEqual(DECODERS[as](text), wanted);
  } catch (error) {
    if (error instanceof UndecodableError) return false;
    throw error;
  }
}

/** In the platform's own writing where replacing the texts of the secrets is enough, else written anew. What cannot be is found by the last look (sweep.ts). */
function writtenBack(as: Encoding, raw: JsonValue, { both: { decoded, changed }, disguise }: { both: Both; disguise: Disguise }): JsonValue {
  if (isDeepStrictEqual(decoded, changed)) return raw;
  const replaced = typeof raw === 'string' ? disguise.spelled(raw) : raw;
  if (decodesTo(as, replaced, changed)) return replaced;
  return encodeAs(as, changed, raw) ?? replaced;
}

function memberOf(value: JsonValue, key: string | number): JsonValue {
  return (value as Record<string | number, JsonValue>)[key]!;
}

/** Takes `changed` for everything but what stands at the path, which is written back. */
function backAt(raw: JsonValue, both: Both, parts: readonly string[], write: (raw: JsonValue, both: Both) => JsonValue): JsonValue {
  const [part, ...rest] = parts;
  if (part === undefined) return write(raw, both);
  const { decoded, changed } = both;
  const below = (key: string | number): JsonValue => backAt(memberOf(raw, key), { decoded: memberOf(decoded, key), changed: memberOf(changed, key) }, rest, write);
  if (Array.isArray(raw)) return Array.isArray(changed) ? raw.map((_each, index) => (part === '*' || Number(part) === index ? below(index) : changed[index]!)) : changed;
  if (!isObject(raw) || !isObject(changed)) return changed;
  const names = part === '*' ? Object.keys(raw) : Object.hasOwn(raw, part) ? [part] : [];
  return { ...changed, ...Object.fromEntries(names.map((name) => [name, below(name)])) };
}

function throughRules(item: JsonValue, rules: Rules, how: { readonly resource: Pick<CompiledResource, 'redaction'>; readonly disguise: Disguise }): JsonValue {
  const [first, ...rest] = rules;
  if (first === undefined) return how.disguise.json(item, how.resource.redaction);
  const decoded = decodeItem(item, [first], []);
  const changed = throughRules(decoded, rest, how);
  return backAt(item, { decoded, changed }, first.path === '' ? [] : first.path.split('.'), (raw, both) => writtenBack(first.as, raw, { both, disguise: how.disguise }));
}

export function disguisedItem(item: JsonValue, resource: Pick<CompiledResource, 'rule' | 'redaction'>, disguise: Disguise): JsonValue {
  return throughRules(item, resource.rule.decode, { resource, disguise });
}
