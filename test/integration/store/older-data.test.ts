/** Data that an older version stored, brought to the present shape. The older shape is written here by the older migrations themselves. */
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { applyAccess } from '../../../src/store/access.js';
import { migrate, newId, openStore, readEntries, readSnapshot } from '../../../src/store/index.js';
import { canonicalJson, resourceBody, resourceDigest } from '../../../src/model/canonical.js';
import { APP_ROLE, OWNER_ROLE } from '../../../src/runtime/postgres-server.js';
import { withClient } from '../../support/database.js';
import { resource } from './samples.js';

const MIGRATIONS = join(import.meta.dirname, '../../../src/store/migrations');
const name = `older_${randomUUID().replaceAll('-', '')}`;
const server = (): URL => new URL(inject('databaseServerUrl'));
const urlOf = (role: string, database: string): string => `postgres://${role}:${server().password}@${server().host}/${database}`;

beforeAll(() => withClient(inject('databaseServerUrl'), async (client) => void (await client.query(`CREATE DATABASE ${name} OWNER ${OWNER_ROLE}`))));
afterAll(() => withClient(inject('databaseServerUrl'), async (client) => void (await client.query(`DROP DATABASE ${name} WITH (FORCE)`))));

const RESOURCES = ['a', 'b\u0000', 'Ä'].map((key) => resource(key, { deep: { list: [1, null, 'x'], text: 'a\u0000b "quoted" \\ 😀' } }));

test('a snapshot that was stored row by row is read as it was, under row-level security', async () => {
  const tenant = newId('tenant');
  await withClient(urlOf(OWNER_ROLE, name), async (client) => {
    await client.query('CREATE TABLE plumbline_migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())');
    for (const file of readdirSync(MIGRATIONS).filter((each) => each < '0003').sort()) {
      const text = readFileSync(join(MIGRATIONS, file), 'utf8');
      await client.query(text);
      await client.query('INSERT INTO plumbline_migrations (name, checksum) VALUES ($1, $2)', [file.replace('.sql', ''), createHash('sha256').update(text).digest('hex')]);
    }
    await client.query('CREATE SCHEMA IF NOT EXISTS auth');
    await applyAccess(client, APP_ROLE);
    await client.query("SELECT set_config('app.tenant_id', $1, false)", [tenant]);
    await client.query('INSERT INTO tenants (id, name) VALUES ($1, $2)', [tenant, 'Older']);
    await client.query("INSERT INTO snapshot_roots (tenant_id, root, resource_count, flows) VALUES ($1, 'r', 3, '[]')", [tenant]);
    for (const one of RESOURCES) {
      const digest = resourceDigest(one);
      await client.query('INSERT INTO resource_bodies (tenant_id, digest, kind, body) VALUES ($1, $2, $3, $4)', [tenant, digest, one.kind, canonicalJson(resourceBody(one))]);
      const key = one.key.replace('\u0000', '\uFFFD');
      await client.query("INSERT INTO snapshot_entries (tenant_id, root, kind, key, name, digest, location, evidence) VALUES ($1, 'r', $2, $3, $4, $5, $6, $7)", [tenant, one.kind, key, one.name.replace('\u0000', '\uFFFD'), digest, JSON.stringify(one.location), JSON.stringify(one.evidence)]);
    }
  });

  await migrate(urlOf(OWNER_ROLE, name), APP_ROLE);

  const store = await openStore({ appUrl: urlOf(APP_ROLE, name) });
  const { resources, entries } = await store.tenant(tenant, async (tx) => ({ resources: await readSnapshot(tx, 'r'), entries: await readEntries(tx, 'r') }));
  expect(resources.map((one) => one.properties)).toEqual(RESOURCES.map((one) => one.properties));
  expect(resources[0]).toEqual(RESOURCES[0]);
  expect(entries.map((entry) => entry.digest)).toEqual(RESOURCES.map(resourceDigest));
  await store.selfTest();
  await store.close();
});
