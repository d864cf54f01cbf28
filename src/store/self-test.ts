/** Proves at start that tenants are kept apart for the connected role. Owns the proof; leaves no row behind. */
import { sql, type Kysely, type Transaction } from 'kysely';
import { PlumblineError } from '../model/errors.js';
import type { Tables } from './schema-types.js';
import { newId } from './tenant-tx.js';

class RollBack extends Error {}

export async function runSelfTest(db: Kysely<Tables>): Promise<void> {
  await checkRole(db);
  await checkTables(db);
  try {
    await db.transaction().execute(async (trx) => {
      await checkRows(trx);
      throw new RollBack();
    });
  } catch (error) {
    if (!(error instanceof RollBack)) throw error;
  }
}

function refuse(what: string): never {
  throw new PlumblineError('PLB-START-007', `The database does not keep tenants apart: ${what}.`);
}

async function checkRole(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ rolsuper: boolean; rolbypassrls: boolean; owns: boolean }>`
    SELECT rolsuper, rolbypassrls,
      EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r' AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owns
    FROM pg_roles WHERE rolname = current_user`.execute(db);
  const role = rows[0];
  if (!role || role.rolsuper) refuse('the application signs in as a superuser');
  if (role.rolbypassrls) refuse('the role of the application may bypass row-level security');
  if (role.owns) refuse('the role of the application owns the tables');
}

async function checkTables(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ relname: string }>`
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`.execute(db);
  if (rows.length > 0) refuse(`table ${rows[0]!.relname} has no forced row-level security`);
}

async function seenVendors(trx: Transaction<Tables>, tenant: string): Promise<number> {
  await sql`SELECT set_config('app.tenant_id', ${tenant}, true)`.execute(trx);
  const { rows } = await sql<{ count: string }>`SELECT count(*) AS count FROM vendors`.execute(trx);
  return Number(rows[0]!.count);
}

async function checkRows(trx: Transaction<Tables>): Promise<void> {
  const [mine, other] = [newId('tenant'), newId('tenant')];
  for (const tenant of [mine, other]) {
    await sql`SELECT set_config('app.tenant_id', ${tenant}, true)`.execute(trx);
    await trx.insertInto('tenants').values({ id: tenant, name: 'self-test' }).execute();
    await trx.insertInto('vendors').values({ tenant_id: tenant, id: newId('vendor'), name: 'self-test', contact_name: '', contact_email: '', created_by: '' }).execute();
  }
  if ((await seenVendors(trx, mine)) !== 1) refuse('a tenant does not see exactly its own row');
  if ((await seenVendors(trx, '')) !== 0) refuse('rows are seen without a tenant');
  await sql`SELECT set_config('app.tenant_id', ${mine}, true)`.execute(trx);
  if (!(await foreignInsertRefused(trx, other))) refuse('a row of another tenant could be written');
}

async function foreignInsertRefused(trx: Transaction<Tables>, other: string): Promise<boolean> {
  await sql`SAVEPOINT foreign_insert`.execute(trx);
  try {
    await trx.insertInto('vendors').values({ tenant_id: other, id: newId('vendor'), name: 'self-test 2', contact_name: '', contact_email: '', created_by: '' }).execute();
    return false;
  } catch {
    return true;
  } finally {
    await sql`ROLLBACK TO SAVEPOINT foreign_insert`.execute(trx);
  }
}
