/**
 * Verifying an exported audit log with nothing but the file and a public key: no database, no network. Owns reading the file.
 * Its lines: a head, every event as it was hashed, and last the checkpoint over them (see exportTrail in src/store/audit.ts).
 */
import { createReadStream } from 'node:fs';
import { PlumblineError } from '../model/errors.js';
import { verifyCheckpoint, verifyLog, type Checkpoint, type LogEntry, type LogVerdict } from '../record/index.js';

interface ExportHead {
  tenant: string;
  size: number;
  verifierKey: string;
}

export interface ExportVerdict extends LogVerdict {
  /** false when the key came out of the file itself: then only who knows the key can say whose record it is */
  keyGiven: boolean;
  verifierKey: string;
}

const FORMAT = 'plumbline-audit/1';

function unreadable(file: string, reason: string): PlumblineError {
  return new PlumblineError('PLB-AUDIT-002', `${file} cannot be read as an exported audit log: ${reason}.`, { file });
}

const MAX_LINE = 16 * 1024 * 1024;

/** Only the newline ends a line: node:readline would also break at U+2028, which an event may hold. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, { encoding: 'utf8' }) as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      if (rest.length > MAX_LINE) throw unreadable(file, 'it holds a line of more than 16 MiB');
      for (const line of lines) if (line !== '') yield line;
    }
  } catch (error) {
    throw error instanceof PlumblineError ? error : unreadable(file, (error as NodeJS.ErrnoException).code ?? 'reading failed');
  }
  if (rest !== '') yield rest;
}

function parseHead(file: string, line: string | undefined): ExportHead {
  try {
    const head = JSON.parse(line ?? '') as ExportHead & { format: string };
    if (head.format === FORMAT && typeof head.tenant === 'string' && Number.isSafeInteger(head.size) && typeof head.verifierKey === 'string') return head;
  } catch {
    throw unreadable(file, 'its first line is not the head of an export');
  }
  throw unreadable(file, 'its first line is not the head of an export');
}

function checkpointNote(line: string): string | null {
  if (!line.startsWith('{"checkpoint":')) return null;
  try {
    const { checkpoint } = JSON.parse(line) as { checkpoint: unknown };
    return typeof checkpoint === 'string' ? checkpoint : null;
  } catch {
    return null;
  }
}

/** Numbers the lines as entries, as far as the checkpoint line; hands that over aside, because it judges those before it. */
async function* entriesOf(lines: AsyncGenerator<string>, end: { note: string | null; after: boolean }): AsyncGenerator<LogEntry> {
  let index = 0;
  for await (const line of lines) {
    if (end.note !== null) {
      end.after = true;
      return;
    }
    end.note = checkpointNote(line);
    if (end.note === null) yield { index, event: line };
    index += 1;
  }
}

export interface VerifyExport {
  file: string;
  /** verifier key known from elsewhere */
  publicKey?: string | undefined;
  /** a note kept elsewhere; must be signed by the key */
  checkpointNote?: string | undefined;
}

export async function verifyExport(options: VerifyExport): Promise<ExportVerdict> {
  const lines = linesOf(options.file);
  const head = parseHead(options.file, (await lines.next()).value as string | undefined);
  const verifierKey = options.publicKey ?? head.verifierKey;
  const beside = { keyGiven: options.publicKey !== undefined, verifierKey };
  const kept = options.checkpointNote === undefined ? null : verifyCheckpoint(options.checkpointNote, verifierKey);
  if (options.checkpointNote !== undefined && kept === null) return { ...NOT_SIGNED, ...beside };
  const end: { note: string | null; after: boolean } = { note: null, after: false };
  const verdict = await verifyLog(entriesOf(lines, end), { tenant: head.tenant, headSize: head.size, checkpoints: kept ? [kept] : [] });
  return { ...checkEnd(verdict, end, verifierKey), ...beside };
}

export const NOT_SIGNED: LogVerdict = { ok: false, size: 0, root: '', firstBad: null, reason: 'The checkpoint given is not signed by this key.', provenSize: 0 };

function checkEnd(verdict: LogVerdict, end: { note: string | null; after: boolean }, verifierKey: string): LogVerdict {
  if (!verdict.ok) return verdict;
  const fault = (reason: string): LogVerdict => ({ ...verdict, ok: false, firstBad: verdict.provenSize, reason });
  if (end.note === null) return fault('The export ends without its checkpoint.');
  if (end.after) return { ...fault('Something stands behind the checkpoint that ends the export.'), firstBad: verdict.size };
  const checkpoint: Checkpoint | null = verifyCheckpoint(end.note, verifierKey);
  if (checkpoint === null) return fault('The checkpoint that ends the export is not signed by this key.');
  if (checkpoint.size !== verdict.size || Buffer.from(checkpoint.root).toString('hex') !== verdict.root) {
    return fault(`Entries ${verdict.provenSize} to ${verdict.size - 1} are not those that the checkpoint was signed over.`);
  }
  return { ...verdict, provenSize: verdict.size };
}
