/** Connected platforms and their schedules. Owns the rows; the schedule itself runs in Temporal. */
import { sql, type Selectable } from 'kysely';
import { PlumblineError } from '../model/errors.js';
import type { Actor } from '../model/identity.js';
import type { ScheduleSpec } from '../model/schedule.js';
import { recordEvent } from './audit.js';
import { forgetBookmarks } from './bookmarks.js';
import { dropOutage, openOutages } from './key-outages.js';
import { forgetPages } from './scan-pages.js';
import type { Tables } from './schema-types.js';
import { scansByIds } from './scans.js';
import { deleteSecret, putSecret, type SecretFields } from './secrets.js';
import { newId, type TenantTx } from './tenant-tx.js';
import type { Platform, PlatformSummary } from './types.js';
import { columnText, iso, isoOrNull } from './values.js';

function toPlatform(row: Selectable<Tables['platforms']>): Platform {
  return {
    id: row.id, name: row.name, connectorId: row.connector_id, baseUrl: row.base_url, secretId: row.secret_id, environment: row.environment, owner: row.owner, isDemo: row.is_demo,
    schedule: row.schedule as ScheduleSpec | null, schedulePaused: row.schedule_paused, currentScanId: row.current_scan_id, createdAt: iso(row.created_at), removedAt: isoOrNull(row.removed_at),
  };
}

function notFound(): PlumblineError {
  return new PlumblineError('PLB-API-002', 'There is no platform with this id.');
}

export interface NewPlatform {
  id?: string | undefined;
  name: string;
  connectorId: string;
  baseUrl: string;
  secretId: string | null;
  environment?: string | undefined;
  owner?: string | null | undefined;
  isDemo?: boolean | undefined;
}

/** Store the secret first (`putSecret`) in the same transaction, and name it here. */
export async function addPlatform(tx: TenantTx, actor: Actor, input: NewPlatform): Promise<Platform> {
  const row = await tx.db
    .insertInto('platforms')
    .values({
      tenant_id: tx.tenantId, id: input.id ?? newId('platform'), name: columnText(input.name), connector_id: input.connectorId, base_url: input.baseUrl, secret_id: input.secretId,
      environment: input.environment ?? 'production', owner: input.owner ?? null, is_demo: input.isDemo ?? false,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  recordEvent(tx, { actor, action: 'platform.added', subject: { type: 'platform', id: row.id }, details: { connectorId: row.connector_id, demo: row.is_demo } });
  return toPlatform(row);
}

/** Also one that was removed, for the record; see `removedAt`. Null when there never was one. */
export async function findPlatform(tx: TenantTx, platformId: string): Promise<Platform | null> {
  const row = await tx.db.selectFrom('platforms').selectAll().where('id', '=', platformId).executeTakeFirst();
  return row ? toPlatform(row) : null;
}

/** A connected platform; PLB-API-002 when there is none or it was removed. */
export async function getPlatform(tx: TenantTx, platformId: string): Promise<PlatformSummary> {
  const [platform] = await summaries(tx, platformId);
  if (!platform) throw notFound();
  return platform;
}

export function listPlatforms(tx: TenantTx): Promise<PlatformSummary[]> {
  return summaries(tx, null);
}

type SummaryRow = Selectable<Tables['platforms']> & {
  last_scan_id: string | null; baseline_id: string | null; baseline_version: number | null; baseline_scan_id: string | null; proposed: string; open_drift: string;
};

async function summaries(tx: TenantTx, platformId: string | null): Promise<PlatformSummary[]> {
  const { rows } = await sql<SummaryRow>`
    SELECT p.*, last.id AS last_scan_id, b.id AS baseline_id, b.version AS baseline_version, b.scan_id AS baseline_scan_id,
      (SELECT count(*) FROM baselines x WHERE x.platform_id = p.id AND x.status = 'proposed') AS proposed,
      (SELECT count(*) FROM drift_items d WHERE d.platform_id = p.id AND d.gone_at IS NULL) AS open_drift
    FROM platforms p
    LEFT JOIN LATERAL (SELECT s.id FROM scans s WHERE s.tenant_id = p.tenant_id AND s.platform_id = p.id ORDER BY s.started_at DESC, s.id DESC LIMIT 1) last ON true
    LEFT JOIN baselines b ON b.tenant_id = p.tenant_id AND b.platform_id = p.id AND b.status = 'approved'
    WHERE p.removed_at IS NULL AND (${platformId}::text IS NULL OR p.id = ${platformId})
    ORDER BY p.name, p.id`.execute(tx.db);
  const scans = await scansByIds(tx, rows.map((row) => row.last_scan_id));
  const refused = await openOutages(tx);
  return rows.map((row) => ({
    ...toPlatform(row),
    lastScan: scans.get(row.last_scan_id ?? '') ?? null,
    baseline: row.baseline_id === null ? null : { id: row.baseline_id, version: row.baseline_version!, scanId: row.baseline_scan_id! },
    proposedBaselines: Number(row.proposed),
    openDrift: Number(row.open_drift),
    keyRefusedSince: refused.get(row.id) ?? null,
  }));
}

/** Its scans and findings stay for the record; its key is deleted at once. Removing twice is no error. */
export async function removePlatform(tx: TenantTx, actor: Actor, platformId: string): Promise<void> {
  const row = await tx.db.selectFrom('platforms').select(['secret_id', 'removed_at']).where('id', '=', platformId).forUpdate().executeTakeFirst();
  if (!row) throw notFound();
  if (row.removed_at !== null) return;
  await tx.db.updateTable('platforms').set({ removed_at: sql<Date>`now()`, secret_id: null, schedule: null, schedule_paused: false }).where('id', '=', platformId).execute();
  if (row.secret_id !== null) await deleteSecret(tx, row.secret_id);
  await dropOutage(tx, platformId);
  recordEvent(tx, { actor, action: 'platform.removed', subject: { type: 'platform', id: platformId }, details: {} });
}

async function forgetReadings(tx: TenantTx, platformId: string): Promise<void> {
  await forgetPages(tx, platformId);
  await forgetBookmarks(tx, platformId);
}

/** Where it is reached now; what was read elsewhere is not held against it. Keys are replaced by `replaceKey`. */
export async function setPlatformAccess(tx: TenantTx, actor: Actor, input: { platformId: string; baseUrl: string }): Promise<void> {
  const { platformId, baseUrl } = input;
  const result = await tx.db.updateTable('platforms').set({ base_url: baseUrl }).where('id', '=', platformId).where('removed_at', 'is', null).executeTakeFirst();
  if (result.numUpdatedRows === 0n) throw notFound();
  await forgetReadings(tx, platformId);
  recordEvent(tx, { actor, action: 'platform.moved', subject: { type: 'platform', id: platformId }, details: {} });
}

/** A new key for the same platform: its scans, baselines and findings stay; kept pages and bookmarks, which the old key read, do not. `rootKey` seals it. */
export async function replaceKey(tx: TenantTx, actor: Actor, input: { platformId: string; rootKey: Uint8Array; fields: SecretFields }): Promise<void> {
  const { platformId, rootKey, fields } = input;
  const row = await tx.db.selectFrom('platforms').select(['secret_id', 'removed_at']).where('id', '=', platformId).forUpdate().executeTakeFirst();
  if (!row || row.removed_at !== null) throw notFound();
  const secretId = row.secret_id ?? newId('secret');
  await putSecret(tx, rootKey, secretId, fields);
  if (row.secret_id === null) await tx.db.updateTable('platforms').set({ secret_id: secretId }).where('id', '=', platformId).execute();
  await forgetReadings(tx, platformId);
  recordEvent(tx, { actor, action: 'platform.key-replaced', subject: { type: 'platform', id: platformId }, details: {} });
}

async function updateSchedule(tx: TenantTx, platformId: string, values: { schedule?: string | null; schedule_paused: boolean }): Promise<void> {
  const result = await tx.db.updateTable('platforms').set(values).where('id', '=', platformId).where('removed_at', 'is', null).executeTakeFirst();
  if (result.numUpdatedRows === 0n) throw notFound();
}

/** Null takes the schedule away. A new schedule is not paused. */
export async function setSchedule(tx: TenantTx, actor: Actor, input: { platformId: string; spec: ScheduleSpec | null }): Promise<void> {
  const { platformId, spec } = input;
  await updateSchedule(tx, platformId, { schedule: spec === null ? null : JSON.stringify(spec), schedule_paused: false });
  recordEvent(tx, { actor, action: spec === null ? 'schedule.removed' : 'schedule.set', subject: { type: 'platform', id: platformId }, details: spec === null ? {} : { spec: { ...spec } } });
}

export async function setSchedulePaused(tx: TenantTx, actor: Actor, input: { platformId: string; paused: boolean }): Promise<void> {
  await updateSchedule(tx, input.platformId, { schedule_paused: input.paused });
  recordEvent(tx, { actor, action: input.paused ? 'schedule.paused' : 'schedule.resumed', subject: { type: 'platform', id: input.platformId }, details: {} });
}
