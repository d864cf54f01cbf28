/**
 * The connection to the database and the door to one tenant's data. Owns: the pool, health, the self-test, finding out which tenant a
 * hash or a signed-in user belongs to. Does not own: queries (one file per noun).
 */
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { PlumblineError } from '../model/errors.js';
import type { Tables } from './schema-types.js';
import { runSelfTest } from './self-test.js';
import { newId, runTenant, type TenantTx } from './tenant-tx.js';
import type { Tenant } from './types.js';
import { iso } from './values.js';

export interface Store {
  /** One transaction, seeing and writing this tenant's rows only. Audit events recorded in it are appended just before it commits. */
  tenant<T>(tenantId: string, work: (tx: TenantTx) => Promise<T>): Promise<T>;
  /** Proves that row-level security bites for this connection; PLB-START-007 otherwise. Leaves nothing behind. */
  selfTest(): Promise<void>;
  health(): Promise<{ version: string }>;
  listTenants(): Promise<Tenant[]>;
  /** The installation's tenant; made at first start. Safe when two processes start at once. */
  ensureFirstTenant(name: string): Promise<Tenant>;
  /** Which tenant a mailed link, a link session, an invitation or a signed-in user belongs to; null when none. */
  tenantOf(what: 'link' | 'link-session' | 'invitation' | 'auth-user', value: string): Promise<string | null>;
  close(): Promise<void>;
}

export interface OpenStoreOptions {
  /** postgres:// address of the app role */
  appUrl: string;
  maxConnections?: number;
}

export async function openStore({ appUrl, maxConnections = 10 }: OpenStoreOptions): Promise<Store> {
  const pool = new Pool({ connectionString: appUrl, max: maxConnections, idleTimeoutMillis: 30_000, connectionTimeoutMillis: 10_000, application_name: 'plumbline' });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The pool listens only to idle connections; one that breaks at work fails its query, and would end the process besides.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await sql`SELECT 1`.execute(db);
  } catch (error) {
    await db.destroy();
    throw databaseError(error);
  }
  return storeOver(db);
}

function storeOver(db: Kysely<Tables>): Store {
  return {
    tenant: (tenantId, work) => runTenant(db, tenantId, work),
    selfTest: () => runSelfTest(db),
    health: () => version(db),
    listTenants: () => listTenants(db),
    ensureFirstTenant: (name) => ensureFirstTenant(db, name),
    tenantOf: async (what, value) => (await sql<{ id: string | null }>`SELECT plumbline_tenant_of(${what}, ${value}) AS id`.execute(db)).rows[0]?.id ?? null,
    close: () => db.destroy(),
  };
}

/** The driver's own text may hold the address with its password, so only its code is passed on. */
function databaseError(error: unknown): PlumblineError {
  const code = (error as { code?: string }).code ?? 'unknown';
  return new PlumblineError('PLB-API-003', `The database did not accept the connection (${code}).`, { cause: code });
}

async function version(db: Kysely<Tables>): Promise<{ version: string }> {
  const result = await sql<{ server_version: string }>`SHOW server_version`.execute(db);
  return { version: result.rows[0]!.server_version };
}

async function listTenants(db: Kysely<Tables>): Promise<Tenant[]> {
  const result = await sql<{ id: string; name: string; created_at: Date }>`SELECT * FROM plumbline_tenants()`.execute(db);
  return result.rows.map((row) => ({ id: row.id, name: row.name, createdAt: iso(row.created_at) }));
}

const FIRST_TENANT_LOCK = 7_080_001;

async function ensureFirstTenant(db: Kysely<Tables>, name: string): Promise<Tenant> {
  return db.transaction().execute(async (trx) => {
    await sql`SELECT pg_advisory_xact_lock(${FIRST_TENANT_LOCK})`.execute(trx);
    const [first] = (await sql<{ id: string; name: string; created_at: Date }>`SELECT * FROM plumbline_tenants()`.execute(trx)).rows;
    if (first) return { id: first.id, name: first.name, createdAt: iso(first.created_at) };
    const id = newId('tenant');
    await sql`SELECT set_config('app.tenant_id', ${id}, true)`.execute(trx);
    const row = await trx.insertInto('tenants').values({ id, name }).returningAll().executeTakeFirstOrThrow();
    return { id: row.id, name: row.name, createdAt: iso(row.created_at) };
  });
}
