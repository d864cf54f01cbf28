/**
 * Reads YAML as data, out of items and out of files. Owns the refusals: tags of other languages, several documents, a text that
 * repeats parts of itself without end.
 */
import { LineCounter, parseAllDocuments } from 'yaml';
import type { JsonValue } from '../../model/resource.js';
import { DECODE_LIMITS, TOO_DEEP, UndecodableError } from './limits.js';
import { plainData } from './plain-data.js';

function reasonOf(error: unknown): UndecodableError {
  if (error instanceof UndecodableError) return error;
  // a line of a megabyte of brackets costs the parser its stack
  if (error instanceof RangeError) return new UndecodableError(TOO_DEEP);
  if (!(error instanceof ReferenceError)) return new UndecodableError('it is no YAML that is read here');
  return new UndecodableError(error.message.startsWith('Excessive') ? 'it was refused: it repeats parts of itself too often' : 'it is no YAML: it repeats a part that is not there');
}

/** Throws UndecodableError. */
export function yamlValue(text: string): JsonValue {
  if (text.length > DECODE_LIMITS.yamlBytes) throw new UndecodableError(`it is longer than ${DECODE_LIMITS.yamlBytes / 1024 / 1024} MiB, which is the limit of YAML`);
  try {
    const lineCounter = new LineCounter();
    const documents = parseAllDocuments(text, { lineCounter, strict: true, uniqueKeys: true, schema: 'core', merge: false, logLevel: 'silent' });
    const [document] = documents;
    if (document === undefined || documents.length !== 1) throw new UndecodableError('it holds several YAML documents, or none');
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem) throw new UndecodableError(`it is no YAML that is read here: line ${lineCounter.linePos(problem.pos[0]).line}`);
    return plainData(document.toJS({ maxAliasCount: DECODE_LIMITS.yamlAliases }));
  } catch (error) {
    throw reasonOf(error);
  }
}
