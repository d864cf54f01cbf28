/** Decodes what stands encoded within an item, in the order of the manifest. Owns that a failure leaves the text as it was, and is noted. */
import type { JsonValue } from '../../model/resource.js';
import type { ResourceRule } from '../manifest/resource-schema.js';
import { changeAt } from './at-path.js';
import { DECODERS } from './decoders.js';
import { UndecodableError } from './limits.js';
import { noteUndecoded } from './undecoded.js';

/** `notes` takes the path, the reason and how many items it befell, never what stood there. */
export function decodeItem(item: JsonValue, rules: ResourceRule['decode'], notes: string[]): JsonValue {
  const failures = new Map<string, string>();
  const decoded = rules.reduce((document, { path, as }) => changeAt(document, path, (value) => {
    try {
      return DECODERS[as](value);
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      failures.set(`${path === '' ? 'an item' : `"${path}"`} could not be decoded (${as})`, error.message);
      return value;
    }
  }), item);
  for (const [failure, reason] of failures) noteUndecoded(notes, failure, reason);
  return decoded;
}
