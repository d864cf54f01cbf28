import { readFileSync, readdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineSearchAttributeKey } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataConverter } from '../../../src/runtime/codec.js';
import { readConfiguration, type Configuration } from '../../../src/runtime/configuration.js';
import { openDataFolder, type DataFolder } from '../../../src/runtime/data-folder.js';
import { stopLeftovers } from '../../../src/runtime/leftovers.js';
import { processStartMark } from '../../../src/runtime/process-identity.js';
import { resolveTemporalCli } from '../../../src/runtime/temporal-binary.js';
import { connectTemporal, type TemporalLink } from '../../../src/runtime/temporal-connection.js';
import { ensureSearchAttributes, startTemporal, type TemporalServer } from '../../../src/runtime/temporal-server.js';

let home: string;
let folder: DataFolder;
let cliPath: string;
let server: TemporalServer;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'plumbline-temporal-'));
  folder = openDataFolder(home);
  const { cacheFolder, temporal } = readConfiguration();
  cliPath = (await resolveTemporalCli({ cacheFolder, explicitPath: temporal.cliPath })).path;
  server = await start();
});

afterAll(async () => {
  await server.stop();
  rmSync(home, { recursive: true, force: true });
});

function start(): Promise<TemporalServer> {
  return startTemporal({ configuration: readConfiguration({ PLUMBLINE_HOME: home }), folder, cliPath });
}

function settings(address = server.address, more: NodeJS.ProcessEnv = {}): Configuration {
  return readConfiguration({ PLUMBLINE_HOME: home, TEMPORAL_ADDRESS: address, ...more });
}

async function withLink<T>(configuration: Configuration, work: (link: TemporalLink) => Promise<T>, converter?: ReturnType<typeof dataConverter>): Promise<T> {
  const link = await connectTemporal(configuration, converter);
  try {
    return await work(link);
  } finally {
    await link.close();
  }
}

const VENDOR = defineSearchAttributeKey('VendorId', 'KEYWORD');

function begin(link: TemporalLink, workflowId: string, args: unknown[] = []): Promise<unknown> {
  return link.client.workflow.start('nobodyWorksOnThis', { workflowId, taskQueue: 'nobody', args, workflowExecutionTimeout: '1 hour', memo: { note: 'canary-memo' } });
}

describe('the Temporal server', () => {
  test('answers, and has the search attributes after asking twice', async () => {
    await withLink(settings(), async (link) => {
      await ensureSearchAttributes(link, settings());
      expect(await ensureSearchAttributes(link, settings())).toEqual([]);

      const { customAttributes } = await link.connection.operatorService.listSearchAttributes({ namespace: 'default' });
      expect(Object.keys(customAttributes ?? {})).toEqual(expect.arrayContaining(['TenantId', 'PlatformId', 'VendorId', 'Stage']));
    });
  });

  test('after kill -9 it comes back on the same port with its workflows', async () => {
    await withLink(settings(), (link) => begin(link, 'before-the-crash'));
    const before = server;
    process.kill(before.child.pid, 'SIGKILL');
    await before.child.ended;

    server = await start();

    expect(server.address).toBe(before.address);
    const status = await withLink(settings(), async (link) => (await link.client.workflow.getHandle('before-the-crash').describe()).status.name);
    expect(status).toBe('RUNNING');
  });

  test('one that a killed supervisor left behind is stopped by the next start', async () => {
    const left = server.child.pid;

    expect(await stopLeftovers(folder)).toEqual(['temporal']);

    expect(processStartMark(left)).toBeNull();
    server = await start();
  });

  test('arguments, memo and names in them are not in the database file, the workflow id is', async () => {
    const converter = dataConverter(Buffer.alloc(32, 5));
    await withLink(settings(), (link) => begin(link, 'id-in-clear', [{ secret: 'canary-argument' }]), converter);
    await sleep(500);

    const bytes = readdirSync(folder.temporal).map((file) => readFileSync(join(folder.temporal, file)));

    const holds = (text: string): boolean => bytes.some((file) => file.includes(text));
    expect(holds('id-in-clear')).toBe(true);
    expect(holds('canary-argument')).toBe(false);
    // The first tests start one without the codec, so the memo must be looked at in that run alone.
    const history = await withLink(settings(), (link) => link.client.workflow.getHandle('id-in-clear').fetchHistory());
    expect(Buffer.from(JSON.stringify(history)).includes(Buffer.from('canary').toString('base64').slice(0, 7))).toBe(false);
  });

  test('another key cannot read the memo, and says so', async () => {
    await withLink(settings(), (link) => begin(link, 'sealed'), dataConverter(Buffer.alloc(32, 5)));

    const read = (key: number): Promise<unknown> => withLink(settings(), async (link) => (await link.client.workflow.getHandle('sealed').describe()).memo, dataConverter(Buffer.alloc(32, key)));

    expect(await read(5)).toEqual({ note: 'canary-memo' });
    await expect(read(6)).rejects.toThrow(/does not have/);
  });

  test('an address where nothing listens, a namespace that is not there and a server that is no Temporal are PLB-START-008', async () => {
    await expect(connectTemporal(settings('127.0.0.1:1'))).rejects.toMatchObject({ code: 'PLB-START-008', message: expect.stringContaining('127.0.0.1:1') });
    await expect(connectTemporal(settings(server.address, { TEMPORAL_NAMESPACE: 'elsewhere' }))).rejects.toMatchObject({ code: 'PLB-START-008', message: expect.stringContaining('no such namespace') });
    await expect(connectTemporal(settings(server.address, { TEMPORAL_TLS: 'true' }))).rejects.toMatchObject({ code: 'PLB-START-008' });
  });

  test('a search attribute can be used for finding', async () => {
    await withLink(settings(), async (link) => {
      await ensureSearchAttributes(link, settings());
      await link.client.workflow.start('nobodyWorksOnThis', { workflowId: 'of-a-vendor', taskQueue: 'nobody', workflowExecutionTimeout: '1 hour', typedSearchAttributes: [{ key: VENDOR, value: 'vnd_1' }] });
      for (let tries = 0; tries < 50; tries += 1) {
        const found = await link.client.workflow.count("VendorId = 'vnd_1'");
        if (found.count === 1) return;
        await sleep(200);
      }
      throw new Error('not found by its search attribute');
    });
  });
});
