/** What a worker would have stored: platforms, finished scans, assessments with their request. Owns the making of these rows. */
import type { TestPortal } from './test-portal.js';
import { SYSTEM } from '../../../src/model/identity.js';
import type { Resource } from '../../../src/model/resource.js';
import { snapshotRoot } from '../../../src/compare/index.js';
import { hashToken, linkToken } from '../../../src/remind/index.js';
import { addPlatform, beginScan, finishScan, getAssessment, storeSnapshot, toLines } from '../../../src/store/index.js';
import { randomUUID } from 'node:crypto';

type Where = Pick<TestPortal, 'database'>;

export async function storePlatform({ database }: Where, name = 'Automation', tenantId = database.tenantId): Promise<string> {
  const input = { name, connectorId: 'node-red', baseUrl: 'http://127.0.0.1:1880', secretId: null };
  return (await database.store.tenant(tenantId, (tx) => addPlatform(tx, SYSTEM, input))).id;
}

function resource(key: string): Resource {
  return { kind: 'workflow', key, name: `Flow ${key}`, properties: { enabled: true, stepCount: 0 }, location: { file: null, workflow: `Flow ${key}`, step: null }, evidence: { request: 'GET /flows', pageHash: '', path: '' } };
}

export async function storeScan({ database }: Where, platformId: string, options: { status?: 'completed' | 'incomplete'; tenantId?: string } = {}): Promise<string> {
  const { status = 'completed', tenantId = database.tenantId } = options;
  return database.store.tenant(tenantId, async (tx) => {
    const scan = await beginScan(tx, { platformId, workflowRun: `scan:test#${randomUUID()}`, trigger: 'person', requestedBy: null, slotAt: null });
    const lines = toLines([resource('a'), resource(randomUUID())]);
    const completeness = [{ type: 'flows', title: 'Flows', state: 'collected' as const, read: 2, expected: 2, reason: null, missing: null, required: true }];
    await storeSnapshot(tx, scan.id, { lines, root: snapshotRoot(lines), flows: [], completeness, platformVersion: '4.0.0' });
    const counts = { critical: 0, high: 1, medium: 0, low: 0, info: 0 };
    await finishScan(tx, { scanId: scan.id, status, baselineId: null, findingCount: 1, severityCounts: counts, driftCount: 0 });
    return scan.id;
  });
}

/** The token of the link that the request mail would hold. */
export async function linkTokenOf({ database, deps }: Pick<TestPortal, 'database' | 'deps'>, assessmentId: string): Promise<string> {
  const { request } = await database.store.tenant(database.tenantId, (tx) => getAssessment(tx, assessmentId));
  const token = linkToken({ key: deps.keys.links, tenantId: database.tenantId, requestId: request!.id, linkVersion: request!.linkVersion });
  if (hashToken(token).length !== 64) throw new Error('a token has a hash');
  return token;
}
