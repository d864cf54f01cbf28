import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { snapshotRoot } from '../../../src/compare/index.js';
import type { JsonValue, Resource } from '../../../src/model/resource.js';
import { beginScan, finishScan, listEvents, listObservations, newId, pruneObservations, removePlatform, storeSnapshot } from '../../../src/store/index.js';
import { SYSTEM } from '../../../src/model/identity.js';
import { storePlatform } from './stored-facts.js';
import { startTestPortal, type TestPortal } from './test-portal.js';

let portal: TestPortal;
let cookie: string;
beforeAll(async () => {
  portal = await startTestPortal();
  cookie = (await portal.person('auditor')).cookie;
});
afterAll(() => portal.close());

type Told = Pick<Resource, 'kind' | 'key' | 'name' | 'properties'>;
const event = (key: string, at: string, more: Record<string, JsonValue> = {}): Told => ({ kind: 'audit-event', key, name: `Entry ${key}`, properties: { at, actor: 'ana', action: 'flow.saved', ...more } });

async function told(observations: readonly Told[], tenantId = portal.database.tenantId): Promise<string> {
  const platformId = await storePlatform(portal, `Log ${randomUUID()}`, tenantId);
  await portal.database.store.tenant(tenantId, async (tx) => {
    const scan = await beginScan(tx, { platformId, workflowRun: `scan:log#${randomUUID()}`, trigger: 'person', requestedBy: null, slotAt: null });
    const resources = observations.map((one): Resource => ({ ...one, location: { file: null, workflow: null, step: null }, evidence: { request: '', pageHash: '', path: '' } }));
    await storeSnapshot(tx, scan.id, { lines: [], root: snapshotRoot([]), flows: [], completeness: [], platformVersion: null, observations: resources, bookmarks: {} });
    await finishScan(tx, { scanId: scan.id, status: 'completed', baselineId: null, findingCount: 0, severityCounts: { critical: 0, high: 0, medium: 0, low: 0, info: 0 }, driftCount: null });
  });
  return platformId;
}
const DAYS = ['2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04', '2026-11-05'];
const LOG = [...DAYS.map((day, index) => event(`e${index}`, `${day}T10:00:00.000Z`)), { kind: 'run-stats', key: 'workflow:f1', name: 'Orders', properties: { lastUsedAt: '2026-11-03T12:00:00.000Z', runs: 12 } }, { kind: 'run-stats', key: 'workflow:f2', name: 'Never ran', properties: { runs: 0 } }] as const satisfies readonly Told[];
const keys = (body: Record<string, unknown>): string[] => (body['items'] as unknown as { key: string }[]).map(({ key }) => key);
const get = (platformId: string, query = '') => portal.call('GET', `platforms/${platformId}/observations${query}`, { cookie });

describe('what a platform\'s own log says', () => {
  test('is listed newest first, with what has no time at the end, in pages without a gap', async () => {
    const platformId = await told(LOG);

    const whole = await get(platformId);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await get(platformId, `?limit=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      seen.push(...keys(body));
      cursor = body['nextCursor'] as unknown as string | null;
    }

    expect(keys(whole.body)).toEqual(['e4', 'e3', 'workflow:f1', 'e2', 'e1', 'e0', 'workflow:f2']);
    expect(seen).toEqual(keys(whole.body));
    expect((whole.body['items'] as unknown as unknown[])[0]).toEqual({ kind: 'audit-event', key: 'e4', name: 'Entry e4', at: '2026-11-05T10:00:00.000Z', properties: LOG[4]!.properties });
  });

  test.each([
    ['?kind=run-stats', ['workflow:f1', 'workflow:f2']],
    ['?from=2026-11-03T00:00:00Z', ['e4', 'e3', 'workflow:f1', 'e2']],
    ['?until=2026-11-02T10:00:00Z', ['e0']],
    ['?kind=audit-event&from=2026-11-02T00:00:00Z&until=2026-11-04T00:00:00Z', ['e2', 'e1']],
  ])('is filtered by kind and time: %s', async (query, expected) => {
    expect(keys((await get(await told(LOG), query)).body)).toEqual(expected);
  });

  test.each(['?kind=workflow', '?from=yesterday', '?until=2026-11-02'])('refuses %s', async (query) => {
    expect((await get(await told(LOG), query)).status).toBe(400);
  });

  test('is exported as lines of JSON, all of it, with the same filter', async () => {
    const many = Array.from({ length: 1_203 }, (_each, index) => event(`n${index}`, new Date(Date.UTC(2026, 9, 1) + index * 60_000).toISOString(), { details: '=cmd|x\r\n"\u2028' }));
    const platformId = await told(many);

    const all = await get(platformId, '/export');
    const some = await get(platformId, '/export?from=2026-10-01T20:00:00Z');

    const lines = all.text.trimEnd().split('\n').map((line) => JSON.parse(line) as { key: string; properties: Record<string, unknown> });
    expect(lines).toHaveLength(1_203);
    expect(new Set(lines.map(({ key }) => key)).size).toBe(1_203);
    expect(lines[0]!.properties['details']).toBe('=cmd|x\r\n"\u2028');
    expect(some.text.trimEnd().split('\n')).toHaveLength(3);
  });

  test('of another tenant is not there', async () => {
    const other = newId('tenant');
    await portal.database.asAdmin((client) => client.query(`INSERT INTO tenants (id, name) VALUES ($1, 'Other')`, [other]));
    const platformId = await told(LOG, other);

    for (const path of ['', '/export']) {
      const [theirs, nobodys] = [await get(platformId, path), await get(newId('platform'), path)];
      expect([theirs.status, theirs.text]).toEqual([404, nobodys.text]);
    }
    expect((await portal.database.store.tenant(portal.database.tenantId, (tx) => listObservations(tx, { platformId }))).items).toEqual([]);
    expect(await portal.database.store.tenant(portal.database.tenantId, (tx) => pruneObservations(tx, { platformId, before: new Date('2030-01-01') }))).toBe(0);
  });

  test('goes when it is older than it is kept, of this platform and of removed ones only, and the trail says so', async () => {
    const [own, running, removed] = [await told(LOG), await told(LOG), await told(LOG)];
    const inTenant = <T>(work: Parameters<typeof portal.database.store.tenant<T>>[1]): Promise<T> => portal.database.store.tenant(portal.database.tenantId, work);
    await inTenant((tx) => removePlatform(tx, SYSTEM, removed));

    const first = await inTenant((tx) => pruneObservations(tx, { platformId: own, before: new Date('2026-11-03T11:00:00Z') }));
    const again = await inTenant((tx) => pruneObservations(tx, { platformId: own, before: new Date('2026-11-03T11:00:00Z') }));

    const left = async (platformId: string): Promise<string[]> => (await inTenant((tx) => listObservations(tx, { platformId }))).items.map(({ key }) => key);
    expect([first, again]).toEqual([6, 0]);
    expect(await left(own)).toEqual(['e4', 'e3', 'workflow:f1', 'workflow:f2']);
    expect(await left(removed)).toEqual(['e4', 'e3', 'workflow:f1', 'workflow:f2']);
    expect(await left(running)).toHaveLength(7);
    const events = (await inTenant((tx) => listEvents(tx, { subjectId: own }))).items.filter(({ action }) => action === 'observations.pruned');
    expect(events.map(({ details }) => details)).toEqual([{ count: 6, before: '2026-11-03T11:00:00.000Z' }]);
  });
});
