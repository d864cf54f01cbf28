/**
 * Snapshots, content-addressed: the sorted list of resources is cut into chunks, and a chunk is stored once however many snapshots hold it.
 * Owns chunks and roots, and where the cuts are. Which snapshot is current is decided by finishScan (scans.ts).
 */
import { sql } from 'kysely';
import { PlumblineError } from '../model/errors.js';
import { sha256 } from '../model/canonical.js';
import type { Resource } from '../model/resource.js';
import type { DataFlow, SnapshotEntry } from '../model/snapshot.js';
import { storeBookmarks } from './bookmarks.js';
import { storeObservations } from './observations.js';
import { squeezed, unsqueezed, type SnapshotLine, type StoredResource } from './snapshot-lines.js';
import type { TenantTx } from './tenant-tx.js';
import type { SnapshotInput } from './types.js';
import { chunks, columnText } from './values.js';

/** With the observations and bookmarks of the same collection. Idempotent: a repeated call with the same scan changes nothing. The platform's current snapshot stays what it was. */
export async function storeSnapshot(tx: TenantTx, scanId: string, input: SnapshotInput): Promise<void> {
  const known = await tx.db.selectFrom('snapshot_roots').select('root').where('root', '=', input.root).executeTakeFirst();
  if (known === undefined) {
    const digests = await storeContent(tx, input);
    await sql`
      INSERT INTO snapshot_roots (tenant_id, root, resource_count, flows, chunks) VALUES (${tx.tenantId}, ${input.root}, ${input.lines.length}, ${JSON.stringify(input.flows)}, ${digests})
      ON CONFLICT DO NOTHING`.execute(tx.db);
  }
  const scan = await tx.db
    .updateTable('scans')
    .set({ root: input.root, resource_count: input.lines.length, platform_version: versionText(input.platformVersion), completeness: JSON.stringify(input.completeness), reuse_key: input.reuseKey ?? null })
    .where('id', '=', scanId)
    .where('status', '=', 'running')
    .returning('platform_id')
    .executeTakeFirst();
  if (scan === undefined) return;
  await storeObservations(tx, { platformId: scan.platform_id, scanId, observations: input.observations ?? [] });
  await storeBookmarks(tx, scan.platform_id, input.bookmarks ?? {});
}

const LONGEST_VERSION = 200;

function versionText(version: string | null): string | null {
  return version === null ? null : columnText(version.slice(0, LONGEST_VERSION));
}

const CUT_MASK = 127;
const LONGEST = 512;
const CHUNKS_AT_ONCE = 32;

/** A cut depends on the key before it alone: what is added or taken away moves no other cut, so that equal stretches stay equal chunks. */
function isCut(entry: SnapshotEntry, length: number): boolean {
  let hash = 0x811c9dc5;
  for (let at = 0; at < entry.key.length; at += 1) hash = Math.imul(hash ^ entry.key.charCodeAt(at), 0x01000193);
  return length >= LONGEST || ((hash >>> 7) & CUT_MASK) === CUT_MASK;
}

function inChunks(lines: readonly SnapshotLine[]): SnapshotLine[][] {
  const parts: SnapshotLine[][] = [];
  let open: SnapshotLine[] = [];
  for (const line of lines) {
    open.push(line);
    if (!isCut(line, open.length)) continue;
    parts.push(open);
    open = [];
  }
  if (open.length > 0) parts.push(open);
  return parts;
}

/** Of what a chunk says, not of where on which page it was found: that is told of the first reading. */
function digestOf(part: readonly SnapshotLine[]): string {
  return sha256(part.map(({ kind, key, digest, location }) => JSON.stringify([kind, key, digest, location])).join('\n'));
}

/** Only chunks that the database lacks are made and sent. */
async function storeContent(tx: TenantTx, input: SnapshotInput): Promise<string[]> {
  const parts = inChunks(input.lines).map((part) => ({ part, digest: digestOf(part) }));
  const digests = parts.map(({ digest }) => digest);
  const known = await tx.db.selectFrom('snapshot_chunks').select('digest').where('digest', '=', sql<string>`ANY(${digests})`).execute();
  const have = new Set(known.map((row) => row.digest));
  for (const missing of chunks(parts.filter(({ digest }) => !have.has(digest)), CHUNKS_AT_ONCE)) {
    const rows = await Promise.all(missing.map(async ({ part, digest }) => ({ tenant_id: tx.tenantId, digest, content: await squeezed(part) })));
    await tx.db.insertInto('snapshot_chunks').values(rows).onConflict((conflict) => conflict.doNothing()).execute();
  }
  return digests;
}

async function readLines<T>(tx: TenantTx, root: string, take: (stored: StoredResource) => T): Promise<T[]> {
  const row = await tx.db.selectFrom('snapshot_roots').select('chunks').where('root', '=', root).executeTakeFirst();
  const found: T[] = [];
  for (const digests of chunks(row?.chunks ?? [], CHUNKS_AT_ONCE)) {
    const rows = await tx.db.selectFrom('snapshot_chunks').select(['digest', 'content']).where('digest', '=', sql<string>`ANY(${digests})`).execute();
    const contents = new Map(rows.map(({ digest, content }) => [digest, content]));
    for (const digest of digests) {
      const content = contents.get(digest);
      if (content === undefined) throw new PlumblineError('PLB-INTERNAL-001', 'A part of this snapshot is missing.', { root });
      for (const stored of await unsqueezed(content)) found.push(take(stored));
    }
  }
  return found;
}

/** The resources of a snapshot, sorted by kind and key. */
export async function readSnapshot(tx: TenantTx, root: string): Promise<Resource[]> {
  return readLines(tx, root, ({ resource }) => resource);
}

/** The list without the bodies: enough to see whether anything changed. */
export async function readEntries(tx: TenantTx, root: string): Promise<SnapshotEntry[]> {
  return readLines(tx, root, ({ resource: { kind, key, name }, digest }) => ({ kind, key, name, digest }));
}

export async function readFlows(tx: TenantTx, root: string): Promise<DataFlow[]> {
  const row = await tx.db.selectFrom('snapshot_roots').select('flows').where('root', '=', root).executeTakeFirst();
  return (row?.flows ?? []) as DataFlow[];
}
