/** The command line as a process: exit codes, what goes to stdout, and what a typing error says. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuth } from '../../../src/identity/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { BASE_URL, PASSWORD, startTestPortal } from './test-portal.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
let home: string;
let database: TestDatabase;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'plumbline-cli-'));
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

interface Outcome {
  code: number;
  out: string;
  error: string;
}
function plumbline(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const command = [join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs'), join(ROOT, 'src', 'cli', 'main.ts'), ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env: { ...process.env, PLUMBLINE_HOME: home, NO_COLOR: '1', ...env }, timeout: 60_000 }, (error, out, errorText) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, error: errorText });
    });
  });
}

describe('the command line', () => {
  test('tells its version on stdout', async () => {
    const { code, out } = await plumbline(['--version']);

    expect([code, out]).toEqual([0, '0.1.0\n']);
  });

  test.each([[['bogus']], [['scan', '--nonsense']], [['audit', 'nothing']], [[]]])('%j is wrong usage: exit 2, nothing on stdout', async (args) => {
    const { code, out, error } = await plumbline(args);

    expect([code, out]).toEqual([2, '']);
    expect(error).toMatch(/plumbline|unknown/);
  });

  test('lists every command in its help', async () => {
    const { code, out } = await plumbline(['--help']);

    expect(code).toBe(0);
    for (const name of ['up', 'scan', 'doctor', 'audit', 'first-admin', 'connector', 'demo']) expect(out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  });

  test('lists the connectors, as a table and as JSON', async () => {
    const [table, json] = [await plumbline(['connector', 'list']), await plumbline(['connector', 'list', '--json'])];

    expect([table.code, json.code]).toEqual([0, 0]);
    expect(table.out).toMatch(/node-red\s+Node-RED/);
    expect((JSON.parse(json.out) as { connectors: { id: string }[] }).connectors.map((one) => one.id)).toContain('n8n');
  });

  test('says code, sentence and next step when a setting is wrong, and exits 3', async () => {
    const { code, out, error } = await plumbline(['first-admin'], { PLUMBLINE_PORT: 'eighty' });

    expect([code, out]).toEqual([3, '']);
    expect(error).toMatch(/^PLB-START-010 The setting PLUMBLINE_PORT .*\. Correct the setting named above\.\n$/);
  });
});

describe('first-admin', () => {
  test('prints a link that works once in the portal, over the database that the settings name', async () => {
    const env = { DATABASE_URL: database.ownerUrl, DATABASE_APP_URL: database.appUrl };
    const auth = createAuth({ databaseUrl: database.appUrl, baseUrl: BASE_URL, secret: randomBytes(32) });
    const portal = await startTestPortal({ store: database.store, tenantId: database.tenantId, auth });

    const { code, out, error } = await plumbline(['first-admin'], env);
    const token = new URL(out.trim()).hash.slice(1);
    const setUp = () => portal.call('POST', 'setup', { body: { token, name: 'A', email: 'a@example.org', password: PASSWORD } });
    const [first, again] = [await setUp(), await setUp()];
    await portal.close();
    await auth.close();

    expect([code, out.startsWith('http://127.0.0.1:7080/setup#')]).toEqual([0, true]);
    expect(error).toMatch(/^Open it once, before .* UTC\./);
    expect([first.status, again.status]).toEqual([201, 410]);
  });
});
