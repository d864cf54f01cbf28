/**
 * Bringing the database to the shape this version needs. Owns: the order of the files in migrations/, their checksums, and calling the
 * parts that are made anew each time (access.ts). Run as the owner of the schema; safe when two processes start at once.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { migrateAuth } from '../identity/index.js';
import { PlumblineError } from '../model/errors.js';
import { applyAccess } from './access.js';

const LOCK = 7_080_002;

interface Migration {
  name: string;
  text: string;
  checksum: string;
}

/** Returns the name of the newest migration, e.g. `0001-first`. */
export async function migrate(ownerUrl: string, appRole: string): Promise<{ version: string }> {
  const client = new Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000, application_name: 'plumbline-migrate' });
  // A server that goes away mid-way is told by the query that fails.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const version = await applyMigrations(client, readMigrations());
    await client.query('CREATE SCHEMA IF NOT EXISTS auth');
    await migrateAuth(ownerUrl);
    await applyAccess(client, appRole);
    return { version };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The files lie in the sources also when this runs from dist/. */
function migrationsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) || !existsSync(join(folder, 'src', 'store', 'migrations'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('The folder of the migrations was not found above their own code.');
    folder = parent;
  }
  return join(folder, 'src', 'store', 'migrations');
}

function readMigrations(): Migration[] {
  const folder = migrationsFolder();
  const files = readdirSync(folder).filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file)).sort();
  return files.map((file) => {
    const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
    return { name: file.slice(0, -'.sql'.length), text, checksum: createHash('sha256').update(text).digest('hex') };
  });
}

async function applyMigrations(client: Client, migrations: readonly Migration[]): Promise<string> {
  await client.query('CREATE TABLE IF NOT EXISTS plumbline_migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())');
  const { rows } = await client.query<{ name: string; checksum: string }>('SELECT name, checksum FROM plumbline_migrations ORDER BY name');
  const applied = new Map(rows.map((row) => [row.name, row.checksum]));
  checkApplied(applied, migrations);
  for (const migration of migrations) {
    if (!applied.has(migration.name)) await applyOne(client, migration);
  }
  return migrations.at(-1)?.name ?? 'none';
}

function checkApplied(applied: ReadonlyMap<string, string>, migrations: readonly Migration[]): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration.checksum]));
  for (const [name, checksum] of applied) {
    if (!known.has(name)) throw new PlumblineError('PLB-START-010', `The database was made by a newer Plumbline (it has ${name}). Start that version.`, { migration: name });
    if (known.get(name) !== checksum) throw new PlumblineError('PLB-START-010', `The migration ${name} was changed after it was applied. Restore its file.`, { migration: name });
  }
}

async function applyOne(client: Client, { name, text, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(text);
    await client.query('INSERT INTO plumbline_migrations (name, checksum) VALUES ($1, $2)', [name, checksum]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
