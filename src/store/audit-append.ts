/** Appends collected events to the log of a tenant: lock the head, extend the tree, write. Owns the append and nothing else. */
import { sql } from 'kysely';
import type { AuditEvent } from '../model/audit.js';
import { PlumblineError } from '../model/errors.js';
import { appendToFrontier, eventText, leafHashOfText, readFrontier, type NodeId, type NodeReader, type TreeNode } from '../record/index.js';
import type { PendingEvent, TenantTx } from './tx.js';

interface Row {
  index: number;
  at: string;
  actorName: string;
  event: string;
  leafHash: Uint8Array;
}

export async function appendEvents(tx: TenantTx): Promise<void> {
  const head = await lockHead(tx);
  const frontier = await readFrontier(head.size, nodeReader(tx));
  const rows: Row[] = [];
  const nodes: TreeNode[] = [];
  for (const pending of tx.pendingEvents) {
    const row = toRow(tx.tenantId, pending, { index: frontier.size, at: head.at });
    rows.push(row);
    nodes.push(...appendToFrontier(frontier, row.leafHash));
  }
  await writeRows(tx, rows, nodes);
  await sql`UPDATE audit_heads SET size = ${frontier.size} WHERE tenant_id = ${tx.tenantId}`.execute(tx.db);
}

/** The time is taken while the head is locked, so that it never runs backwards along the log unless the machine's clock does. */
async function lockHead(tx: TenantTx): Promise<{ size: number; at: string }> {
  const select = sql<{ size: string }>`SELECT size FROM audit_heads WHERE tenant_id = ${tx.tenantId} FOR UPDATE`;
  let row = (await select.execute(tx.db)).rows[0];
  if (!row) {
    await sql`INSERT INTO audit_heads (tenant_id, size) VALUES (${tx.tenantId}, 0) ON CONFLICT DO NOTHING`.execute(tx.db);
    row = (await select.execute(tx.db)).rows[0]!;
  }
  const clock = await sql<{ at: Date }>`SELECT clock_timestamp() AS at`.execute(tx.db);
  return { size: Number(row.size), at: clock.rows[0]!.at.toISOString() };
}

function toRow(tenant: string, { actor, action, subject, details }: PendingEvent, { index, at }: { index: number; at: string }): Row {
  const event: AuditEvent = { index, at, tenant, actor: { type: actor.type, id: actor.id }, action, subject, details };
  const text = eventText(event);
  return { index, at, actorName: actor.name, event: text, leafHash: leafHashOfText(text) };
}

async function writeRows(tx: TenantTx, rows: readonly Row[], nodes: readonly TreeNode[]): Promise<void> {
  await sql`
    INSERT INTO audit_events (tenant_id, index, at, actor_name, event, leaf_hash)
    SELECT ${tx.tenantId}, * FROM unnest(${rows.map((row) => row.index)}::bigint[], ${rows.map((row) => row.at)}::timestamptz[], ${rows.map((row) => row.actorName)}::text[],
      ${rows.map((row) => row.event)}::text[], ${rows.map((row) => Buffer.from(row.leafHash))}::bytea[])`.execute(tx.db);
  await sql`
    INSERT INTO audit_nodes (tenant_id, level, index, hash)
    SELECT ${tx.tenantId}, * FROM unnest(${nodes.map((node) => node.level)}::integer[], ${nodes.map((node) => node.index)}::bigint[],
      ${nodes.map((node) => Buffer.from(node.hash))}::bytea[])`.execute(tx.db);
}

/** Stored subtree hashes, in the order asked; null where one is missing. */
export async function storedNodes(tx: TenantTx, ids: readonly NodeId[]): Promise<(Uint8Array | null)[]> {
  if (ids.length === 0) return [];
  const result = await sql<{ position: string; hash: Buffer | null }>`
    SELECT asked.position, n.hash
    FROM unnest(${ids.map((id) => id.level)}::integer[], ${ids.map((id) => id.index)}::bigint[]) WITH ORDINALITY AS asked (level, index, position)
    LEFT JOIN audit_nodes n ON n.tenant_id = ${tx.tenantId} AND n.level = asked.level AND n.index = asked.index
    ORDER BY asked.position`.execute(tx.db);
  return result.rows.map((row) => row.hash);
}

export function nodeReader(tx: TenantTx): NodeReader {
  return async (ids) => {
    const hashes = await storedNodes(tx, ids);
    const missing = hashes.findIndex((hash) => hash === null);
    if (missing >= 0) throw new PlumblineError('PLB-AUDIT-001', `The audit log lacks its stored hash ${ids[missing]!.level}/${ids[missing]!.index}.`);
    return hashes as Uint8Array[];
  };
}
