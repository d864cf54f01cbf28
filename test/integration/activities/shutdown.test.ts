import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { guardActivities } from '../../../activities/failures.js';
import type { ScanActivities } from '../../../src/contracts/activities.js';
import { SCAN_PLATFORM, type ScanPlatformResult } from '../../../src/contracts/scan-platform.js';
import { quietRuntime } from '../../support/temporal.js';

const DONE: ScanPlatformResult = { scanId: 'scn_1', status: 'completed', resources: 1, findings: 0, drift: 0 };
const NOTHING = { debug: () => undefined, warn: () => undefined, error: () => undefined };

let connection: Connection;
let native: NativeConnection;
beforeAll(async () => {
  quietRuntime();
  connection = await Connection.connect({ address: inject('temporalAddress') });
  native = await NativeConnection.connect({ address: inject('temporalAddress') });
});
afterAll(async () => {
  await native.close();
  await connection.close();
});

/** Reads for ever until it is stopped, as a long collection does. */
function readUntilStopped(started: () => void): Promise<never> {
  started();
  return new Promise((_, reject) => Context.current().cancellationSignal.addEventListener('abort', () => reject(new Error('aborted in the middle of a request'))));
}

function scanActivities(collectPlatform: ScanActivities['collectPlatform'], failures: string[]): ScanActivities {
  return guardActivities({
    beginScan: async () => ({ scanId: 'scn_1', joined: false }), collectPlatform, compareWithBaseline: async () => ({ baselineId: null, drift: null }),
    judgeSnapshot: async () => ({ findings: 0, bySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 } }), finishScan: async () => DONE, scanOutcome: async () => DONE,
    failScan: async ({ code }) => (failures.push(code), { ...DONE, status: 'failed' as const }),
  }, NOTHING);
}

function workerOn(taskQueue: string, activities: object): Promise<Worker> {
  return Worker.create({ connection: native, taskQueue, workflowBundle: { codePath: inject('workflowBundlePath') }, activities, shutdownGraceTime: '200ms' });
}

function startScan(taskQueue: string) {
  const args = [{ tenantId: 'ten_1', platformId: 'plt_1', trigger: 'api', requestedBy: null }];
  return new Client({ connection }).workflow.start(SCAN_PLATFORM, { args, taskQueue, workflowId: `stop-${randomUUID()}`, workflowExecutionTimeout: '2 minutes' });
}

describe('a step in the middle of its work', () => {
  it('goes on in another worker when its own is shut down in order', async () => {
    const taskQueue = `stop-${randomUUID()}`;
    const failures: string[] = [];
    let attempts = 0;
    const first = await workerOn(taskQueue, scanActivities(() => readUntilStopped(() => (attempts += 1)), failures));
    const running = first.run();

    const handle = await startScan(taskQueue);
    await expect.poll(() => attempts, { timeout: 10_000 }).toBe(1);
    first.shutdown();
    await running;
    const second = await workerOn(taskQueue, scanActivities(async () => ((attempts += 1), { resources: 1, complete: true }), failures));
    const result = await second.runUntil(handle.result() as Promise<ScanPlatformResult>);

    expect(result).toEqual(DONE);
    expect(attempts).toBe(2);
    expect(failures).toEqual([]);
  });

  it('ends when its workflow is cancelled, and the scan is recorded as stopped', async () => {
    const taskQueue = `stop-${randomUUID()}`;
    const failures: string[] = [];
    let attempts = 0;
    const worker = await workerOn(taskQueue, scanActivities(() => readUntilStopped(() => (attempts += 1)), failures));

    const result = await worker.runUntil(async () => {
      const handle = await startScan(taskQueue);
      await expect.poll(() => attempts, { timeout: 10_000 }).toBe(1);
      await handle.cancel();
      return handle.result() as Promise<ScanPlatformResult>;
    });

    expect(result.status).toBe('failed');
    expect(failures).toEqual(['PLB-SCAN-003']);
    expect(attempts).toBe(1);
  });
});
