import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/model/canonical.js';
import type { Resource } from '../../../src/model/resource.js';
import { decideBaseline, failScan, getScan, listDrift, listObservations, proposeBaseline, recordDrift, recordFindings, setProgress, storeSnapshot, type SnapshotInput, type TenantTx } from '../../../src/store/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { ANNA, BEN, RESULT, begin, completedScan, driftItem, endScan, judgement, platform, resource, snapshot } from './samples.js';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database?.drop());

function inTenant<T>(work: (tx: TenantTx) => Promise<T>): Promise<T> {
  return database.store.tenant(database.tenantId, work);
}

/** Stores what one scan read, and what is made of it; returns the platform. */
function stored(input: Partial<SnapshotInput>): Promise<string> {
  return inTenant(async (tx) => {
    const { id } = await platform(tx);
    const scan = await begin(tx, id);
    await storeSnapshot(tx, scan.id, { ...snapshot([resource('a')]), ...input });
    await endScan(tx, scan.id, 'completed');
    return id;
  });
}

type Seen = SnapshotInput['observations'] extends readonly (infer One)[] | undefined ? One : never;
const event = (key: string, at: unknown = null, name = 'Sign-in'): Seen => ({ kind: 'audit-event', key, name, properties: { at: at as string } });
async function allOf(platformId: string): Promise<{ key: string; at: string | null }[]> {
  const found: { key: string; at: string | null }[] = [];
  for (let cursor: string | null = null; ;) {
    const page: Awaited<ReturnType<typeof listObservations>> = await inTenant((tx) => listObservations(tx, { platformId, limit: 3, cursor }));
    found.push(...page.items.map(({ key, at }) => ({ key, at })));
    if ((cursor = page.nextCursor) === null) return found;
  }
}

describe('times that no column holds', () => {
  it.each([
    ['+055840-01-01T00:00:00.000Z'], ['+275760-09-13T00:00:00.000Z'], ['-000044-03-15T00:00:00.000Z'], ['0000-06-01T00:00:00.000Z'], ['12000-05-05'], ['infinity'],
    [1.7e15], [-1e30], [{ at: '2026-01-01' }], [true],
  ])('are no times, and the scan is stored: %s', async (at) => {
    const platformId = await stored({ observations: [event('e1', at), event('e2', '2026-01-01T00:00:00Z')] });

    expect(await allOf(platformId)).toEqual([{ key: 'e2', at: '2026-01-01T00:00:00.000Z' }, { key: 'e1', at: null }]);
  });

  it.each(['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])('end where columns end: %s', async (at) => {
    expect(await allOf(await stored({ observations: [event('e1', at)] }))).toEqual([{ key: 'e1', at }]);
  });
});

/** Random, so that the database cannot squeeze them. */
const longKey = (seed: string): string => Array.from({ length: 300 }, (_each, index) => sha256(`${seed}${index}`)).join('');

describe('texts that no column holds', () => {
  it('of any length are keys: two that begin alike are two', async () => {
    const [one, two] = [`${longKey('a')}1`, `${longKey('a')}2`];

    const found = await allOf(await stored({ observations: [event(one), event(two), event(one)] }));

    expect(found).toHaveLength(2);
    expect(found.every(({ key }) => key.startsWith(longKey('a').slice(0, 200)) && key.length < 1_000)).toBe(true);
  });

  it('with halves of characters are stored once, where they read alike', async () => {
    const found = await allOf(await stored({ observations: [event('k\ud800'), event('k\udc00'), event('k\ufffd')] }));

    expect(found.map(({ key }) => key)).toEqual(['k\ufffd']);
  });

  it('are told of a version without what cannot be kept, and not at any length', async () => {
    const scanOf = async (platformVersion: string): Promise<string | null> => inTenant(async (tx) => {
      const scan = await begin(tx, (await platform(tx)).id);
      await storeSnapshot(tx, scan.id, { ...snapshot([resource('a')]), platformVersion });
      return (await getScan(tx, scan.id)).platformVersion;
    });

    expect(await scanOf('2.8.0\u0000')).toBe('2.8.0\ufffd');
    expect((await scanOf('9'.repeat(100_000)))!.length).toBeLessThanOrEqual(200);
  });

  it('are no reason to lose drift: items that count as one are stored once', async () => {
    const open = await inTenant(async (tx) => {
      const { id } = await platform(tx);
      const first = await completedScan(tx, id);
      const baseline = await proposeBaseline(tx, ANNA, { platformId: id, scanId: first.id });
      await decideBaseline(tx, BEN, { baselineId: baseline.id, decision: 'approved', reason: null });
      const scan = await begin(tx, id);
      const outcome = await recordDrift(tx, { scanId: scan.id, platformId: id, baselineId: baseline.id, items: [driftItem('a'), driftItem('a', { sentence: 'again\u0000\ud800' })] });
      await listDrift(tx, { platformId: id });
      return outcome;
    });

    expect(open).toMatchObject({ open: 1, added: 1 });
  });
});

/** Any code units, halves of characters and U+0000 among them, short and very long. */
const unit = fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0xd800, 0xdfff, 0xfffd, 0xfeff, 0x27, 0x5c, 0x7b));
const text = fc.oneof({ weight: 5, arbitrary: fc.array(unit, { maxLength: 40 }).map((units) => String.fromCharCode(...units)) }, { weight: 1, arbitrary: fc.string({ maxLength: 8 }).map(longKey) });
/** A collection hands out whole characters in what is compared: it has no canonical form otherwise. */
const whole = (given: string): string => Buffer.from(given).toString();
const value = fc.oneof(text, fc.date({ noInvalidDate: true }).map((date) => date.toISOString()), fc.double(), fc.maxSafeInteger(), fc.constant(-1), fc.constant(1e300), fc.constant(null), fc.boolean());

describe('whatever a platform says', () => {
  it('is stored and read back', async () => {
    const said = fc.record({ keys: fc.array(text, { minLength: 1, maxLength: 6 }), name: text, at: value, lastUsedAt: value, count: value, version: text, reason: text, file: text });

    await fc.assert(fc.asyncProperty(said, async ({ keys, name, at, lastUsedAt, count, version, reason, file }) => {
      const properties = { at, lastUsedAt, count, [name]: name } as unknown as Resource['properties'];
      await inTenant(async (tx) => {
        const { id } = await platform(tx);
        const failed = await begin(tx, id);
        await failScan(tx, { scanId: failed.id, code: 'PLB-COLLECT-002', message: reason });
        const scan = await begin(tx, id);
        await setProgress(tx, scan.id, { type: 'flows', title: name, page: 1, read: 1 });
        await storeSnapshot(tx, scan.id, {
          ...snapshot([...new Set(keys.map(whole))].map((key) => ({ ...resource(key, JSON.parse(whole(JSON.stringify(properties).replaceAll(/\\ud[89a-f]../g, '\ufffd'))) as Resource['properties']), name: whole(name) }))), platformVersion: version, bookmarks: { events: file },
          completeness: [{ type: 'flows', title: 'Flows', state: 'collected', read: 1, expected: typeof count === 'number' ? count : null, reason, missing: null, required: true }],
          flows: [{ workflow: name, step: name, host: name, location: { file, workflow: name, step: name } }] as unknown as SnapshotInput['flows'],
          observations: keys.flatMap((key) => [{ kind: 'audit-event', key, name, properties }, { kind: 'run-stats', key, name, properties: { lastUsedAt } as Resource['properties'] }]),
        });
        const found = judgement(keys[0]!, { resource: { kind: 'step', key: keys[0]!, name }, message: reason, location: { file, workflow: name, step: name } });
        await recordFindings(tx, { scanId: scan.id, platformId: id, judgements: [found], results: [{ ...RESULT, reason }], unreadKinds: [] });
        await endScan(tx, scan.id, 'completed');
        const { items } = await listObservations(tx, { platformId: id });
        expect(items.length).toBeGreaterThan(0);
      });
    }), { numRuns: 60 });
  });
});
