/**
 * Reads what an export made on demand holds: JSON, lines of JSON, CSV, or a zip of JSON files. Owns the caps: what unfolds to
 * more is refused before it is unfolded. How a zip is read is in files/.
 */
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import { compareText } from '../expressions/scope.js';
import { RefusedArchiveError, UnreadableFileError } from '../files/unreadable.js';
import { checkArchive, readDirectory } from '../files/zip-directory.js';
import { sourceOfBytes, unpack } from '../files/zip-members.js';
import { JsonLimitError, JsonTextError, decodeUtf8, inspectJson, parseJson } from '../http/json-text.js';
import type { JsonNotes } from '../http/json-text.js';
import { DOOR_LIMITS } from '../http/limits.js';
import { CsvError, parseCsv } from './csv.js';
import type { Session, SessionAnswer } from './session.js';

export type ResultForm = 'json' | 'ndjson' | 'csv' | 'zip-json';
export interface JobResult {
  readonly value: JsonValue;
  readonly notes: JsonNotes;
}

export const RESULT_LIMITS = {
  /** lines of JSON, or rows of CSV */
  rows: 500_000,
  /** of all files of a zip together, after unpacking; the other limits of a zip are those of an exported one */
  zipBytes: 64 * 1024 * 1024,
} as const;
const PLAIN: JsonNotes = { duplicateKeys: [], unsafeNumbers: [] };

class CapError extends Error {}

function joined(all: readonly JsonNotes[]): JsonNotes {
  const half = all.some((notes) => notes.halfCharacters) ? { halfCharacters: true } : {};
  return { ...half, duplicateKeys: [...new Set(all.flatMap((notes) => notes.duplicateKeys))].slice(0, 5), unsafeNumbers: [...new Set(all.flatMap((notes) => notes.unsafeNumbers))].slice(0, 5) };
}

function textValue(text: string): JobResult {
  return { notes: inspectJson(text, DOOR_LIMITS), value: parseJson(text) };
}

function linesOf(text: string): JobResult {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > RESULT_LIMITS.rows) throw new CapError(`it has more than ${RESULT_LIMITS.rows} lines`);
  const read = lines.map(textValue);
  return { value: read.map(({ value }) => value), notes: joined(read.map(({ notes }) => notes)) };
}

/** The files of the archive as `[{ path, content }]`, by path. Links, passwords, bombs and names that lead out are refused before anything is unpacked. */
function zipOf(bytes: Buffer): JobResult {
  const source = sourceOfBytes(bytes);
  const members = readDirectory(source);
  checkArchive(members, RESULT_LIMITS.zipBytes);
  const documents = members.filter(({ name }) => name.toLowerCase().endsWith('.json')).sort((a, b) => compareText(a.name, b.name));
  const read = documents.map((member) => ({ path: member.name, ...textValue(decodeUtf8(unpack(source, member, RESULT_LIMITS.zipBytes))) }));
  return { value: read.map(({ path, value }) => ({ path, content: value })), notes: joined(read.map(({ notes }) => notes)) };
}

function parsed(form: Exclude<ResultForm, 'json'>, bytes: Buffer): JobResult {
  if (form === 'zip-json') return zipOf(bytes);
  const text = decodeUtf8(bytes);
  return form === 'ndjson' ? linesOf(text) : { value: parseCsv(text, RESULT_LIMITS.rows), notes: PLAIN };
}

/** Throws PLB-COLLECT-005 for what cannot be read, 008 beyond the caps. */
export function resultOf(session: Session, got: SessionAnswer, form: ResultForm): JobResult {
  if (form === 'json') return session.json(got);
  const { host, request } = got.facts;
  try {
    return parsed(form, got.answer.body);
  } catch (error) {
    if (error instanceof CapError || error instanceof RefusedArchiveError || error instanceof JsonLimitError) throw new PlumblineError('PLB-COLLECT-008', `The export of ${host} was refused: ${error.message}.`, { host, request });
    const why = error instanceof JsonTextError || error instanceof CsvError || error instanceof UnreadableFileError ? error.message : 'it is damaged';
    throw new PlumblineError('PLB-COLLECT-005', `The export of ${host} cannot be read: ${why}.`, { host, request }, error);
  }
}
