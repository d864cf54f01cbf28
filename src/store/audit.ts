/** The audit log as the rest of the program uses it: record, list, verify, checkpoint, export. Owns its queries; src/record the mathematics. */
import { sql } from 'kysely';
import type { AuditEvent } from '../model/audit.js';
import { makeCheckpoint, readCheckpoint, rootHash, verifyCheckpoint, verifyLog, type Checkpoint, type CheckpointSigner, type LogVerdict } from '../record/index.js';
import { nodeReader, storedNodes } from './audit-append.js';
import type { PendingEvent, TenantTx } from './tx.js';
import type { AuditEntry, Page, PageRequest, StoredAuditEvent } from './types.js';
import { iso, pageLimit, readCursor, toPage } from './values.js';

export { nodeReader } from './audit-append.js';
export type { PendingEvent } from './tx.js';

/** The event is appended when the transaction commits, and only then. `details` hold no personal data: ids, counts, codes, hashes; and the reason of a decision, by recordedReason. */
export function recordEvent(tx: TenantTx, event: PendingEvent): void {
  tx.pendingEvents.push(event);
}

/** For a refusal that must stay on record: call it, then throw. */
export function recordRefusal(tx: TenantTx, event: PendingEvent): void {
  tx.refusals.push(event);
}

/** The index and time of the event are in its text, which is what was hashed; they are not read from elsewhere. */
function toEntry(row: { actor_name: string; event: string; leaf_hash: Buffer }): AuditEntry {
  const event = JSON.parse(row.event) as AuditEvent;
  const { index, at, action, subject, details } = event;
  return { index, at, actor: { ...event.actor, name: row.actor_name }, action, subject, details, leafHash: row.leaf_hash.toString('hex') };
}

export interface EventFilter extends PageRequest {
  subjectId?: string | undefined;
}

/** Newest first. */
export async function listEvents(tx: TenantTx, filter: EventFilter = {}): Promise<Page<AuditEntry>> {
  const limit = pageLimit(filter);
  const cursor = readCursor(filter.cursor, ['number']);
  let query = tx.db.selectFrom('audit_events').select(['index', 'actor_name', 'event', 'leaf_hash']).orderBy('index', 'desc').limit(limit + 1);
  if (cursor) query = query.where('index', '<', String(cursor[0]));
  if (filter.subjectId) query = query.where(sql<string>`(event::json #>> '{subject,id}')`, '=', filter.subjectId);
  return toPage(await query.execute(), limit, { item: toEntry, key: (row) => [Number(row.index)] });
}

const READ_AT_ONCE = 1000;

/** Oldest first, read in pieces. */
export async function* readAllEvents(tx: TenantTx, below = Number.MAX_SAFE_INTEGER): AsyncGenerator<StoredAuditEvent> {
  let from = '-1';
  for (;;) {
    const query = tx.db.selectFrom('audit_events').selectAll().where('index', '>', from).where('index', '<', String(below)).orderBy('index').limit(READ_AT_ONCE);
    const rows = await query.execute();
    for (const row of rows) yield { index: Number(row.index), at: iso(row.at), actorName: row.actor_name, event: row.event, leafHash: row.leaf_hash };
    if (rows.length < READ_AT_ONCE) return;
    from = rows.at(-1)!.index;
  }
}

export async function auditHead(tx: TenantTx): Promise<{ size: number; root: Uint8Array }> {
  const row = await tx.db.selectFrom('audit_heads').select('size').executeTakeFirst();
  const size = Number(row?.size ?? 0);
  return { size, root: await rootHash(size, nodeReader(tx)) };
}

/** Signs the present head and keeps the note. The note of one size is kept once. */
export async function saveCheckpoint(tx: TenantTx, signer: CheckpointSigner): Promise<string> {
  const head = await auditHead(tx);
  const note = makeCheckpoint(signer, head);
  await tx.db.insertInto('audit_checkpoints').values({ tenant_id: tx.tenantId, size: head.size, note }).onConflict((conflict) => conflict.doNothing()).execute();
  return note;
}

export async function latestCheckpoint(tx: TenantTx): Promise<{ note: string; checkpoint: Checkpoint } | null> {
  const row = await tx.db.selectFrom('audit_checkpoints').select('note').orderBy('size', 'desc').limit(1).executeTakeFirst();
  const checkpoint = row ? readCheckpoint(row.note) : null;
  return row && checkpoint ? { note: row.note, checkpoint } : null;
}

async function keptCheckpoints(tx: TenantTx, verifierKey: string): Promise<Checkpoint[]> {
  const rows = await tx.db.selectFrom('audit_checkpoints').select('note').orderBy('size').execute();
  return rows.map((row) => verifyCheckpoint(row.note, verifierKey)).filter((checkpoint) => checkpoint !== null);
}

/**
 * Reads the whole log of the tenant. `verifierKey` says whose checkpoints count; `checkpoint` is one that somebody kept elsewhere,
 * already verified, and is what a forger with access to the database cannot reach.
 */
export async function verifyTrail(tx: TenantTx, options: { verifierKey?: string; checkpoint?: Checkpoint } = {}): Promise<LogVerdict> {
  const kept = options.verifierKey ? await keptCheckpoints(tx, options.verifierKey) : [];
  const row = await tx.db.selectFrom('audit_heads').select('size').executeTakeFirst();
  const headSize = Number(row?.size ?? 0);
  const verdict = await verifyLog(readAllEvents(tx, headSize), {
    tenant: tx.tenantId,
    headSize,
    checkpoints: options.checkpoint ? [...kept, options.checkpoint] : kept,
    storedNodes: (ids) => storedNodes(tx, ids),
  });
  return verdict.ok ? pastTheHead(tx, verdict) : verdict;
}

/** Others may append while the log is read, so head and last entry are compared in one statement, which sees one moment. */
async function pastTheHead(tx: TenantTx, verdict: LogVerdict): Promise<LogVerdict> {
  const { rows } = await sql<{ size: string; entries: string }>`
    SELECT coalesce((SELECT size FROM audit_heads), 0) AS size, coalesce((SELECT max(index) + 1 FROM audit_events), 0) AS entries`.execute(tx.db);
  const { size, entries } = rows[0]!;
  if (size === entries) return verdict;
  return { ...verdict, ok: false, firstBad: Number(size), reason: `Entries from ${size} on were added past the head of the log.` };
}

export const EXPORT_FORMAT = 'plumbline-audit/1';

/**
 * The export as lines of NDJSON: a head line, every event exactly as it was hashed, and last the checkpoint over them. Verifying it
 * needs this file and the public key. What is appended meanwhile is not in it.
 */
export async function* exportTrail(tx: TenantTx, signer: CheckpointSigner): AsyncGenerator<string> {
  const head = await auditHead(tx);
  yield JSON.stringify({ format: EXPORT_FORMAT, tenant: tx.tenantId, size: head.size, verifierKey: signer.verifierKey });
  for await (const entry of readAllEvents(tx, head.size)) yield entry.event;
  yield JSON.stringify({ checkpoint: makeCheckpoint(signer, head) });
}
