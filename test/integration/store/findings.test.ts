import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DriftItem } from '../../../src/model/drift.js';
import type { Judgement } from '../../../src/model/finding.js';
import {
  decideBaseline, findingsOfScan, getFinding, listCheckResults, listDrift, listEvents, listFindings, proposeBaseline, recordDrift, recordFindings, type DriftOutcome, type Finding, type FindingsOutcome, type TenantTx,
} from '../../../src/store/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { ANNA, BEN, completedScan, driftItem, judgement, platform, RESULT } from './samples.js';

let database: TestDatabase;
let platformId: string;
beforeAll(async () => { database = await createTestDatabase(); });
beforeEach(async () => { platformId = (await inTenant(platform)).id; });
afterAll(() => database?.drop());

function inTenant<T>(work: (tx: TenantTx) => Promise<T>): Promise<T> {
  return database.store.tenant(database.tenantId, work);
}
async function record(judgements: readonly Judgement[], unreadKinds: readonly string[] = []): Promise<FindingsOutcome & { scanId: string }> {
  const scan = await inTenant((tx) => completedScan(tx, platformId));
  const outcome = await inTenant((tx) => recordFindings(tx, { scanId: scan.id, platformId, judgements, results: [RESULT], unreadKinds }));
  return { ...outcome, scanId: scan.id };
}
async function open(): Promise<Finding[]> {
  return (await inTenant((tx) => listFindings(tx, { platformId, limit: 500 }))).items;
}
async function rowVersions(): Promise<string[]> {
  return database.asAdmin(async (client) => (await client.query<{ xmin: string }>('SELECT xmin::text FROM findings WHERE platform_id = $1 ORDER BY id', [platformId])).rows.map((row) => row.xmin));
}

describe('findings', () => {
  it('are new, then the same, then resolved, then back, under one number', async () => {
    const first = await record([judgement('a'), judgement('b')]);
    const [a] = await open();

    const second = await record([judgement('a'), judgement('b')]);
    const third = await record([judgement('b')]);
    const fourth = await record([judgement('a'), judgement('b')]);

    expect([first, second, third, fourth].map(({ added, resolved, reopened, open: count }) => [added, resolved, reopened, count])).toEqual([[2, 0, 0, 2], [0, 0, 0, 2], [0, 1, 0, 1], [0, 0, 1, 2]]);
    const back = (await open()).find((finding) => finding.resource.key === 'a')!;
    expect([back.id, back.number, back.firstScanId, back.lastScanId, back.resolvedAt]).toEqual([a!.id, a!.number, first.scanId, fourth.scanId, null]);
  });

  it('keep when they were last seen: open ones by the latest scan, resolved ones by the last that saw them', async () => {
    await record([judgement('a'), judgement('b')]);
    const second = await record([judgement('a'), judgement('b')]);
    const third = await record([judgement('b')]);

    const resolved = (await inTenant((tx) => listFindings(tx, { platformId, state: 'resolved' }))).items;

    expect(resolved.map((finding) => [finding.resource.key, finding.lastScanId])).toEqual([['a', second.scanId]]);
    expect((await open()).map((finding) => finding.lastScanId)).toEqual([third.scanId]);
  });

  it('cost no update when nothing changed', async () => {
    const many = Array.from({ length: 2500 }, (_, index) => judgement(`n${index}`));
    await record(many);
    const before = await rowVersions();

    const again = await record(many);

    expect(again).toMatchObject({ open: 2500, added: 0, resolved: 0 });
    expect(await rowVersions()).toEqual(before);
  });

  it('are not resolved by a scan that did not read their kind', async () => {
    const step = judgement('s');
    const workflow = judgement('w', { resource: { kind: 'workflow', key: 'w', name: 'W' } });
    const first = await record([step, workflow]);

    const second = await record([], ['step']);

    expect((await open()).map((finding) => [finding.resource.kind, finding.lastScanId])).toEqual([['step', first.scanId]]);
    expect(second).toMatchObject({ resolved: 1, open: 1 });
    expect(await record([])).toMatchObject({ resolved: 1, open: 0 });
  });

  it('follow a change of outcome, severity and wording without becoming another finding', async () => {
    await record([judgement('a')]);
    const [before] = await open();

    const after = await record([judgement('a', { outcome: 'could-not-verify', severity: 'low', message: 'The key may not read this.' })]);

    const [now] = await open();
    expect(now).toMatchObject({ id: before!.id, number: before!.number, outcome: 'could-not-verify', severity: 'low', message: 'The key may not read this.' });
    expect(after).toMatchObject({ open: 0, couldNotVerify: 1, added: 0 });
  });

  it('can be recorded again by a repeated activity', async () => {
    const scan = await inTenant((tx) => completedScan(tx, platformId));
    const input = { scanId: scan.id, platformId, judgements: [judgement('a')], results: [RESULT], unreadKinds: [] };

    await inTenant((tx) => recordFindings(tx, input));
    const again = await inTenant((tx) => recordFindings(tx, input));

    expect(again).toMatchObject({ open: 1, added: 0, resolved: 0, reopened: 0 });
    expect((await inTenant((tx) => listEvents(tx, { subjectId: scan.id }))).items.filter((event) => event.action === 'findings.recorded')).toHaveLength(1);
    expect(await inTenant((tx) => listCheckResults(tx, scan.id))).toEqual([RESULT]);
  });

  it('never share a number, although platforms are recorded at the same moment', async () => {
    const platforms = await Promise.all(Array.from({ length: 6 }, () => inTenant(platform)));
    await Promise.all(platforms.map(async ({ id }) => {
      const scan = await inTenant((tx) => completedScan(tx, id));
      await inTenant((tx) => recordFindings(tx, { scanId: scan.id, platformId: id, judgements: ['a', 'b', 'c'].map((key) => judgement(key)), results: [], unreadKinds: [] }));
    }));

    const numbers = await database.asAdmin(async (client) => (await client.query<{ number: number }>('SELECT number FROM findings')).rows.map((row) => row.number));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('survive hostile text byte for byte, but for the character that a column cannot hold', async () => {
    const hostile = `'; DROP TABLE findings; -- \u202E <b>"{}\\N\n\t😀`;
    await record([judgement('a', { message: hostile, title: `nul\u0000here`, location: { file: null, workflow: hostile, step: 'x\u0000y' } })]);

    const [finding] = await open();
    expect(finding!.message).toBe(hostile);
    expect(finding!.title).toBe('nul\uFFFDhere');
    expect(finding!.location).toEqual({ file: null, workflow: hostile, step: 'x\u0000y' });
    await record([judgement('a', { message: hostile, title: `nul\u0000here`, location: { file: null, workflow: hostile, step: 'x\u0000y' } })]);
  });

  it('are listed worst first and paged by key, each once', async () => {
    const severities = ['low', 'critical', 'info', 'high', 'medium', 'critical', 'low'] as const;
    await record(severities.map((severity, index) => judgement(`k${index}`, { severity, checkId: `check-${index}` })));

    const seen: Finding[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: Finding[]; nextCursor: string | null } = await inTenant((tx) => listFindings(tx, { platformId, limit: 2, cursor }));
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);

    expect(seen.map((finding) => finding.severity)).toEqual(['critical', 'critical', 'high', 'medium', 'low', 'low', 'info']);
    expect(new Set(seen.map((finding) => finding.id)).size).toBe(7);
    expect(seen.map((finding) => finding.number)).toEqual(seen.map((finding) => finding.number).sort((left, right) => left - right));
    expect((await inTenant((tx) => listFindings(tx, { platformId, severity: 'low' }))).items).toHaveLength(2);
    expect((await inTenant((tx) => listFindings(tx, { platformId, outcome: 'could-not-verify' }))).items).toHaveLength(0);
    expect((await inTenant((tx) => getFinding(tx, seen[0]!.id)))?.number).toBe(seen[0]!.number);
  });

  it('are counted by severity, the unverified apart', async () => {
    const outcome = await record([judgement('a', { severity: 'critical' }), judgement('b', { severity: 'low' }), judgement('c', { outcome: 'could-not-verify' }), judgement('d', { outcome: 'waived' })]);

    expect(outcome).toMatchObject({ open: 2, couldNotVerify: 1, bySeverity: { critical: 1, high: 0, medium: 0, low: 1, info: 0 } });
  });

  it('of a past scan are those that were open when it ended', async () => {
    const first = await record([judgement('a'), judgement('b')]);
    const second = await record([judgement('b'), judgement('c')]);

    expect((await inTenant((tx) => findingsOfScan(tx, second.scanId))).map((finding) => finding.resource.key).sort()).toEqual(['b', 'c']);
    expect((await inTenant((tx) => findingsOfScan(tx, first.scanId))).map((finding) => finding.resource.key).sort()).toEqual(['a', 'b']);
  });
});

describe('drift', () => {
  async function baseline(): Promise<string> {
    return inTenant(async (tx) => {
      const scan = await completedScan(tx, platformId);
      const proposed = await proposeBaseline(tx, ANNA, { platformId, scanId: scan.id });
      return (await decideBaseline(tx, BEN, { baselineId: proposed.id, decision: 'approved', reason: null })).id;
    });
  }
  async function drift(baselineId: string, items: readonly DriftItem[], unreadKinds: readonly string[] = []): Promise<DriftOutcome> {
    const scan = await inTenant((tx) => completedScan(tx, platformId));
    return inTenant((tx) => recordDrift(tx, { scanId: scan.id, platformId, baselineId, items, unreadKinds }));
  }

  it('appears, stays, goes and comes back as one item', async () => {
    const id = await baseline();

    const outcomes = [await drift(id, [driftItem('a'), driftItem('b')]), await drift(id, [driftItem('a'), driftItem('b')]), await drift(id, [driftItem('b')]), await drift(id, [driftItem('a'), driftItem('b')])];

    expect(outcomes).toEqual([
      { open: 2, added: 2, reopened: 0, gone: 0 }, { open: 2, added: 0, reopened: 0, gone: 0 }, { open: 1, added: 0, reopened: 0, gone: 1 }, { open: 2, added: 0, reopened: 1, gone: 0 },
    ]);
    expect((await inTenant((tx) => listDrift(tx, { platformId }))).items.map((item) => item.item.sentence).sort()).toEqual([driftItem('a').sentence, driftItem('b').sentence]);
  });

  it('is not gone because its kind was not read', async () => {
    const id = await baseline();
    await drift(id, [driftItem('a')]);

    expect(await drift(id, [], ['step'])).toMatchObject({ open: 1, gone: 0 });
    expect(await drift(id, [], [])).toMatchObject({ open: 0, gone: 1 });
  });

  it('is listed worst first and paged, each item once', async () => {
    const id = await baseline();
    await drift(id, (['low', 'critical', 'medium', 'high', 'info'] as const).map((severity, index) => driftItem(`k${index}`, { severity })));

    const first = await inTenant((tx) => listDrift(tx, { platformId, limit: 3 }));
    const second = await inTenant((tx) => listDrift(tx, { platformId, limit: 3, cursor: first.nextCursor }));

    expect([...first.items, ...second.items].map((item) => item.item.severity)).toEqual(['critical', 'high', 'medium', 'low', 'info']);
    expect(second.nextCursor).toBeNull();
  });
});
