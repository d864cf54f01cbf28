import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decideBaseline, getPlatform, listDrift, listFindings, proposeBaseline, type Finding } from '../../../src/store/index.js';
import { startEstateN8n, type EstateN8n } from '../../support/platforms/estate-n8n.js';
import { startTestPortal, type TestPortal } from '../api/test-portal.js';
import { openScanBench, type ScanBench } from './scan-bench.js';
import { ANNA, BEN } from '../store/samples.js';

let portal: TestPortal;
let bench: ScanBench;
let n8n: EstateN8n;
let officer: string;
let auditor: string;
beforeAll(async () => {
  portal = await startTestPortal();
  bench = await openScanBench(portal.database);
  n8n = await startEstateN8n(500);
  officer = (await portal.person('officer')).cookie;
  auditor = (await portal.person('auditor')).cookie;
});
afterEach(() => n8n.setWorkflows(500));
afterAll(async () => {
  await n8n?.stop();
  await bench?.close();
  await portal?.close();
});

async function open(platformId: string): Promise<{ findings: string[]; drift: number }> {
  return bench.inTenant(async (tx) => {
    const findings: Finding[] = [];
    for (let cursor: string | null = null; ;) {
      const page: Awaited<ReturnType<typeof listFindings>> = await listFindings(tx, { platformId, cursor, limit: 500 });
      findings.push(...page.items.filter((finding) => finding.outcome === 'fail'));
      if ((cursor = page.nextCursor) === null) break;
    }
    return { findings: findings.map((finding) => finding.fingerprint).toSorted(), drift: (await listDrift(tx, { platformId, limit: 500 })).items.length };
  });
}

async function scannedAndApproved(): Promise<string> {
  const platformId = await bench.addPlatform('n8n', n8n.url, { apiKey: n8n.apiKey });
  const { scan } = await bench.scan(platformId);
  expect(scan).toMatchObject({ status: 'completed', errorCode: null });
  await bench.inTenant(async (tx) => {
    const proposed = await proposeBaseline(tx, ANNA, { platformId, scanId: scan.id });
    await decideBaseline(tx, BEN, { baselineId: proposed.id, decision: 'approved', reason: null });
  });
  return platformId;
}

const confirm = (platformId: string, body: object, cookie = officer) => portal.call('POST', `platforms/${platformId}/confirm-count`, { cookie, body });

describe('a platform that had 500 workflows and tells none', () => {
  it('is suspected, not believed: nothing is resolved, removed or approved from it, until an officer says that it is so', async () => {
    const platformId = await scannedAndApproved();
    const before = await open(platformId);
    expect(before.findings.length).toBeGreaterThan(100);
    const current = (await bench.inTenant((tx) => getPlatform(tx, platformId))).currentScanId;

    n8n.setWorkflows(0);
    const { scan: suspect } = await bench.scan(platformId);

    expect(suspect).toMatchObject({ status: 'incomplete' });
    expect(suspect.completeness.find((entry) => entry.type === 'workflows')).toMatchObject({ state: 'suspect', read: 0, before: 500 });
    expect(await open(platformId)).toEqual(before);
    expect((await bench.inTenant((tx) => getPlatform(tx, platformId))).currentScanId).toBe(current);
    await expect(bench.inTenant((tx) => proposeBaseline(tx, ANNA, { platformId, scanId: suspect.id }))).rejects.toMatchObject({ code: 'PLB-BASELINE-003' });
    // Seen again it is as suspect as before: an incomplete scan is not what the next one is measured by.
    expect((await bench.scan(platformId)).scan).toMatchObject({ status: 'incomplete' });

    const shown = await portal.call('GET', `platforms/${platformId}`, { cookie: officer });
    expect(shown.body['platform']).toMatchObject({ suspects: [{ type: 'workflows', title: 'Workflows', read: 0, before: 500, confirmed: false }] });
    expect((await confirm(platformId, { type: 'workflows', count: 0, reason: 'Moved.' }, auditor)).status).toBe(403);
    expect((await confirm(platformId, { type: 'workflows', count: 0 })).status).toBe(400);
    expect((await confirm(platformId, { type: 'workflows', count: 4, reason: 'Moved.' })).status).toBe(409);
    const confirmed = await confirm(platformId, { type: 'workflows', count: 0, reason: 'All flows moved to the new instance.' });
    expect(confirmed.body['platform']).toMatchObject({ suspects: [{ confirmed: true }] });

    const { scan: believed } = await bench.scan(platformId);

    expect(believed).toMatchObject({ status: 'completed' });
    expect(believed.completeness.find((entry) => entry.type === 'workflows')).toMatchObject({ state: 'empty', read: 0 });
    const after = await open(platformId);
    expect(after.findings.length).toBeLessThan(before.findings.length / 10);
    expect(after.drift).toBeGreaterThanOrEqual(500);
  }, 180_000);

  it('is believed again without a word when the workflows are back', async () => {
    const platformId = await scannedAndApproved();
    const before = await open(platformId);
    n8n.setWorkflows(0);
    await bench.scan(platformId);

    n8n.setWorkflows(500);
    const { scan } = await bench.scan(platformId);

    expect(scan).toMatchObject({ status: 'completed', driftCount: 0 });
    expect(await open(platformId)).toEqual(before);
    expect((await portal.call('GET', `platforms/${platformId}`, { cookie: officer })).body['platform']).toMatchObject({ suspects: [] });
  }, 180_000);

  it('shows a grant as gone that went with its workflow, though the plan has no projects to read grants from', async () => {
    const platformId = await scannedAndApproved();

    n8n.setWorkflows(499);
    const { scan } = await bench.scan(platformId);

    expect(scan.completeness.find((entry) => entry.type === 'projects')).toMatchObject({ state: 'unavailable' });
    const items = await bench.inTenant((tx) => listDrift(tx, { platformId, limit: 500 }));
    expect(items.items.filter(({ item }) => item.change === 'removed').map(({ item }) => item.resource.kind)).toContain('grant');
  }, 180_000);

  it('with a few workflows fewer is an ordinary change', async () => {
    const platformId = await scannedAndApproved();

    n8n.setWorkflows(450);
    const { scan } = await bench.scan(platformId);

    expect(scan).toMatchObject({ status: 'completed' });
    expect(scan.driftCount).toBeGreaterThanOrEqual(50);
  }, 180_000);
});
