/** Pages a running scan has read (redacted), so that a restarted activity goes on where it was. Owns those rows only. */
import type { JsonValue } from '../model/resource.js';
import type { TenantTx } from './tenant-tx.js';

/** In page order. */
export async function readPages(tx: TenantTx, scanId: string, resourceType: string): Promise<JsonValue[]> {
  const rows = await tx.db.selectFrom('scan_pages').select('body').where('scan_id', '=', scanId).where('resource_type', '=', resourceType).orderBy('page').execute();
  return rows.map((row) => row.body as JsonValue);
}

/** A page read again replaces what was there. */
export async function writePage(tx: TenantTx, page: { scanId: string; resourceType: string; page: number; body: JsonValue }): Promise<void> {
  const body = JSON.stringify(page.body);
  await tx.db
    .insertInto('scan_pages')
    .values({ tenant_id: tx.tenantId, scan_id: page.scanId, resource_type: page.resourceType, page: page.page, body })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'scan_id', 'resource_type', 'page']).doUpdateSet({ body }))
    .execute();
}

export async function dropPages(tx: TenantTx, scanId: string): Promise<void> {
  await tx.db.deleteFrom('scan_pages').where('scan_id', '=', scanId).execute();
}
