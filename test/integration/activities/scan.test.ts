import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createActivities } from '../../../activities/index.js';
import { PRODUCE_REPORT, type ProduceReportResult } from '../../../src/contracts/produce-report.js';
import { SCAN_PLATFORM, scanWorkflowId, type ScanPlatformResult } from '../../../src/contracts/scan-platform.js';
import type { Actor } from '../../../src/model/identity.js';
import { createSigningIdentity, openRenderer, verifyPdf, type Renderer } from '../../../src/report/index.js';
import { cacheFolderOf } from '../../../src/runtime/configuration.js';
import { resolveChromium } from '../../../src/runtime/chromium.js';
import {
  addPlatform, beginScan, createReport, decideBaseline, getPlatform, getReport, getScan, listDrift, listScans, newId, proposeBaseline, putSecret, readPages, type Platform, type Scan,
} from '../../../src/store/index.js';
import { createTestDeps, type TestDeps } from '../../support/activity-deps.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startTestNodeRed, type TestNodeRed } from '../../support/platforms/node-red.js';
import { quietRuntime } from '../../support/temporal.js';

const ANNA: Actor = { type: 'person', id: 'per_00000000000000000000000000000001', name: 'Anna' };
const BEN: Actor = { type: 'person', id: 'per_00000000000000000000000000000002', name: 'Ben' };

let database: TestDatabase;
let test: TestDeps;
let nodeRed: TestNodeRed;
let renderer: Renderer;
let connection: Connection;
let stopWorker: () => Promise<void>;
const taskQueue = `scan-${randomUUID()}`;

beforeAll(async () => {
  quietRuntime();
  database = await createTestDatabase();
  nodeRed = await startTestNodeRed();
  const chromium = await resolveChromium({ cacheFolder: cacheFolderOf(process.env) });
  renderer = await openRenderer(chromium);
  const signing = await createSigningIdentity({ name: 'Test', passphrase: 'test', notBefore: new Date(0) });
  test = await createTestDeps(database, { renderer: async () => renderer, signing });
  const address = inject('temporalAddress');
  connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const worker = await Worker.create({ connection: native, taskQueue, workflowBundle: { codePath: inject('workflowBundlePath') }, activities: createActivities(test.deps) });
  const running = worker.run();
  stopWorker = async () => {
    worker.shutdown();
    await running;
    await native.close();
  };
});
afterAll(async () => {
  await stopWorker?.();
  await connection?.close();
  await renderer?.close();
  await nodeRed?.stop();
  await test?.close();
  await database?.drop();
});

async function newPlatform(secret: Record<string, string>, baseUrl = nodeRed.url): Promise<Platform> {
  return database.store.tenant(database.tenantId, async (tx) => {
    const secretId = newId('secret');
    await putSecret(tx, test.deps.keys.secrets, secretId, secret);
    return addPlatform(tx, ANNA, { name: `Node-RED ${randomUUID()}`, connectorId: 'node-red', baseUrl, secretId });
  });
}

function scan(platform: Platform): Promise<ScanPlatformResult> {
  const input = { tenantId: database.tenantId, platformId: platform.id, trigger: 'api', requestedBy: null };
  return new Client({ connection }).workflow.execute(SCAN_PLATFORM, { args: [input], taskQueue, workflowId: scanWorkflowId(database.tenantId, platform.id), workflowExecutionTimeout: '5 minutes' }) as Promise<ScanPlatformResult>;
}

function stored(scanId: string): Promise<Scan> {
  return database.store.tenant(database.tenantId, (tx) => getScan(tx, scanId));
}

const reader = (): Record<string, string> => ({ ...nodeRed.reader }) as unknown as Record<string, string>;

describe('a scan of a real Node-RED', () => {
  it('reads it, judges it, shows exactly what was changed since the baseline, and makes a report that verifies', async () => {
    const { tenantId, store } = database;
    const platform = await newPlatform(reader());

    const first = await scan(platform);
    const firstScan = await stored(first.scanId);
    expect(first).toMatchObject({ status: 'completed', drift: 0 });
    expect(first.resources).toBeGreaterThan(20);
    expect(first.findings).toBeGreaterThan(3);
    expect(await store.tenant(tenantId, (tx) => readPages(tx, first.scanId, 'flows'))).toHaveLength(1);

    await store.tenant(tenantId, async (tx) => {
      const proposed = await proposeBaseline(tx, ANNA, { platformId: platform.id, scanId: first.scanId });
      await decideBaseline(tx, BEN, { baselineId: proposed.id, decision: 'approved', reason: null });
    });
    const again = await scan(platform);
    expect(again).toMatchObject({ drift: 0, findings: first.findings });
    expect((await stored(again.scanId)).root).toBe(firstScan.root);

    await nodeRed.api.addHost('https://collector.example.net/in');
    const changed = await scan(platform);
    const drift = (await store.tenant(tenantId, (tx) => listDrift(tx, { platformId: platform.id }))).items;
    expect(changed.drift).toBe(1);
    expect(drift.map((item) => item.item.sentence).join()).toContain('New host');

    const report = await store.tenant(tenantId, (tx) => createReport(tx, ANNA, { kind: 'scan', subjectId: changed.scanId, title: 'Scan' }));
    const made = (await new Client({ connection }).workflow.execute(PRODUCE_REPORT, { args: [{ tenantId, reportId: report.id }], taskQueue, workflowId: `report-${randomUUID()}`, workflowExecutionTimeout: '5 minutes' })) as ProduceReportResult;
    const pdf = await readFile(join(test.blobFolder, made.sha256.slice(0, 2), `${made.sha256}.pdf`));
    expect(verifyPdf(pdf).valid).toBe(true);
    expect(await store.tenant(tenantId, (tx) => getReport(tx, report.id))).toMatchObject({ status: 'ready', sha256: made.sha256, pages: made.pages, bytes: pdf.length });
  });

  it('with a wrong password fails with its code and leaves the last snapshot current', async () => {
    const platform = await newPlatform(reader());
    const good = await scan(platform);
    await database.store.tenant(database.tenantId, (tx) => putSecret(tx, test.deps.keys.secrets, platform.secretId!, { ...reader(), password: 'wrong' }));

    const failed = await scan(platform);

    expect(failed.status).toBe('failed');
    expect(await stored(failed.scanId)).toMatchObject({ status: 'failed', errorCode: 'PLB-COLLECT-002', root: null });
    expect((await database.store.tenant(database.tenantId, (tx) => getPlatform(tx, platform.id))).currentScanId).toBe(good.scanId);
  });

  it('of a platform that is away gives up after a few tries, with the code for it', async () => {
    const platform = await newPlatform(reader(), 'http://127.0.0.1:9');

    const failed = await scan(platform);

    expect(await stored(failed.scanId)).toMatchObject({ status: 'failed', errorCode: 'PLB-COLLECT-001' });
  });

  it('ends a scan whose workflow is gone, so that the platform is not "being scanned" for ever', async () => {
    const { tenantId, store } = database;
    const platform = await newPlatform(reader());
    const lost = await store.tenant(tenantId, (tx) => beginScan(tx, { platformId: platform.id, workflowRun: `gone-${randomUUID()}#${randomUUID()}`, trigger: 'api', requestedBy: null, slotAt: null }));

    const next = await scan(platform);

    expect(next.status).toBe('completed');
    expect(await stored(lost.id)).toMatchObject({ status: 'failed', errorCode: 'PLB-INTERNAL-002' });
  });

  it('joins the one that runs when another workflow starts, and adds no second scan', async () => {
    const { tenantId, store } = database;
    const platform = await newPlatform(reader());
    const client = new Client({ connection });
    const input = { tenantId, platformId: platform.id, trigger: 'schedule', requestedBy: null };
    const start = (suffix: string) => client.workflow.start(SCAN_PLATFORM, { args: [input], taskQueue, workflowId: `${scanWorkflowId(tenantId, platform.id)}${suffix}`, workflowExecutionTimeout: '5 minutes' });

    const one = await start('');
    await expect.poll(async () => (await store.tenant(tenantId, (tx) => listScans(tx, { platformId: platform.id }))).items.length, { interval: 20 }).toBe(1);
    const two = await start('-2026-11-22T03:00:00Z');
    const results = (await Promise.all([one.result(), two.result()])) as ScanPlatformResult[];

    expect(results[1]!.scanId).toBe(results[0]!.scanId);
    expect((await store.tenant(tenantId, (tx) => listScans(tx, { platformId: platform.id }))).items).toHaveLength(1);
  });
});
