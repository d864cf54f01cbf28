/** Verifying and exporting the audit trail for the command line. Owns reading an exported file and the words of the verdict. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { auditSigner } from '../api/audit-signer.js';
import { ERRORS, PlumblineError } from '../model/errors.js';
import { verifyCheckpoint, verifyLog, type Checkpoint, type LogEntry, type LogVerdict } from '../record/index.js';
import { EXPORT_FORMAT, exportTrail, verifyTrail } from '../store/index.js';
import { withData } from './data-access.js';

export interface AuditOutcome extends LogVerdict {
  readonly verifierKey: string;
  /** false when the key came from the file itself, which a forger could have written too */
  readonly keyIsTrusted: boolean;
}

export function verifierKey(): Promise<string> {
  return withData(async ({ tenantId, keys }) => auditSigner(tenantId, keys.checkpoint).verifierKey);
}

export function verifyInstallation(): Promise<AuditOutcome> {
  return withData(async ({ store, tenantId, keys }) => {
    const key = auditSigner(tenantId, keys.checkpoint).verifierKey;
    return { ...(await store.tenant(tenantId, (tx) => verifyTrail(tx, { verifierKey: key }))), verifierKey: key, keyIsTrusted: true };
  });
}

export function writeExport(out: Writable): Promise<void> {
  return withData(({ store, tenantId, keys }) =>
    store.tenant(tenantId, async (tx) => {
      for await (const line of exportTrail(tx, auditSigner(tenantId, keys.checkpoint))) if (!out.write(`${line}\n`)) await once(out, 'drain');
    }),
  );
}

interface Head {
  readonly tenant: string;
  readonly size: number;
  readonly verifierKey: string;
}

/** The checkpoint is in the last line and the events are checked against it, so the file is read twice. */
export async function verifyExportFile(file: string, givenKey: string | null): Promise<AuditOutcome> {
  const { head, note } = await readEnds(file);
  const key = givenKey ?? head.verifierKey;
  const checkpoint = note === null ? null : verifyCheckpoint(note, key);
  const facts = { verifierKey: key, keyIsTrusted: givenKey !== null };
  const log = await verifyLog(events(file), { tenant: head.tenant, headSize: head.size, checkpoints: checkpoint === null ? [] : [checkpoint] });
  return { ...withCheckpoint(log, note, checkpoint), ...facts };
}

function withCheckpoint(log: LogVerdict, note: string | null, checkpoint: Checkpoint | null): LogVerdict {
  if (!log.ok || checkpoint !== null) return log;
  return { ...log, ok: false, reason: note === null ? 'The file has no checkpoint: it was cut off.' : 'The checkpoint was not signed by this key.' };
}

function lines(file: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
}

async function readEnds(file: string): Promise<{ head: Head; note: string | null }> {
  let head: Head | null = null;
  let last = '';
  try {
    for await (const line of lines(file)) {
      head ??= headOf(line);
      if (line !== '') last = line;
    }
  } catch (error) {
    if (error instanceof PlumblineError) throw error;
    throw new PlumblineError('PLB-AUDIT-002', `The file ${file} cannot be read.`, {}, error);
  }
  if (head === null) throw notAnExport();
  const note = (parse(last) as { checkpoint?: unknown } | null)?.checkpoint;
  return { head, note: typeof note === 'string' ? note : null };
}

function headOf(line: string): Head {
  const value = parse(line) as { format?: unknown; tenant?: unknown; size?: unknown; verifierKey?: unknown } | null;
  if (value?.format !== EXPORT_FORMAT || typeof value.tenant !== 'string' || typeof value.size !== 'number' || typeof value.verifierKey !== 'string') throw notAnExport();
  return { tenant: value.tenant, size: value.size, verifierKey: value.verifierKey };
}

function notAnExport(): PlumblineError {
  return new PlumblineError('PLB-AUDIT-002', 'The file is not an exported audit trail.');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function* events(file: string): AsyncGenerator<LogEntry> {
  let number = -1;
  for await (const line of lines(file)) {
    const index = number;
    number += 1;
    const isHead = index < 0;
    if (isHead || line === '' || line.startsWith('{"checkpoint":')) continue;
    const said = (parse(line) as { index?: unknown } | null)?.index;
    yield { index: typeof said === 'number' ? said : index, event: line };
  }
}

export function verdictText(outcome: AuditOutcome): string {
  const { ok, size, root, reason, firstBad, provenSize, keyIsTrusted } = outcome;
  if (!ok) return `PLB-AUDIT-001 The audit trail is not the one that was written${firstBad === null ? '' : `, from entry ${firstBad} on`}. ${reason ?? ''}\n${ERRORS['PLB-AUDIT-001'].next}\n`;
  const proof = provenSize === size ? 'all of them are under a signed checkpoint' : `${provenSize} of them are under a signed checkpoint; what came after could be cut off without a trace`;
  const key = keyIsTrusted ? '' : 'The key was taken from the file itself. Compare it with the one you noted down, or give that one with --key:\n';
  return `The audit trail verifies: ${size} entries, ${proof}.\nroot ${root}\n${key}key  ${outcome.verifierKey}\n`;
}
