/**
 * What a scan that found nothing changed shares with an earlier one: snapshot and verdicts. Owns finding that earlier scan and the
 * pointers to it. Whether anything changed is decided by whoever read the platform.
 */
import type { Selectable } from 'kysely';
import type { CompletenessEntry } from '../model/snapshot.js';
import type { Tables } from './schema-types.js';
import type { TenantTx } from './tenant-tx.js';
import type { SeverityCounts } from './types.js';

/** The newest ended scan of a platform, as far as another one can share it. */
export interface EarlierScan {
  id: string;
  /** the scan that was judged itself: this one, or the one that this one shares its verdicts with */
  judgedId: string;
  root: string;
  resourceCount: number;
  platformVersion: string | null;
  reuseKey: string | null;
  judgedKey: string | null;
  baselineId: string | null;
  driftCount: number | null;
  findingCount: number;
  severityCounts: SeverityCounts;
}

function toEarlier(row: Selectable<Tables['scans']>): EarlierScan | null {
  if (row.root === null || row.severity_counts === null) return null;
  return {
    id: row.id, judgedId: row.same_as ?? row.id, root: row.root, resourceCount: row.resource_count ?? 0, platformVersion: row.platform_version, reuseKey: row.reuse_key, judgedKey: row.judged_key,
    baselineId: row.baseline_id, driftCount: row.drift_count, findingCount: row.finding_count ?? 0, severityCounts: row.severity_counts as SeverityCounts,
  };
}

export async function earlierScan(tx: TenantTx, platformId: string): Promise<EarlierScan | null> {
  const row = await tx.db
    .selectFrom('scans').selectAll().where('platform_id', '=', platformId).where('status', 'in', ['completed', 'incomplete']).orderBy('started_at', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row === undefined ? null : toEarlier(row);
}

/** The snapshot of the earlier scan is this one's too. One row. `sameAs`: the scan whose verdicts hold as well. */
export async function shareSnapshot(tx: TenantTx, scanId: string, from: { earlier: EarlierScan; completeness: readonly CompletenessEntry[]; reuseKey: string; sameAs: string | null }): Promise<void> {
  const { root, resourceCount, platformVersion } = from.earlier;
  await tx.db
    .updateTable('scans')
    .set({ root, resource_count: resourceCount, platform_version: platformVersion, completeness: JSON.stringify(from.completeness), reuse_key: from.reuseKey, same_as: from.sameAs })
    .where('id', '=', scanId).where('status', '=', 'running').execute();
}

/** The verdicts of the earlier scan are this one's too: its check results are found there. */
export async function shareVerdicts(tx: TenantTx, scanId: string, sameAs: string): Promise<void> {
  await tx.db.updateTable('scans').set({ same_as: sameAs }).where('id', '=', scanId).where('status', '=', 'running').execute();
}
