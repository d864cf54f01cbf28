/**
 * One transaction of one tenant. Owns: setting the tenant, collecting audit events and writing them last, and keeping the record of
 * a refusal although the refused transaction is rolled back.
 */
import { sql, type Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import { isId, makeId, type IdKind } from '../model/ids.js';
import { appendEvents } from './audit-append.js';
import type { Tables } from './schema-types.js';
import type { PendingEvent, TenantTx } from './tx.js';

export type { TenantTx } from './tx.js';

export async function runTenant<T>(db: Kysely<Tables>, tenantId: string, work: (tx: TenantTx) => Promise<T>): Promise<T> {
  if (!isId('tenant', tenantId)) throw new TypeError('A tenant id was expected.');
  const refusals: PendingEvent[] = [];
  try {
    return await transaction(db, tenantId, refusals, work);
  } catch (error) {
    if (refusals.length > 0) {
      await transaction(db, tenantId, [], (tx) => {
        tx.pendingEvents.push(...refusals);
        return Promise.resolve();
      });
    }
    throw error;
  }
}

function transaction<T>(db: Kysely<Tables>, tenantId: string, refusals: PendingEvent[], work: (tx: TenantTx) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`SELECT set_config('app.tenant_id', ${tenantId}, true)`.execute(trx);
    const tx: TenantTx = { tenantId, db: trx, pendingEvents: [], refusals };
    const result = await work(tx);
    if (tx.pendingEvents.length > 0) await appendEvents(tx);
    return result;
  });
}

export function newId(kind: IdKind): string {
  return makeId(kind, randomUUID());
}
