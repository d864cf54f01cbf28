/** Small real values that the store's tests share. */
import { randomUUID } from 'node:crypto';
import { snapshotRoot } from '../../../src/compare/index.js';
import type { Questionnaire } from '../../../src/model/assessment.js';
import { sha256 } from '../../../src/model/canonical.js';
import type { DriftItem } from '../../../src/model/drift.js';
import type { CheckResult, Judgement } from '../../../src/model/finding.js';
import type { Actor } from '../../../src/model/identity.js';
import type { Resource } from '../../../src/model/resource.js';
import { addPlatform, beginScan, finishScan, storeSnapshot, toLines, type Platform, type Scan, type SeverityCounts, type SnapshotInput, type TenantTx } from '../../../src/store/index.js';

export const ANNA: Actor = { type: 'person', id: 'per_00000000000000000000000000000001', name: 'Anna Officer' };
export const BEN: Actor = { type: 'person', id: 'per_00000000000000000000000000000002', name: 'Ben Officer' };
export const CLARA: Actor = { type: 'person', id: 'per_00000000000000000000000000000003', name: 'Clara Officer' };
export const NO_COUNTS: SeverityCounts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };

export function resource(key: string, properties: Resource['properties'] = {}, kind: Resource['kind'] = 'step'): Resource {
  return { kind, key, name: `Step ${key}`, properties, location: { file: null, workflow: 'Orders', step: key }, evidence: { request: 'GET /flows', pageHash: 'h', path: '' } };
}

export function snapshot(resources: readonly Resource[]): SnapshotInput {
  const lines = toLines(resources);
  return { lines, root: snapshotRoot(lines), flows: [], completeness: [], platformVersion: '5.0.7' };
}

export function platform(tx: TenantTx): Promise<Platform> {
  return addPlatform(tx, ANNA, { name: `Node-RED ${randomUUID()}`, connectorId: 'node-red', baseUrl: 'http://127.0.0.1:1880', secretId: null });
}

export function begin(tx: TenantTx, platformId: string): Promise<Scan> {
  return beginScan(tx, { platformId, workflowRun: randomUUID(), trigger: 'api', requestedBy: null, slotAt: null });
}

export async function completedScan(tx: TenantTx, platformId: string, resources: readonly Resource[] = [resource('a')]): Promise<Scan> {
  const scan = await begin(tx, platformId);
  await storeSnapshot(tx, scan.id, snapshot(resources));
  return endScan(tx, scan.id, 'completed');
}

export function endScan(tx: TenantTx, scanId: string, status: 'completed' | 'incomplete'): Promise<Scan> {
  return finishScan(tx, { scanId, status, findingCount: 0, severityCounts: NO_COUNTS, driftCount: null, baselineId: null });
}

export function judgement(key: string, change: Partial<Judgement> = {}): Judgement {
  const { kind = 'step' } = change.resource ?? {};
  return {
    checkId: 'http-no-auth', checkVersion: '1.0.0', title: 'Entry point without sign-in', severity: 'high', outcome: 'fail', resource: { kind, key, name: `Step ${key}` },
    location: { file: null, workflow: 'Orders', step: key }, message: `${key} can be called by anybody.`, fingerprint: sha256(`http-no-auth|${kind}|${key}`), ...change,
  };
}

export const RESULT: CheckResult = {
  checkId: 'http-no-auth', checkVersion: '1.0.0', title: 'Entry point without sign-in', severity: 'high', outcome: 'fail', counts: { pass: 1, fail: 2, notApplicable: 3, couldNotVerify: 0 }, reason: null,
};

export function driftItem(key: string, change: Partial<DriftItem> = {}): DriftItem {
  return {
    fingerprint: sha256(`drift|${key}`), resource: { kind: 'step', key, name: `Step ${key}` }, change: 'changed', class: 'auth-removed', severity: 'high', path: 'authentication', before: 'basic', after: 'none',
    edits: [], sentence: `${key} no longer asks for sign-in.`, ...change,
  };
}

export const QUESTIONNAIRE: Questionnaire = {
  id: 'basics', version: '1.0.0', title: 'Basics', source: { framework: 'Own', version: '1' }, description: 'A few questions.', minutes: 5,
  sections: [{ id: 's', title: 'Section', questions: [{ id: 'q1', controlId: '1.1', type: 'yes-no', text: 'Do you?', required: true }, { id: 'q2', controlId: '1.2', type: 'text', text: 'How?', required: false }] }],
};
