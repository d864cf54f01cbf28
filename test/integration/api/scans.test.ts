import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scanScheduleId, scanWorkflowId } from '../../../src/contracts/scan-platform.js';
import { SYSTEM } from '../../../src/model/identity.js';
import { beginScan, listEvents, listPlatforms, readSecret, setSchedule } from '../../../src/store/index.js';
import { storePlatform, storeScan } from './stored-facts.js';
import { startTestPortal, type Answer, type TestPortal } from './test-portal.js';

let portal: TestPortal;
let administrator: string;
let officer: { cookie: string; id: string };
let second: { cookie: string; id: string };
beforeAll(async () => {
  portal = await startTestPortal();
  administrator = (await portal.person('administrator')).cookie;
  officer = await portal.person('officer', 'Olive Officer');
  second = await portal.person('officer', 'Oscar Officer');
});
afterAll(() => portal.close());

const as = (cookie: string) => (method: string, url: string, body?: unknown): Promise<Answer> => portal.call(method, url, { cookie, ...(body === undefined ? {} : { body }) });
const handle = (platformId: string) => portal.client.schedule.getHandle(scanScheduleId(portal.database.tenantId, platformId));

describe('connecting a platform', () => {
  let server: Server;
  let baseUrl: string;
  beforeAll(async () => {
    // What a Node-RED without sign-in answers to a probe.
    server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.url === '/settings' ? { httpNodeRoot: '/', version: '4.1.0', user: { anonymous: true, permissions: '*' } } : request.url === '/flows' ? { rev: 'r', flows: [] } : {}));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  test('asks it first, stores the secret encrypted, and starts the first scan', async () => {
    const body = { name: 'Real one', connectorId: 'node-red', baseUrl, secret: { token: 'canary-secret-7f3a' }, owner: 'Ops' };

    const added = await as(administrator)('POST', 'platforms', body);

    expect(added.status, added.text).toBe(201);
    const platform = added.body['platform'] as unknown as { id: string };
    expect(added.body).toMatchObject({ platformVersion: '4.1.0', firstScan: { joined: false }, platform: { name: 'Real one', connectorTitle: 'Node-RED', owner: 'Ops', openFindings: null } });
    const [stored] = (await portal.database.store.tenant(portal.database.tenantId, listPlatforms)).filter((one) => one.id === platform.id);
    expect(await portal.database.store.tenant(portal.database.tenantId, (tx) => readSecret(tx, portal.deps.keys.secrets, stored!.secretId!))).toEqual({ token: 'canary-secret-7f3a' });
    expect(added.text + portal.log.join() + (await as(administrator)('GET', 'platforms')).text).not.toContain('canary-secret');
    const description = await portal.client.workflow.getHandle(scanWorkflowId(portal.database.tenantId, platform.id)).describe();
    expect(description.status.name).toBe('RUNNING');
  });

  test.each([
    ['nothing answers there', { baseUrl: 'http://127.0.0.1:1' }, 502, 'PLB-COLLECT-001'],
    ['an unknown connector', { connectorId: 'nope' }, 422, 'PLB-COLLECT-010'],
    ['a secret field that the connector does not have', { secret: { pasword: 'x' } }, 400, 'PLB-API-001'],
    ['a password in the address', { baseUrl: 'http://user:pw@127.0.0.1:1' }, 400, 'PLB-API-001'],
    ['another scheme', { baseUrl: 'file:///etc/passwd' }, 400, 'PLB-API-001'],
    ['a line break in the name', { name: 'a\nb' }, 400, 'PLB-API-001'],
  ])('is refused and stores nothing: %s', async (_case, change, status, code) => {
    const before = (await as(administrator)('GET', 'platforms')).text;

    const refused = await as(administrator)('POST', 'platforms', { name: 'Bad', connectorId: 'node-red', baseUrl, secret: {}, ...change });

    expect([refused.status, refused.body['code']]).toEqual([status, code]);
    expect((await as(administrator)('GET', 'platforms')).text).toBe(before);
  });

  test('tells for each connector its address, its fields, and what the platform keeps to itself', async () => {
    const { body } = await as(officer.cookie)('GET', 'connectors');

    const items = body['items'] as unknown as { id: string }[];
    expect(items.find(({ id }) => id === 'n8n')).toMatchObject({
      title: 'n8n', liveSource: true, fileSource: true, address: { label: 'Address', example: 'https://n8n.example.com', fixed: null }, secretFields: [{ name: 'apiKey', required: true }], notExposed: expect.any(Array), sources: expect.any(Array),
    });
  });

  test('shows before that what the key may read, and stores nothing of it', async () => {
    const before = (await as(administrator)('GET', 'platforms')).text;

    const looked = await as(administrator)('POST', 'connectors/node-red/preflight', { baseUrl, secret: { token: 'canary-preflight' } });

    expect(looked.status, looked.text).toBe(200);
    const entries = looked.body['entries'] as unknown as { type: string }[];
    expect(entries.find(({ type }) => type === 'flows')).toMatchObject({ title: 'Flows', required: true, state: 'granted', right: expect.any(String), kinds: expect.arrayContaining(['workflow']) });
    expect(looked.text + portal.log.join()).not.toContain('canary-preflight');
    expect((await as(administrator)('GET', 'platforms')).text).toBe(before);
    const away = await as(administrator)('POST', 'connectors/node-red/preflight', { baseUrl: 'http://127.0.0.1:1', secret: {} });
    expect([away.status, away.body['code']]).toEqual([502, 'PLB-COLLECT-001']);
  });

  test('takes a new key that works in place of the old one, and keeps the history; one that does not work changes nothing', async () => {
    const added = await as(administrator)('POST', 'platforms', { name: 'Rotated', connectorId: 'node-red', baseUrl, secret: { token: 'old-key' } });
    const { id } = added.body['platform'] as unknown as { id: string };
    const scanId = await storeScan(portal, id);
    const stored = async (): Promise<unknown> => {
      const { database: { store, tenantId }, deps } = portal;
      const platform = (await store.tenant(tenantId, listPlatforms)).find((one) => one.id === id)!;
      return store.tenant(tenantId, (tx) => readSecret(tx, deps.keys.secrets, platform.secretId!));
    };

    const replaced = await as(administrator)('PUT', `platforms/${id}/secret`, { secret: { token: 'canary-new-key' } });
    expect(replaced.status, replaced.text).toBe(200);
    expect(await stored()).toEqual({ token: 'canary-new-key' });
    const refused = await as(administrator)('PUT', `platforms/${id}/secret`, { secret: { tokn: 'x' } });
    const broken = await as(administrator)('PUT', `platforms/${id}/secret`, { secret: { token: 'has a space' } });

    expect([refused.status, broken.status]).toEqual([400, 422]);
    expect(await stored()).toEqual({ token: 'canary-new-key' });
    expect((await as(officer.cookie)('GET', `scans/${scanId}`)).status).toBe(200);
    const { items } = await portal.database.store.tenant(portal.database.tenantId, (tx) => listEvents(tx, { subjectId: id }));
    expect(items.filter((event) => event.action === 'platform.key-replaced')).toHaveLength(1);
    expect(replaced.text + JSON.stringify(items) + portal.log.join()).not.toContain('canary-new-key');
  });

  test('disconnecting takes away schedule, running scan and key; its record stays', async () => {
    const added = await as(administrator)('POST', 'platforms', { name: 'Short-lived', connectorId: 'node-red', baseUrl, secret: { token: 'x' } });
    const { id } = added.body['platform'] as unknown as { id: string };
    const scanId = await storeScan(portal, id);
    await as(officer.cookie)('PUT', `platforms/${id}/schedule`, { spec: { kind: 'interval', everyMinutes: 60 } });

    const removed = await as(administrator)('DELETE', `platforms/${id}`);

    expect(removed.status).toBe(200);
    expect((await as(administrator)('GET', `platforms/${id}`)).status).toBe(404);
    expect((await as(administrator)('GET', `scans/${scanId}`)).status).toBe(200);
    await expect(handle(id).describe()).rejects.toThrow(/not found/i);
    const events = (await portal.client.workflow.getHandle(scanWorkflowId(portal.database.tenantId, id)).fetchHistory()).events!;
    expect(events.some((event) => event.workflowExecutionCancelRequestedEventAttributes != null)).toBe(true);
  });
});

describe('scanning', () => {
  test('of many who ask at once one starts the scan and the others join it', async () => {
    const platformId = await storePlatform(portal, 'Busy');

    const answers = await Promise.all(Array.from({ length: 6 }, () => as(officer.cookie)('POST', `platforms/${platformId}/scans`, {})));
    const later = await as(officer.cookie)('POST', `platforms/${platformId}/scans`, {});

    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 6 }, () => 202));
    expect(answers.filter((answer) => answer.body['joined'] === (false as never))).toHaveLength(1);
    expect(later.body).toMatchObject({ joined: true, workflowId: scanWorkflowId(portal.database.tenantId, platformId) });
  });

  test('joins the scan that the schedule has started', async () => {
    const platformId = await storePlatform(portal, 'Scheduled');
    await as(officer.cookie)('PUT', `platforms/${platformId}/schedule`, { spec: { kind: 'interval', everyMinutes: 600 } });
    await as(officer.cookie)('POST', `platforms/${platformId}/schedule/trigger`, {});
    await expect.poll(async () => (await as(officer.cookie)('GET', `platforms/${platformId}/schedule`)).body['lastRuns'], { timeout: 10_000 }).toHaveLength(1);

    await expect.poll(async () => (await as(officer.cookie)('POST', `platforms/${platformId}/scans`, {})).body['workflowId'], { timeout: 10_000 }).toMatch(/^scan:.*-\d{4}-/);
  });

  test('what was read, and which checks were judged, is told of one scan', async () => {
    const platformId = await storePlatform(portal, 'Read');
    const scanId = await storeScan(portal, platformId);

    const [details, list, platform] = [await as(officer.cookie)('GET', `scans/${scanId}`), await as(officer.cookie)('GET', `platforms/${platformId}/scans`), await as(officer.cookie)('GET', `platforms/${platformId}`)];

    expect(details.body).toMatchObject({ scan: { platformName: 'Read', status: 'completed', resources: 2, findings: 1, error: null }, completeness: [{ type: 'flows', state: 'collected', read: 2 }], checkResults: [] });
    expect(list.body).toMatchObject({ items: [{ id: scanId }], nextCursor: null });
    expect(platform.body).toMatchObject({ platform: { openFindings: { critical: 0, high: 1 }, lastScan: { id: scanId, findings: 1 } } });
  });
});

describe('a baseline', () => {
  test('needs four eyes: the proposer is refused, on record, and a second officer approves', async () => {
    const platformId = await storePlatform(portal, 'Four eyes');
    const scanId = await storeScan(portal, platformId);
    const proposed = await as(officer.cookie)('POST', `platforms/${platformId}/baselines`, { scanId });
    const { id, canDecide } = proposed.body['baseline'] as unknown as { id: string; canDecide: boolean };
    const approve = (cookie: string) => as(cookie)('POST', `baselines/${id}/decision`, { decision: 'approved', reason: 'As agreed.' });

    const [own, others, again] = [await approve(officer.cookie), await approve(second.cookie), await approve(second.cookie)];

    expect([proposed.status, canDecide]).toEqual([201, false]);
    expect([own.status, own.body['code']]).toEqual([403, 'PLB-BASELINE-001']);
    expect(others.body).toMatchObject({ baseline: { status: 'approved', proposedBy: { name: 'Olive Officer' }, decidedBy: { name: 'Oscar Officer' }, reason: 'As agreed.' } });
    expect([again.status, again.body['code']]).toEqual([409, 'PLB-BASELINE-002']);
    const events = await portal.database.store.tenant(portal.database.tenantId, (tx) => listEvents(tx, { subjectId: id }));
    expect(events.items.map((event) => [event.action, event.actor.name])).toContainEqual([expect.stringMatching(/refused/), 'Olive Officer']);
  });

  test('decided by two at once is decided once', async () => {
    const platformId = await storePlatform(portal, 'Race');
    const proposed = await as(officer.cookie)('POST', `platforms/${platformId}/baselines`, { scanId: await storeScan(portal, platformId) });
    const { id } = proposed.body['baseline'] as unknown as { id: string };

    const answers = await Promise.all((['approved', 'rejected', 'approved', 'rejected'] as const).map((decision) => as(second.cookie)('POST', `baselines/${id}/decision`, { decision, reason: 'x' })));

    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409]);
  });

  test('cannot be a scan that did not read everything', async () => {
    const platformId = await storePlatform(portal, 'Partial');

    const refused = await as(officer.cookie)('POST', `platforms/${platformId}/baselines`, { scanId: await storeScan(portal, platformId, { status: 'incomplete' }) });

    expect([refused.status, refused.body['code']]).toEqual([422, 'PLB-BASELINE-003']);
  });
});

describe('a schedule', () => {
  const spec = { kind: 'calendar', weekdays: [1, 3], hour: 3, minute: 30, timeZone: 'Europe/Berlin' };

  test('is set in Temporal with its time zone, skips what overlaps, and shows its next runs', async () => {
    const platformId = await storePlatform(portal, 'Weekly');

    const set = await as(officer.cookie)('PUT', `platforms/${platformId}/schedule`, { spec });

    expect(set.body).toMatchObject({ spec: { ...spec, daysOfMonth: [], jitterSeconds: 0 }, paused: false, missed: 0, skipped: 0 });
    const nextRuns = (set.body['nextRuns'] as unknown as string[]).map((time) => new Date(time));
    expect(nextRuns.length).toBeGreaterThan(3);
    const inBerlin = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', weekday: 'short', hour: '2-digit', minute: '2-digit' });
    expect(new Set(nextRuns.map((time) => inBerlin.format(time)))).toEqual(new Set(['Mon 03:30', 'Wed 03:30']));
    const { policies } = await handle(platformId).describe();
    expect([policies.overlap, policies.catchupWindow]).toEqual(['SKIP', 86_400_000]);
  });

  test('can be replaced, paused, resumed and taken away', async () => {
    const platformId = await storePlatform(portal, 'Changing');
    const url = `platforms/${platformId}/schedule`;
    await as(officer.cookie)('PUT', url, { spec });

    const replaced = await as(officer.cookie)('PUT', url, { spec: { kind: 'interval', everyMinutes: 30, jitterSeconds: 10 } });
    const paused = await as(officer.cookie)('POST', `${url}/pause`, {});
    const pausedInTemporal = (await handle(platformId).describe()).state.paused;
    const resumed = await as(officer.cookie)('POST', `${url}/resume`, {});
    const removed = await as(officer.cookie)('DELETE', url);

    expect(replaced.body).toMatchObject({ spec: { kind: 'interval', everyMinutes: 30 }, paused: false });
    expect([paused.body['paused'], paused.body['nextRuns'], pausedInTemporal]).toEqual([true, [], true]);
    expect((resumed.body['nextRuns'] as unknown as string[]).length).toBeGreaterThan(0);
    expect([removed.status, (await as(officer.cookie)('GET', url)).body['spec']]).toEqual([200, null]);
    await expect(handle(platformId).describe()).rejects.toThrow(/not found/i);
    expect((await as(officer.cookie)('POST', `${url}/pause`, {})).status).toBe(404);
  });

  test.each([
    ['a day that the calendar knows and no month has at once with it', { kind: 'cron', cron: '0 3 31 2 *' }],
    ['a cron that is none', { kind: 'cron', cron: 'a b c d e' }],
    ['a month of thirteen', { kind: 'cron', cron: '0 0 1 13 *' }],
  ])('is refused at its field: %s', async (_case, bad) => {
    const platformId = await storePlatform(portal, `Bad ${_case}`);

    const refused = await as(officer.cookie)('PUT', `platforms/${platformId}/schedule`, { spec: bad });

    expect([refused.status, refused.body['code']]).toEqual([422, 'PLB-SCHEDULE-001']);
    expect((await as(officer.cookie)('GET', `platforms/${platformId}`)).body).toMatchObject({ platform: { schedule: null } });
  });

  test.each([
    [{ kind: 'interval', everyMinutes: 0 }, 'spec.everyMinutes'], [{ kind: 'cron', cron: '* * *' }, 'spec.cron'], [{ kind: 'calendar', hour: 24, minute: 0 }, 'spec.hour'],
    [{ kind: 'calendar', hour: 3, minute: 0, timeZone: 'Mars/Base' }, 'spec.timeZone'], [{ kind: 'never' }, 'spec.kind'],
  ])('%j is refused naming %s', async (bad, field) => {
    const platformId = await storePlatform(portal, `Field ${field}`);

    const refused = await as(officer.cookie)('PUT', `platforms/${platformId}/schedule`, { spec: bad });

    expect(refused.status).toBe(400);
    expect((refused.body['errors'] as unknown as { path: string }[]).map((error) => error.path)).toContain(field);
  });

  test('is not changed while Temporal is away, and the answer says to try again', async () => {
    const platformId = await storePlatform(portal, 'Away');
    const nowhere = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
    const cut = await startTestPortal({ temporal: nowhere, store: portal.deps.store, tenantId: portal.deps.tenantId, auth: portal.deps.auth });

    const refused = await cut.call('PUT', `platforms/${platformId}/schedule`, { cookie: officer.cookie, body: { spec } });
    await cut.close();

    expect([refused.status, refused.body['code'], refused.headers['retry-after']]).toEqual([503, 'PLB-API-003', '5']);
    expect((await as(officer.cookie)('GET', `platforms/${platformId}`)).body).toMatchObject({ platform: { schedule: null } });
  });

  test('a scan whose workflow was lost is no longer running after the next start; one whose workflow lives goes on', async () => {
    const [lost, alive] = [await storePlatform(portal, 'Lost scan'), await storePlatform(portal, 'Living scan')];
    const started = await as(officer.cookie)('POST', `platforms/${alive}/scans`, {});
    const { runId } = await portal.client.workflow.getHandle(started.body['workflowId'] as unknown as string).describe();
    const begin = (platformId: string, workflowRun: string) =>
      portal.database.store.tenant(portal.database.tenantId, (tx) => beginScan(tx, { platformId, workflowRun, trigger: 'person', requestedBy: null, slotAt: null }));
    await begin(lost, `${scanWorkflowId(portal.database.tenantId, lost)}#00000000-0000-4000-8000-000000000000`);
    await begin(alive, `${scanWorkflowId(portal.database.tenantId, alive)}#${runId}`);

    await portal.reconcile();

    const scansOf = async (platformId: string) => (await as(officer.cookie)('GET', `platforms/${platformId}/scans`)).body['items'];
    expect(await scansOf(lost)).toMatchObject([{ status: 'failed', error: { code: 'PLB-INTERNAL-002' } }]);
    expect(await scansOf(alive)).toMatchObject([{ status: 'running' }]);
  });

  test('that Temporal has lost comes back at the next start, paused when it was', async () => {
    const [running, paused] = [await storePlatform(portal, 'Lost'), await storePlatform(portal, 'Lost and paused')];
    for (const id of [running, paused]) await as(officer.cookie)('PUT', `platforms/${id}/schedule`, { spec });
    await as(officer.cookie)('POST', `platforms/${paused}/schedule/pause`, {});
    for (const id of [running, paused]) await handle(id).delete();

    await portal.reconcile();

    expect((await handle(running).describe()).state.paused).toBe(false);
    expect((await handle(paused).describe()).state.paused).toBe(true);
  });

  test('that was changed while Temporal could not be told is brought in step at the next start; one that agrees is left alone', async () => {
    const [changed, same] = [await storePlatform(portal, 'Changed meanwhile'), await storePlatform(portal, 'The same')];
    for (const id of [changed, same]) await as(officer.cookie)('PUT', `platforms/${id}/schedule`, { spec });
    const other = { kind: 'interval', everyMinutes: 45, jitterSeconds: 0 } as const;
    await portal.database.store.tenant(portal.database.tenantId, (tx) => setSchedule(tx, SYSTEM, { platformId: changed, spec: other }));

    await portal.reconcile();

    expect((await handle(changed).describe()).spec.intervals).toMatchObject([{ every: 45 * 60_000 }]);
    expect((await handle(same).describe()).info.lastUpdatedAt).toBeUndefined();
  });
});
