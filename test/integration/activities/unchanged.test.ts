import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openPacks } from '../../../activities/packs.js';
import { decideBaseline, getFinding, listCheckResults, listDrift, listFindings, proposeBaseline, readSnapshot } from '../../../src/store/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startEstateN8n, type EstateN8n } from '../../support/platforms/estate-n8n.js';
import { ANNA, BEN } from '../store/samples.js';
import { openScanBench, type ScanBench } from './scan-bench.js';

const PACKS = join(import.meta.dirname, '../../../packs');
let database: TestDatabase;
let bench: ScanBench;
let n8n: EstateN8n;
beforeAll(async () => {
  database = await createTestDatabase();
  bench = await openScanBench(database);
  n8n = await startEstateN8n(600);
});
afterEach(() => {
  n8n.setWorkflows(600);
  n8n.answerWith(null);
});
afterAll(async () => {
  await n8n?.stop();
  await bench?.close();
  await database?.drop();
});

const connectN8n = (): Promise<string> => bench.addPlatform('n8n', n8n.url, { apiKey: n8n.apiKey });

/** Rows that were written since the database was made, by table. */
async function rowsWritten(): Promise<Map<string, number>> {
  return database.asAdmin(async (client) => {
    // A session tells its figures at its end, or some ten seconds later; the pool opens new ones.
    await client.query("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
    const { rows } = await client.query<{ name: string; sum: string }>("SELECT relname AS name, n_tup_ins + n_tup_upd + n_tup_del AS sum FROM pg_stat_user_tables WHERE schemaname = 'public'");
    return new Map(rows.map((row) => [row.name, Number(row.sum)]));
  });
}

async function keptRows(): Promise<number> {
  return database.asAdmin(async (client) => Number((await client.query<{ count: string }>('SELECT count(DISTINCT scan_id) AS count FROM scan_pages')).rows[0]!.count));
}

describe('a second scan of an estate in which nothing changed', () => {
  it('asks for each page once by its entity tag, writes fewer than 20 rows, and has the verdicts of the first', async () => {
    const platformId = await connectN8n();
    const first = await bench.scan(platformId);
    n8n.asked.length = 0;
    const before = await rowsWritten();

    const second = await bench.scan(platformId);

    const written = [...(await rowsWritten())].map(([table, count]) => [table, count - (before.get(table) ?? 0)] as const).filter(([, count]) => count > 0);
    expect(new Set(written.map(([table]) => table))).toEqual(new Set(['scans', 'platforms', 'audit_events', 'audit_nodes', 'audit_heads']));
    expect(written.reduce((sum, [, count]) => sum + count, 0), JSON.stringify(written)).toBeLessThan(20);
    if (process.env['SHOW']) console.log(written);
    const pages = n8n.asked.filter(({ request }) => request.startsWith('GET /workflows'));
    expect(pages.map(({ status }) => status)).toEqual([304, 304, 304]);
    expect(second.scan).toMatchObject({ status: 'completed', root: first.scan.root, sameAs: first.scan.id, resourceCount: first.scan.resourceCount, findingCount: first.scan.findingCount, severityCounts: first.scan.severityCounts });
    expect(second.scan.completeness).toEqual(first.scan.completeness);
    expect(second.scan.findingCount).toBeGreaterThan(100);
    const results = (scanId: string) => bench.inTenant((tx) => listCheckResults(tx, scanId));
    expect(await results(second.scan.id)).toEqual(await results(first.scan.id));
  });

  it('has seen the open findings and the open drift again', async () => {
    const platformId = await connectN8n();
    const { scan } = await bench.scan(platformId);
    await bench.inTenant(async (tx) => {
      const proposed = await proposeBaseline(tx, ANNA, { platformId, scanId: scan.id });
      await decideBaseline(tx, BEN, { baselineId: proposed.id, decision: 'approved', reason: null });
    });
    n8n.setWorkflows(601);
    const changed = await bench.scan(platformId);
    expect(changed.scan).toMatchObject({ sameAs: null, driftCount: expect.any(Number) });
    expect(changed.scan.driftCount).toBeGreaterThan(0);

    await bench.scan(platformId);
    const last = await bench.scan(platformId);

    expect(last.scan).toMatchObject({ sameAs: changed.scan.id, driftCount: changed.scan.driftCount });
    const { findings, drift } = await bench.inTenant(async (tx) => ({ findings: (await listFindings(tx, { platformId, limit: 5 })).items, drift: (await listDrift(tx, { platformId })).items }));
    expect(new Set([...findings, ...drift].map((item) => item.lastScanId))).toEqual(new Set([last.scan.id]));
    expect(new Set(drift.map((item) => item.lastSeenAt))).toEqual(new Set([last.scan.finishedAt]));
    n8n.setWorkflows(450);
    await bench.scan(platformId);
    const gone = (await bench.inTenant((tx) => listFindings(tx, { platformId, state: 'resolved', limit: 5 }))).items;
    expect(gone.length).toBeGreaterThan(0);
    expect(gone[0]!.lastScanId).toBe(last.scan.id);
    expect(await bench.inTenant((tx) => getFinding(tx, gone[0]!.id))).toMatchObject({ lastSeenAt: last.scan.finishedAt });
  });

  it('is told from one in which a single workflow changed its name, whatever its time of change says', async () => {
    const platformId = await connectN8n();
    const first = await bench.scan(platformId);
    n8n.setWorkflows(600, ' renamed');

    const second = await bench.scan(platformId);

    expect(second.scan).toMatchObject({ status: 'completed', sameAs: null });
    expect(second.scan.root).not.toBe(first.scan.root);
    const workflow = (await bench.inTenant((tx) => readSnapshot(tx, second.scan.root!))).find((resource) => resource.kind === 'workflow');
    expect(workflow?.name).toMatch(/ renamed$/);
  });

  it.each(['no entity tags', 'another entity tag for each answer'])('when the platform has %s is found unchanged by what it says', async (kind) => {
    const platformId = await connectN8n();
    n8n.answerWith((request, response) => {
      const plain = response.writeHead.bind(response);
      delete request.headers['if-none-match'];
      response.writeHead = ((status: number, headers: Record<string, unknown>) => plain(status, { ...Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'etag')), ...(kind === 'no entity tags' ? {} : { etag: `"${Math.random()}"` }) } as never)) as never;
      return false;
    });
    const first = await bench.scan(platformId);

    const second = await bench.scan(platformId);

    expect(second.scan).toMatchObject({ sameAs: first.scan.id, root: first.scan.root });
  });

  it.each<[what: string, other: { apiKey?: string; address?: (url: string) => string }]>([
    ['another key', { apiKey: 'another-fixture-key' }],
    ['another address', { address: (url) => `${url}/` }],
  ])('shares nothing with what was read with %s', async (_what, { apiKey, address }) => {
    const packs = openPacks({ packsRoot: PACKS, keys: bench.test.deps.keys, program: 'p' });
    const n8nConnector = await packs.connector('n8n');
    const own = { baseUrl: n8n.url, fields: { apiKey: n8n.apiKey } };

    const keys = await Promise.all([own, own, { baseUrl: address?.(n8n.url) ?? n8n.url, fields: { apiKey: apiKey ?? n8n.apiKey } }].map((access) => packs.reuseKey(n8nConnector, access)));

    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('keeps the pages of one scan per platform, and none of a scan that failed', async () => {
    const platformId = await connectN8n();
    const before = await keptRows();
    await bench.scan(platformId);
    n8n.setWorkflows(600, ' renamed');
    await bench.scan(platformId);
    n8n.answerWith((request, response) => {
      if (!request.url?.includes('cursor=')) return false;
      response.writeHead(401).end('{}');
      return true;
    });

    const failed = await bench.scan(platformId);

    expect(failed.scan).toMatchObject({ status: 'failed', errorCode: 'PLB-COLLECT-002' });
    expect(await keptRows()).toBe(before + 1);
  });
});

describe('nothing is reused', () => {
  it('after a change of the connector, of a check, or of the fingerprint key', async () => {
    const packsRoot = await mkdtemp(join(tmpdir(), 'plumbline-packs-'));
    await cp(PACKS, packsRoot, { recursive: true });
    const edit = async (file: string, from: string, to: string): Promise<void> => {
      const text = await readFile(join(packsRoot, file), 'utf8');
      expect(text).toContain(from);
      await writeFile(join(packsRoot, file), text.replace(from, to));
    };
    const open = (overrides: object = {}): Promise<ScanBench> => openScanBench(database, { overrides: { packsRoot, ...overrides } });
    const same: (string | null)[] = [];
    const conditional: boolean[] = [];
    const platformId = await connectN8n();
    const scanOnce = async (overrides: object = {}): Promise<void> => {
      const one = await open(overrides);
      n8n.asked.length = 0;
      same.push((await one.scan(platformId)).scan.sameAs);
      conditional.push(n8n.asked[0]!.conditional);
      await one.close();
    };

    await scanOnce();
    await scanOnce();
    await edit('connectors/n8n/manifest.yaml', 'roleName:', 'roleTitle:');
    await scanOnce();
    await scanOnce();
    await edit('policies/core/NC-AIA-02.yaml', 'severity: ', 'severity:  ');
    await scanOnce();
    await scanOnce({ keys: { ...bench.test.deps.keys, fingerprints: Buffer.alloc(32, 9) } });
    await rm(packsRoot, { recursive: true, force: true });

    // first, unchanged, other connector, unchanged, a check written in another way, other key: there it is read anew, and equal since it holds no secret
    expect(same.map((id) => id !== null)).toEqual([false, true, false, true, true, true]);
    expect(conditional).toEqual([false, true, false, true, true, false]);
  }, 120_000);
});
