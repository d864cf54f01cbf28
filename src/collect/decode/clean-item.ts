/**
 * What happens to each item, from a platform or a file, before it is kept: decoded, sets put in order, cut down to what is
 * allowed, redacted. Owns this order: redaction comes last, so that it sees what was inside an encoded text.
 */
import type { JsonValue } from '../../model/resource.js';
import type { CompiledResource } from '../manifest/connector.js';
import { redactItem } from '../redact/redact.js';
import { decodeItem } from './decode-item.js';
import { sortSets } from './sets.js';

/** `notes` takes, once each, what could not be decoded. Throws TooDeepError. */
export function cleanItem({ rule, redaction }: Pick<CompiledResource, 'rule' | 'redaction'>, item: JsonValue, how: { readonly key: Uint8Array; readonly notes: string[] }): JsonValue {
  const decoded = rule.decode.length === 0 ? item : decodeItem(item, rule.decode, how.notes);
  const sorted = rule.sets.length === 0 ? decoded : sortSets(decoded, rule.sets);
  return redactItem(sorted, redaction, how.key);
}
