/** Drift items of the approved baseline. Owns the rows: seen, seen again, gone. src/compare computes the items. */
import { sql, type Selectable } from 'kysely';
import type { DriftItem } from '../model/drift.js';
import { PlumblineError } from '../model/errors.js';
import { SYSTEM } from '../model/identity.js';
import { recordEvent } from './audit.js';
import type { Tables } from './schema-types.js';
import { newId, type TenantTx } from './tenant-tx.js';
import type { DriftOutcome, Page, PageRequest, StoredDrift } from './types.js';
import { chunks, iso, isoOrNull, pageLimit, readCursor, toPage } from './values.js';

function toDrift(row: Selectable<Tables['drift_items']>): StoredDrift {
  return {
    id: row.id, platformId: row.platform_id, baselineId: row.baseline_id, item: row.item as DriftItem, firstScanId: row.first_scan_id, lastScanId: row.last_scan_id,
    firstSeenAt: iso(row.first_seen_at), lastSeenAt: iso(row.last_seen_at), goneAt: isoOrNull(row.gone_at),
  };
}

export interface RecordDrift {
  scanId: string;
  platformId: string;
  baselineId: string;
  items: readonly DriftItem[];
  /** resource kinds that this scan did not read in full: their items stay as they were */
  unreadKinds?: readonly string[] | undefined;
}

/**
 * Everything the comparison of one scan found. Idempotent per scan; items no longer seen are gone, those seen again are back. Refuses a
 * comparison with a baseline that was replaced meanwhile: its items would stay open for ever, since later scans compare with the new one.
 */
export async function recordDrift(tx: TenantTx, input: RecordDrift): Promise<DriftOutcome> {
  await sql`SELECT 1 FROM platforms WHERE id = ${input.platformId} FOR UPDATE`.execute(tx.db);
  await assertStillApproved(tx, input);
  let added = 0;
  let reopened = 0;
  // two keys that no column tells apart count as one item; one statement writes no row twice
  for (const items of chunks([...new Map(input.items.map((item) => [item.fingerprint, item])).values()])) {
    const counts = await upsert(tx, input, items);
    added += counts.added;
    reopened += counts.reopened;
  }
  const gone = await markGone(tx, input);
  const { rows } = await sql<{ count: string }>`SELECT count(*) AS count FROM drift_items WHERE platform_id = ${input.platformId} AND gone_at IS NULL`.execute(tx.db);
  const outcome = { open: Number(rows[0]!.count), added, reopened, gone };
  if (added + reopened + gone > 0) {
    const details = { platformId: input.platformId, baselineId: input.baselineId, ...outcome };
    recordEvent(tx, { actor: SYSTEM, action: 'drift.recorded', subject: { type: 'scan', id: input.scanId }, details });
  }
  return outcome;
}

async function assertStillApproved(tx: TenantTx, { platformId, baselineId }: RecordDrift): Promise<void> {
  const row = await tx.db.selectFrom('baselines').select('status').where('id', '=', baselineId).where('platform_id', '=', platformId).executeTakeFirst();
  if (row?.status !== 'approved') throw new PlumblineError('PLB-INTERNAL-002', 'The baseline was replaced while the scan was compared with it.');
}

async function upsert(tx: TenantTx, input: RecordDrift, items: readonly DriftItem[]): Promise<{ added: number; reopened: number }> {
  const fingerprints = items.map((item) => item.fingerprint);
  const known = await tx.db
    .selectFrom('drift_items').select(['fingerprint', 'gone_at']).where('platform_id', '=', input.platformId).where('baseline_id', '=', input.baselineId)
    .where('fingerprint', '=', sql<string>`ANY(${fingerprints})`).execute();
  await sql`
    INSERT INTO drift_items (tenant_id, id, platform_id, baseline_id, fingerprint, resource_kind, item, severity, class, first_scan_id, last_scan_id, first_seen_at, last_seen_at)
    SELECT ${tx.tenantId}, id, ${input.platformId}, ${input.baselineId}, fingerprint, kind, item::json, severity, class, ${input.scanId}, ${input.scanId}, now(), now()
    FROM unnest(${items.map(() => newId('drift'))}::text[], ${fingerprints}::text[], ${items.map((item) => item.resource.kind)}::text[], ${items.map((item) => JSON.stringify(item))}::text[],
      ${items.map((item) => item.severity)}::text[], ${items.map((item) => item.class)}::text[]) AS t (id, fingerprint, kind, item, severity, class)
    ON CONFLICT (tenant_id, platform_id, baseline_id, fingerprint) DO UPDATE SET
      item = excluded.item, severity = excluded.severity, class = excluded.class, last_scan_id = excluded.last_scan_id, last_seen_at = excluded.last_seen_at, gone_at = NULL`.execute(tx.db);
  return { added: items.length - known.length, reopened: known.filter((row) => row.gone_at !== null).length };
}

async function markGone(tx: TenantTx, input: RecordDrift): Promise<number> {
  const result = await sql`
    UPDATE drift_items SET gone_at = now()
    WHERE platform_id = ${input.platformId} AND baseline_id = ${input.baselineId} AND gone_at IS NULL AND last_scan_id <> ${input.scanId}
      AND resource_kind <> ALL (${[...(input.unreadKinds ?? [])]}::text[])`.execute(tx.db);
  return Number(result.numAffectedRows ?? 0n);
}

export interface DriftFilter extends PageRequest {
  platformId?: string | undefined;
  includeGone?: boolean | undefined;
}

/** Worst first. */
export async function listDrift(tx: TenantTx, filter: DriftFilter): Promise<Page<StoredDrift>> {
  const limit = pageLimit(filter);
  const cursor = readCursor(filter.cursor, ['number', 'string', 'string']);
  const { rows } = await sql<Selectable<Tables['drift_items']> & { rank: number }>`
    SELECT * FROM (
      SELECT d.tenant_id, d.id, d.platform_id, d.baseline_id, d.fingerprint, d.resource_kind, d.item, d.severity, d.class, d.first_scan_id, d.first_seen_at, d.gone_at,
        coalesce(again.id, d.last_scan_id) AS last_scan_id, coalesce(again.finished_at, d.last_seen_at) AS last_seen_at, CASE d.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END AS rank
      FROM drift_items d JOIN platforms p ON p.tenant_id = d.tenant_id AND p.id = d.platform_id
      LEFT JOIN LATERAL (
        SELECT a.id, a.finished_at FROM scans a
        WHERE d.gone_at IS NULL AND a.tenant_id = d.tenant_id AND a.same_as = d.last_scan_id AND a.finished_at IS NOT NULL AND a.status <> 'failed' ORDER BY a.started_at DESC LIMIT 1) again ON true
      WHERE (${filter.platformId ?? null}::text IS NULL OR d.platform_id = ${filter.platformId ?? null})
        AND (${filter.includeGone === true} OR (d.gone_at IS NULL AND p.removed_at IS NULL))) x
    WHERE ${cursor === null} OR (rank, fingerprint, id) > (${Number(cursor?.[0] ?? 0)}, ${String(cursor?.[1] ?? '')}, ${String(cursor?.[2] ?? '')})
    ORDER BY rank, fingerprint, id LIMIT ${limit + 1}`.execute(tx.db);
  return toPage(rows, limit, { item: toDrift, key: (row) => [row.rank, row.fingerprint, row.id] });
}
