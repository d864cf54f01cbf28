import type { Client, DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM } from '../../../src/model/identity.js';
import { createTenant, migrate, newId, openStore } from '../../../src/store/index.js';
import { APP_ROLE } from '../../../src/runtime/postgres-server.js';
import { createTestDatabase, withClient, type TestDatabase } from '../../support/database.js';
import { fillTenant } from './fill-tenant.js';

let database: TestDatabase;
const other = newId('tenant');

beforeAll(async () => {
  database = await createTestDatabase();
  await database.store.tenant(other, (tx) => createTenant(tx, SYSTEM, 'Other Organisation'));
  await fillTenant(database.store, database.tenantId);
});
afterAll(() => database?.drop());

async function tenantTables(): Promise<string[]> {
  return database.asAdmin(async (client) => {
    const { rows } = await client.query<{ table_name: string }>(`
      SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
      WHERE c.table_schema = 'public' AND c.column_name = 'tenant_id' AND t.table_type = 'BASE TABLE' ORDER BY 1`);
    return rows.map((row) => row.table_name);
  });
}

async function asApp<T>(tenant: string | null, work: (client: Client) => Promise<T>): Promise<T> {
  return withClient(database.appUrl, async (client) => {
    if (tenant !== null) await client.query("SELECT set_config('app.tenant_id', $1, false)", [tenant]);
    return work(client);
  });
}

async function countIn(client: Client, table: string): Promise<number> {
  return Number((await client.query<{ count: string }>(`SELECT count(*) AS count FROM ${table}`)).rows[0]!.count);
}

describe('tenancy', () => {
  it('has rows to lose: every tenant table is filled for one tenant', async () => {
    const tables = await tenantTables();

    const counts = await database.asAdmin(async (client) => {
      const found: [string, number][] = [];
      for (const table of tables) found.push([table, await countIn(client, table)]);
      return found;
    });

    expect(tables.length).toBeGreaterThan(25);
    expect(counts.filter(([, count]) => count === 0)).toEqual([]);
  });

  it('shows a tenant its own rows of every table, another tenant none, and nobody anything without a tenant', async () => {
    const tables = await tenantTables();
    const read = (tenant: string | null): Promise<[string, number][]> => asApp(tenant, async (client) => {
      const counts: [string, number][] = [];
      for (const table of [...tables, 'tenants']) counts.push([table, await countIn(client, table)]);
      return counts;
    });

    const [own, none] = [await read(database.tenantId), await read(null)];
    const foreign = await asApp(other, async (client) => {
      const counts: [string, number][] = [];
      for (const table of tables) counts.push([table, Number((await client.query<{ count: string }>(`SELECT count(*) AS count FROM ${table} WHERE tenant_id = $1`, [database.tenantId])).rows[0]!.count)]);
      return counts;
    });

    expect(own.filter(([, count]) => count === 0)).toEqual([]);
    expect(none.filter(([, count]) => count !== 0)).toEqual([]);
    expect(foreign.filter(([, count]) => count !== 0)).toEqual([]);
  });

  it('refuses every row written for another tenant, in every table', async () => {
    const accepted: string[] = [];
    for (const table of await tenantTables()) {
      const columns = await database.asAdmin(async (client) => {
        const { rows } = await client.query<{ column_name: string }>("SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER'", [table]);
        return rows.map((row) => `"${row.column_name}"`);
      });
      const row = await database.asAdmin(async (client) => (await client.query<{ row: string }>(`SELECT to_json(t)::text AS row FROM ${table} t WHERE tenant_id = $1 LIMIT 1`, [database.tenantId])).rows[0]!.row);
      const refusal = await asApp(other, async (client) => {
        const insert = client.query(`INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM json_populate_record(NULL::${table}, $1::json)`, [row]);
        return insert.then(() => 'accepted', (error: DatabaseError) => error.message);
      });
      if (!refusal.includes('row-level security')) accepted.push(`${table}: ${refusal}`);
    }

    expect(accepted).toEqual([]);
  });

  it('changes and deletes nothing of another tenant', async () => {
    const [changed, deleted] = await asApp(other, async (client) => [
      await client.query("UPDATE vendors SET name = 'taken' WHERE tenant_id = $1", [database.tenantId]),
      await client.query('DELETE FROM vendors WHERE tenant_id = $1', [database.tenantId]),
    ]);

    expect([changed?.rowCount, deleted?.rowCount]).toEqual([0, 0]);
  });

  it('binds the owner of the tables as well, but for the lookups that find a tenant', async () => {
    const seen = await withClient(database.ownerUrl, async (client) => [await countIn(client, 'vendors'), await countIn(client, 'findings'), await countIn(client, 'secrets')]);

    expect(seen).toEqual([0, 0, 0]);
  });

  it('keeps row-level security forced on every tenant table', async () => {
    const open = await database.asAdmin(async (client) => (await client.query(`
      SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`)).rows);

    expect(open).toEqual([]);
  });

  it('leaves no tenant behind on a connection that goes back to the pool', async () => {
    const { store, tenantId } = database;
    await Promise.all(Array.from({ length: 12 }, () => store.tenant(tenantId, (tx) => tx.db.selectFrom('vendors').select('id').execute())));

    const seen = await Promise.all(Array.from({ length: 12 }, () => store.tenant(newId('tenant'), (tx) => tx.db.selectFrom('vendors').select('id').execute())));

    expect(seen.flat()).toEqual([]);
  });

  it('refuses a tenant id that is none, before anything is asked', async () => {
    await expect(database.store.tenant("x' OR true --", () => Promise.resolve(1))).rejects.toThrow(TypeError);
  });

  it('finds the tenant of a hash it is given, and nothing for one it is not', async () => {
    const { store, tenantId } = database;
    const hash = await store.tenant(tenantId, async (tx) => (await tx.db.selectFrom('requests').select('token_hash').executeTakeFirstOrThrow()).token_hash);

    expect(await store.tenantOf('link', hash)).toBe(tenantId);
    expect(await store.tenantOf('link-session', hash)).toBeNull();
    expect(await store.tenantOf('link', `${hash}0`)).toBeNull();
  });
});

describe('the self-test at start', () => {
  it('passes for the application role and leaves no row', async () => {
    const before = await database.asAdmin((client) => countIn(client, 'tenants'));

    await database.store.selfTest();

    expect(await database.asAdmin((client) => countIn(client, 'tenants'))).toBe(before);
  });

  it.each([['the superuser', 'adminUrl'], ['the owner of the tables', 'ownerUrl']] as const)('refuses %s', async (_who, url) => {
    const store = await openStore({ appUrl: database[url] });

    await expect(store.selfTest()).rejects.toMatchObject({ code: 'PLB-START-007' });
    await store.close();
  });

  it('refuses when a table was left without row-level security', async () => {
    await database.asAdmin((client) => client.query('ALTER TABLE vendors NO FORCE ROW LEVEL SECURITY'));

    await expect(database.store.selfTest()).rejects.toMatchObject({ code: 'PLB-START-007' });
    await database.asAdmin((client) => client.query('ALTER TABLE vendors FORCE ROW LEVEL SECURITY'));
  });

  it('refuses when a policy lets foreign rows through', async () => {
    await database.asAdmin((client) => client.query('CREATE POLICY hole ON vendors USING (true) WITH CHECK (true)'));

    await expect(database.store.selfTest()).rejects.toMatchObject({ code: 'PLB-START-007' });
    await database.asAdmin((client) => client.query('DROP POLICY hole ON vendors'));
  });
});

describe('migrating', () => {
  it('can be run again, and by two at once, and changes nothing', async () => {
    const versions = await Promise.all([migrate(database.ownerUrl, APP_ROLE), migrate(database.ownerUrl, APP_ROLE)]);

    expect(versions[0]).toEqual(versions[1]);
    expect(versions[0].version).toMatch(/^\d{4}-/);
    await database.store.selfTest();
  });

  it('covers a table that was added without a word about tenancy', async () => {
    await withClient(database.ownerUrl, (client) => client.query('CREATE TABLE added_later (tenant_id text NOT NULL, note text)'));

    await migrate(database.ownerUrl, APP_ROLE);

    const refusal = await asApp(other, (client) => client.query('INSERT INTO added_later VALUES ($1, $2)', [database.tenantId, 'x']).then(() => 'accepted', (error: Error) => error.message));
    expect(refusal).toContain('row-level security');
    await withClient(database.ownerUrl, (client) => client.query('DROP TABLE added_later'));
  });

  it('refuses to go on when an applied migration was changed or is of a newer version', async () => {
    const run = (statement: string): Promise<unknown> => withClient(database.ownerUrl, (client) => client.query(statement));

    await run("INSERT INTO plumbline_migrations (name, checksum) VALUES ('9999-from-the-future', 'x')");
    await expect(migrate(database.ownerUrl, APP_ROLE)).rejects.toMatchObject({ code: 'PLB-START-010' });
    await run("DELETE FROM plumbline_migrations WHERE name = '9999-from-the-future'");
    await run("UPDATE plumbline_migrations SET checksum = checksum || '!'");
    await expect(migrate(database.ownerUrl, APP_ROLE)).rejects.toMatchObject({ code: 'PLB-START-010' });
    await run("UPDATE plumbline_migrations SET checksum = rtrim(checksum, '!')");
    await migrate(database.ownerUrl, APP_ROLE);
  });
});

describe('the first tenant', () => {
  it('is made once although many ask at the same moment', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => database.store.ensureFirstTenant('Again')));

    expect(new Set(made.map((tenant) => tenant.id))).toEqual(new Set([database.tenantId]));
    expect((await database.store.listTenants()).map((tenant) => tenant.id).sort()).toEqual([database.tenantId, other].sort());
  });

  it('is not reached when the database does not answer, and the password is not told', async () => {
    const closed = openStore({ appUrl: 'postgres://someone:secret-password@127.0.0.1:1/none' });

    await expect(closed).rejects.toMatchObject({ code: 'PLB-API-003' });
    await expect(closed).rejects.not.toThrow(/secret-password/);
  });
});
