import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AssessmentDetails, CaughtMail, LinkRequest, Mailbox, Report, Vendor } from '../../src/api/schemas.js';
import type { FlowItem } from '../../src/runtime/demo/flow-nodes.js';
import { storedPassword } from '../../src/runtime/keys.js';
import { readJson } from '../../src/runtime/atomic-file.js';
import { apiClient, approve, connect, firstAdministrator, join, openDrift, openFindings, scanNow, TEST_PASSWORD, type ApiClient } from '../support/api-client.js';
import { withClient } from '../support/database.js';
import { demoId, startTestNodeRed, type TestNodeRed } from '../support/platforms/node-red.js';
import { startTestPlumbline, type TestPlumbline } from '../support/plumbline.js';
import { runCommand } from '../support/plumbline-processes.js';
import { until } from '../support/until.js';

// Several of these run side by side on two busy cores.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** Typed where people type secrets by mistake. None opens anything. */
const TYPED = {
  inCode: 'npk_live_7hQ2vX9mT4bR8sW3kZ6dL1pF',
  inAddress: 'canaryKey8s7d6f5g4h3j2k1l',
  inUserInfo: 'canaryUserInfo93jd83',
  inHeader: 'canaryHeader0Zx9Yw8Vu7Ts6Rq5',
  inEnvironment: 'canaryEnvironment4Pq3Ln2Mk1',
};
/** Names that everybody may see, at the same places: proof that the search would find a secret there. */
const HOST = 'orders.packhall.test';

let plumbline: TestPlumbline;
let nodeRed: TestNodeRed;
let ada: ApiClient;
let platformId: string;
let scanId: string;
let exportsFolder: string;
let linkToken: string;
let secrets: string[];

beforeAll(async () => {
  [plumbline, nodeRed, exportsFolder] = await Promise.all([startTestPlumbline({ env: { LOG_LEVEL: 'debug' } }), startTestNodeRed(), mkdtemp(path(tmpdir(), 'plumbline-exports-'))]);
  const flows = await plant();
  await writeFile(path(exportsFolder, 'flows.json'), JSON.stringify(flows));
  ada = await firstAdministrator(plumbline);
  const otto = await join(ada, 'Otto Officer', ['officer']);
  const connected = await connect(ada, { name: 'Roastery', connectorId: 'node-red', baseUrl: nodeRed.url, secret: { username: nodeRed.reader.username, password: nodeRed.reader.password } });
  platformId = connected.platformId;
  await approve({ proposer: ada, approver: otto }, platformId, connected.first.scan.id);
  await nodeRed.api.change(demoId('tickets.escalate'), { func: `const apiKey = "${TYPED.inCode}x";\nreturn msg;` });
  await nodeRed.api.change(demoId('stock.board'), { url: `https://board.elsewhere.example.net/lots?api_key=${TYPED.inAddress}` });
  scanId = (await scanNow(ada, platformId)).scan.id;
  linkToken = await askVendor();
  secrets = [...Object.values(TYPED), nodeRed.reader.password, nodeRed.admin.password, 'demo-packhall-token', 'demo-openai-key', 'demo-shop-token', TEST_PASSWORD, linkToken, plumbline.firstAdminUrl!.split('#')[1]!];
});
afterAll(async () => {
  await plumbline?.stop();
  await nodeRed?.stop();
  await rm(exportsFolder, { recursive: true, force: true });
});

async function plant(): Promise<FlowItem[]> {
  await nodeRed.api.change(demoId('newsletter.add'), { url: `https://owner:${TYPED.inUserInfo}@lists.postwren.test/v3/members?api_key=${TYPED.inAddress}`, headers: [{ keyType: 'other', keyValue: 'Authorization', valueType: 'other', valueValue: `Bearer ${TYPED.inHeader}` }] });
  await nodeRed.api.change(demoId('stock'), { env: [{ name: 'API_KEY', type: 'str', value: TYPED.inEnvironment }] });
  return (await nodeRed.api.getFlows()).flows as FlowItem[];
}

/** The mail in the mailbox holds the link, as it must; nothing else may. */
async function askVendor(): Promise<string> {
  const { vendor } = await ada.post<{ vendor: Vendor }>('/vendors', { name: 'Night Pager', contactName: 'Vera Vendor', contactEmail: 'vera@pager.example' });
  await ada.post<AssessmentDetails>(`/vendors/${vendor.id}/assessments`, { questionnaireId: 'mvsp-v3', dueAt: new Date(Date.now() + 30 * 86_400_000).toISOString() });
  const brief = await until(async () => (await ada.get<Mailbox>('/mailbox')).items[0] ?? null, { what: 'the mail is caught' });
  const { text } = await ada.get<CaughtMail>(`/mailbox/${brief.id}`);
  const token = /\/answer#([\w-]+)/.exec(text)![1]!;
  const vera = apiClient(plumbline.url);
  await vera.post<LinkRequest>('/link/redeem', { token });
  return token;
}

const found = (text: string): string[] => secrets.filter((secret) => text.includes(secret));

async function databaseDump(skip: readonly string[]): Promise<string> {
  const port = readJson<number>(path(plumbline.home, 'run', 'ports', 'PLUMBLINE_POSTGRES_PORT.json'));
  const address = (database: string): string => `postgres://postgres:${encodeURIComponent(storedPassword(plumbline.home, 'postgres-admin'))}@127.0.0.1:${port}/${database}`;
  const names = await withClient(address('postgres'), (client) => client.query<{ datname: string }>('SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> $1', ['postgres']));
  return withClient(address(names.rows[0]!.datname), async (client) => {
    const tables = await client.query<{ name: string }>(`SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`);
    const parts: string[] = [];
    for (const { name } of tables.rows.filter((table) => !skip.includes(table.name))) {
      const rows = await client.query<{ line: string }>(`SELECT t::text AS line FROM ${name} t`);
      // A composite value doubles its quotes and backslashes.
      parts.push(name, ...rows.rows.map((row) => row.line.replaceAll('""', '"').replaceAll('\\\\', '\\')));
    }
    return parts.join('\n');
  });
}

async function filesBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = entries.filter((entry) => entry.isFile()).map((entry) => readFile(path(entry.parentPath, entry.name), 'latin1'));
  return (await Promise.all(texts)).join('\n');
}

async function pdfText(): Promise<string> {
  const { report } = await ada.post<{ report: Report }>('/reports', { kind: 'scan', subjectId: scanId });
  await until(async () => {
    const now = (await ada.get<{ report: Report }>(`/reports/${report.id}`)).report;
    if (now.status === 'failed') throw new Error(now.error?.code);
    return now.status === 'ready' ? now : null;
  }, { what: 'the report is ready', limitMs: 180_000 });
  const bytes = await ada.bytes(`/reports/${report.id}/pdf`);
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: true });
  // Long words are broken over lines.
  return `${text}\n${text.replaceAll(/\s+/g, '')}\n${bytes.toString('latin1')}`;
}

describe('a secret that somebody typed into a flow', () => {
  it('is told as a finding, and its change as drift', async () => {
    const findings = await openFindings(ada, platformId);
    const drift = await openDrift(ada, platformId);

    expect(findings.filter((finding) => finding.checkId.startsWith('NC-CRD-') && finding.outcome === 'fail').length).toBeGreaterThanOrEqual(3);
    expect(drift.map((item) => item.resource.name).sort()).toEqual(['Prepare the page', 'Price board']);
  });
});

describe('no secret is to be found', () => {
  it('in any table of the database', async () => {
    const dump = await databaseDump(['public.caught_mails']);

    expect(found(dump)).toEqual([]);
    expect(dump).toContain(HOST);
    expect(await databaseDump([])).toContain(linkToken);
  });

  it('in the file of Temporal', async () => {
    const text = await filesBelow(path(plumbline.home, 'temporal'));

    expect(found(text)).toEqual([]);
    expect(text).toContain(platformId);
    // Payloads are encrypted: not even what is no secret can be read there.
    expect([text.includes(HOST), text.includes('vera@pager.example')]).toEqual([false, false]);
  });

  it('in the logs of any part', async () => {
    const text = await filesBelow(path(plumbline.home, 'logs'));

    expect(found(text)).toEqual([]);
    expect(found(plumbline.printed)).toEqual([plumbline.firstAdminUrl!.split('#')[1]]);
    expect(text.length).toBeGreaterThan(1_000);
  });

  it('in any answer of the API', async () => {
    const list = `platformId=${platformId}`;
    const paths = ['/health', '/me', '/platforms', `/platforms/${platformId}`, `/platforms/${platformId}/scans`, `/platforms/${platformId}/baselines`, `/scans/${scanId}`, `/findings?${list}&limit=200`, `/drift?${list}&includeGone=true`, '/people', '/vendors', '/assessments', '/audit/events?limit=200', '/audit/export'];
    const texts = await Promise.all(paths.map(async (each) => (await ada.bytes(each)).toString('utf8')));

    expect(texts.map(found)).toEqual(paths.map(() => []));
    expect(texts.join('\n')).toContain('board.elsewhere.example.net');
  });

  it('in the PDF of the scan', async () => {
    const text = await pdfText();

    expect(found(text)).toEqual([]);
    expect(text).toContain('Prepare the page');
  });

  it('in what the command prints and writes, of files and of the live platform', async () => {
    const sarif = path(exportsFolder, 'out.sarif');
    const files = await runCommand(['scan', path(exportsFolder, 'flows.json'), '--json', '--sarif', sarif]);
    const table = await runCommand(['scan', path(exportsFolder, 'flows.json')]);
    const live = await runCommand(['scan', '--platform', 'node-red', '--url', nodeRed.url, '--username', nodeRed.reader.username, '--json'], { PLUMBLINE_KEY: nodeRed.reader.password });

    const texts = [files.stdout, files.stderr, await readFile(sarif, 'utf8'), table.stdout, table.stderr, live.stdout, live.stderr];
    expect(texts.map(found)).toEqual(texts.map(() => []));
    expect([files.code, table.code, live.code]).toEqual([0, 0, 0]);
    expect([files.stdout, live.stdout].map((text) => text.includes(HOST))).toEqual([true, true]);
    expect(texts[2]).toContain('Prepare the page');
  });
});
