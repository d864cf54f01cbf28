/** Baselines: proposed by one, decided by another. Owns the rows, the version numbers and the two-person rule at the database. */
import { sql, type Selectable } from 'kysely';
import { PlumblineError } from '../model/errors.js';
import type { Actor } from '../model/identity.js';
import { recordEvent, recordRefusal } from './audit.js';
import { namesOf } from './names.js';
import type { Tables } from './schema-types.js';
import { newId, type TenantTx } from './tenant-tx.js';
import type { Baseline, BaselineStatus } from './types.js';
import { columnText, iso, isoOrNull } from './values.js';

type Row = Selectable<Tables['baselines']>;

async function toBaselines(tx: TenantTx, rows: readonly Row[]): Promise<Baseline[]> {
  const names = await namesOf(tx, rows.flatMap((row) => [row.proposed_by, row.decided_by]));
  return rows.map((row) => ({
    id: row.id, platformId: row.platform_id, version: row.version, scanId: row.scan_id, root: row.root, status: row.status as BaselineStatus, proposedBy: row.proposed_by,
    proposedByName: names.get(row.proposed_by) ?? null, proposedAt: iso(row.proposed_at), decidedBy: row.decided_by, decidedByName: names.get(row.decided_by ?? '') ?? null,
    decidedAt: isoOrNull(row.decided_at), reason: row.reason,
  }));
}

async function toBaseline(tx: TenantTx, row: Row): Promise<Baseline> {
  return (await toBaselines(tx, [row]))[0]!;
}

/** Refuses a scan that is not complete. A scan that is proposed already stays that one proposal. */
export async function proposeBaseline(tx: TenantTx, actor: Actor, input: { platformId: string; scanId: string }): Promise<Baseline> {
  const { platformId, scanId } = input;
  await lockPlatform(tx, platformId);
  const scan = await tx.db.selectFrom('scans').select(['status', 'root']).where('id', '=', scanId).where('platform_id', '=', platformId).executeTakeFirst();
  if (!scan) throw new PlumblineError('PLB-SCAN-001', 'This platform has no scan with this id.');
  if (scan.status !== 'completed' || scan.root === null) throw new PlumblineError('PLB-BASELINE-003', `A scan that is ${scan.status} cannot become the baseline.`, { status: scan.status });
  const pending = await tx.db.selectFrom('baselines').selectAll().where('scan_id', '=', scanId).where('status', '=', 'proposed').executeTakeFirst();
  if (pending) return toBaseline(tx, pending);
  const last = await tx.db.selectFrom('baselines').select((eb) => eb.fn.max('version').as('version')).where('platform_id', '=', platformId).executeTakeFirst();
  const row = await tx.db
    .insertInto('baselines')
    .values({ tenant_id: tx.tenantId, id: newId('baseline'), platform_id: platformId, version: (last?.version ?? 0) + 1, scan_id: scanId, root: scan.root, status: 'proposed', proposed_by: actor.id })
    .returningAll()
    .executeTakeFirstOrThrow();
  recordEvent(tx, { actor, action: 'baseline.proposed', subject: { type: 'baseline', id: row.id }, details: { platformId, scanId, root: row.root, version: row.version } });
  return toBaseline(tx, row);
}

async function lockPlatform(tx: TenantTx, platformId: string): Promise<void> {
  const platform = await tx.db.selectFrom('platforms').select('removed_at').where('id', '=', platformId).forUpdate().executeTakeFirst();
  if (!platform || platform.removed_at !== null) throw new PlumblineError('PLB-API-002', 'There is no platform with this id.');
}

export interface BaselineDecision {
  baselineId: string;
  decision: 'approved' | 'rejected';
  reason: string | null;
}

/** Whoever proposed may take the proposal back (reject) but not approve it; the refusal is recorded. Of two decisions at once, one wins. */
export async function decideBaseline(tx: TenantTx, actor: Actor, input: BaselineDecision): Promise<Baseline> {
  const found = await tx.db.selectFrom('baselines').select('platform_id').where('id', '=', input.baselineId).executeTakeFirst();
  if (!found) throw new PlumblineError('PLB-API-002', 'There is no baseline with this id.');
  await lockPlatform(tx, found.platform_id);
  const row = await tx.db.selectFrom('baselines').selectAll().where('id', '=', input.baselineId).forUpdate().executeTakeFirstOrThrow();
  if (row.status !== 'proposed') throw await alreadyDecided(tx, row);
  const subject = { type: 'baseline', id: row.id };
  if (input.decision === 'approved' && row.proposed_by === actor.id) {
    recordRefusal(tx, { actor, action: 'baseline.approval-refused', subject, details: { code: 'PLB-BASELINE-001', platformId: row.platform_id } });
    throw new PlumblineError('PLB-BASELINE-001', 'You proposed this baseline yourself.');
  }
  if (input.decision === 'approved') await refuseOvertaken(tx, row);
  if (input.decision === 'approved') await supersede(tx, row.platform_id);
  const decided = await tx.db
    .updateTable('baselines')
    .set({ status: input.decision, decided_by: actor.id, decided_at: sql<Date>`now()`, reason: input.reason === null ? null : columnText(input.reason) })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  recordEvent(tx, { actor, action: `baseline.${input.decision}`, subject, details: { platformId: row.platform_id, scanId: row.scan_id, root: row.root, version: row.version } });
  return toBaseline(tx, decided);
}

async function alreadyDecided(tx: TenantTx, row: Row): Promise<PlumblineError> {
  const baseline = await toBaseline(tx, row);
  const by = baseline.decidedByName ?? 'somebody else';
  return new PlumblineError('PLB-BASELINE-002', `This baseline was ${row.status} by ${by} at ${baseline.decidedAt ?? 'an unknown time'}.`, { status: row.status, decidedAt: baseline.decidedAt });
}

/** A platform is not measured against a state older than the one that was approved; such a proposal can still be rejected. */
async function refuseOvertaken(tx: TenantTx, row: Row): Promise<void> {
  const current = await currentBaseline(tx, row.platform_id);
  if (current === null || current.version < row.version) return;
  throw new PlumblineError('PLB-BASELINE-002', `A newer baseline, version ${current.version}, was approved meanwhile; reject this one.`, { approvedVersion: current.version });
}

/** Drift against the old baseline is over: the new one is what the next scan is compared with. */
async function supersede(tx: TenantTx, platformId: string): Promise<void> {
  await tx.db.updateTable('baselines').set({ status: 'superseded' }).where('platform_id', '=', platformId).where('status', '=', 'approved').execute();
  await tx.db.updateTable('drift_items').set({ gone_at: sql<Date>`now()` }).where('platform_id', '=', platformId).where('gone_at', 'is', null).execute();
}

/** The approved one, or null. */
export async function currentBaseline(tx: TenantTx, platformId: string): Promise<Baseline | null> {
  const row = await tx.db.selectFrom('baselines').selectAll().where('platform_id', '=', platformId).where('status', '=', 'approved').executeTakeFirst();
  return row ? toBaseline(tx, row) : null;
}

export async function getBaseline(tx: TenantTx, baselineId: string): Promise<Baseline> {
  const row = await tx.db.selectFrom('baselines').selectAll().where('id', '=', baselineId).executeTakeFirst();
  if (!row) throw new PlumblineError('PLB-API-002', 'There is no baseline with this id.');
  return toBaseline(tx, row);
}

/** Newest version first. */
export async function listBaselines(tx: TenantTx, platformId: string): Promise<Baseline[]> {
  return toBaselines(tx, await tx.db.selectFrom('baselines').selectAll().where('platform_id', '=', platformId).orderBy('version', 'desc').execute());
}
