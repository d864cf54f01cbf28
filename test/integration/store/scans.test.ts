import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import {
  addPlatform, beginScan, countRunningScans, decideBaseline, failScan, findPlatform, finishScan, getPlatform, getScan, latestFinishedScan, listBaselines, listDrift, listEvents, listFindings, listPlatforms,
  listScans, newId, proposeBaseline, putSecret, readPages, readSecret, readSnapshot, recordDrift, recordFindings, removePlatform, setProgress, setSchedule, setSchedulePaused, setStage, storeSnapshot,
  writePage, type TenantTx,
} from '../../../src/store/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { ANNA, begin, BEN, CLARA, completedScan, driftItem, judgement, NO_COUNTS, platform, resource, snapshot } from './samples.js';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database?.drop());

function inTenant<T>(work: (tx: TenantTx) => Promise<T>): Promise<T> {
  return database.store.tenant(database.tenantId, work);
}
const KEY = Buffer.alloc(32, 9);

describe('platforms', () => {
  it('are listed with their last scan, baseline and open drift', async () => {
    const { id } = await inTenant(platform);
    const scan = await inTenant((tx) => completedScan(tx, id));
    const proposal = await inTenant((tx) => proposeBaseline(tx, ANNA, { platformId: id, scanId: scan.id }));
    await inTenant((tx) => decideBaseline(tx, BEN, { baselineId: proposal.id, decision: 'approved', reason: 'good' }));
    await inTenant((tx) => recordDrift(tx, { scanId: scan.id, platformId: id, baselineId: proposal.id, items: [driftItem('a')] }));

    const listed = (await inTenant(listPlatforms)).find((item) => item.id === id);

    expect(listed).toMatchObject({ currentScanId: scan.id, lastScan: { id: scan.id, status: 'completed' }, baseline: { id: proposal.id, version: 1, scanId: scan.id }, proposedBaselines: 0, openDrift: 1 });
  });

  it('keep their schedule, paused or not, and lose it when they are removed together with their key', async () => {
    const secretId = newId('secret');
    const added = await inTenant(async (tx) => {
      await putSecret(tx, KEY, secretId, { apiKey: 'k' });
      return addPlatform(tx, ANNA, { name: 'P', connectorId: 'n8n', baseUrl: 'http://127.0.0.1', secretId, owner: 'Ops' });
    });
    const spec = { kind: 'interval', everyMinutes: 60, jitterSeconds: 0 } as const;

    await inTenant((tx) => setSchedule(tx, ANNA, { platformId: added.id, spec }));
    await inTenant((tx) => setSchedulePaused(tx, ANNA, { platformId: added.id, paused: true }));
    expect(await inTenant((tx) => getPlatform(tx, added.id))).toMatchObject({ schedule: spec, schedulePaused: true, owner: 'Ops' });
    await inTenant((tx) => removePlatform(tx, ANNA, added.id));
    await inTenant((tx) => removePlatform(tx, ANNA, added.id));

    await expect(inTenant((tx) => getPlatform(tx, added.id))).rejects.toMatchObject({ code: 'PLB-API-002' });
    await expect(inTenant((tx) => readSecret(tx, KEY, secretId))).rejects.toMatchObject({ code: 'PLB-COLLECT-002' });
    await expect(inTenant((tx) => begin(tx, added.id))).rejects.toMatchObject({ code: 'PLB-API-002' });
    expect((await inTenant((tx) => findPlatform(tx, added.id)))?.removedAt).not.toBeNull();
    expect((await inTenant((tx) => listEvents(tx, { subjectId: added.id }))).items.map((event) => event.action)).toEqual(['platform.removed', 'schedule.paused', 'schedule.set', 'platform.added']);
  });

  it('leave their scans and findings for the record when removed, but none of it counts as open', async () => {
    const { id } = await inTenant(platform);
    const scan = await inTenant((tx) => completedScan(tx, id));
    await inTenant((tx) => recordFindings(tx, { scanId: scan.id, platformId: id, judgements: [judgement('a')], results: [], unreadKinds: [] }));

    await inTenant((tx) => removePlatform(tx, ANNA, id));

    expect((await inTenant((tx) => listFindings(tx, { platformId: id }))).items).toEqual([]);
    expect((await inTenant((tx) => listFindings(tx, { platformId: id, state: 'all' }))).items).toHaveLength(1);
    expect((await inTenant((tx) => listScans(tx, { platformId: id }))).items).toHaveLength(1);
  });
});

describe('secrets', () => {
  it('come back as they were, and are not in the row', async () => {
    const id = newId('secret');
    await inTenant((tx) => putSecret(tx, KEY, id, { apiKey: 'canary-value' }));

    const row = await database.asAdmin(async (client) => (await client.query<{ ciphertext: Buffer }>('SELECT ciphertext FROM secrets WHERE id = $1', [id])).rows[0]!);

    expect(await inTenant((tx) => readSecret(tx, KEY, id))).toEqual({ apiKey: 'canary-value' });
    expect(row.ciphertext.toString('latin1')).not.toContain('canary');
  });

  it('do not open under another id, with another key, or when a bit was changed', async () => {
    const [id, moved] = [newId('secret'), newId('secret')];
    await inTenant((tx) => putSecret(tx, KEY, id, { apiKey: 'x' }));
    await database.asAdmin((client: pg.Client) => client.query('INSERT INTO secrets SELECT tenant_id, $2, key_id, ciphertext FROM secrets WHERE id = $1', [id, moved]));

    await expect(inTenant((tx) => readSecret(tx, KEY, moved))).rejects.toMatchObject({ code: 'PLB-COLLECT-002' });
    await expect(inTenant((tx) => readSecret(tx, Buffer.alloc(32, 1), id))).rejects.toThrow(/another root key/);
    await database.asAdmin((client: pg.Client) => client.query('UPDATE secrets SET ciphertext = set_bit(ciphertext, 250, 1 - get_bit(ciphertext, 250)) WHERE id = $1', [id]));
    await expect(inTenant((tx) => readSecret(tx, KEY, id))).rejects.toThrow(/changed or moved/);
  });
});

describe('scans', () => {
  it('begin once per run of the workflow', async () => {
    const { id } = await inTenant(platform);
    const start = { platformId: id, workflowRun: 'run-1', trigger: 'person', requestedBy: ANNA.id, slotAt: null } as const;

    const [first, second] = [await inTenant((tx) => beginScan(tx, start)), await inTenant((tx) => beginScan(tx, start))];

    expect(second.id).toBe(first.id);
    expect(await inTenant((tx) => countRunningScans(tx, id))).toBe(1);
    expect((await inTenant((tx) => listEvents(tx, { subjectId: first.id }))).items).toHaveLength(1);
  });

  it('run one at a time on a platform: of two that begin at once the other is refused, and may begin after the end', async () => {
    const { id } = await inTenant(platform);

    const results = await Promise.allSettled(Array.from({ length: 4 }, () => inTenant((tx) => begin(tx, id))));

    const [begun, ...more] = results.filter((result) => result.status === 'fulfilled');
    expect(more).toEqual([]);
    for (const refused of results.filter((result) => result.status === 'rejected')) expect(refused.reason).toMatchObject({ code: 'PLB-SCAN-002' });
    await inTenant((tx) => failScan(tx, { scanId: begun!.value.id, code: 'PLB-COLLECT-001', message: 'No answer.' }));
    expect((await inTenant((tx) => begin(tx, id))).status).toBe('running');
  });

  it('keep the pages read so far in order, replace one read again, and drop them at the end', async () => {
    const { id } = await inTenant(platform);
    const scan = await inTenant((tx) => begin(tx, id));
    for (const [page, body] of [[1, { b: 'two\u0000' }], [0, { a: 1 }], [1, { b: 'again' }]] as const) {
      await inTenant((tx) => writePage(tx, { scanId: scan.id, resourceType: 'flows', page, body }));
    }

    expect(await inTenant((tx) => readPages(tx, scan.id, 'flows'))).toEqual([{ a: 1 }, { b: 'again' }]);
    await inTenant((tx) => failScan(tx, { scanId: scan.id, code: 'PLB-COLLECT-001', message: 'No answer.' }));
    expect(await inTenant((tx) => readPages(tx, scan.id, 'flows'))).toEqual([]);
  });

  it('change the current snapshot only when they are completed', async () => {
    const { id } = await inTenant(platform);
    const good = await inTenant((tx) => completedScan(tx, id, [resource('a')]));
    const current = async (): Promise<string | null> => (await inTenant((tx) => getPlatform(tx, id))).currentScanId;

    const half = await inTenant((tx) => begin(tx, id));
    await inTenant((tx) => storeSnapshot(tx, half.id, snapshot([])));
    expect(await current()).toBe(good.id);
    await inTenant((tx) => finishScan(tx, { scanId: half.id, status: 'incomplete', findingCount: 0, severityCounts: NO_COUNTS, driftCount: 0, baselineId: null }));
    expect(await current()).toBe(good.id);
    const bad = await inTenant((tx) => begin(tx, id));
    await inTenant((tx) => failScan(tx, { scanId: bad.id, code: 'PLB-COLLECT-005', message: 'Cut short.' }));
    expect(await current()).toBe(good.id);
    const next = await inTenant((tx) => completedScan(tx, id, [resource('b')]));
    expect(await current()).toBe(next.id);
  });

  it('end once: a second end, or a failure after it, returns what is stored', async () => {
    const { id } = await inTenant(platform);
    const scan = await inTenant((tx) => completedScan(tx, id));

    const again = await inTenant((tx) => finishScan(tx, { scanId: scan.id, status: 'incomplete', findingCount: 9, severityCounts: NO_COUNTS, driftCount: 9, baselineId: null }));
    const failed = await inTenant((tx) => failScan(tx, { scanId: scan.id, code: 'PLB-COLLECT-001', message: 'late' }));
    await inTenant((tx) => setStage(tx, scan.id, 'reading'));
    await inTenant((tx) => setProgress(tx, scan.id, { page: 1 }));

    expect([again.status, failed.status, (await inTenant((tx) => getScan(tx, scan.id))).stage]).toEqual(['completed', 'completed', 'finished']);
    expect((await inTenant((tx) => listEvents(tx, { subjectId: scan.id }))).items.map((event) => event.action)).toEqual(['scan.completed', 'scan.started']);
  });

  it('are paged newest first, all of them once, also when many start in the same moment', async () => {
    const { id } = await inTenant(platform);
    const made = await inTenant(async (tx) => {
      const ids: string[] = [];
      for (let count = 0; count < 7; count += 1) ids.push((await completedScan(tx, id)).id);
      return ids;
    });

    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: { id: string }[]; nextCursor: string | null } = await inTenant((tx) => listScans(tx, { platformId: id, limit: 2, cursor }));
      seen.push(...page.items.map((scan) => scan.id));
      cursor = page.nextCursor;
    } while (cursor !== null);

    expect(seen).toEqual([...made].sort().reverse());
  });

  it('start over at the first page for a cursor that is not ours', async () => {
    expect((await inTenant((tx) => listScans(tx, { limit: 1, cursor: 'nonsense' }))).items).toHaveLength(1);
  });

  it('tell the newest finished one for the health page', async () => {
    const { id } = await inTenant(platform);
    const scan = await inTenant((tx) => completedScan(tx, id));

    expect((await inTenant(latestFinishedScan))?.scan.id).toBe(scan.id);
  });

  it('that do not exist are told so', async () => {
    await expect(inTenant((tx) => getScan(tx, newId('scan')))).rejects.toMatchObject({ code: 'PLB-SCAN-001' });
  });
});

describe('snapshots', () => {
  const ESTATE = Array.from({ length: 1500 }, (_, index) => resource(`n${String(index).padStart(4, '0')}`, { type: 'http request', parameters: { index, text: 'a\u0000b "quoted" \\ ü 😀' } }));

  async function rowCounts(): Promise<Record<string, number>> {
    return database.asAdmin(async (client) => {
      const counts: Record<string, number> = {};
      for (const table of ['snapshot_chunks', 'snapshot_roots']) counts[table] = Number((await client.query<{ count: string }>(`SELECT count(*) AS count FROM ${table}`)).rows[0]!.count);
      return counts;
    });
  }

  it('come back exactly as they were stored, sorted by kind and key', async () => {
    const { id } = await inTenant(platform);
    const mixed = [resource('zeta\u0000', { deep: { list: [1, null, 'x'] } }), resource('a', {}, 'workflow'), resource('Ä'), resource('b')];

    const scan = await inTenant((tx) => completedScan(tx, id, mixed));

    const read = await inTenant((tx) => readSnapshot(tx, scan.root!));
    expect(read.map((item) => `${item.kind}:${item.key}`)).toEqual(['step:b', 'step:zeta\u0000', 'step:Ä', 'workflow:a']);
    expect(read.find((item) => item.key === 'zeta\u0000')).toEqual(mixed[0]);
  });

  it('add not one row for an unchanged estate, and one chunk for one change, also where a resource came or went', async () => {
    const { id } = await inTenant(platform);
    await inTenant((tx) => completedScan(tx, id, ESTATE));
    const first = await rowCounts();

    await inTenant((tx) => completedScan(tx, id, ESTATE));
    const second = await rowCounts();
    await inTenant((tx) => completedScan(tx, id, [...ESTATE.slice(1), resource('n0000', { type: 'changed' })]));
    const third = await rowCounts();
    await inTenant((tx) => completedScan(tx, id, [...ESTATE.slice(0, 700), ...ESTATE.slice(701)]));
    const fourth = await rowCounts();

    expect(second).toEqual(first);
    expect(first.snapshot_chunks!).toBeGreaterThan(5);
    expect(third).toEqual({ snapshot_chunks: first.snapshot_chunks! + 1, snapshot_roots: first.snapshot_roots! + 1 });
    expect(fourth.snapshot_chunks! - third.snapshot_chunks!).toBeLessThanOrEqual(2);
  });

  it('can be stored by two at once, and again by a repeated activity', async () => {
    const { id } = await inTenant(platform);
    const other = await inTenant(platform);
    const content = snapshot(Array.from({ length: 300 }, (_, index) => resource(`same${index}`)));
    const [one, two] = [await inTenant((tx) => begin(tx, id)), await inTenant((tx) => begin(tx, other.id))];

    await Promise.all([one, two, one].map((scan) => inTenant((tx) => storeSnapshot(tx, scan.id, content))));

    expect(await inTenant((tx) => readSnapshot(tx, content.root))).toHaveLength(300);
    expect((await inTenant((tx) => getScan(tx, two.id))).resourceCount).toBe(300);
  });

  it('are stored whole or not at all', async () => {
    const { id } = await inTenant(platform);
    const scan = await inTenant((tx) => begin(tx, id));
    const broken = snapshot([resource('here'), resource('gone')]);
    // the root is written after all chunks; what JSON cannot hold ends it there
    const untold = { ...broken, flows: [1n] as never };

    await expect(inTenant((tx) => storeSnapshot(tx, scan.id, untold))).rejects.toThrow(TypeError);

    expect((await inTenant((tx) => getScan(tx, scan.id))).root).toBeNull();
    expect(await inTenant((tx) => readSnapshot(tx, broken.root))).toEqual([]);
  });
});

describe('baselines', () => {
  async function proposal(): Promise<{ platformId: string; baselineId: string; scanId: string }> {
    return inTenant(async (tx) => {
      const { id } = await platform(tx);
      const scan = await completedScan(tx, id);
      return { platformId: id, scanId: scan.id, baselineId: (await proposeBaseline(tx, ANNA, { platformId: id, scanId: scan.id })).id };
    });
  }

  it('are not approved by who proposed them, and the attempt is on record', async () => {
    const { baselineId } = await proposal();

    await expect(inTenant((tx) => decideBaseline(tx, ANNA, { baselineId, decision: 'approved', reason: null }))).rejects.toMatchObject({ code: 'PLB-BASELINE-001' });

    expect((await inTenant((tx) => listEvents(tx, { subjectId: baselineId }))).items.map((event) => event.action)).toEqual(['baseline.approval-refused', 'baseline.proposed']);
    await inTenant((tx) => decideBaseline(tx, BEN, { baselineId, decision: 'approved', reason: null }));
  });

  it('may be taken back by who proposed them', async () => {
    const { baselineId } = await proposal();

    expect((await inTenant((tx) => decideBaseline(tx, ANNA, { baselineId, decision: 'rejected', reason: 'mistake' }))).status).toBe('rejected');
  });

  it('are decided once when two decide at the same moment; the other is told who and when', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { baselineId } = await proposal();

      const results = await Promise.allSettled([
        inTenant((tx) => decideBaseline(tx, BEN, { baselineId, decision: 'approved', reason: null })),
        inTenant((tx) => decideBaseline(tx, CLARA, { baselineId, decision: 'rejected', reason: 'no' })),
      ]);

      const refused = results.filter((result) => result.status === 'rejected');
      expect(refused).toHaveLength(1);
      expect(refused[0]!.reason).toMatchObject({ code: 'PLB-BASELINE-002' });
      expect((refused[0]!.reason as Error).message).toMatch(/was (approved|rejected) by .+ at 20/);
    }
  });

  it('are refused from a scan that is incomplete, failed, running or of another platform', async () => {
    const { id } = await inTenant(platform);
    const other = await inTenant(platform);
    const scan = await inTenant((tx) => begin(tx, id));
    const propose = (platformId: string): Promise<unknown> => inTenant((tx) => proposeBaseline(tx, ANNA, { platformId, scanId: scan.id }));

    await expect(propose(id)).rejects.toMatchObject({ code: 'PLB-BASELINE-003' });
    await inTenant((tx) => finishScan(tx, { scanId: scan.id, status: 'incomplete', findingCount: 0, severityCounts: NO_COUNTS, driftCount: 0, baselineId: null }));
    await expect(propose(id)).rejects.toMatchObject({ code: 'PLB-BASELINE-003' });
    await expect(propose(other.id)).rejects.toMatchObject({ code: 'PLB-SCAN-001' });
  });

  it('are numbered, are proposed once per scan, and the approved one is replaced with its drift', async () => {
    const { platformId, baselineId, scanId } = await proposal();
    expect((await inTenant((tx) => proposeBaseline(tx, CLARA, { platformId, scanId }))).id).toBe(baselineId);
    await inTenant((tx) => decideBaseline(tx, BEN, { baselineId, decision: 'approved', reason: null }));
    const later = await inTenant((tx) => completedScan(tx, platformId, [resource('later')]));
    await inTenant((tx) => recordDrift(tx, { scanId: later.id, platformId, baselineId, items: [driftItem('later')] }));

    const second = await inTenant((tx) => proposeBaseline(tx, ANNA, { platformId, scanId: later.id }));
    await inTenant((tx) => decideBaseline(tx, BEN, { baselineId: second.id, decision: 'approved', reason: null }));

    expect((await inTenant((tx) => listBaselines(tx, platformId))).map((item) => [item.version, item.status])).toEqual([[2, 'approved'], [1, 'superseded']]);
    expect((await inTenant((tx) => listDrift(tx, { platformId }))).items).toEqual([]);
    expect((await inTenant((tx) => listDrift(tx, { platformId, includeGone: true }))).items).toHaveLength(1);
  });

  it('are not approved after a newer one was: the platform would be measured against its past', async () => {
    const { platformId, baselineId: older } = await proposal();
    const later = await inTenant((tx) => completedScan(tx, platformId, [resource('later')]));
    const newer = await inTenant((tx) => proposeBaseline(tx, ANNA, { platformId, scanId: later.id }));
    await inTenant((tx) => decideBaseline(tx, BEN, { baselineId: newer.id, decision: 'approved', reason: null }));

    const late = inTenant((tx) => decideBaseline(tx, BEN, { baselineId: older, decision: 'approved', reason: null }));

    await expect(late).rejects.toMatchObject({ code: 'PLB-BASELINE-002', message: expect.stringContaining('version 2') });
    expect((await inTenant((tx) => listBaselines(tx, platformId))).map((item) => [item.version, item.status])).toEqual([[2, 'approved'], [1, 'proposed']]);
    expect((await inTenant((tx) => decideBaseline(tx, BEN, { baselineId: older, decision: 'rejected', reason: 'Overtaken.' }))).status).toBe('rejected');
  });

  it('that were replaced while a scan was compared with them take no drift: it would stay open for ever', async () => {
    const { platformId, baselineId } = await proposal();
    await inTenant((tx) => decideBaseline(tx, BEN, { baselineId, decision: 'approved', reason: null }));
    const later = await inTenant((tx) => completedScan(tx, platformId, [resource('later')]));
    const second = await inTenant((tx) => proposeBaseline(tx, ANNA, { platformId, scanId: later.id }));
    await inTenant((tx) => decideBaseline(tx, BEN, { baselineId: second.id, decision: 'approved', reason: null }));

    await expect(inTenant((tx) => recordDrift(tx, { scanId: later.id, platformId, baselineId, items: [driftItem('stale')] }))).rejects.toMatchObject({ code: 'PLB-INTERNAL-002', retryable: true });

    expect((await inTenant((tx) => listDrift(tx, { platformId }))).items).toEqual([]);
  });
});
