import { randomUUID } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createScanActivities } from '../../../activities/scan.js';
import type { BeginScanInput, ScanActivities } from '../../../src/contracts/activities.js';
import { SCAN_PLATFORM, scanWorkflowId } from '../../../src/contracts/scan-platform.js';
import { addPlatform, getScan, listScans, type Store } from '../../../src/store/index.js';
import { SYSTEM } from '../../../src/model/identity.js';
import { createTestDeps, type TestDeps } from '../../support/activity-deps.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { quietRuntime } from '../../support/temporal.js';

let database: TestDatabase;
let test: TestDeps;
let connection: Connection;

beforeAll(async () => {
  quietRuntime();
  database = await createTestDatabase();
  test = await createTestDeps(database);
  connection = await Connection.connect({ address: inject('temporalAddress') });
});
afterAll(async () => {
  await connection?.close();
  await test?.close();
  await database?.drop();
});

function run<Name extends keyof ScanActivities>(name: Name, input: Parameters<ScanActivities[Name]>[0], store: Store = database.store): Promise<Awaited<ReturnType<ScanActivities[Name]>>> {
  const activity = createScanActivities({ ...test.deps, store })[name];
  const environment = new MockActivityEnvironment(undefined, { client: new Client({ connection }), logger: new DefaultLogger('ERROR', () => undefined) });
  return environment.run(activity as never, input as never) as never;
}

interface Running {
  platformId: string;
  handle: WorkflowHandle;
  input: BeginScanInput;
}

/** A platform, and a workflow that lives as long as it likes: no worker ever takes it up. */
async function livingWorkflow(): Promise<Running> {
  const { tenantId, store } = database;
  const platform = await store.tenant(tenantId, (tx) => addPlatform(tx, SYSTEM, { name: `Node-RED ${randomUUID()}`, connectorId: 'node-red', baseUrl: 'http://127.0.0.1:9', secretId: null }));
  const handle = await new Client({ connection }).workflow.start(SCAN_PLATFORM, { args: [], taskQueue: `nobody-${randomUUID()}`, workflowId: scanWorkflowId(tenantId, platform.id), workflowExecutionTimeout: '5 minutes' });
  return { platformId: platform.id, handle, input: inputOf(platform.id, `${handle.workflowId}#${handle.firstExecutionRunId}`) };
}

function inputOf(platformId: string, workflowRun: string): BeginScanInput {
  return { tenantId: database.tenantId, platformId, workflowRun, trigger: 'schedule', requestedBy: null, slotAt: null };
}

/** Runs `between` once, after the first transaction: what another process does between the look and the insert. */
function interruptedStore(between: () => Promise<unknown>): Store {
  let isFirst = true;
  return {
    ...database.store,
    async tenant(tenantId, work) {
      const result = await database.store.tenant(tenantId, work);
      if (isFirst) await between();
      isFirst = false;
      return result;
    },
  };
}

describe('two scans of one platform', () => {
  it('that begin at once become one: the later joins what began between its look and its insert', async () => {
    const { platformId, handle, input } = await livingWorkflow();
    let first: { scanId: string; joined: boolean } | null = null;
    const store = interruptedStore(async () => (first = await run('beginScan', input)));

    const second = await run('beginScan', inputOf(platformId, `${handle.workflowId}-slot#${randomUUID()}`), store);

    expect(second).toEqual({ scanId: first!.scanId, joined: true });
    expect((await database.store.tenant(database.tenantId, (tx) => listScans(tx, { platformId }))).items).toHaveLength(1);
    await handle.terminate();
  });

  it('are not waited for beyond the life of the workflow that does the scan', async () => {
    const { handle, input } = await livingWorkflow();
    const { scanId } = await run('beginScan', input);
    const outcome = () => run('scanOutcome', { tenantId: database.tenantId, scanId });

    expect(await outcome()).toBeNull();
    await handle.terminate();

    expect(await outcome()).toMatchObject({ scanId, status: 'failed' });
    expect(await database.store.tenant(database.tenantId, (tx) => getScan(tx, scanId))).toMatchObject({ status: 'failed', errorCode: 'PLB-INTERNAL-002' });
  });
});
