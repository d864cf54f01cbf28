/** The platform's own events and run statistics, each once. Owns those rows; they are never compared and never part of a snapshot. */
import { sql } from 'kysely';
import { SYSTEM } from '../model/identity.js';
import type { JsonValue, Resource } from '../model/resource.js';
import { recordEvent } from './audit.js';
import type { TenantTx } from './tenant-tx.js';
import type { Observation, Page, PageRequest } from './types.js';
import { chunks, columnKey, columnText, columnTime, isoOrNull, pageLimit, readCursor, toPage } from './values.js';

export interface StoreObservations {
  platformId: string;
  scanId: string;
  observations: readonly Pick<Resource, 'kind' | 'key' | 'name' | 'properties'>[];
}

/** Idempotent: what is stored already and did not change is not written again. */
export async function storeObservations(tx: TenantTx, input: StoreObservations): Promise<void> {
  const byId = new Map(input.observations.map((one) => [`${one.kind} ${columnKey(one.key)}`, one]));
  for (const part of chunks([...byId.values()])) {
    await sql`
      INSERT INTO observations (tenant_id, platform_id, kind, key, name, properties, at, first_scan_id, last_scan_id)
      SELECT ${tx.tenantId}, ${input.platformId}, kind, key, name, properties::json, at::timestamptz, ${input.scanId}, ${input.scanId}
      FROM unnest(${part.map((one) => one.kind)}::text[], ${part.map((one) => columnKey(one.key))}::text[], ${part.map((one) => columnText(one.name))}::text[],
        ${part.map((one) => JSON.stringify(one.properties))}::text[], ${part.map(timeOf)}::text[]) AS t (kind, key, name, properties, at)
      ON CONFLICT (tenant_id, platform_id, kind, key) DO UPDATE SET name = excluded.name, properties = excluded.properties, at = excluded.at, last_scan_id = excluded.last_scan_id
      WHERE (observations.name, observations.properties::text) IS DISTINCT FROM (excluded.name, excluded.properties::text)`.execute(tx.db);
  }
}

/** Of an event when it happened, of a statistic when the thing was last used; what is no time is left out rather than refused. */
function timeOf({ properties }: { properties: Record<string, JsonValue> }): string | null {
  return columnTime(properties['at'] ?? properties['lastUsedAt']);
}

export interface ObservationFilter extends PageRequest {
  platformId: string;
  kind?: string | undefined;
  /** ISO; what has no time is in no range */
  from?: string | undefined;
  /** ISO, exclusive */
  until?: string | undefined;
}

/** Newest first; what has no time comes last. */
export async function listObservations(tx: TenantTx, filter: ObservationFilter): Promise<Page<Observation>> {
  const limit = pageLimit(filter);
  const cursor = readCursor(filter.cursor, ['string', 'string', 'string']);
  const { rows } = await sql<{ kind: string; key: string; name: string; properties: unknown; at: Date | null; sorted: string }>`
    SELECT * FROM (
      SELECT kind, key, name, properties, at, coalesce(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS'), '') AS sorted FROM observations
      WHERE platform_id = ${filter.platformId} AND (${filter.kind ?? null}::text IS NULL OR kind = ${filter.kind ?? null})
        AND (${filter.from ?? null}::timestamptz IS NULL OR at >= ${filter.from ?? null}::timestamptz) AND (${filter.until ?? null}::timestamptz IS NULL OR at < ${filter.until ?? null}::timestamptz)) o
    WHERE ${cursor === null} OR (sorted, kind, key) < (${String(cursor?.[0] ?? '')}, ${String(cursor?.[1] ?? '')}, ${String(cursor?.[2] ?? '')})
    ORDER BY sorted DESC, kind DESC, key DESC LIMIT ${limit + 1}`.execute(tx.db);
  const item = (row: (typeof rows)[number]): Observation => ({ kind: row.kind as Observation['kind'], key: row.key, name: row.name, properties: row.properties as Observation['properties'], at: isoOrNull(row.at) });
  return toPage(rows, limit, { item, key: (row) => [row.sorted, row.kind, row.key] });
}

/** So many at once, so that the first time after a shorter setting holds up no scan; the rest goes with the next one. */
const MOST_PRUNED = 50_000;

/** Removes what happened before `before`, of this platform and of those that were removed. What has no time stays: it is one row per thing. */
export async function pruneObservations(tx: TenantTx, { platformId, before }: { platformId: string; before: Date }): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM observations o USING (
      SELECT platform_id, kind, key FROM observations WHERE at < ${before} AND (platform_id = ${platformId} OR platform_id IN (SELECT id FROM platforms WHERE removed_at IS NOT NULL)) LIMIT ${MOST_PRUNED}) old
    WHERE o.platform_id = old.platform_id AND o.kind = old.kind AND o.key = old.key`.execute(tx.db);
  const count = Number(numAffectedRows ?? 0n);
  if (count > 0) recordEvent(tx, { actor: SYSTEM, action: 'observations.pruned', subject: { type: 'platform', id: platformId }, details: { count, before: before.toISOString() } });
  return count;
}
