/** Decodes what stands encoded within an item, in the order of the manifest. Owns that a failure leaves the text as it was, and is noted. */
import type { JsonValue } from '../../model/resource.js';
import type { ResourceRule } from '../manifest/resource-schema.js';
import { changeAt } from './at-path.js';
import { DECODERS } from './decoders.js';
import { UndecodableError } from './limits.js';

/** `notes` takes the path and the reason, never what stood there. */
export function decodeItem(item: JsonValue, rules: ResourceRule['decode'], notes: string[]): JsonValue {
  return rules.reduce((document, { path, as }) => changeAt(document, path, (value) => {
    try {
      return DECODERS[as](value);
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      const note = `${path === '' ? 'an item' : `"${path}"`} could not be decoded (${as}): ${error.message}`;
      if (!notes.includes(note)) notes.push(note);
      return value;
    }
  }), item);
}
