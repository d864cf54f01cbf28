import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createActivities } from '../../../activities/index.js';
import { getScan, listFindings, listScans } from '../../../src/store/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import type { Doom } from '../../support/doomed-worker.js';
import { startEstateN8n, type EstateN8n } from '../../support/platforms/estate-n8n.js';
import { openScanBench, type ScanBench } from './scan-bench.js';

const ROOT = join(import.meta.dirname, '../../..');
let database: TestDatabase;
let bench: ScanBench;
let n8n: EstateN8n;
beforeAll(async () => {
  database = await createTestDatabase();
  bench = await openScanBench(database, { noWorker: true, ...(process.env['SHOW'] ? { overrides: { logger: { debug: () => undefined, warn: (facts: object) => console.log('WARN', facts), error: console.log } as never } } : {}) });
  n8n = await startEstateN8n(1_500);
});
/** A test that fails must leave none of them running. */
const victims: ChildProcess[] = [];
afterEach(() => {
  for (const victim of victims.splice(0)) victim.kill('SIGKILL');
  n8n.answerWith(null);
  n8n.asked.length = 0;
});
afterAll(async () => {
  await n8n?.stop();
  await bench?.close();
  await database?.drop();
});

function startVictim(taskQueue: string): { died: Promise<unknown>; kill(): void; stderr(): string } {
  const { secrets, links, fingerprints } = bench.test.deps.keys;
  const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex');
  const doom: Doom = {
    appUrl: database.appUrl, temporalAddress: inject('temporalAddress'), workflowBundlePath: inject('workflowBundlePath'), taskQueue, smtpUrl: 'smtp://127.0.0.1:1', packsRoot: bench.test.deps.packsRoot,
    templatesRoot: bench.test.deps.templatesRoot, keys: { secrets: hex(secrets), links: hex(links), fingerprints: hex(fingerprints) }, at: 'nowhere',
  };
  const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'test/support/doomed-worker.ts'), JSON.stringify(doom)], { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  victims.push(child);
  return { died: once(child, 'exit'), kill: () => void child.kill('SIGKILL'), stderr: () => stderr };
}

/** A worker of this process takes over until the scan has ended. */
async function goOn<T>(work: Promise<T>): Promise<T> {
  const native = await NativeConnection.connect({ address: inject('temporalAddress') });
  const worker = await Worker.create({ connection: native, taskQueue: bench.taskQueue, workflowBundle: { codePath: inject('workflowBundlePath') }, activities: createActivities(bench.test.deps) });
  return worker.runUntil(work).finally(() => native.close());
}

/** Holds every answer to `GET /workflows` from the n-th on until the victim is dead. */
function holdFrom(page: number): { reached: Promise<void>; release(): void } {
  let reach: () => void;
  let release: () => void;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  let pages = 0;
  n8n.answerWith(async (request) => {
    if (!request.url?.includes('/workflows')) return false;
    pages += 1;
    if (pages >= page) {
      reach();
      await released;
    }
    return false;
  });
  return { reached, release: release! };
}

function timesAsked(conditional: boolean): Map<string, number> {
  const times = new Map<string, number>();
  for (const { request } of n8n.asked.filter((each) => each.conditional === conditional && each.request.startsWith('GET /workflows'))) times.set(request, (times.get(request) ?? 0) + 1);
  return times;
}

describe('a worker killed in the middle of a scan', () => {
  it('is followed by another that goes on after the last stored page: none is asked for twice but the one in flight and the one that was being looked into', async () => {
    const platformId = await bench.addPlatform('n8n', n8n.url, { apiKey: n8n.apiKey });
    const hold = holdFrom(4);
    const victim = startVictim(bench.taskQueue);
    const ended = await bench.startScan(platformId);

    await hold.reached;
    victim.kill();
    await victim.died;
    hold.release();
    const result = await goOn(ended());

    expect(result.status, victim.stderr()).toBe('completed');
    const times = [...timesAsked(false).values()];
    expect(times.toSpliced(2, 1)).toEqual([1, 1, 2, 1, 1, 1]);
    expect(times[2]).toBeLessThanOrEqual(2);
    const { scans, findings } = await bench.inTenant(async (tx) => ({ scans: (await listScans(tx, { platformId })).items, findings: (await listFindings(tx, { platformId, outcome: 'fail', limit: 500 })).items }));
    expect(scans).toHaveLength(1);
    expect(new Set(findings.map((finding) => finding.fingerprint)).size).toBe(findings.length);
  }, 120_000);

  it('that had found pages unchanged told so by its heartbeat: they are not asked for again either', async () => {
    const platformId = await bench.addPlatform('n8n', n8n.url, { apiKey: n8n.apiKey });
    const first = await goOn((await bench.startScan(platformId))());
    n8n.asked.length = 0;
    const hold = holdFrom(4);
    const victim = startVictim(bench.taskQueue);
    const ended = await bench.startScan(platformId);

    await hold.reached;
    // beats that follow each other quickly are held back, for four fifths of the heartbeat's time
    await wait(14_000);
    victim.kill();
    await victim.died;
    const before = n8n.asked.length;
    hold.release();
    const result = await goOn(ended());

    expect(result.status, victim.stderr()).toBe('completed');
    expect((await bench.inTenant((tx) => getScan(tx, result.scanId))).sameAs).toBe(first.scanId);
    const again = n8n.asked.slice(before).map(({ request }) => request);
    const earlier = n8n.asked.slice(0, 3).map(({ request }) => request);
    expect(again.slice(0, 3).filter((request) => earlier.includes(request))).toEqual([]);
  }, 180_000);
});

describe('a platform that asks for a pause', () => {
  it('holds no place of the worker while it is waited out: with one place, another scan runs through meanwhile', async () => {
    const single = await openScanBench(database, { maxActivities: 1 });
    const other = await startEstateN8n(20);
    const [paused, free] = [await single.addPlatform('n8n', n8n.url, { apiKey: n8n.apiKey }), await single.addPlatform('n8n', other.url, { apiKey: other.apiKey })];
    let refused = 0;
    n8n.answerWith((request, response) => {
      if (refused > 0 || !request.url?.includes('cursor=')) return false;
      refused += 1;
      response.writeHead(429, { 'retry-after': '25', 'content-type': 'application/json' }).end('{}');
      return true;
    });

    const pausedEnd = await single.startScan(paused);
    while (refused === 0) await wait(50);
    const began = Date.now();
    const through = await single.scan(free);
    const took = Date.now() - began;
    const stillPaused = (await bench.inTenant((tx) => listScans(tx, { platformId: paused }))).items[0]!.status;
    const result = await pausedEnd();

    expect(through.result.status).toBe('completed');
    expect(stillPaused).toBe('running');
    expect(took).toBeLessThan(20_000);
    expect(result.status).toBe('completed');
    expect([...timesAsked(false).values()].toSorted()).toEqual([1, 1, 1, 1, 1, 1, 2]);
    await other.stop();
    await single.close();
  }, 120_000);
});

describe('a key that is revoked in the middle of a scan', () => {
  it('ends it with one clear failure, without a storm of requests, and leaves what was known', async () => {
    const own = await openScanBench(database);
    const platformId = await own.addPlatform('n8n', n8n.url, { apiKey: n8n.apiKey });
    const good = await own.scan(platformId);
    n8n.setWorkflows(1_500, ' changed');
    n8n.asked.length = 0;
    n8n.answerWith((request, response) => {
      if (!request.url?.includes('cursor=')) return false;
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"unauthorized"}');
      return true;
    });

    const failed = await own.scan(platformId);

    expect(failed.scan).toMatchObject({ status: 'failed', errorCode: 'PLB-COLLECT-002', root: null });
    expect(n8n.asked.length).toBeLessThanOrEqual(3);
    const open = (await bench.inTenant((tx) => listFindings(tx, { platformId, outcome: 'fail', limit: 500 }))).items;
    expect(open.length).toBeGreaterThan(0);
    expect(open.every((finding) => finding.lastScanId === good.scan.id)).toBe(true);
    n8n.setWorkflows(1_500);
    await own.close();
  }, 120_000);
});
