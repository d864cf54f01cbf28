/**
 * Turns exported files into resources, with no server. Owns: one bad file never stops the rest, and every file is told as
 * judged, unreadable (with the reason) or ignored.
 */
import { createHash } from 'node:crypto';
import type { JsonValue, Resource } from '../../model/resource.js';
import type { CompletenessEntry } from '../../model/snapshot.js';
import type { JsonObject } from '../expressions/scope.js';
import type { Connector } from '../manifest/connector.js';
import { TooDeepError } from '../redact/redact.js';
import { detect } from './detect.js';
import { cleanItems, itemsAt, sourceItems } from './file-items.js';
import type { ItemsByType } from './file-items.js';
import { addCounts, fileCompleteness, newCounts } from './file-completeness.js';
import type { FileCounts } from './file-completeness.js';
import { emitPart, newTaken } from './file-resources.js';
import type { Taken } from './file-resources.js';
import { findFiles } from './find-files.js';
import type { FileProblem, FoundFile } from './find-files.js';
import { readArchive } from './import-archive.js';
import type { ArchiveRead } from './import-archive.js';
import { documentFrom, formOf, readFileBytes } from './read-document.js';
import { TooLargeFileError, UnreadableFileError } from './unreadable.js';
import { PIPE_DEADLINES, readPipe } from './read-pipe.js';
import type { PipeLimits } from './read-pipe.js';
import { isZip } from './zip-directory.js';
import type { ByteSource } from './zip-directory.js';
import { sourceOfBytes, withArchive } from './zip-members.js';

export interface ImportOptions {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly fingerprintKey: Uint8Array;
  /** larger files, and larger members of archives, are not read; default 32 MiB */
  readonly maxBytes?: number;
  /** how long a pipe that was named may take; default PIPE_DEADLINES */
  readonly pipeDeadlines?: Pick<PipeLimits, 'silentMs' | 'totalMs'>;
  /** files after this many are told as not read; default MAX_FILES */
  readonly maxFiles?: number;
}

export interface Import {
  readonly resources: Resource[];
  readonly completeness: CompletenessEntry[];
  /** broken files, and exports that are damaged */
  readonly unreadable: FileProblem[];
  /** sound files that are no export of a known platform, and what is no file: a link to a folder, a pipe in a folder */
  readonly ignored: FileProblem[];
  readonly files: { readonly file: string; readonly connectorId: string }[];
}

export const MAX_FILE_BYTES = 32 * 1024 * 1024;
export const NOT_AN_EXPORT = 'it is no workflow export of a platform that is known here';

interface Progress {
  readonly options: ImportOptions;
  readonly connectors: readonly Connector[];
  readonly resources: Resource[];
  readonly unreadable: FileProblem[];
  readonly ignored: FileProblem[];
  readonly files: { file: string; connectorId: string }[];
  readonly taken: Taken;
  readonly counts: Map<string, FileCounts>;
}

function countsOf(connector: Connector, progress: Progress): FileCounts {
  let counts = progress.counts.get(connector.id);
  if (!counts) progress.counts.set(connector.id, (counts = newCounts()));
  return counts;
}

function addResources(resources: readonly Resource[], progress: Progress): void {
  for (const resource of resources) progress.resources.push(resource);
}

function otherFile(found: FoundFile, progress: Progress): void {
  (found.named ? progress.unreadable : progress.ignored).push({ file: found.file, reason: NOT_AN_EXPORT });
}

interface Document {
  readonly connector: Connector;
  readonly found: FoundFile;
  readonly value: JsonValue;
  readonly hash: string;
  readonly notes: string[];
}

/** The item, or the whole list of them, with what else the document holds of other types. */
function partOf(document: Document, items: readonly JsonObject[], from: number, progress: Progress): { types: ItemsByType; broken: number } {
  const { connector, found, hash, notes } = document;
  const { rule, more } = connector.files!;
  const cleaning = { connector, key: progress.options.fingerprintKey, notes };
  const place = { label: found.label, hash };
  const types: ItemsByType = new Map([[rule.type!, sourceItems(cleanItems(rule.type!, items, cleaning), place, from)]]);
  let broken = 0;
  for (const { type, items: further } of more) {
    const found = itemsAt(rule.whole ? document.value : items[0]!, further);
    broken += found.broken;
    types.set(type, [...(types.get(type) ?? []), ...sourceItems(cleanItems(type, found.items, cleaning), place, 0)]);
  }
  return { types, broken };
}

async function importDocument(found: FoundFile, bytes: Buffer, progress: Progress): Promise<void> {
  const { value } = documentFrom(bytes, formOf(found.file));
  const detection = detect(value, progress.connectors);
  if (detection.found === 'other') return otherFile(found, progress);
  const { connector } = detection;
  if (detection.found === 'broken') throw new UnreadableFileError(`it looks like an export of ${connector.title}, but its steps or wires are missing`);
  const document: Document = { connector, found, value, hash: createHash('sha256').update(bytes).digest('hex'), notes: [] };
  const groups = connector.files!.rule.whole ? [detection.items] : detection.items.map((item) => [item]);
  // all are made before one is added: a file that is too deep somewhere is not half judged
  const parts = groups.map((items, index) => partOf(document, items, index, progress));
  parts.forEach(({ types }, index) => {
    addCounts(countsOf(connector, progress), types);
    addResources(emitPart({ connector, found, items: types, index: groups.length === 1 && connector.files!.rule.whole ? null : index }, progress.taken), progress);
  });
  progress.files.push({ file: found.file, connectorId: connector.id });
  const say = (reason: string): void => void progress.unreadable.push({ file: found.file, reason });
  if (detection.broken > 0) say(`${detection.broken} of its entries are no workflows; the others were judged`);
  const broken = parts.reduce((sum, part) => sum + part.broken, 0);
  if (broken > 0) say(`${broken} of its entries have another shape than expected; the others were judged`);
  for (const note of new Set(document.notes)) say(note);
}

function addArchive(found: FoundFile, read: ArchiveRead, progress: Progress): void {
  const { connector, items, problems } = read;
  addCounts(countsOf(connector, progress), items, problems);
  addResources(emitPart({ connector, found, items, index: null }, progress.taken), progress);
  progress.files.push({ file: found.file, connectorId: connector.id });
  for (const { file, reason } of problems) progress.unreadable.push({ file: `${found.file}/${file}`, reason });
}

async function importArchive(found: FoundFile, source: ByteSource, progress: Progress): Promise<void> {
  const { options } = progress;
  const read = readArchive({ source, label: found.label, limit: options.maxBytes ?? MAX_FILE_BYTES, key: options.fingerprintKey }, progress.connectors);
  if (read) addArchive(found, read, progress);
  else otherFile(found, progress);
}

async function importBytes(found: FoundFile, bytes: Buffer, progress: Progress): Promise<void> {
  return isZip(bytes) ? importArchive(found, sourceOfBytes(bytes), progress) : importDocument(found, bytes, progress);
}

async function importFile(found: FoundFile, progress: Progress): Promise<void> {
  const { options } = progress;
  const limit = options.maxBytes ?? MAX_FILE_BYTES;
  if (found.pipe) return importBytes(found, await readPipe(found.file, { bytes: limit, ...(options.pipeDeadlines ?? PIPE_DEADLINES) }), progress);
  let bytes: Buffer;
  try {
    bytes = readFileBytes(found.file, limit);
  } catch (error) {
    // a large archive is read piece by piece: only what is needed of it
    const isArchive = error instanceof TooLargeFileError && (await withArchive(found.file, async (source) => importArchive(found, source, progress).then(() => true)));
    if (isArchive !== true) throw error;
    return;
  }
  return importBytes(found, bytes, progress);
}

function reasonOf(error: unknown): string {
  if (error instanceof UnreadableFileError) return error.message;
  if (error instanceof TooDeepError || error instanceof RangeError) return 'it is nested too deep';
  throw error;
}

/** Files and folders (with what is below them). Never throws for a file; what is wrong with it stands in `unreadable`. */
export async function importFiles(paths: readonly string[], options: ImportOptions): Promise<Import> {
  const connectors = [...options.connectors.values()].filter((connector) => connector.files !== null);
  const names = [...new Set(connectors.flatMap((connector) => connector.files!.rule.names.map((name) => name.toLowerCase())))];
  const { files, problems, ignored } = findFiles(paths, { names, ...(options.maxFiles === undefined ? {} : { maxFiles: options.maxFiles }) });
  const progress: Progress = { options, connectors, resources: [], unreadable: [...problems], ignored: [...ignored], files: [], taken: newTaken(), counts: new Map() };
  for (const found of files) {
    try {
      await importFile(found, progress);
    } catch (error) {
      progress.unreadable.push({ file: found.file, reason: reasonOf(error) });
    }
  }
  const completeness = connectors.filter((connector) => progress.counts.has(connector.id)).flatMap((connector) => fileCompleteness(connector, progress.counts.get(connector.id)!));
  return { resources: progress.resources, completeness, unreadable: progress.unreadable, ignored: progress.ignored, files: progress.files };
}
