/**
 * Turns exported files into resources, with no server. Owns: one bad file never stops the rest, and every file is told as
 * judged, unreadable (with the reason) or ignored.
 */
import { createHash } from 'node:crypto';
import type { JsonValue, Resource } from '../../model/resource.js';
import type { CompletenessEntry } from '../../model/snapshot.js';
import { undecodedIn } from '../decode/undecoded.js';
import type { UnreadPart } from '../emit/emit.js';
import type { JsonObject } from '../expressions/scope.js';
import type { Connector } from '../manifest/connector.js';
import { unreadWords } from '../engine/unread-entries.js';
import { detect } from './detect.js';
import { addItems, itemsAt, itemsOfType } from './file-items.js';
import type { TypedItems } from './file-items.js';
import { addCounts, addUnopened, fileCompleteness, joinedUnread, newCounts } from './file-completeness.js';
import type { FileCounts } from './file-completeness.js';
import { emitPart, newTaken } from './file-resources.js';
import type { FilePart, Taken } from './file-resources.js';
import { findFiles } from './find-files.js';
import type { FileProblem, FoundFile } from './find-files.js';
import { OTHER_SHAPE, ownedArchive, readArchive, unreadableReason } from './import-archive.js';
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
}

/** The item, or the whole list of them, with what else the document holds of other types. */
function partOf({ connector, found, hash, value }: Document, items: readonly JsonObject[], from: number, key: Uint8Array): TypedItems {
  const { rule, more } = connector.files!;
  const how = { connector, key, place: { label: found.label, hash } };
  const types: TypedItems = new Map();
  addItems(itemsOfType(types, rule.type!), rule.type!, items, { ...how, from });
  for (const [index, { type, items: further }] of more.entries()) {
    const of = itemsAt(rule.whole ? value : items[0]!, { items: further, source: rule.more[index]!.items, needed: rule.more[index]!.optional ? 'place' : 'all' });
    const into = itemsOfType(types, type);
    into.broken += of.broken;
    addItems(into, type, of.items, { ...how, from: into.items.length });
  }
  return types;
}

/** What a plain document of the connector holds. */
function documentTypes({ files }: Connector): string[] {
  return [files!.rule.type!, ...files!.more.map(({ type }) => type)];
}

/** All are made before one is added: a file that is too deep somewhere is not half judged. */
function partsOf(document: Document, groups: readonly (readonly JsonObject[])[], progress: Progress): TypedItems[] {
  const { connector } = document;
  try {
    return groups.map((items, index) => partOf(document, items, index, progress.options.fingerprintKey));
  } catch (error) {
    return lost(connector, documentTypes(connector), progress, error);
  }
}

/** What of a file was not understood, in words for its own line. */
function remarksOn(parts: readonly TypedItems[], unread: readonly UnreadPart[], connector: Connector): string[] {
  const all = parts.flatMap((types) => [...types]);
  const read = new Map<string, number>();
  for (const [type, { items }] of all) read.set(type, (read.get(type) ?? 0) + items.length);
  const broken = all.reduce((sum, [, { broken: count }]) => sum + count, 0);
  const titleOf = (type: string): string => connector.resources.find((resource) => resource.type === type)!.rule.title;
  const undecoded = undecodedIn(all.flatMap(([, { notes }]) => notes));
  return [
    ...(broken > 0 ? [`${broken} ${OTHER_SHAPE}`] : []),
    ...undecoded.failures.map(({ failure, reason, count }) => `${failure}: ${reason}${count === 1 ? '' : ` (${count} items)`}`),
    ...joinedUnread(unread, read).map((part) => unreadWords(titleOf(part.type), part)),
  ];
}

function importDocument(found: FoundFile, bytes: Buffer, progress: Progress): void {
  const { value } = documentFrom(bytes, formOf(found.file));
  const detection = detect(value, progress.connectors);
  if (detection.found === 'other') return otherFile(found, progress);
  const { connector } = detection;
  const { rule } = connector.files!;
  countsOf(connector, progress).documents = true;
  if (detection.found === 'broken') lost(connector, documentTypes(connector), progress, new UnreadableFileError(`it looks like an export of ${connector.title}, but its steps or wires are missing`));
  const document: Document = { connector, found, value, hash: createHash('sha256').update(bytes).digest('hex') };
  const groups = rule.whole ? [detection.items] : detection.items.map((item) => [item]);
  const parts = partsOf(document, groups, progress);
  itemsOfType(parts[0]!, rule.type!).broken += detection.broken;
  const unread = parts.flatMap((types, index) => addPart({ connector, found, types, index: groups.length === 1 && rule.whole ? null : index }, progress));
  progress.files.push({ file: found.file, connectorId: connector.id });
  for (const reason of remarksOn(parts, unread, connector)) progress.unreadable.push({ file: found.file, reason });
}

/** Returns what was not understood. */
function addPart(part: FilePart, progress: Progress): readonly UnreadPart[] {
  const { resources, unread } = emitPart(part, progress.taken);
  addCounts(countsOf(part.connector, progress), part.types, unread);
  addResources(resources, progress);
  return unread;
}

/** What the file should have held is not known: the others do not stand for it. */
function lost(connector: Connector, types: readonly string[], progress: Progress, error: unknown): never {
  for (const type of new Set(types)) addUnopened(countsOf(connector, progress), type);
  throw error;
}

function addArchive(found: FoundFile, connector: Connector, { types, problems, unopened }: ArchiveRead, progress: Progress): void {
  for (const type of unopened) addUnopened(countsOf(connector, progress), type);
  const unread = addPart({ connector, found, types, index: null }, progress);
  progress.files.push({ file: found.file, connectorId: connector.id });
  for (const { file, reason } of problems) progress.unreadable.push({ file: `${found.file}/${file}`, reason });
  for (const reason of remarksOn([], unread, connector)) progress.unreadable.push({ file: found.file, reason });
}

function importArchive(found: FoundFile, source: ByteSource, progress: Progress): void {
  const { options } = progress;
  const owned = ownedArchive(source, progress.connectors);
  if (!owned) return otherFile(found, progress);
  const { connector } = owned;
  countsOf(connector, progress).archives = true;
  try {
    const read = readArchive(owned, { source, label: found.label, limit: options.maxBytes ?? MAX_FILE_BYTES, key: options.fingerprintKey });
    addArchive(found, connector, read, progress);
  } catch (error) {
    lost(connector, connector.files!.parts.map(({ type }) => type), progress, error);
  }
}

function importBytes(found: FoundFile, bytes: Buffer, progress: Progress): void {
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
    const isArchive = error instanceof TooLargeFileError && withArchive(found.file, (source) => { importArchive(found, source, progress); return true; });
    if (isArchive !== true) throw error;
    return;
  }
  return importBytes(found, bytes, progress);
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
      progress.unreadable.push({ file: found.file, reason: unreadableReason(error) });
    }
  }
  const completeness = connectors.filter((connector) => progress.counts.has(connector.id)).flatMap((connector) => fileCompleteness(connector, progress.counts.get(connector.id)!));
  return { resources: progress.resources, completeness, unreadable: progress.unreadable, ignored: progress.ignored, files: progress.files };
}
