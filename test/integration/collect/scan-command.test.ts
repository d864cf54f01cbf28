import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScanResult } from '../../../src/cli/scan/result.js';
import { API_KEY, startFakeN8n } from './fake-n8n.js';
import type { FakeN8n } from './fake-n8n.js';

const folder = mkdtempSync(join(tmpdir(), 'plumbline-scan-'));
const write = (name: string, content: string): string => { const file = join(folder, name); writeFileSync(file, content); return file; };
const flows = write('flows.json', readFileSync('packs/connectors/node-red/fixtures/files/flows.json', 'utf8'));
const clean = write('clean.json', JSON.stringify({ id: 'c', name: 'Quiet', active: false, nodes: [{ id: 'n', name: 'By hand', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} }], connections: {}, settings: {} }));
const half = write('half.json', readFileSync(clean, 'utf8').replace('"nodes":[', '"nodes":[null,'));
const gone = write('gone.json', readFileSync(clean, 'utf8').replace(/"nodes":\[.*\],"connections"/, '"nodes":null,"connections"'));
const broken = write('broken.json', '{"nodes":[');
const empty = mkdtempSync(join(tmpdir(), 'plumbline-empty-'));
const others = mkdtempSync(join(tmpdir(), 'plumbline-others-'));
writeFileSync(join(others, 'package.json'), '{"name":"x"}');
let server: FakeN8n;
beforeAll(async () => { server = await startFakeN8n(); });
afterAll(() => server.stop());

function scan(args: readonly string[], env: Record<string, string> = {}): Promise<{ code: number | null; out: string; error: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'scan', ...args], { env: { ...process.env, ...env } });
    let [out, error] = ['', ''];
    child.stdout.on('data', (chunk) => { out += String(chunk); });
    child.stderr.on('data', (chunk) => { error += String(chunk); });
    child.on('close', (code) => resolve({ code, out, error }));
  });
}

describe('plumbline scan', () => {
  it.each([
    ['nothing to complain about', [clean], 0],
    ['findings without a threshold', [flows], 0],
    ['findings at the threshold', [flows, '--fail-on', 'high'], 1],
    ['no finding at the threshold', [clean, '--fail-on', 'info'], 0],
    ['an unreadable file', [clean, broken], 3],
    ['an unreadable file and findings at the threshold', [flows, broken, '--fail-on', 'high'], 1],
    ['an unreadable file and no finding at the threshold', [clean, broken, '--fail-on', 'high'], 3],
    ['steps that could not be understood', [half], 3],
    ['an export whose steps are gone, beside a clean one', [clean, gone], 3],
    ['a folder without any export', [empty], 3],
    ['a folder with other JSON only', [others], 3],
    ['a missing path', [join(folder, 'nowhere')], 3],
    ['no path', [], 2],
    ['a threshold that does not exist', [clean, '--fail-on', 'terrible'], 2],
    ['an option that does not exist', [clean, '--frobnicate'], 2],
    ['a platform that does not exist', ['--platform', 'no-such-platform', '--url', 'http://127.0.0.1:1'], 2],
  ])('%s: exit code as promised', async (_what, args, code) => {
    const run = await scan(args);

    expect([run.code, run.error.includes('\n    at ')]).toEqual([code, false]);
  });

  it('says what it looked for where it found nothing to judge', async () => {
    const [nothing, oneKind] = await Promise.all([scan([empty]), scan([empty, '--platform', 'n8n', '--json'])]);

    expect(nothing.out.replaceAll(/\n\s*/g, ' ')).toMatch(new RegExp(`${empty}: no .*Node-RED.* or n8n export was found in it`));
    expect((JSON.parse(oneKind.out) as ScanResult).unreadable).toEqual([{ code: 'PLB-COLLECT-012', file: empty, reason: 'no n8n export was found in it' }]);
  });

  it('judges files only by the checks of the platforms they come from', async () => {
    const packs = join(mkdtempSync(join(tmpdir(), 'plumbline-packs-')), 'packs');
    cpSync('packs', packs, { recursive: true });
    const check = readFileSync(join(packs, 'policies', 'core', 'NC-EPT-07.yaml'), 'utf8');
    const everyWorkflow = check.replaceAll('platform-settings', 'workflow').replace(/^when:.*\nneeds:\n(?: .*\n)+expression:.*$/m, 'expression: "true"').replace(/^message:.*$/m, 'message: Any.');
    writeFileSync(join(packs, 'policies', 'core', 'NC-EPT-07.yaml'), everyWorkflow);
    const found = (out: string): number => (JSON.parse(out) as ScanResult).findings.filter(({ checkId }) => checkId === 'NC-EPT-07').length;

    const [n8n, nodeRed] = await Promise.all([scan([clean, '--packs', packs, '--json']), scan([flows, '--packs', packs, '--json'])]);

    expect([n8n.error, nodeRed.error]).toEqual(['', '']);
    expect(found(n8n.out)).toBe(0);
    expect(found(nodeRed.out)).toBeGreaterThan(0);
  });

  it('reads a process substitution to its end', async () => {
    const run = await new Promise<string>((resolve) => {
      const child = spawn('bash', ['-c', `"${process.execPath}" --import tsx src/cli/main.ts scan <(sleep 0.2; cat "${clean}") --json`]);
      let out = '';
      child.stdout.on('data', (chunk) => { out += String(chunk); });
      child.on('close', () => resolve(out));
    });
    const result = JSON.parse(run) as ScanResult;

    expect([result.summary.files.judged, result.unreadable]).toEqual([1, []]);
  });

  it('prints one object with findings, resources, flows and what could not be read', async () => {
    const { out } = await scan([flows, broken, '--json']);
    const result = JSON.parse(out) as ScanResult;

    expect(Object.keys(result)).toEqual(expect.arrayContaining(['findings', 'resources', 'flows', 'unreadable', 'completeness', 'summary']));
    expect(result.findings[0]).toMatchObject({ checkId: expect.any(String), severity: expect.any(String), outcome: 'fail', resource: { kind: expect.any(String), key: expect.any(String), name: expect.any(String) }, location: { file: flows } });
    expect(result.unreadable).toEqual([{ code: 'PLB-COLLECT-012', file: broken, reason: 'it is no JSON: the text ends in the middle' }]);
  });

  it('says in the table, in JSON and in SARIF what was not understood, with counts, and calls nothing that rests on it clean', async () => {
    const sarif = join(folder, 'half.sarif');

    const [table, json] = await Promise.all([scan([clean, half]), scan([clean, half, '--json', '--sarif', sarif])]);

    const result = JSON.parse(json.out) as ScanResult;
    const words = '1 of 1 workflows: some of their steps could not be read';
    expect(table.out.replaceAll(/\n\s*/g, ' ')).toContain(`${half}: ${words}`);
    expect(table.out).toContain('Workflows: partial, 1 of 2 workflows: some of their steps could not be read');
    expect(table.out.replaceAll(/\s+/g, ' ')).toContain('1 file could not be read, or not wholly.');
    expect(result.completeness.find(({ type }) => type === 'workflows')).toMatchObject({ state: 'partial', read: 2 });
    expect(result.unreadable).toEqual([{ code: 'PLB-COLLECT-012', file: half, reason: words }]);
    expect(readFileSync(sarif, 'utf8')).toContain(words);
    expect(result.summary.couldNotVerify).toBeGreaterThan(0);
    expect(table.out.replaceAll(/\s+/g, ' ')).toMatch(/Not in exported files, so not judged: [^.]*Credential references/);
  });

  it('judges a live platform with the key from the environment, and from a file', async () => {
    const keyFile = write('key.txt', `${API_KEY}\n`);
    const sarif = join(folder, 'out.sarif');

    const [byEnvironment, byFile] = await Promise.all([
      scan(['--platform', 'n8n', '--url', server.url, '--json', '--sarif', sarif], { PLUMBLINE_KEY: API_KEY }),
      scan(['--platform', 'n8n', '--url', server.url, '--key-file', keyFile]),
    ]);

    expect([byEnvironment.code, byFile.code]).toEqual([0, 0]);
    expect((JSON.parse(byEnvironment.out) as ScanResult).completeness.find((entry) => entry.type === 'variables')?.state).toBe('unavailable');
    expect((JSON.parse(readFileSync(sarif, 'utf8')) as { version: string }).version).toBe('2.1.0');
    expect(byEnvironment.out + byFile.out).not.toContain(API_KEY);
  });

  it.each<[string, number]>([['/tags', 403], ['/tags', 500], ['/variables', 403]])('tells by its code that an optional list was not read, unless the platform does not have it: %s answers %i', async (path, status) => {
    const body = path === '/variables' ? readFileSync('packs/connectors/n8n/fixtures/not-licensed.json', 'utf8') : '{"message":"no"}';
    const other = await startFakeN8n({ [path]: (_request, response) => { response.writeHead(status, { 'content-type': 'application/json' }).end(body); } });

    const run = await scan(['--platform', 'n8n', '--url', other.url, '--json'], { PLUMBLINE_KEY: API_KEY });

    await other.stop();
    expect(run.code).toBe(path === '/variables' ? 0 : 3);
  }, 60_000);

  it('refuses a key on the command line, and tells a wrong one by its code', async () => {
    const [onLine, wrong] = await Promise.all([
      scan(['--platform', 'n8n', '--url', server.url, '--key', API_KEY]),
      scan(['--platform', 'n8n', '--url', server.url], { PLUMBLINE_KEY: 'wrong-key-0000' }),
    ]);

    expect([onLine.code, wrong.code]).toEqual([2, 3]);
    expect(onLine.error).not.toContain(API_KEY);
    expect(wrong.error).toMatch(/^PLB-COLLECT-002 /);
  });
});
