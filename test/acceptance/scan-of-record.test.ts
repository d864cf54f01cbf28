import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AuditVerification, Baseline, Schedule, ScanDetails } from '../../src/api/schemas.js';
import type { FlowItem } from '../../src/runtime/demo/flow-nodes.js';
import { connect, endedScan, firstAdministrator, join, newestScan, openDrift, openFindings, scanNow, type ApiClient } from '../support/api-client.js';
import { demoId, startTestNodeRed, type NodeRedApi, type TestNodeRed } from '../support/platforms/node-red.js';
import { startTestPlumbline, type TestPlumbline } from '../support/plumbline.js';

// Several of these run side by side on two busy cores.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let plumbline: TestPlumbline;
let nodeRed: TestNodeRed;
let ada: ApiClient;
let otto: ApiClient;
let platformId: string;
let first: ScanDetails;
let minutely: { platformId: string; first: ScanDetails };
let asApproved: FlowItem[];

beforeAll(async () => {
  [plumbline, nodeRed] = await Promise.all([startTestPlumbline(), startTestNodeRed()]);
  ada = await firstAdministrator(plumbline);
  otto = await join(ada, 'Otto Officer', ['officer']);
});
afterAll(async () => {
  await plumbline?.stop();
  await nodeRed?.stop();
});

/** The one drift item after a scan, in the parts that a person reads. */
async function driftAfterScan(): Promise<string[][]> {
  await scanNow(ada, platformId);
  return (await openDrift(ada, platformId)).map((item) => [item.class, item.resource.name, item.sentence]);
}

/** What a check could not verify is open too, and is no finding that counts. */
async function failedChecks(): Promise<string[]> {
  const findings = await openFindings(ada, platformId);
  return findings.filter((finding) => finding.outcome === 'fail').map((finding) => `${finding.checkId}: ${finding.resource.name}`);
}

describe('one thread through a real Node-RED', () => {
  it('connects it and scans it at once, telling what was read and what is open', async () => {
    const secret = { username: nodeRed.reader.username, password: nodeRed.reader.password };

    ({ platformId, first } = await connect(ada, { name: 'Roastery', connectorId: 'node-red', baseUrl: nodeRed.url, secret }));

    expect(first.scan).toMatchObject({ status: 'completed', trigger: 'first', platformVersion: nodeRed.version, drift: null, error: null });
    expect(first.completeness.filter(({ state, because }) => state !== 'collected' && state !== 'empty' && because !== 'api')).toEqual([]);
    const failed = await failedChecks();
    expect(failed.length).toBe(first.scan.findings);
    expect(failed).toEqual(expect.arrayContaining([expect.stringContaining('New order'), expect.stringContaining('Importer stock')]));
  });

  it('connects another, to be scanned every minute', async () => {
    const secret = { username: nodeRed.reader.username, password: nodeRed.reader.password };

    minutely = await connect(ada, { name: 'Roastery, again', connectorId: 'node-red', baseUrl: nodeRed.url, secret });
    const schedule = await ada.put<Schedule>(`/platforms/${minutely.platformId}/schedule`, { spec: { kind: 'interval', everyMinutes: 1, jitterSeconds: 0 } });

    expect(minutely.first.scan.root).toBe(first.scan.root);
    expect(Date.parse(schedule.nextRuns[0]!)).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it('gives the proposer no say in the approval, and the second officer the last word', async () => {
    const { baseline } = await ada.post<{ baseline: Baseline }>(`/platforms/${platformId}/baselines`, { scanId: first.scan.id });

    const refused = await ada.refusal('POST', `/baselines/${baseline.id}/decision`, { decision: 'approved', reason: 'Mine.' });
    const approved = await otto.post<{ baseline: Baseline }>(`/baselines/${baseline.id}/decision`, { decision: 'approved', reason: 'Seen with Purchasing.' });

    expect(refused.code).toBe('PLB-BASELINE-001');
    expect(approved.baseline).toMatchObject({ status: 'approved', version: 1, decidedBy: { name: 'Otto Officer' } });
    asApproved = (await nodeRed.api.getFlows()).flows as FlowItem[];
  });

  it('sees nothing when nothing was changed, twice back to back', async () => {
    const one = await scanNow(ada, platformId);
    const two = await scanNow(ada, platformId);

    expect([one.scan, two.scan].map((scan) => [scan.status, scan.drift, scan.root])).toEqual([['completed', 0, first.scan.root], ['completed', 0, first.scan.root]]);
    expect(await openDrift(ada, platformId)).toEqual([]);
    expect((await failedChecks()).length).toBe(first.scan.findings);
  });

  interface Change {
    readonly what: string;
    readonly make: (api: NodeRedApi) => Promise<unknown>;
    readonly item: readonly [driftClass: string, name: string | RegExp, sentence: string | RegExp];
  }
  const changes: Change[] = [
    { what: 'an address that got another host', make: (api) => api.change(demoId('stock.board'), { url: 'http://board.elsewhere.example.net/lots' }), item: ['host-added', 'Price board', /board\.elsewhere\.example\.net/] },
    { what: 'a new step to a new host', make: (api) => api.addHost('https://copy.newcomer.example.org/rows'), item: ['added', /^New host/, /copy\.newcomer\.example\.org|New host/] },
    { what: 'a new endpoint that anybody may call', make: (api) => api.addOpenEndpoint('/open/door'), item: ['added', /^Added flow/, /Added flow/] },
    { what: 'a check of the certificate that was switched off', make: (api) => api.change(demoId('orders.warehouse'), { tls: demoId('tls.lenient') }), item: ['tls-off', 'Warehouse', /certificate of orders\.packhall\.test/] },
    { what: 'changed code', make: (api) => api.change(demoId('stock.compare'), { func: 'return msg;' }), item: ['code-changed', 'Find what runs low', /runs changed code/] },
    { what: 'a removed step', make: (api) => api.remove(demoId('tickets.log')), item: ['removed', 'Not urgent', /was removed/] },
  ];
  it.each(changes)('shows exactly $what', async ({ make, item }) => {
    await nodeRed.api.deploy(asApproved);
    await make(nodeRed.api);

    const drift = await driftAfterScan();

    const [driftClass, name, sentence] = item;
    expect(drift).toEqual([[driftClass, typeof name === 'string' ? name : expect.stringMatching(name), expect.stringMatching(sentence)]]);
  });

  it('lets drift go when the change is taken back, and keeps it in the record', async () => {
    await nodeRed.api.deploy(asApproved);

    const drift = await driftAfterScan();

    expect(drift).toEqual([]);
    const all = await ada.get<{ items: { goneAt: string | null }[] }>(`/drift?platformId=${platformId}&includeGone=true`);
    expect(all.items.length).toBeGreaterThanOrEqual(changes.length);
    expect(all.items.every((item) => item.goneAt !== null)).toBe(true);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a save without an edit', () => nodeRed.api.noOpSave()],
    ['a redeploy from the editor, in another order', () => nodeRed.api.redeployReordered()],
    ['a dragged node', () => nodeRed.api.moveNode(demoId('stock.board'), 901, 333)],
    ['a new password, which Node-RED does not show', () => nodeRed.api.rotateCredential(demoId('stock.importer'), { user: 'brackenfield', password: 'rotated-beanport-password' })],
    ['a restart of Node-RED', async () => (nodeRed = await nodeRed.restart())],
  ])('tells no drift after %s', async (_what, act) => {
    await act();

    const { scan } = await scanNow(ada, platformId);

    expect([scan.status, scan.drift, scan.root]).toEqual(['completed', 0, first.scan.root]);
    expect(await openDrift(ada, platformId)).toEqual([]);
  });
});

describe('its schedule', () => {
  it('starts scans by itself, every minute when it says so', async () => {
    const due = await endedScan(ada, minutely.platformId, minutely.first.scan.id);

    expect(due.scan).toMatchObject({ status: 'completed', trigger: 'schedule', requestedBy: null });
  });

  const spec = { kind: 'interval', everyMinutes: 1440, jitterSeconds: 0 };

  it('scans when triggered, as a scheduled scan', async () => {
    const before = (await newestScan(ada, platformId))!.id;
    const set = await ada.put<Schedule>(`/platforms/${platformId}/schedule`, { spec });

    await ada.post(`/platforms/${platformId}/schedule/trigger`);
    const { scan } = await endedScan(ada, platformId, before);

    expect(set).toMatchObject({ spec, paused: false });
    expect(set.nextRuns.length).toBeGreaterThan(0);
    expect(scan).toMatchObject({ status: 'completed', trigger: 'schedule', requestedBy: null });
  });

  it('has no next run while paused, and has one again afterwards', async () => {
    const paused = await ada.post<Schedule>(`/platforms/${platformId}/schedule/pause`);
    const resumed = await ada.post<Schedule>(`/platforms/${platformId}/schedule/resume`);

    expect(paused).toMatchObject({ paused: true, nextRuns: [] });
    expect(resumed.paused).toBe(false);
    expect(resumed.nextRuns.length).toBeGreaterThan(0);
  });
});

describe('the record of all this', () => {
  it('verifies, and names who proposed and who approved', async () => {
    const verification = await ada.get<AuditVerification>('/audit/verify');

    expect(verification).toMatchObject({ ok: true, firstBad: null });
    const { items } = await ada.get<{ items: { action: string; actor: { name: string } }[] }>('/audit/events?limit=200');
    const who = items.filter((event) => event.action.startsWith('baseline.')).map((event) => [event.action, event.actor.name]);
    expect(who).toEqual(expect.arrayContaining([['baseline.proposed', 'Ada Admin'], ['baseline.approved', 'Otto Officer']]));
  });
});
