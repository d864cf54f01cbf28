import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfiguration, type Configuration } from '../../../src/runtime/configuration.js';
import { openDataFolder, type DataFolder } from '../../../src/runtime/data-folder.js';
import { stopLeftovers } from '../../../src/runtime/leftovers.js';
import { processStartMark } from '../../../src/runtime/process-identity.js';
import { startPostgres, type PostgresServer } from '../../../src/runtime/postgres-server.js';

const isRoot = process.getuid?.() === 0;
let base: string;
let configuration: Configuration;
let folder: DataFolder;
let running: PostgresServer[];

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'plumbline-pg-'));
  chmodSync(base, 0o755);
  running = [];
  useHome(join(base, 'home'));
});

afterEach(async () => {
  for (const server of running) await server.stop();
  rmSync(base, { recursive: true, force: true });
});

function useHome(home: string): void {
  configuration = readConfiguration({ PLUMBLINE_HOME: home });
  folder = openDataFolder(home);
}

async function start(): Promise<PostgresServer> {
  const server = await startPostgres(configuration, folder);
  running.push(server);
  return server;
}

async function query<T extends pg.QueryResultRow>(url: string, text: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function pidOf(server: PostgresServer): number {
  if (server.child === null) throw new Error('not ours');
  return server.child.pid;
}

async function gone(pid: number): Promise<void> {
  while (processStartMark(pid) !== null) await sleep(20);
}

describe('the embedded PostgreSQL', () => {
  test('starts, keeps rows over a restart, and keeps its port', async () => {
    const first = await start();
    await query(first.ownerUrl, 'create table kept (n int)');
    await query(first.ownerUrl, 'insert into kept values (42)');
    await first.stop();

    const second = await start();

    expect(await query(second.ownerUrl, 'select n from kept')).toEqual([{ n: 42 }]);
    expect(new URL(second.ownerUrl).port).toBe(new URL(first.ownerUrl).port);
    expect(second.version).toMatch(/^18\./);
  });

  test('the application works as a role that is neither superuser nor owner and cannot pass row-level security', async () => {
    const server = await start();

    const [role] = await query(server.appUrl, 'select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user');
    const [owner] = await query<{ owner: string; me: string }>(server.appUrl, 'select pg_get_userbyid(datdba) as owner, current_user as me from pg_database where datname = current_database()');

    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false });
    expect(owner?.me).toBe('plumbline_app');
    expect(owner?.owner).not.toBe(owner?.me);
    const [migrator] = await query(server.ownerUrl, 'select rolsuper, rolbypassrls from pg_roles where rolname = current_user');
    expect(migrator).toEqual({ rolsuper: false, rolbypassrls: false });
  });

  test('a wrong password and a connection without one are refused', async () => {
    const server = await start();
    const url = new URL(server.appUrl);
    url.password = 'wrong';

    await expect(query(url.toString(), 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('after kill -9 of the server the next start has every committed row', async () => {
    const first = await start();
    await query(first.ownerUrl, 'create table kept (n int)');
    let acknowledged = 0;
    const client = new pg.Client({ connectionString: first.ownerUrl });
    client.on('error', () => undefined);
    await client.connect();
    const writing = (async () => {
      for (;;) {
        await client.query(`insert into kept values (${acknowledged})`);
        acknowledged += 1;
      }
    })().catch(() => undefined);
    await sleep(200);
    process.kill(pidOf(first), 'SIGKILL');
    await writing;

    const second = await start();

    const [count] = await query<{ count: string }>(second.ownerUrl, 'select count(*) from kept');
    expect(acknowledged).toBeGreaterThan(0);
    expect(Number(count?.count)).toBeGreaterThanOrEqual(acknowledged);
  });

  test('a server left running by a killed supervisor is stopped and replaced, with nothing lost', async () => {
    const first = await start();
    await query(first.ownerUrl, 'create table kept as select 1 as n');
    const left = pidOf(first);

    expect(await stopLeftovers(folder)).toEqual(['postgres']);
    await gone(left);
    const second = await start();

    expect(await query(second.ownerUrl, 'select n from kept')).toEqual([{ n: 1 }]);
  });

  test('a leftover that is in no record is found by the database\'s own lock file', async () => {
    const first = await start();
    const left = pidOf(first);
    rmSync(join(folder.run, 'processes'), { recursive: true });

    const second = await start();

    expect(processStartMark(left)).toBeNull();
    expect(await query(second.appUrl, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('a lock file that names a living stranger does not keep the database from starting, nor harm the stranger', async () => {
    const first = await start();
    const lockFile = join(folder.postgres, 'data', 'postmaster.pid');
    const lines = readFileSync(lockFile, 'utf8').split('\n');
    process.kill(pidOf(first), 'SIGKILL');
    await gone(pidOf(first));
    await sleep(300);
    writeFileSync(lockFile, [String(process.pid), ...lines.slice(1)].join('\n'));

    const second = await start();

    expect(await query(second.appUrl, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('a first start that died while creating is completed by the next', async () => {
    mkdirSync(join(folder.postgres, 'unfinished'), { recursive: true });
    writeFileSync(join(folder.postgres, 'unfinished', 'PG_VERSION'), '18');

    const server = await start();

    expect(existsSync(join(folder.postgres, 'unfinished'))).toBe(false);
    expect(server.version).toMatch(/^18\./);
  });

  test('keys of another installation are told apart from a slow start', async () => {
    const first = await start();
    await first.stop();
    writeFileSync(join(folder.keys, 'postgres-admin.password'), 'not-the-one');

    await expect(startPostgres(configuration, folder)).rejects.toMatchObject({ code: 'PLB-START-005', message: expect.stringContaining('keys/') });
  });

  test('no password stands in a log, in the arguments or in a left file', async () => {
    const server = await start();
    const password = decodeURIComponent(new URL(server.ownerUrl).password);
    const admin = readFileSync(join(folder.keys, 'postgres-admin.password'), 'utf8');

    const log = readFileSync(join(folder.logs, 'postgres.log'), 'utf8');

    expect(log).not.toContain(password);
    expect(log).not.toContain(admin);
    if (process.platform === 'linux') expect(readFileSync(`/proc/${pidOf(server)}/cmdline`, 'utf8')).not.toContain(admin);
    expect(existsSync(join(folder.postgres, 'initial-password'))).toBe(false);
    expect(statSync(join(folder.keys, 'postgres-admin.password')).mode & 0o777).toBe(0o600);
  });

  // Root and a home that others may not enter are the case of a checkout under /root; an ordinary user owns its home.
  test('a data folder under a home of mode 0700 works, and as root the server is not root', async () => {
    chmodSync(base, 0o700);
    const server = await start();

    expect(await query(server.appUrl, 'select 1 as n')).toEqual([{ n: 1 }]);
    if (isRoot && process.platform === 'linux') expect(statSync(`/proc/${pidOf(server)}`).uid).not.toBe(0);
    expect(statSync(base).mode & 0o777).toBe(0o700);
    await server.stop();
    const again = await start();
    expect(await query(again.appUrl, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('a server that does not exist is PLB-START-005 without its password', async () => {
    const wrong = readConfiguration({ PLUMBLINE_HOME: folder.home, DATABASE_URL: 'postgres://me:canary@127.0.0.1:1/db' });

    const refusal = await startPostgres(wrong, folder).catch((error: unknown) => error);

    expect(refusal).toMatchObject({ code: 'PLB-START-005', message: expect.stringContaining('127.0.0.1:1/db') });
    expect(JSON.stringify(refusal)).not.toContain('canary');
  });
});
