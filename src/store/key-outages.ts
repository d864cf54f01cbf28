/** Times in which a platform refused its key. Owns those rows: one per outage however many scans fail in it. Whom to tell is the activities' to say. */
import { sql, type Selectable } from 'kysely';
import { SYSTEM } from '../model/identity.js';
import { recordEvent } from './audit.js';
import type { Tables } from './schema-types.js';
import type { TenantTx } from './tenant-tx.js';
import { columnText, iso, isoOrNull } from './values.js';

export interface KeyOutage {
  /** the scan that was refused first; names the outage */
  scanId: string;
  platformId: string;
  message: string;
  since: string;
  endedAt: string | null;
  /** the scan that got through; null too when the platform was removed instead */
  endedScanId: string | null;
}

interface EndedScan {
  id: string;
  platformId: string;
}

function toOutage(row: Selectable<Tables['key_outages']>): KeyOutage {
  return { scanId: row.scan_id, platformId: row.platform_id, message: row.message, since: iso(row.since), endedAt: isoOrNull(row.ended_at), endedScanId: row.ended_scan_id };
}

/** Nothing happens while one is open. */
export async function openOutage(tx: TenantTx, scan: EndedScan, message: string): Promise<void> {
  const result = await sql`
    INSERT INTO key_outages (tenant_id, scan_id, platform_id, message) VALUES (${tx.tenantId}, ${scan.id}, ${scan.platformId}, ${columnText(message)}) ON CONFLICT DO NOTHING`.execute(tx.db);
  if (result.numAffectedRows === 1n) recordEvent(tx, { actor: SYSTEM, action: 'platform.key-refused', subject: { type: 'platform', id: scan.platformId }, details: { scanId: scan.id } });
}

/** By a scan that read the platform. */
export async function endOutage(tx: TenantTx, scan: EndedScan): Promise<void> {
  const ended = await tx.db
    .updateTable('key_outages').set({ ended_at: sql<Date>`now()`, ended_scan_id: scan.id }).where('platform_id', '=', scan.platformId).where('ended_at', 'is', null).returning('scan_id').executeTakeFirst();
  if (ended) recordEvent(tx, { actor: SYSTEM, action: 'platform.key-accepted', subject: { type: 'platform', id: scan.platformId }, details: { scanId: scan.id, refusedScanId: ended.scan_id } });
}

/** Nobody waits for the key of a platform that was removed. */
export async function dropOutage(tx: TenantTx, platformId: string): Promise<void> {
  await tx.db.updateTable('key_outages').set({ ended_at: sql<Date>`now()` }).where('platform_id', '=', platformId).where('ended_at', 'is', null).execute();
}

/** The outage that began or ended with this scan. */
export async function outageOfScan(tx: TenantTx, scanId: string): Promise<KeyOutage | null> {
  const row = await tx.db.selectFrom('key_outages').selectAll().where((where) => where.or([where('scan_id', '=', scanId), where('ended_scan_id', '=', scanId)])).executeTakeFirst();
  return row ? toOutage(row) : null;
}

/** Since when each platform refuses its key, for those that do. */
export async function openOutages(tx: TenantTx): Promise<Map<string, string>> {
  const rows = await tx.db.selectFrom('key_outages').select(['platform_id', 'since']).where('ended_at', 'is', null).execute();
  return new Map(rows.map((row) => [row.platform_id, iso(row.since)]));
}
