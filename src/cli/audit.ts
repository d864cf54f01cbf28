/**
 * `plumbline audit`: verify the record (in the database or in an exported file), export it, print a checkpoint to keep elsewhere.
 * Exit 0 it verifies, 1 it does not, 3 it could not be read. Owns words and exit codes; the checks are in src/record.
 */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { PlumblineError } from '../model/errors.js';
import { createSigner, verifyCheckpoint, type CheckpointSigner, type LogVerdict } from '../record/index.js';
import { NOT_SIGNED, verifyExport } from './audit-export-file.js';
import type { Store, TenantTx } from '../store/index.js';

const DOES_NOT_VERIFY = 1;

interface VerifyFlags {
  checkpoint?: string;
  export?: string;
  publicKey?: string;
  json?: boolean;
}

export function registerAuditCommand(program: Command): void {
  const audit = program.command('audit').description('verify or export the record of what was done');
  audit
    .command('verify')
    .description('tell whether the record is as it was written; names the first entry that is not')
    .option('--checkpoint <file>', 'a checkpoint kept elsewhere that the record must fit')
    .option('--export <file>', 'verify an exported record; needs no database')
    .option('--public-key <key>', 'the key that the checkpoints must be signed with, known from elsewhere')
    .option('--json', 'print the verdict as JSON')
    .action(verify);
  audit.command('export').description('print the whole record as NDJSON, ending with a signed checkpoint').action(exportRecord);
  audit.command('checkpoint').description('sign the present state of the record and print the note, to be kept elsewhere').action(printCheckpoint);
}

async function noteOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new PlumblineError('PLB-AUDIT-002', `The checkpoint ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`, { file });
  }
}

async function verify(flags: VerifyFlags): Promise<void> {
  const checkpointNote = await noteOf(flags.checkpoint);
  if (flags.export === undefined) {
    tell(await verifyLive(checkpointNote, flags.publicKey), flags);
    return;
  }
  const verdict = await verifyExport({ file: flags.export, publicKey: flags.publicKey, checkpointNote });
  tell(verdict, flags);
  if (!verdict.keyGiven) process.stderr.write(`The key was taken from the export itself. Compare it with the one you know, or give that with --public-key:\n${verdict.verifierKey}\n`);
}

async function verifyLive(note: string | undefined, publicKey: string | undefined): Promise<LogVerdict> {
  const { verifyTrail } = await import('../store/index.js');
  return withRecord(async ({ store, tenantId, signer }) => {
    const verifierKey = publicKey ?? signer.verifierKey;
    const checkpoint = note === undefined ? undefined : verifyCheckpoint(note, verifierKey);
    if (checkpoint === null) return NOT_SIGNED;
    return store.tenant(tenantId, (tx) => verifyTrail(tx, { verifierKey, ...(checkpoint ? { checkpoint } : {}) }));
  });
}

function tell(verdict: LogVerdict, { json }: VerifyFlags): void {
  if (!verdict.ok) process.exitCode = DOES_NOT_VERIFY;
  process.stdout.write(json ? `${JSON.stringify(verdict)}\n` : `${sentence(verdict)}\n`);
}

function sentence({ ok, size, root, firstBad, reason, provenSize }: LogVerdict): string {
  if (!ok) return `PLB-AUDIT-001 The record does not verify${firstBad === null ? '' : `; the first entry that is not as written is ${firstBad}`}. ${reason ?? ''}`.trimEnd();
  const proof = provenSize === 0 ? 'No signed checkpoint vouches for it: whether entries were cut off its end cannot be told.' : vouched(provenSize, size);
  return `The record verifies: ${size} ${size === 1 ? 'entry' : 'entries'}, root ${root}. ${proof}`;
}

function vouched(provenSize: number, size: number): string {
  return provenSize === size ? 'A signed checkpoint vouches for all of it.' : `A signed checkpoint vouches for the first ${provenSize}; whether entries after them were cut off cannot be told.`;
}

interface RecordAccess {
  store: Store;
  tenantId: string;
  signer: CheckpointSigner;
}

async function withRecord<T>(work: (access: RecordAccess) => Promise<T>): Promise<T> {
  const { withData } = await import('./data-access.js');
  return withData(({ store, tenantId, keys }) => work({ store, tenantId, signer: createSigner(`plumbline/${tenantId}`, keys.checkpoint) }));
}

async function exportRecord(): Promise<void> {
  const { exportTrail } = await import('../store/index.js');
  await withRecord(({ store, tenantId, signer }) =>
    store.tenant(tenantId, async (tx: TenantTx) => {
      for await (const line of exportTrail(tx, signer)) await writeLine(line);
    }));
}

/** A pipe that is slower than the database makes us wait instead of filling memory. */
function writeLine(line: string): Promise<void> {
  return new Promise((resolve, reject) => process.stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve())));
}

async function printCheckpoint(): Promise<void> {
  const { saveCheckpoint } = await import('../store/index.js');
  const { note, key } = await withRecord(async ({ store, tenantId, signer }) => ({ note: await store.tenant(tenantId, (tx) => saveCheckpoint(tx, signer)), key: signer.verifierKey }));
  process.stdout.write(note);
  process.stderr.write(`Keep it where this machine cannot write. Its public key, for --public-key:\n${key}\n`);
}
