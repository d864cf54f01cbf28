/** The tenant a transaction belongs to. Owns that one row; making and listing tenants is the store's (store.ts). */
import { PlumblineError } from '../model/errors.js';
import type { Actor } from '../model/identity.js';
import { recordEvent } from './audit.js';
import type { TenantTx } from './tenant-tx.js';
import type { Tenant } from './types.js';
import { columnText, iso } from './values.js';

export async function getTenant(tx: TenantTx): Promise<Tenant> {
  const row = await tx.db.selectFrom('tenants').selectAll().executeTakeFirst();
  if (!row) throw new PlumblineError('PLB-API-002', 'There is no tenant with this id.');
  return { id: row.id, name: row.name, createdAt: iso(row.created_at) };
}

/** With what fingerprints of secrets are made: the key that all tenants of an older version share, or one of its own. */
export async function fingerprintKeyKind(tx: TenantTx): Promise<'installation' | 'own'> {
  return (await tx.db.selectFrom('tenants').select('fingerprint_key').executeTakeFirst())?.fingerprint_key ?? 'own';
}

/** Begin the transaction with the new tenant's own id (`newId('tenant')`). */
export async function createTenant(tx: TenantTx, actor: Actor, name: string): Promise<Tenant> {
  const row = await tx.db.insertInto('tenants').values({ id: tx.tenantId, name: columnText(name) }).returningAll().executeTakeFirstOrThrow();
  recordEvent(tx, { actor, action: 'tenant.created', subject: { type: 'tenant', id: row.id }, details: {} });
  return { id: row.id, name: row.name, createdAt: iso(row.created_at) };
}
