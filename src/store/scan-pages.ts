/**
 * Pages that a scan has read (redacted): so that a restarted activity goes on where it was, and so that the next scan can ask what has
 * changed since. Owns those rows; a platform keeps the pages of one ended scan.
 */
import { sql } from 'kysely';
import type { JsonValue } from '../model/resource.js';
import type { TenantTx } from './tenant-tx.js';

/** In page order. */
export async function readPages(tx: TenantTx, scanId: string, resourceType: string): Promise<JsonValue[]> {
  const rows = await tx.db.selectFrom('scan_pages').select('body').where('scan_id', '=', scanId).where('resource_type', '=', resourceType).orderBy('page').execute();
  return rows.map((row) => row.body as JsonValue);
}

/** Which resource types a scan has stored pages of. */
export async function typesWithPages(tx: TenantTx, scanId: string): Promise<string[]> {
  const rows = await tx.db.selectFrom('scan_pages').select('resource_type').distinct().where('scan_id', '=', scanId).execute();
  return rows.map((row) => row.resource_type);
}

export interface WrittenPage {
  scanId: string;
  resourceType: string;
  page: number;
  body: JsonValue;
}

/** A page read again replaces what was there. */
export async function writePage(tx: TenantTx, page: WrittenPage): Promise<void> {
  await writePages(tx, [page]);
}

/** Each page once. What is lost when the database server itself falls is read again: the disk is not waited for. */
export async function writePages(tx: TenantTx, pages: readonly WrittenPage[]): Promise<void> {
  await sql`SET LOCAL synchronous_commit = off`.execute(tx.db);
  await tx.db
    .insertInto('scan_pages')
    .values(pages.map(({ scanId, resourceType, page, body }) => ({ tenant_id: tx.tenantId, scan_id: scanId, resource_type: resourceType, page, body: JSON.stringify(body) })))
    .onConflict((conflict) => conflict.columns(['tenant_id', 'scan_id', 'resource_type', 'page']).doUpdateSet((excluded) => ({ body: excluded.ref('excluded.body') })))
    .execute();
}

/** The first `counts[type]` pages of each type, from one scan to another, without passing through this process. */
export async function copyPages(tx: TenantTx, copy: { from: string; to: string; counts: Readonly<Record<string, number>> }): Promise<void> {
  const types = Object.keys(copy.counts);
  if (types.length === 0) return;
  await sql`
    INSERT INTO scan_pages (tenant_id, scan_id, resource_type, page, body)
    SELECT p.tenant_id, ${copy.to}, p.resource_type, p.page, p.body
    FROM scan_pages p JOIN unnest(${types}::text[], ${types.map((type) => copy.counts[type]!)}::integer[]) AS t (type, count) ON t.type = p.resource_type AND p.page < t.count
    WHERE p.scan_id = ${copy.from} ON CONFLICT DO NOTHING`.execute(tx.db);
}

/** What the next scan of a platform can hold the platform's answers against. */
export interface KeptPages {
  scanId: string;
  /** pages per resource type */
  counts: Record<string, number>;
}

/** Null where none are kept, or they were read with other rules. */
export async function keptPages(tx: TenantTx, platformId: string, reuseKey: string): Promise<KeptPages | null> {
  const { rows } = await sql<{ scan_id: string; resource_type: string; count: number }>`
    SELECT g.scan_id, g.resource_type, count(*)::integer AS count
    FROM platforms p JOIN scans s ON s.tenant_id = p.tenant_id AND s.id = p.pages_scan_id JOIN scan_pages g ON g.tenant_id = s.tenant_id AND g.scan_id = s.id
    WHERE p.id = ${platformId} AND s.reuse_key = ${reuseKey} GROUP BY g.scan_id, g.resource_type`.execute(tx.db);
  const [first] = rows;
  return first === undefined ? null : { scanId: first.scan_id, counts: Object.fromEntries(rows.map((row) => [row.resource_type, row.count])) };
}

/** At the end of a scan: its own pages take the place of those kept so far. One that wrote none found everything unchanged. */
export async function keepPages(tx: TenantTx, scan: { id: string; platformId: string }): Promise<void> {
  const own = await tx.db.selectFrom('scan_pages').select('page').where('scan_id', '=', scan.id).limit(1).executeTakeFirst();
  if (own === undefined) return;
  const { rows } = await sql<{ before: string | null }>`
    UPDATE platforms p SET pages_scan_id = ${scan.id} FROM (SELECT tenant_id, id, pages_scan_id AS before FROM platforms WHERE id = ${scan.platformId} FOR UPDATE) o
    WHERE p.tenant_id = o.tenant_id AND p.id = o.id RETURNING o.before`.execute(tx.db);
  const before = rows[0]?.before ?? null;
  if (before !== null && before !== scan.id) await dropPages(tx, before);
}

/** For a platform that is reached with another key or elsewhere from now on: what was read before is nothing to hold its answers against. */
export async function forgetPages(tx: TenantTx, platformId: string): Promise<void> {
  const row = await tx.db.selectFrom('platforms').select('pages_scan_id').where('id', '=', platformId).forUpdate().executeTakeFirst();
  if (row === undefined || row.pages_scan_id === null) return;
  await tx.db.updateTable('platforms').set({ pages_scan_id: null }).where('id', '=', platformId).execute();
  await dropPages(tx, row.pages_scan_id);
}

export async function dropPages(tx: TenantTx, scanId: string): Promise<void> {
  await tx.db.deleteFrom('scan_pages').where('scan_id', '=', scanId).execute();
}
