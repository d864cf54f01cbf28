/**
 * PostgreSQL for tests: one real server per run, a migrated template in it, and a copy of the template for each test file.
 * Owns the run's server and the copies; both are gone afterwards.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { inject } from 'vitest';
import type { Configuration } from '../../src/runtime/configuration.js';
import { openDataFolder } from '../../src/runtime/data-folder.js';
import { storedPassword } from '../../src/runtime/keys.js';
import { APP_ROLE, OWNER_ROLE, startPostgres } from '../../src/runtime/postgres-server.js';
import { migrate, openStore, type Store } from '../../src/store/index.js';

const TEMPLATE = 'plumbline_template';

export async function startTestDatabaseServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'plumbline-test-'));
  const folder = openDataFolder(home);
  const server = await startPostgres({ database: { ownerUrl: null, port: null } } as Configuration, folder);
  const url = withRole(server.ownerUrl, { role: 'postgres', password: storedPassword(home, 'postgres-admin'), database: 'postgres' });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  };
  try {
    await prepare(url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** The roles get the administrator's password, so that a test file needs to know one address only. */
async function prepare(adminUrl: string): Promise<void> {
  const password = decodeURIComponent(new URL(adminUrl).password);
  await withClient(adminUrl, async (client) => {
    for (const role of [OWNER_ROLE, APP_ROLE]) await client.query(`ALTER ROLE ${role} PASSWORD ${client.escapeLiteral(password)}`);
    // Tests lose nothing when the machine loses power.
    await client.query('ALTER SYSTEM SET fsync = off');
    await client.query('SELECT pg_reload_conf()');
    await client.query(`CREATE DATABASE ${TEMPLATE} OWNER ${OWNER_ROLE}`);
  });
  await migrate(withRole(adminUrl, { role: OWNER_ROLE, password, database: TEMPLATE }), APP_ROLE);
}

function withRole(url: string, { role, password, database }: { role: string; password: string; database: string }): string {
  const { hostname, port } = new URL(url);
  return `postgres://${role}:${encodeURIComponent(password)}@${hostname}:${port}/${database}`;
}

export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export interface TestDatabase {
  readonly adminUrl: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  /** opened as the application's role */
  readonly store: Store;
  readonly tenantId: string;
  /** Runs statements as the superuser, whom row-level security does not bind. */
  asAdmin<T>(work: (client: Client) => Promise<T>): Promise<T>;
  drop(): Promise<void>;
}

/** A database of its own with one tenant, for one test file: call in beforeAll, `drop` in afterAll. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('databaseServerUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withClient(serverUrl, async (client) => {
    await copyTemplate(client, name);
    await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${name} TO ${APP_ROLE}`);
  });
  const password = decodeURIComponent(new URL(serverUrl).password);
  const urlOf = (role: string): string => withRole(serverUrl, { role, password, database: name });
  const appUrl = urlOf(APP_ROLE);
  const store = await openStore({ appUrl });
  const tenant = await store.ensureFirstTenant('Example Organisation');
  return {
    adminUrl: urlOf('postgres'), ownerUrl: urlOf(OWNER_ROLE), appUrl, store, tenantId: tenant.id,
    asAdmin: (work) => withClient(urlOf('postgres'), work),
    drop: async () => {
      await store.close();
      await withClient(serverUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** Two files may copy at the same moment; PostgreSQL lets only one connection use a template at a time. */
async function copyTemplate(client: Client, name: string): Promise<void> {
  await client.query('SELECT pg_advisory_lock(7080009)');
  await client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} OWNER ${OWNER_ROLE}`);
  await client.query('SELECT pg_advisory_unlock(7080009)');
}
