import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { unzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSigner } from '../../../src/record/index.js';
import { PRODUCE_REPORT, type ProduceReportResult } from '../../../src/contracts/produce-report.js';
import { scanWorkflowId } from '../../../src/contracts/scan-platform.js';
import { createSigningIdentity, openRenderer, type Renderer } from '../../../src/report/index.js';
import { cacheFolderOf } from '../../../src/runtime/configuration.js';
import { resolveChromium } from '../../../src/runtime/chromium.js';
import { withFingerprintKey } from '../../../activities/fingerprint-key.js';
import { fingerprintOf } from '../../../src/collect/redact/marks.js';
import { createReport, createTenant, decideBaseline, exportTrail, newId, proposeBaseline } from '../../../src/store/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { openScanBench, type ScanBench } from '../activities/scan-bench.js';
import { textOf } from '../report/report-bench.js';
import { ANNA, BEN } from '../store/samples.js';
import { HOOK, PLANTED_MANIFEST, plantedSecrets, startPlantedPlatform } from './planted-platform.js';
import type { PlantedPlatform } from './planted-platform.js';

const KEY = 'reader-key-of-the-platform-0001';
const folder = mkdtempSync(join(tmpdir(), 'plumbline-planted-'));
const logs: string[] = [];
const beats: string[] = [];
const log = (...args: unknown[]): void => { logs.push(inspect(args, { depth: 9, maxStringLength: null, maxArrayLength: null })); };
let database: TestDatabase;
let bench: ScanBench;
let platform: PlantedPlatform;
let renderer: Renderer;

beforeAll(async () => {
  mkdirSync(join(folder, 'planted'));
  writeFileSync(join(folder, 'planted', 'manifest.yaml'), PLANTED_MANIFEST);
  process.env['PLUMBLINE_CONNECTORS'] = folder;
  platform = await startPlantedPlatform();
  database = await createTestDatabase();
  renderer = await openRenderer(await resolveChromium({ cacheFolder: cacheFolderOf(process.env) }));
  const signing = await createSigningIdentity({ name: 'Test', passphrase: 'test', notBefore: new Date(0) });
  bench = await openScanBench(database, { overrides: { renderer: async () => renderer, signing, logger: { debug: log, warn: log, error: log } } });
});
afterAll(async () => {
  delete process.env['PLUMBLINE_CONNECTORS'];
  await bench?.close();
  await renderer?.close();
  await platform?.stop();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** As they are, percent-encoded, in base64 at any place of a text, as JSON writes them, and in any letters. */
function formsOf(secret: string): { readonly loose: string[]; readonly exact: string[] } {
  const bytes = Buffer.from(secret);
  const aligned = [0, 1, 2].map((shift) => Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '').slice(shift === 0 ? 0 : 4, -2)).filter((each) => each.length >= 10);
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const loose = [secret, encodeURIComponent(secret), percent, JSON.stringify(secret).slice(1, -1), JSON.stringify(JSON.stringify(secret)).slice(3, -3), bytes.toString('hex')];
  return { loose: [...new Set(loose.map((each) => each.toLowerCase()))], exact: [...new Set([...aligned, ...aligned.map((each) => each.replaceAll('+', '-').replaceAll('/', '_'))])] };
}

function found(secrets: readonly string[], text: string): string[] {
  const small = text.toLowerCase();
  return secrets.filter((secret) => { const { loose, exact } = formsOf(secret); return loose.some((each) => small.includes(each)) || exact.some((each) => text.includes(each)); });
}

/** Bytes as text, and what is packed in them. */
function plainBytes(bytes: Buffer): string {
  try {
    return unzipSync(bytes).toString('utf8');
  } catch {
    return bytes.toString('utf8');
  }
}

/** Every row of every table, of all schemas that are ours, as text; what is packed also as it reads. */
async function tables(): Promise<{ name: string; text: string }[]> {
  return database.asAdmin(async (client) => {
    const { rows } = await client.query<{ name: string }>("SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')");
    const dumped: { name: string; text: string }[] = [];
    for (const { name } of rows) {
      const found = (await client.query<{ row: string }>(`SELECT t::text AS row, t.* FROM ${name} t`)).rows as Record<string, unknown>[];
      dumped.push({ name, text: found.flatMap((row) => Object.values(row).filter((value) => Buffer.isBuffer(value)).map(plainBytes).concat(String(row['row']))).join('\n') });
    }
    return dumped;
  });
}

/** What a workflow's history and its running steps hold, payloads in clear. */
async function historyOf(workflowId: string, runId?: string): Promise<string> {
  const { events } = await bench.client.workflow.getHandle(workflowId, runId).fetchHistory();
  const texts: string[] = [];
  const walk = (value: unknown): void => {
    if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString('utf8'));
    else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) walk(each);
    else if (typeof value === 'string') texts.push(value);
  };
  walk(events);
  return texts.join('\n');
}

async function scanWatched(platformId: string): Promise<Awaited<ReturnType<ScanBench['scan']>>> {
  const handle = bench.client.workflow.getHandle(scanWorkflowId(database.tenantId, platformId));
  const timer = setInterval(() => { handle.describe().then((told) => beats.push(inspect(told.raw, { depth: 12, maxStringLength: null })), () => undefined); }, 100);
  return bench.scan(platformId).finally(() => clearInterval(timer));
}

function terminal(args: readonly string[], key: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'scan', ...args], { env: { ...process.env, PLUMBLINE_KEY: key } });
    let out = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { out += String(chunk); });
    child.on('close', () => resolve(out));
  });
}

describe('secrets planted in the answers of a platform', () => {
  it('come to no table, log line, history, report or export, in whatever form', async () => {
    const secrets = [...new Set([...plantedSecrets('a'), ...plantedSecrets('b'), KEY])];
    const ids = [await bench.addPlatform('planted', platform.url, { token: KEY, hook: HOOK }), await bench.addPlatform('n8n', platform.url, { apiKey: KEY })];
    const first = await Promise.all(ids.map(scanWatched));
    await bench.inTenant(async (tx) => {
      const proposed = await proposeBaseline(tx, ANNA, { platformId: ids[0]!, scanId: first[0]!.scan.id });
      await decideBaseline(tx, BEN, { baselineId: proposed.id, decision: 'approved', reason: null });
    });
    platform.rotate('b');
    const second = await Promise.all(ids.map(scanWatched));
    const reports = await Promise.all(second.map(async ({ scan }) => {
      const report = await bench.inTenant((tx) => createReport(tx, ANNA, { kind: 'scan', subjectId: scan.id, title: 'Scan' }));
      const workflowId = `report-${randomUUID()}`;
      const made = (await bench.client.workflow.execute(PRODUCE_REPORT, { args: [{ tenantId: database.tenantId, reportId: report.id }], taskQueue: bench.taskQueue, workflowId, workflowExecutionTimeout: '5 minutes' })) as ProduceReportResult;
      const pdf = await readFile(join(bench.test.blobFolder, made.sha256.slice(0, 2), `${made.sha256}.pdf`));
      return { workflowId, text: (await textOf(pdf)).join('\n') };
    }));
    const trail: string[] = [];
    await bench.inTenant(async (tx) => { for await (const line of exportTrail(tx, createSigner('plumbline/test', Buffer.alloc(32, 5)))) trail.push(line); });
    const histories = await Promise.all([...ids.map((id) => historyOf(scanWorkflowId(database.tenantId, id))), ...reports.map(({ workflowId }) => historyOf(workflowId))]);
    const sarif = (connector: string): string => join(folder, `${connector}.sarif`);
    const keys = { planted: JSON.stringify({ token: KEY, hook: HOOK }), n8n: KEY };
    const printed = await Promise.all((['planted', 'n8n'] as const).flatMap((connector) => [['--json'], ['--sarif', sarif(connector)]].map((form) => terminal(['--platform', connector, '--url', platform.url, ...form], keys[connector]))));
    for (const connector of ['planted', 'n8n']) printed.push(await readFile(sarif(connector), 'utf8'));

    const places = [
      ...(await tables()), { name: 'logs', text: logs.join('\n') }, { name: 'beats', text: beats.join('\n') }, ...histories.map((text, index) => ({ name: `history ${index}`, text })), { name: 'trail', text: trail.join('\n') },
      ...reports.map(({ text }, index) => ({ name: `report ${index}`, text })), ...printed.map((text, index) => ({ name: `terminal ${index}`, text })),
    ];
    const leaks = places.flatMap(({ name, text }) => found(secrets, text).map((secret) => `${secret} in ${name}`));

    expect(leaks).toEqual([]);
    expect(secrets.length).toBeGreaterThanOrEqual(60);
    // that something was there to leak: all was read, kept, compared and told
    expect(second.map(({ scan }) => scan.status), JSON.stringify(second.map(({ scan }) => scan.completeness))).toEqual(['incomplete', expect.stringMatching(/completed|incomplete/)]);
    expect(second.map(({ scan }) => scan.resourceCount)).toEqual([expect.any(Number), expect.any(Number)]);
    for (const table of ['public.snapshot_chunks', 'public.scan_pages', 'public.drift_items', 'public.findings']) expect(places.find(({ name }) => name === table)?.text ?? '', table).toContain(table.endsWith('findings') ? 'fnd_' : 'redacted');
    expect(platform.asked.some((each) => each.includes('access_token='))).toBe(true);
    expect(printed.filter((text) => text.length < 300 || /^error:/m.test(text))).toEqual([]);
    expect(printed.filter((text) => text.includes('NC-CRD')).length).toBeGreaterThanOrEqual(3);
    expect(beats.length).toBeGreaterThan(0);
  }, 240_000);

  it('have fingerprints that nobody can compare between tenants, and that stay as they were for tenants of an older version', async () => {
    const [one, other, older] = [database.tenantId, newId('tenant'), newId('tenant')];
    for (const id of [other, older]) await database.store.tenant(id, (tx) => createTenant(tx, ANNA, 'Another'));
    await database.asAdmin((client) => client.query("UPDATE tenants SET fingerprint_key = 'installation' WHERE id = $1", [older]));
    const deps = { ...bench.test.deps, keys: { ...bench.test.deps.keys } };
    const printOf = async (tenantId: string): Promise<string> => fingerprintOf('4711', (await withFingerprintKey(deps, tenantId)).keys.fingerprints);

    const prints = await Promise.all([one, one, other, older].map(printOf));

    expect(prints[1]).toBe(prints[0]);
    expect(new Set(prints).size).toBe(3);
    expect(prints[3]).toBe(fingerprintOf('4711', deps.keys.fingerprints));
  });

  it('are found by this very search where they are', () => {
    for (const secret of plantedSecrets('a')) {
      for (const text of [secret, encodeURIComponent(secret), JSON.stringify({ a: JSON.stringify(secret) }), secret.toUpperCase()]) expect(found([secret], `x ${text} y`)).toEqual([secret]);
      if (secret.length >= 14) for (const shift of ['', 'a', 'ab']) expect(found([secret], Buffer.from(`${shift}${secret} and more`).toString('base64'))).toEqual([secret]);
    }
  });
});
