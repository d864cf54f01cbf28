/**
 * Reads what an export made on demand holds: JSON, lines of JSON, CSV, or a zip of JSON files. Owns the caps: what unfolds to
 * more is refused before it is unfolded.
 */
import { unzipSync } from 'fflate';
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
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

const ROWS = 500_000;
const ZIP_FILES = 10_000;
const ZIP_BYTES = 64 * 1024 * 1024;
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
  if (lines.length > ROWS) throw new CapError(`it has more than ${ROWS} lines`);
  const read = lines.map(textValue);
  return { value: read.map(({ value }) => value), notes: joined(read.map(({ notes }) => notes)) };
}

/** The files of the archive as `[{ path, content }]`, by path. Sizes are summed before anything is unfolded. */
function zipOf(bytes: Buffer): JobResult {
  let [files, size] = [0, 0];
  const members = unzipSync(bytes, {
    filter: ({ name, originalSize, size: packed }) => {
      files += 1;
      size += Math.max(originalSize, packed);
      if (files > ZIP_FILES) throw new CapError(`it holds more than ${ZIP_FILES} files`);
      if (size > ZIP_BYTES) throw new CapError(`it unfolds to more than ${ZIP_BYTES / 1024 / 1024} MiB`);
      return name.toLowerCase().endsWith('.json');
    },
  });
  const read = Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, content]) => ({ path, ...textValue(decodeUtf8(content)) }));
  return { value: read.map(({ path, value }) => ({ path, content: value })), notes: joined(read.map(({ notes }) => notes)) };
}

function parsed(form: Exclude<ResultForm, 'json'>, bytes: Buffer): JobResult {
  if (form === 'zip-json') return zipOf(bytes);
  const text = decodeUtf8(bytes);
  return form === 'ndjson' ? linesOf(text) : { value: parseCsv(text, ROWS), notes: PLAIN };
}

/** Throws PLB-COLLECT-005 for what cannot be read, 008 beyond the caps. */
export function resultOf(session: Session, got: SessionAnswer, form: ResultForm): JobResult {
  if (form === 'json') return session.json(got);
  const { host, request } = got.facts;
  try {
    return parsed(form, got.answer.body);
  } catch (error) {
    if (error instanceof CapError || error instanceof JsonLimitError) throw new PlumblineError('PLB-COLLECT-008', `The export of ${host} was refused: ${error.message}.`, { host, request });
    const why = error instanceof JsonTextError || error instanceof CsvError ? error.message : 'it is damaged';
    throw new PlumblineError('PLB-COLLECT-005', `The export of ${host} cannot be read: ${why}.`, { host, request }, error);
  }
}
