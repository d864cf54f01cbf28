/**
 * Snapshots, content-addressed: a body is stored once however many snapshots hold it, an unchanged estate adds no row.
 * Owns bodies, roots and entries. Which snapshot is current is decided by finishScan (scans.ts).
 */
import { sql } from 'kysely';
import { PlumblineError } from '../model/errors.js';
import { canonicalJson, resourceBody } from '../model/canonical.js';
import { resourceId, type JsonValue, type Location, type Resource } from '../model/resource.js';
import type { DataFlow, SnapshotEntry } from '../model/snapshot.js';
import { storeBookmarks } from './bookmarks.js';
import { storeObservations } from './observations.js';
import type { TenantTx } from './tenant-tx.js';
import type { SnapshotInput } from './types.js';
import { chunks, columnText } from './values.js';

/** With the observations and bookmarks of the same collection. Idempotent: a repeated call with the same scan changes nothing. The platform's current snapshot stays what it was. */
export async function storeSnapshot(tx: TenantTx, scanId: string, input: SnapshotInput): Promise<void> {
  const created = await sql`
    INSERT INTO snapshot_roots (tenant_id, root, resource_count, flows) VALUES (${tx.tenantId}, ${input.root}, ${input.entries.length}, ${JSON.stringify(input.flows)})
    ON CONFLICT DO NOTHING`.execute(tx.db);
  if (created.numAffectedRows === 1n) await storeContent(tx, input);
  const scan = await tx.db
    .updateTable('scans')
    .set({ root: input.root, resource_count: input.entries.length, platform_version: input.platformVersion, completeness: JSON.stringify(input.completeness), reuse_key: input.reuseKey ?? null })
    .where('id', '=', scanId)
    .where('status', '=', 'running')
    .returning('platform_id')
    .executeTakeFirst();
  if (scan === undefined) return;
  await storeObservations(tx, { platformId: scan.platform_id, scanId, observations: input.observations ?? [] });
  await storeBookmarks(tx, scan.platform_id, input.bookmarks ?? {});
}

async function storeContent(tx: TenantTx, input: SnapshotInput): Promise<void> {
  const byId = new Map(input.resources.map((resource) => [resourceId(resource), resource]));
  for (const part of chunks(input.entries)) {
    const pairs = part.map((entry) => ({ entry, resource: resourceOf(byId, entry) }));
    await storeBodies(tx, pairs);
    await storeEntries(tx, input.root, pairs);
  }
}

interface Pair {
  entry: SnapshotEntry;
  resource: Resource;
}

function resourceOf(byId: ReadonlyMap<string, Resource>, entry: SnapshotEntry): Resource {
  const resource = byId.get(resourceId(entry as Pick<Resource, 'kind' | 'key'>));
  if (!resource) throw new PlumblineError('PLB-INTERNAL-001', `The snapshot lists ${entry.kind} ${entry.key} but does not hold it.`);
  return resource;
}

/** Only bodies the database lacks are sent. */
async function storeBodies(tx: TenantTx, pairs: readonly Pair[]): Promise<void> {
  const digests = pairs.map((pair) => pair.entry.digest);
  const known = await tx.db.selectFrom('resource_bodies').select('digest').where('digest', '=', sql<string>`ANY(${digests})`).execute();
  const have = new Set(known.map((row) => row.digest));
  const missing = pairs.filter((pair) => !have.has(pair.entry.digest));
  if (missing.length === 0) return;
  await sql`
    INSERT INTO resource_bodies (tenant_id, digest, kind, body)
    SELECT ${tx.tenantId}, digest, kind, body::json
    FROM unnest(${missing.map((pair) => pair.entry.digest)}::text[], ${missing.map((pair) => pair.entry.kind)}::text[], ${missing.map((pair) => canonicalJson(resourceBody(pair.resource)))}::text[])
      AS t (digest, kind, body)
    ON CONFLICT DO NOTHING`.execute(tx.db);
}

async function storeEntries(tx: TenantTx, root: string, pairs: readonly Pair[]): Promise<void> {
  const column = (read: (pair: Pair) => string): string[] => pairs.map(read);
  await sql`
    INSERT INTO snapshot_entries (tenant_id, root, kind, key, name, digest, location, evidence)
    SELECT ${tx.tenantId}, ${root}, kind, key, name, digest, location::json, evidence::json
    FROM unnest(${column((pair) => pair.entry.kind)}::text[], ${column((pair) => columnText(pair.entry.key))}::text[], ${column((pair) => columnText(pair.entry.name))}::text[],
      ${column((pair) => pair.entry.digest)}::text[], ${column((pair) => JSON.stringify(pair.resource.location))}::text[], ${column((pair) => JSON.stringify(pair.resource.evidence))}::text[])
      AS t (kind, key, name, digest, location, evidence)`.execute(tx.db);
}

interface Row {
  body: unknown;
  location: unknown;
  evidence: unknown;
}

const READ_AT_ONCE = 5000;

/** The resources of a snapshot, sorted by kind and key. */
export async function readSnapshot(tx: TenantTx, root: string): Promise<Resource[]> {
  const resources: Resource[] = [];
  let [kind, key] = ['', ''];
  for (;;) {
    const { rows } = await sql<Row & { kind: string; key: string }>`
      SELECT e.kind, e.key, b.body, e.location, e.evidence
      FROM snapshot_entries e JOIN resource_bodies b ON b.tenant_id = e.tenant_id AND b.digest = e.digest
      WHERE e.tenant_id = ${tx.tenantId} AND e.root = ${root} AND (e.kind, e.key) > (${kind}, ${key})
      ORDER BY e.kind, e.key LIMIT ${READ_AT_ONCE}`.execute(tx.db);
    for (const row of rows) resources.push(toResource(row));
    if (rows.length < READ_AT_ONCE) return resources;
    ({ kind, key } = rows.at(-1)!);
  }
}

function toResource(row: Row): Resource {
  const body = row.body as Pick<Resource, 'kind' | 'key' | 'name'> & { properties: Record<string, JsonValue> };
  return { kind: body.kind, key: body.key, name: body.name, properties: body.properties, location: row.location as Location, evidence: row.evidence as Resource['evidence'] };
}

/** The list without the bodies: enough to see whether anything changed. */
export async function readEntries(tx: TenantTx, root: string): Promise<SnapshotEntry[]> {
  return tx.db.selectFrom('snapshot_entries').select(['kind', 'key', 'name', 'digest']).where('root', '=', root).orderBy('kind').orderBy('key').execute();
}

export async function readFlows(tx: TenantTx, root: string): Promise<DataFlow[]> {
  const row = await tx.db.selectFrom('snapshot_roots').select('flows').where('root', '=', root).executeTakeFirst();
  return (row?.flows ?? []) as DataFlow[];
}
