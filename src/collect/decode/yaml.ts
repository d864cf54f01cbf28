/** Reads YAML as data. Owns the refusals: aliases (they unfold without end), tags of other languages, several documents. */
import { parseAllDocuments } from 'yaml';
import type { JsonValue } from '../../model/resource.js';
import { DECODE_LIMITS, UndecodableError } from './limits.js';
import { plainData } from './plain-data.js';

/** A line of a megabyte of brackets costs the parser its stack. */
const LONGEST = 2 * 1024 * 1024;

/** Throws UndecodableError. */
export function yamlValue(text: string): JsonValue {
  if (text.length > LONGEST) throw new UndecodableError(`it is longer than ${LONGEST / 1024 / 1024} MiB`);
  try {
    const documents = parseAllDocuments(text, { strict: true, uniqueKeys: true, schema: 'core', merge: false, logLevel: 'silent' });
    if (!Array.isArray(documents) || documents.length !== 1) throw new UndecodableError('it holds several documents, or none');
    const [document] = documents;
    if (document!.errors.length > 0 || document!.warnings.length > 0) throw new UndecodableError('it is no plain YAML');
    return plainData(document!.toJS({ maxAliasCount: 0 }));
  } catch (error) {
    if (error instanceof UndecodableError) throw error;
    throw new UndecodableError(error instanceof RangeError ? `nested deeper than ${DECODE_LIMITS.depth} levels` : 'it is no plain YAML');
  }
}
