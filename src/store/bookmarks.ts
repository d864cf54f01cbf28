/** How far a platform's own log was read, by resource type. Owns those rows; the collection decides the times. */
import { sql } from 'kysely';
import type { TenantTx } from './tenant-tx.js';
import { columnText } from './values.js';

export async function readBookmarks(tx: TenantTx, platformId: string): Promise<Record<string, string>> {
  const rows = await tx.db.selectFrom('collection_bookmarks').select(['resource_type', 'at']).where('platform_id', '=', platformId).execute();
  return Object.fromEntries(rows.map((row) => [row.resource_type, row.at]));
}

/** The log is read anew, as far back as the first scan does: another key may see other events. */
export async function forgetBookmarks(tx: TenantTx, platformId: string): Promise<void> {
  await tx.db.deleteFrom('collection_bookmarks').where('platform_id', '=', platformId).execute();
}

/** Stored in the transaction of the events they stand for: a bookmark without its events would lose them. */
export async function storeBookmarks(tx: TenantTx, platformId: string, bookmarks: Readonly<Record<string, string>>): Promise<void> {
  for (const [type, at] of Object.entries(bookmarks)) {
    await sql`
      INSERT INTO collection_bookmarks (tenant_id, platform_id, resource_type, at) VALUES (${tx.tenantId}, ${platformId}, ${type}, ${columnText(at)})
      ON CONFLICT (tenant_id, platform_id, resource_type) DO UPDATE SET at = excluded.at WHERE collection_bookmarks.at <> excluded.at`.execute(tx.db);
  }
}
