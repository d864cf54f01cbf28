import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompletenessEntry } from '../../../src/model/snapshot.js';
import { confirmCount, confirmedTypes, getScan, listEvents, listObservations, proposeBaseline, readBelievedCounts, readBookmarks, readPages, removePlatform, replaceKey, setPlatformAccess, storeSnapshot, type Scan, type SnapshotInput, type TenantTx, writePage } from '../../../src/store/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { ANNA, begin, endScan, platform, resource, snapshot } from './samples.js';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database?.drop());

function inTenant<T>(work: (tx: TenantTx) => Promise<T>): Promise<T> {
  return database.store.tenant(database.tenantId, work);
}
const newPlatform = async (): Promise<string> => (await inTenant(platform)).id;

function entry(change: Partial<CompletenessEntry> = {}): CompletenessEntry {
  return { type: 'flows', title: 'Flows', state: 'collected', read: 500, expected: null, reason: null, missing: null, required: true, ...change };
}
const SUSPECT = entry({ state: 'suspect', read: 0, before: 500 });

function scanWith(platformId: string, input: Partial<SnapshotInput>, status: 'completed' | 'incomplete' = 'completed'): Promise<Scan> {
  return inTenant(async (tx) => {
    const scan = await begin(tx, platformId);
    await storeSnapshot(tx, scan.id, { ...snapshot([resource('a')]), ...input });
    return endScan(tx, scan.id, status);
  });
}

const event = (key: string, at: string | null, name = 'Sign-in') => ({ kind: 'audit-event' as const, key, name, properties: { at } });

describe('observations', () => {
  it('are stored once however often they are read, and newest are listed first', async () => {
    const platformId = await newPlatform();
    const [early, late, timeless] = [event('e1', '2026-01-01T00:00:00Z'), event('e2', '2026-02-01T00:00:00Z'), event('e3', null)];

    await scanWith(platformId, { observations: [early, late] });
    await scanWith(platformId, { observations: [late, early, early, timeless] });

    const { items } = await inTenant((tx) => listObservations(tx, { platformId }));
    expect(items.map(({ key, at }) => [key, at])).toEqual([['e2', '2026-02-01T00:00:00.000Z'], ['e1', '2026-01-01T00:00:00.000Z'], ['e3', null]]);
  });

  it('take what changed: statistics move by themselves', async () => {
    const platformId = await newPlatform();
    const stats = (runs: number) => ({ kind: 'run-stats' as const, key: 'workflow:w1', name: 'Orders', properties: { runs, lastUsedAt: '2026-03-01T10:00:00+01:00' } });

    await scanWith(platformId, { observations: [stats(1)] });
    await scanWith(platformId, { observations: [stats(2)] });

    const { items } = await inTenant((tx) => listObservations(tx, { platformId, kind: 'run-stats' }));
    expect(items).toMatchObject([{ key: 'workflow:w1', properties: { runs: 2 }, at: '2026-03-01T09:00:00.000Z' }]);
  });

  it('are listed page by page, each once', async () => {
    const platformId = await newPlatform();
    await scanWith(platformId, { observations: Array.from({ length: 7 }, (_each, index) => event(`e${index}`, `2026-01-0${(index % 3) + 1}T00:00:00Z`)) });

    const seen: string[] = [];
    for (let cursor: string | null = null; ;) {
      const page: Awaited<ReturnType<typeof listObservations>> = await inTenant((tx) => listObservations(tx, { platformId, limit: 2, cursor }));
      seen.push(...page.items.map((item) => item.key));
      if ((cursor = page.nextCursor) === null) break;
    }

    expect(seen.toSorted()).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6']);
  });

  it('with characters that a column cannot hold, and times that are none, are stored all the same', async () => {
    const platformId = await newPlatform();

    await scanWith(platformId, { observations: [event('k\u0000', 'yesterday', 'n\u0000')] });

    expect((await inTenant((tx) => listObservations(tx, { platformId }))).items).toMatchObject([{ key: 'k\uFFFD', name: 'n\uFFFD', at: null, properties: { at: 'yesterday' } }]);
  });
});

describe('bookmarks', () => {
  it('are read back as stored, by type, and move on', async () => {
    const platformId = await newPlatform();

    await scanWith(platformId, { bookmarks: { events: '2026-01-01T00:00:00Z', logins: '2026-01-02T00:00:00Z' } });
    await scanWith(platformId, { bookmarks: { events: '2026-01-05T00:00:00Z' } });

    expect(await inTenant((tx) => readBookmarks(tx, platformId))).toEqual({ events: '2026-01-05T00:00:00Z', logins: '2026-01-02T00:00:00Z' });
  });

  it.each<[what: string, change: (tx: TenantTx, platformId: string) => Promise<void>]>([
    ['a new key', (tx, platformId) => replaceKey(tx, ANNA, { platformId, rootKey: new Uint8Array(32), fields: { apiKey: 'fixture-new' } })],
    ['another address', (tx, platformId) => setPlatformAccess(tx, ANNA, { platformId, baseUrl: 'https://other.example.com' })],
  ])('and kept pages are forgotten with %s', async (_what, change) => {
    const [platformId, neighbour] = [await newPlatform(), await newPlatform()];
    const scans = await Promise.all([platformId, neighbour].map((id) => inTenant(async (tx) => {
      const scan = await begin(tx, id);
      await writePage(tx, { scanId: scan.id, resourceType: 'flows', page: 0, body: { items: [] } });
      await storeSnapshot(tx, scan.id, { ...snapshot([]), bookmarks: { events: '2026-01-01T00:00:00Z' } });
      return endScan(tx, scan.id, 'completed');
    })));

    await inTenant((tx) => change(tx, platformId));

    const kept = await inTenant(async (tx) => Promise.all(scans.map(async (scan) => [Object.keys(await readBookmarks(tx, scan.platformId)), (await readPages(tx, scan.id, 'flows')).length])));
    expect(kept).toEqual([[[], 0], [['events'], 1]]);
  });

  it('of a scan that ended meanwhile are not stored', async () => {
    const platformId = await newPlatform();
    const ended = await scanWith(platformId, {});

    await inTenant((tx) => storeSnapshot(tx, ended.id, { ...snapshot([]), bookmarks: { events: '2030-01-01T00:00:00Z' } }));

    expect(await inTenant((tx) => readBookmarks(tx, platformId))).toEqual({});
  });
});

describe('believed counts', () => {
  it('are those of the last scan that read a type to its end', async () => {
    const platformId = await newPlatform();

    await scanWith(platformId, { completeness: [entry(), entry({ type: 'users', state: 'forbidden', read: 0 }), entry({ type: 'tags', state: 'empty', read: 0 })] });
    await scanWith(platformId, { completeness: [SUSPECT, entry({ type: 'tags', read: 4 })] }, 'incomplete');

    expect(await inTenant((tx) => readBelievedCounts(tx, platformId))).toEqual({ flows: 500, tags: 4 });
  });

  it('take a suspect count only when a person confirms it, which is on record with the reason, but without what must not stand there for ever', async () => {
    const platformId = await newPlatform();
    await scanWith(platformId, { completeness: [entry()] });
    const suspect = await scanWith(platformId, { completeness: [SUSPECT] }, 'incomplete');

    await inTenant((tx) => confirmCount(tx, ANNA, { platformId, type: 'flows', count: 0, reason: 'We moved to another instance, says ida@harbour.example; its key is sk-proj-Ab3dEf6hIj9kLm2nOp5qRs8tUv1w.' }));
    await inTenant((tx) => confirmCount(tx, ANNA, { platformId, type: 'flows', count: 0, reason: 'Again.' }));

    expect(await inTenant((tx) => readBelievedCounts(tx, platformId))).toEqual({ flows: 0 });
    expect(await inTenant((tx) => confirmedTypes(tx, suspect.id))).toEqual(['flows']);
    const { items } = await inTenant((tx) => listEvents(tx, { subjectId: platformId }));
    const confirmed = items.filter((each) => each.action === 'count.confirmed');
    expect(confirmed).toHaveLength(1);
    expect(confirmed[0]).toMatchObject({ details: { scanId: suspect.id, type: 'flows', before: 500, count: 0, reason: expect.stringContaining('We moved to another instance, says (an address was taken out)') as string } });
    expect(JSON.stringify(confirmed)).not.toMatch(/sk-proj|harbour/);
  });

  it.each([
    ['another number than the scan read', { count: 3 }],
    ['a type that was read well', { type: 'tags', count: 4 }],
    ['a type that is not there', { type: 'elsewhere' }],
  ])('are not confirmed for %s', async (_what, change) => {
    const platformId = await newPlatform();
    await scanWith(platformId, { completeness: [SUSPECT, entry({ type: 'tags', read: 4 })] }, 'incomplete');

    await expect(inTenant((tx) => confirmCount(tx, ANNA, { platformId, type: 'flows', count: 0, reason: 'r', ...change }))).rejects.toMatchObject({ code: 'PLB-API-004' });
  });

  it('are not confirmed from a scan that a newer one has overtaken, nor for a platform that was removed', async () => {
    const platformId = await newPlatform();
    await scanWith(platformId, { completeness: [SUSPECT] }, 'incomplete');
    await scanWith(platformId, { completeness: [entry()] });

    const confirm = () => inTenant((tx) => confirmCount(tx, ANNA, { platformId, type: 'flows', count: 0, reason: 'r' }));
    await expect(confirm()).rejects.toMatchObject({ code: 'PLB-API-004' });
    await inTenant((tx) => removePlatform(tx, ANNA, platformId));

    await expect(confirm()).rejects.toMatchObject({ code: 'PLB-API-002' });
  });

  it('that are suspect keep a scan from becoming a baseline', async () => {
    const platformId = await newPlatform();
    const suspect = await scanWith(platformId, { completeness: [SUSPECT] }, 'incomplete');

    await expect(inTenant((tx) => proposeBaseline(tx, ANNA, { platformId, scanId: suspect.id }))).rejects.toMatchObject({ code: 'PLB-BASELINE-003' });
    expect((await inTenant((tx) => getScan(tx, suspect.id))).completeness).toEqual([SUSPECT]);
  });
});
