/** One worker over a test database, and scans by it. Owns starting and closing them for the tests of this folder. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { inject } from 'vitest';
import { createActivities, type ActivityDeps } from '../../../activities/index.js';
import { SCAN_PLATFORM, scanWorkflowId, type ScanPlatformResult } from '../../../src/contracts/scan-platform.js';
import { SYSTEM } from '../../../src/model/identity.js';
import { addPlatform, getScan, newId, putSecret, type Scan, type TenantTx } from '../../../src/store/index.js';
import { createTestDeps, type TestDeps } from '../../support/activity-deps.js';
import type { TestDatabase } from '../../support/database.js';
import { quietRuntime } from '../../support/temporal.js';

export interface ScanBench {
  readonly test: TestDeps;
  readonly client: Client;
  readonly taskQueue: string;
  inTenant<T>(work: (tx: TenantTx) => Promise<T>): Promise<T>;
  addPlatform(connectorId: string, baseUrl: string, secret: Record<string, string>, more?: { owner?: string }): Promise<string>;
  scan(platformId: string): Promise<{ result: ScanPlatformResult; scan: Scan }>;
  startScan(platformId: string): Promise<() => Promise<ScanPlatformResult>>;
  close(): Promise<void>;
}

export async function openScanBench(database: TestDatabase, options: { overrides?: Partial<ActivityDeps>; maxActivities?: number; noWorker?: boolean } = {}): Promise<ScanBench> {
  quietRuntime();
  const taskQueue = `scan-${randomUUID()}`;
  const test = await createTestDeps(database, options.overrides);
  const address = inject('temporalAddress');
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection });
  const { tenantId, store } = database;
  const limits = options.maxActivities === undefined ? {} : { maxConcurrentActivityTaskExecutions: options.maxActivities };
  const worker = options.noWorker === true ? null : await Worker.create({ connection: native, taskQueue, workflowBundle: { codePath: inject('workflowBundlePath') }, activities: createActivities(test.deps), ...limits });
  const running = worker?.run();
  const inTenant: ScanBench['inTenant'] = (work) => store.tenant(tenantId, work);
  const startScan: ScanBench['startScan'] = async (platformId) => {
    const args = [{ tenantId, platformId, trigger: 'api', requestedBy: null }];
    const handle = await client.workflow.start(SCAN_PLATFORM, { args, taskQueue, workflowId: scanWorkflowId(tenantId, platformId), workflowExecutionTimeout: '5 minutes' });
    return () => handle.result() as Promise<ScanPlatformResult>;
  };
  return {
    test, client, taskQueue, inTenant, startScan,
    addPlatform: (connectorId, baseUrl, secret, more = {}) => inTenant(async (tx) => {
      const secretId = newId('secret');
      await putSecret(tx, test.deps.keys.secrets, secretId, secret);
      return (await addPlatform(tx, SYSTEM, { name: `Platform ${randomUUID()}`, connectorId, baseUrl, secretId, ...more })).id;
    }),
    async scan(platformId) {
      const result = await (await startScan(platformId))();
      return { result, scan: await inTenant((tx) => getScan(tx, result.scanId)) };
    },
    async close() {
      worker?.shutdown();
      await running;
      await native.close();
      await connection.close();
      await test.close();
    },
  };
}
