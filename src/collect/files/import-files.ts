/**
 * Turns exported files into resources, with no server. Owns: one bad file never stops the rest, and every file is told as
 * judged, unreadable (with the reason) or ignored.
 */
import { createHash } from 'node:crypto';
import type { Resource } from '../../model/resource.js';
import type { CompletenessEntry } from '../../model/snapshot.js';
import { emitResources } from '../emit/emit.js';
import type { JsonObject } from '../expressions/scope.js';
import type { Connector } from '../manifest/connector.js';
import { TooDeepError, redactItem } from '../redact/redact.js';
import { detect } from './detect.js';
import { findFiles } from './find-files.js';
import type { FileProblem, FoundFile } from './find-files.js';
import { UnreadableFileError, readDocument, readDocumentFrom } from './read-document.js';
import type { ReadDocument } from './read-document.js';
import { PIPE_DEADLINES, readPipe } from './read-pipe.js';
import type { PipeLimits } from './read-pipe.js';

export interface ImportOptions {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly fingerprintKey: Uint8Array;
  /** larger files are not read; default 32 MiB */
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
  /** sound JSON that is no export of a known platform, and what is no file: a link to a folder, a pipe in a folder */
  readonly ignored: FileProblem[];
  readonly files: { readonly file: string; readonly connectorId: string }[];
}

export const MAX_FILE_BYTES = 32 * 1024 * 1024;
export const NOT_AN_EXPORT = 'it is no workflow export of a platform that is known here';

interface Progress {
  readonly resources: Resource[];
  readonly unreadable: FileProblem[];
  readonly ignored: FileProblem[];
  readonly files: { file: string; connectorId: string }[];
  /** workflow keys by connector, to tell two files with the same ids apart */
  readonly taken: Map<string, Set<string>>;
}

interface FilePart {
  readonly connector: Connector;
  readonly found: FoundFile;
  readonly items: readonly JsonObject[];
  readonly hash: string;
}

function emitPart(part: FilePart, items: readonly JsonObject[], at: { index: number | null; suffix: string }): Resource[] {
  const { connector, found } = part;
  const sources = items.map((value, index) => ({ value, evidence: { request: `file:${found.label}`, pageHash: part.hash, path: `items[${at.index ?? index}]` } }));
  const fileKey = `file:${found.label}${at.index === null || at.index === 0 ? '' : `#${at.index}`}`;
  return emitResources(connector, new Map([[connector.files!.rule.type!, sources]]), { source: 'file', file: found.file, fileKey, suffix: at.suffix });
}

function addPart(part: FilePart, items: readonly JsonObject[], index: number | null, progress: Progress): void {
  const taken = progress.taken.get(part.connector.id) ?? new Set<string>();
  progress.taken.set(part.connector.id, taken);
  let resources = emitPart(part, items, { index, suffix: '' });
  const workflows = (list: readonly Resource[]): Resource[] => list.filter((resource) => resource.kind === 'workflow' || resource.kind === 'connector');
  if (workflows(resources).some((resource) => taken.has(resource.key))) {
    const place = index === null || index === 0 ? part.found.file : `${part.found.file}#${index}`;
    resources = emitPart(part, items, { index, suffix: `~${place}` });
  }
  for (const resource of workflows(resources)) taken.add(resource.key);
  for (const resource of resources) progress.resources.push(resource);
}

function redacted(connector: Connector, items: readonly JsonObject[], key: Uint8Array): JsonObject[] {
  const { redaction } = connector.resources.find((resource) => resource.type === connector.files!.rule.type!)!;
  return items.map((item) => redactItem(item, redaction, key) as JsonObject);
}

async function readNamedPipe(file: string, options: ImportOptions): Promise<ReadDocument> {
  return readDocumentFrom(await readPipe(file, { bytes: options.maxBytes ?? MAX_FILE_BYTES, ...(options.pipeDeadlines ?? PIPE_DEADLINES) }));
}

async function importFile(found: FoundFile, options: ImportOptions, progress: Progress): Promise<void> {
  const connectors = [...options.connectors.values()];
  const document = found.pipe ? await readNamedPipe(found.file, options) : readDocument(found.file, options.maxBytes ?? MAX_FILE_BYTES);
  const detection = detect(document.value, connectors);
  if (detection.found === 'other') {
    (found.named ? progress.unreadable : progress.ignored).push({ file: found.file, reason: NOT_AN_EXPORT });
    return;
  }
  const { connector } = detection;
  if (detection.found === 'broken') throw new UnreadableFileError(`it looks like an export of ${connector.title}, but its steps or wires are missing`);
  const part: FilePart = { connector, found, items: redacted(connector, detection.items, options.fingerprintKey), hash: createHash('sha256').update(document.bytes).digest('hex') };
  if (connector.files!.rule.whole) addPart(part, part.items, null, progress);
  else part.items.forEach((item, index) => addPart(part, [item], index, progress));
  progress.files.push({ file: found.file, connectorId: connector.id });
  if (detection.broken > 0) progress.unreadable.push({ file: found.file, reason: `${detection.broken} of its entries are no workflows; the others were judged` });
}

function reasonOf(error: unknown): string {
  if (error instanceof UnreadableFileError) return error.message;
  if (error instanceof TooDeepError || error instanceof RangeError) return 'it is nested too deep';
  throw error;
}

/** What exported files never hold is told as unavailable, so that nothing about it is taken as good. */
function completenessOf(connector: Connector, read: number): CompletenessEntry[] {
  return connector.resources.map(({ type, rule, kinds }) => {
    const inFile = type === connector.files!.rule.type!;
    return {
      type, title: rule.title, state: inFile ? 'collected' as const : 'unavailable' as const, read: inFile ? read : 0, expected: null,
      reason: inFile ? null : 'not part of an exported file', missing: null, required: inFile, kinds: [...kinds],
    };
  });
}

/** Files and folders (with what is below them). Never throws for a file; what is wrong with it stands in `unreadable`. */
export async function importFiles(paths: readonly string[], options: ImportOptions): Promise<Import> {
  const connectors = [...options.connectors.values()];
  const { files, problems, ignored } = findFiles(paths, options.maxFiles);
  const progress: Progress = { resources: [], unreadable: [...problems], ignored: [...ignored], files: [], taken: new Map() };
  for (const found of files) {
    try {
      await importFile(found, options, progress);
    } catch (error) {
      progress.unreadable.push({ file: found.file, reason: reasonOf(error) });
    }
  }
  const counts = new Map<string, number>();
  for (const { connectorId } of progress.files) counts.set(connectorId, (counts.get(connectorId) ?? 0) + 1);
  const completeness = connectors.filter((connector) => counts.has(connector.id)).flatMap((connector) => completenessOf(connector, counts.get(connector.id)!));
  return { resources: progress.resources, completeness, unreadable: progress.unreadable, ignored: progress.ignored, files: progress.files };
}
