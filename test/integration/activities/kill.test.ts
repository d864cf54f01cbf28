import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createActivities } from '../../../activities/index.js';
import { loadQuestionnaires } from '../../../src/assess/index.js';
import { ASSESS_VENDOR } from '../../../src/contracts/assess-vendor.js';
import { SCAN_PLATFORM, type ScanPlatformResult } from '../../../src/contracts/scan-platform.js';
import { SYSTEM } from '../../../src/model/identity.js';
import { DAY_MS, hashToken, linkToken, openTransport, startCatcher, type CaughtMail } from '../../../src/remind/index.js';
import { addPlatform, addVendor, cancelAssessment, createAssessment, createRequest, listFindings, listMails, listScans, newId, putSecret, type Platform } from '../../../src/store/index.js';
import { createTestDeps, type TestDeps } from '../../support/activity-deps.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import type { Doom } from '../../support/doomed-worker.js';
import { startTestNodeRed, type TestNodeRed } from '../../support/platforms/node-red.js';
import { quietRuntime } from '../../support/temporal.js';

const ROOT = join(import.meta.dirname, '../../..');

let database: TestDatabase;
let test: TestDeps;
let nodeRed: TestNodeRed;
let connection: Connection;
let native: NativeConnection;
beforeAll(async () => {
  quietRuntime();
  database = await createTestDatabase();
  test = await createTestDeps(database);
  nodeRed = await startTestNodeRed();
  connection = await Connection.connect({ address: inject('temporalAddress') });
  native = await NativeConnection.connect({ address: inject('temporalAddress') });
});
afterAll(async () => {
  await native?.close();
  await connection?.close();
  await nodeRed?.stop();
  await test?.close();
  await database?.drop();
});

/** Lets a worker die at the point, then another one go on until `work` is done. */
async function dieThenGoOn<T>(at: string, smtpUrl: string, work: { begin(taskQueue: string): Promise<void>; end(): Promise<T> }): Promise<T> {
  const taskQueue = `kill-${randomUUID()}`;
  const { secrets, links, fingerprints } = test.deps.keys;
  const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex');
  const doom: Doom = {
    appUrl: database.appUrl, temporalAddress: inject('temporalAddress'), workflowBundlePath: inject('workflowBundlePath'), taskQueue, smtpUrl, packsRoot: test.deps.packsRoot,
    templatesRoot: test.deps.templatesRoot, keys: { secrets: hex(secrets), links: hex(links), fingerprints: hex(fingerprints) }, at,
  };
  const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'test/support/doomed-worker.ts'), JSON.stringify(doom)], { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const died = once(child, 'exit') as Promise<[number | null, string | null]>;
  try {
    await work.begin(taskQueue);
    const [code, signal] = await died;
    expect([code, signal, signal === 'SIGKILL' ? '' : stderr]).toEqual([null, 'SIGKILL', '']);
  } finally {
    child.kill('SIGKILL');
  }
  const transport = openTransport(smtpUrl);
  const activities = createActivities({ ...test.deps, mailTransport: () => transport });
  const worker = await Worker.create({ connection: native, taskQueue, workflowBundle: { codePath: inject('workflowBundlePath') }, activities });
  return worker.runUntil(work.end()).finally(() => transport.close());
}

async function newPlatform(): Promise<Platform> {
  return database.store.tenant(database.tenantId, async (tx) => {
    const secretId = newId('secret');
    await putSecret(tx, test.deps.keys.secrets, secretId, { ...nodeRed.reader } as unknown as Record<string, string>);
    return addPlatform(tx, SYSTEM, { name: `Node-RED ${randomUUID()}`, connectorId: 'node-red', baseUrl: nodeRed.url, secretId });
  });
}

async function scanThatDies(at: string): Promise<{ platform: Platform; result: ScanPlatformResult }> {
  const platform = await newPlatform();
  const workflowId = `kill-${randomUUID()}`;
  const client = new Client({ connection });
  const result = await dieThenGoOn(at, 'smtp://127.0.0.1:1', {
    begin: async (taskQueue) => {
      const args = [{ tenantId: database.tenantId, platformId: platform.id, trigger: 'api', requestedBy: null }];
      await client.workflow.start(SCAN_PLATFORM, { args, taskQueue, workflowId, workflowExecutionTimeout: '5 minutes' });
    },
    end: () => client.workflow.getHandle(workflowId).result() as Promise<ScanPlatformResult>,
  });
  return { platform, result };
}

describe('a worker killed with SIGKILL', () => {
  it.concurrent.each(['after:beginScan', 'transaction:9', 'after:collectPlatform', 'after:judgeSnapshot', 'after:finishScan'])(
    'in a scan at %s is followed by another that finishes it: one scan, each finding once',
    async (at) => {
      const { platform, result } = await scanThatDies(at);

      const { scans, findings } = await database.store.tenant(database.tenantId, async (tx) => ({
        scans: (await listScans(tx, { platformId: platform.id })).items, findings: (await listFindings(tx, { platformId: platform.id, outcome: 'fail', limit: 500 })).items,
      }));
      expect(result.status).toBe('completed');
      expect(scans).toMatchObject([{ id: result.scanId, status: 'completed' }]);
      expect(findings).toHaveLength(result.findings);
      expect(new Set(findings.map((finding) => finding.fingerprint)).size).toBe(result.findings);
    },
    120_000,
  );

  it.concurrent(
    'between handing a mail over and noting it is followed by one more hand-over under the same Message-ID, and no third',
    async ({ expect }) => {
      const mails: CaughtMail[] = [];
      const catcher = await startCatcher({ port: 0, onMail: async (mail) => void mails.push(mail) });
      const { tenantId, store } = database;
      const questionnaire = (await loadQuestionnaires(join(ROOT, 'packs')))[0]!;
      const dueAt = new Date(Date.now() + 20 * DAY_MS);
      const assessmentId = await store.tenant(tenantId, async (tx) => {
        const vendor = await addVendor(tx, SYSTEM, { name: `Vendor ${randomUUID()}`, contactName: 'Ida', contactEmail: 'ida@northwind.example' });
        const assessment = await createAssessment(tx, SYSTEM, { vendorId: vendor.id, questionnaire, dueAt });
        const id = newId('request');
        const tokenHash = hashToken(linkToken({ key: test.deps.keys.links, tenantId, requestId: id, linkVersion: 1 }));
        await createRequest(tx, SYSTEM, { id, assessmentId: assessment.id, contactName: 'Ida', contactEmail: 'ida@northwind.example', tokenHash, expiresAt: dueAt });
        return assessment.id;
      });
      const handle = new Client({ connection }).workflow.getHandle(`kill-${assessmentId}`);

      await dieThenGoOn('mail', catcher.url, {
        begin: async (taskQueue) => {
          await new Client({ connection }).workflow.start(ASSESS_VENDOR, { args: [{ tenantId, assessmentId, dueAtMs: dueAt.getTime() }], taskQueue, workflowId: handle.workflowId, workflowExecutionTimeout: '5 minutes' });
        },
        end: async () => {
          await expect.poll(async () => (await store.tenant(tenantId, (tx) => listMails(tx, { assessmentId }))).items.map((mail) => mail.state), { timeout: 90_000 }).toEqual(['sent']);
          await store.tenant(tenantId, (tx) => cancelAssessment(tx, SYSTEM, assessmentId));
          await handle.signal('assessmentCancelled');
          return handle.result();
        },
      });
      await catcher.close();

      expect(mails).toHaveLength(2);
      expect(mails[1]!.messageId).toBe(mails[0]!.messageId);
    },
    120_000,
  );
});
