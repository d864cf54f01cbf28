/** Which resource types of a platform were ever read. Owns those rows: what was never read cannot have gone missing. */
import { sql } from 'kysely';
import { answeredTypes, type CompletenessEntry } from '../model/snapshot.js';
import type { TenantTx } from './tenant-tx.js';

export async function readTypesRead(tx: TenantTx, platformId: string): Promise<Set<string>> {
  const rows = await tx.db.selectFrom('types_read').select('resource_type').where('platform_id', '=', platformId).execute();
  return new Set(rows.map((row) => row.resource_type));
}

/** A part counts too, and so does an answer that there is nothing: what it told may be missing next time. Writes nothing when all of them are known. */
export async function rememberTypesRead(tx: TenantTx, scan: { platformId: string; completeness: readonly CompletenessEntry[] }): Promise<void> {
  const types = answeredTypes(scan.completeness);
  await sql`
    INSERT INTO types_read (tenant_id, platform_id, resource_type)
    SELECT ${tx.tenantId}, ${scan.platformId}, type FROM unnest(${types}::text[]) AS t (type) ON CONFLICT DO NOTHING`.execute(tx.db);
}
