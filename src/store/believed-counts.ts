/**
 * How many items of each type a platform is believed to have. Owns those rows and the confirmations: a scan that read a type to its end
 * is believed, unless its count was suspect; then it takes a person with a reason.
 */
import { sql } from 'kysely';
import { PlumblineError } from '../model/errors.js';
import type { Actor } from '../model/identity.js';
import type { CompletenessEntry } from '../model/snapshot.js';
import { recordEvent } from './audit.js';
import type { TenantTx } from './tenant-tx.js';
import { recordedReason } from './recorded-reasons.js';
import { columnText } from './values.js';

export async function readBelievedCounts(tx: TenantTx, platformId: string): Promise<Record<string, number>> {
  const rows = await tx.db.selectFrom('believed_counts').select(['resource_type', 'count']).where('platform_id', '=', platformId).execute();
  return Object.fromEntries(rows.map((row) => [row.resource_type, row.count]));
}

/** Only what was read to its end; an unchanged count is not written again. */
export async function believeCounts(tx: TenantTx, scan: { id: string; platformId: string; completeness: readonly CompletenessEntry[] }): Promise<void> {
  const read = scan.completeness.filter((entry) => entry.state === 'collected' || entry.state === 'empty');
  await sql`
    INSERT INTO believed_counts (tenant_id, platform_id, resource_type, count, scan_id)
    SELECT ${tx.tenantId}, ${scan.platformId}, type, count, ${scan.id} FROM unnest(${read.map((entry) => entry.type)}::text[], ${read.map((entry) => entry.read)}::integer[]) AS t (type, count)
    ON CONFLICT (tenant_id, platform_id, resource_type) DO UPDATE SET count = excluded.count, scan_id = excluded.scan_id WHERE believed_counts.count <> excluded.count`.execute(tx.db);
}

export interface ConfirmCount {
  platformId: string;
  /** resource type of the manifest */
  type: string;
  /** as the person saw it: a newer scan may have read another number */
  count: number;
  reason: string;
}

/** The newest ended scan must hold this type as suspect with this count; the next scan believes it. Confirming twice is no error. */
export async function confirmCount(tx: TenantTx, actor: Actor, input: ConfirmCount): Promise<void> {
  const { platformId, type, count } = input;
  const platform = await tx.db.selectFrom('platforms').select('removed_at').where('id', '=', platformId).forUpdate().executeTakeFirst();
  if (!platform || platform.removed_at !== null) throw new PlumblineError('PLB-API-002', 'There is no platform with this id.');
  const scan = await tx.db
    .selectFrom('scans').select(['id', 'completeness']).where('platform_id', '=', platformId).where('status', 'in', ['completed', 'incomplete'])
    .orderBy('started_at', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst();
  const entry = (scan?.completeness as CompletenessEntry[] | undefined)?.find((each) => each.type === type);
  if (!scan || entry?.state !== 'suspect' || entry.read !== count) {
    throw new PlumblineError('PLB-API-004', 'The last scan does not hold this count as one to confirm.', { type, count });
  }
  const before = (await readBelievedCounts(tx, platformId))[type] ?? null;
  const confirmed = await sql`
    INSERT INTO count_confirmations (tenant_id, scan_id, resource_type, platform_id, before, count, reason, confirmed_by)
    VALUES (${tx.tenantId}, ${scan.id}, ${type}, ${platformId}, ${before}, ${count}, ${columnText(input.reason)}, ${actor.id}) ON CONFLICT DO NOTHING`.execute(tx.db);
  if (confirmed.numAffectedRows !== 1n) return;
  await sql`
    INSERT INTO believed_counts (tenant_id, platform_id, resource_type, count, scan_id) VALUES (${tx.tenantId}, ${platformId}, ${type}, ${count}, ${scan.id})
    ON CONFLICT (tenant_id, platform_id, resource_type) DO UPDATE SET count = excluded.count, scan_id = excluded.scan_id`.execute(tx.db);
  recordEvent(tx, { actor, action: 'count.confirmed', subject: { type: 'platform', id: platformId }, details: { scanId: scan.id, type, before, count, reason: recordedReason(input.reason) } });
}

/** The types of a scan whose suspect count a person has confirmed. */
export async function confirmedTypes(tx: TenantTx, scanId: string): Promise<string[]> {
  const rows = await tx.db.selectFrom('count_confirmations').select('resource_type').where('scan_id', '=', scanId).execute();
  return rows.map((row) => row.resource_type);
}
