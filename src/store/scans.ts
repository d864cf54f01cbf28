/** Scans: their life from begin to end. Owns the rows of `scans`; pages and snapshots have their own files. */
import { sql, type Selectable } from 'kysely';
import { PlumblineError, type ErrorCode } from '../model/errors.js';
import { SYSTEM } from '../model/identity.js';
import type { JsonValue } from '../model/resource.js';
import type { CompletenessEntry } from '../model/snapshot.js';
import { recordEvent } from './audit.js';
import { believeCounts } from './believed-counts.js';
import { endOutage, openOutage } from './key-outages.js';
import { actorOf } from './names.js';
import { dropPages, keepPages } from './scan-pages.js';
import type { Tables } from './schema-types.js';
import { newId, type TenantTx } from './tenant-tx.js';
import type { Page, PageRequest, Scan, ScanStatus, ScanTriggerKind, SeverityCounts } from './types.js';
import { rememberTypesRead } from './types-read.js';
import { columnText, iso, isoOrNull, pageLimit, readCursor, toPage } from './values.js';

export function toScan(row: Selectable<Tables['scans']>): Scan {
  return {
    id: row.id, platformId: row.platform_id, workflowRun: row.workflow_run, trigger: row.trigger as ScanTriggerKind, requestedBy: row.requested_by, slotAt: isoOrNull(row.slot_at),
    status: row.status as ScanStatus, stage: row.stage, progress: (row.progress ?? null) as JsonValue, startedAt: iso(row.started_at), finishedAt: isoOrNull(row.finished_at), root: row.root,
    platformVersion: row.platform_version, completeness: row.completeness as CompletenessEntry[], baselineId: row.baseline_id, sameAs: row.same_as, resourceCount: row.resource_count,
    findingCount: row.finding_count, severityCounts: row.severity_counts as SeverityCounts | null, driftCount: row.drift_count, errorCode: row.error_code, errorMessage: row.error_message,
  };
}

export interface BeginScan {
  platformId: string;
  /** names the run of the workflow: a repeated begin returns the same scan */
  workflowRun: string;
  trigger: ScanTriggerKind;
  requestedBy: string | null;
  slotAt: Date | null;
}

/** Of two that begin at once, one wins; the other is told with PLB-SCAN-002. */
export async function beginScan(tx: TenantTx, input: BeginScan): Promise<Scan> {
  const platform = await tx.db.selectFrom('platforms').select('removed_at').where('id', '=', input.platformId).executeTakeFirst();
  if (!platform || platform.removed_at !== null) throw new PlumblineError('PLB-API-002', 'The platform of this scan was removed.');
  const row = await tx.db
    .insertInto('scans')
    .values({
      tenant_id: tx.tenantId, id: newId('scan'), platform_id: input.platformId, workflow_run: input.workflowRun, trigger: input.trigger, requested_by: input.requestedBy, slot_at: input.slotAt,
      status: 'running',
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) return begunBefore(tx, input.workflowRun);
  const actor = await actorOf(tx, input.requestedBy);
  recordEvent(tx, { actor, action: 'scan.started', subject: { type: 'scan', id: row.id }, details: { platformId: input.platformId, trigger: input.trigger } });
  return toScan(row);
}

/** The insert met a row: of this very run, or of another scan of the platform that runs. */
async function begunBefore(tx: TenantTx, workflowRun: string): Promise<Scan> {
  const own = await tx.db.selectFrom('scans').selectAll().where('workflow_run', '=', workflowRun).executeTakeFirst();
  if (!own) throw new PlumblineError('PLB-SCAN-002', 'Another scan of this platform is running.');
  return toScan(own);
}

/** What the running scan does now, for people. Not part of the record. A scan that ended keeps its last words. */
export async function setStage(tx: TenantTx, scanId: string, stage: string): Promise<void> {
  await tx.db.updateTable('scans').set({ stage }).where('id', '=', scanId).where('status', '=', 'running').execute();
}

export async function setProgress(tx: TenantTx, scanId: string, progress: JsonValue): Promise<void> {
  await tx.db.updateTable('scans').set({ progress: JSON.stringify(progress) }).where('id', '=', scanId).where('status', '=', 'running').execute();
}

export interface FinishScan {
  scanId: string;
  status: 'completed' | 'incomplete';
  findingCount: number;
  severityCounts: SeverityCounts;
  driftCount: number | null;
  baselineId: string | null;
  /** what the verdicts rest on: a later scan with the same one shares them */
  judgedKey?: string | null | undefined;
}

async function lockScan(tx: TenantTx, scanId: string): Promise<Selectable<Tables['scans']>> {
  const row = await tx.db.selectFrom('scans').selectAll().where('id', '=', scanId).forUpdate().executeTakeFirst();
  if (!row) throw new PlumblineError('PLB-SCAN-001', 'There is no scan with this id.');
  return row;
}

/** Ends the scan once; a repeated call returns what is stored. Only a completed scan becomes the platform's current one. */
export async function finishScan(tx: TenantTx, input: FinishScan): Promise<Scan> {
  const running = await lockScan(tx, input.scanId);
  if (running.status !== 'running') return toScan(running);
  const row = await tx.db
    .updateTable('scans')
    .set({
      status: input.status, stage: 'finished', finished_at: sql<Date>`now()`, finding_count: input.findingCount, severity_counts: JSON.stringify(input.severityCounts),
      drift_count: input.driftCount, baseline_id: input.baselineId, judged_key: input.judgedKey ?? null,
    })
    .where('id', '=', input.scanId)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (input.status === 'completed') await makeCurrent(tx, row);
  await endOutage(tx, { id: row.id, platformId: row.platform_id });
  await believeCounts(tx, { id: row.id, platformId: row.platform_id, completeness: row.completeness as CompletenessEntry[] });
  await rememberTypesRead(tx, { platformId: row.platform_id, completeness: row.completeness as CompletenessEntry[] });
  await keepPages(tx, { id: row.id, platformId: row.platform_id });
  const details = { platformId: row.platform_id, root: row.root, resources: row.resource_count, findings: row.finding_count, drift: row.drift_count, baselineId: row.baseline_id };
  recordEvent(tx, { actor: SYSTEM, action: `scan.${input.status}`, subject: { type: 'scan', id: row.id }, details });
  return toScan(row);
}

/** An older scan that ends late does not replace a newer one. */
async function makeCurrent(tx: TenantTx, scan: Selectable<Tables['scans']>): Promise<void> {
  await sql`
    UPDATE platforms p SET current_scan_id = ${scan.id}
    WHERE p.id = ${scan.platform_id} AND NOT EXISTS (SELECT FROM scans s WHERE s.id = p.current_scan_id AND s.started_at > ${scan.started_at})`.execute(tx.db);
}

const KEY_REFUSED: ErrorCode = 'PLB-COLLECT-002';

/** The previous snapshot stays current. A repeated call, or one after the end, returns what is stored. */
export async function failScan(tx: TenantTx, input: { scanId: string; code: string; message: string }): Promise<Scan> {
  const running = await lockScan(tx, input.scanId);
  if (running.status !== 'running') return toScan(running);
  const row = await tx.db
    .updateTable('scans')
    .set({ status: 'failed', stage: 'finished', finished_at: sql<Date>`now()`, error_code: input.code, error_message: columnText(input.message) })
    .where('id', '=', input.scanId)
    .returningAll()
    .executeTakeFirstOrThrow();
  await dropPages(tx, input.scanId);
  if (input.code === KEY_REFUSED) await openOutage(tx, { id: row.id, platformId: row.platform_id }, input.message);
  recordEvent(tx, { actor: SYSTEM, action: 'scan.failed', subject: { type: 'scan', id: row.id }, details: { platformId: row.platform_id, code: input.code } });
  return toScan(row);
}

/** Ends a scan whose workflow is gone: nobody else would, and the platform would be "being scanned" for ever. */
export function loseScan(tx: TenantTx, scanId: string): Promise<Scan> {
  return failScan(tx, { scanId, code: 'PLB-INTERNAL-002', message: 'The scan was lost: its workflow ended without finishing it.' });
}

export async function getScan(tx: TenantTx, scanId: string): Promise<Scan> {
  const row = await tx.db.selectFrom('scans').selectAll().where('id', '=', scanId).executeTakeFirst();
  if (!row) throw new PlumblineError('PLB-SCAN-001', 'There is no scan with this id.');
  return toScan(row);
}

export async function scansByIds(tx: TenantTx, ids: readonly (string | null)[]): Promise<Map<string, Scan>> {
  const wanted = ids.filter((id) => id !== null);
  if (wanted.length === 0) return new Map();
  const rows = await tx.db.selectFrom('scans').selectAll().where('id', 'in', wanted).execute();
  return new Map(rows.map((row) => [row.id, toScan(row)]));
}

/** Newest first, of one platform or of all. */
export async function listScans(tx: TenantTx, filter: PageRequest & { platformId?: string | undefined } = {}): Promise<Page<Scan>> {
  const limit = pageLimit(filter);
  const cursor = readCursor(filter.cursor, ['string', 'string']);
  let query = tx.db.selectFrom('scans').selectAll().orderBy('started_at', 'desc').orderBy('id', 'desc').limit(limit + 1);
  if (filter.platformId) query = query.where('platform_id', '=', filter.platformId);
  if (cursor) query = query.where(sql<boolean>`(started_at, id) < (${cursor[0]}::timestamptz, ${cursor[1]}::text)`);
  return toPage(await query.execute(), limit, { item: toScan, key: (row) => [iso(row.started_at), row.id] });
}

export async function countRunningScans(tx: TenantTx, platformId?: string): Promise<number> {
  let query = tx.db.selectFrom('scans').select((eb) => eb.fn.countAll<string>().as('count')).where('status', '=', 'running');
  if (platformId) query = query.where('platform_id', '=', platformId);
  return Number((await query.executeTakeFirstOrThrow()).count);
}

/** The newest scan that ended with a snapshot, over all connected platforms: what the health page shows. */
export async function latestFinishedScan(tx: TenantTx): Promise<{ scan: Scan; platformName: string } | null> {
  const row = await tx.db
    .selectFrom('scans')
    .innerJoin('platforms', (join) => join.onRef('platforms.tenant_id', '=', 'scans.tenant_id').onRef('platforms.id', '=', 'scans.platform_id'))
    .selectAll('scans')
    .select('platforms.name as platform_name')
    .where('scans.status', 'in', ['completed', 'incomplete'])
    .where('platforms.removed_at', 'is', null)
    .orderBy('scans.finished_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? { scan: toScan(row), platformName: row.platform_name } : null;
}
