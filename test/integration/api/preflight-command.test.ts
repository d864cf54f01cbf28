import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ESTATE_KEY, startEstateN8n, type EstateN8n } from '../../support/platforms/estate-n8n.js';

const ROOT = join(import.meta.dirname, '../../..');
let n8n: EstateN8n;
beforeAll(async () => { n8n = await startEstateN8n(600); });
afterEach(() => n8n.answerWith(null));
afterAll(() => n8n?.stop());

interface Run { readonly code: number | null; readonly stdout: string; readonly stderr: string }

function preflight(args: readonly string[], env: Record<string, string> = { PLUMBLINE_KEY: ESTATE_KEY }): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'src/cli/main.ts'), 'platform', 'preflight', ...args], { cwd: ROOT, env: { ...process.env, ...env } });
    const run = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (run.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (run.stderr += chunk.toString()));
    child.on('close', (code) => resolve({ code, ...run }));
  });
}
const against = (...more: string[]): string[] => ['--platform', 'n8n', '--url', n8n.url, ...more];

describe('plumbline platform preflight', () => {
  test('lists each right once, asks for one page of each, and is content with a key that has them all', async () => {
    n8n.asked.length = 0;

    const { code, stdout } = await preflight(against('--json'));

    const { entries } = JSON.parse(stdout) as { entries: { type: string; state: string; right: string }[] };
    expect(entries.find(({ type }) => type === 'workflows')).toMatchObject({ state: 'granted', right: 'workflow:list' });
    expect(entries.find(({ type }) => type === 'projects')).toMatchObject({ state: 'unavailable' });
    expect(n8n.asked.filter(({ request }) => request.includes('/workflows'))).toHaveLength(1);
    expect(code).toBe(0);
  }, 60_000);

  test('names what is missing and what is then not known, and ends with 1 when a scan can do without, 3 when not', async () => {
    const forbid = (path: string) => n8n.answerWith((request, response) => {
      if (!request.url?.includes(path)) return false;
      response.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"Forbidden"}');
      return true;
    });

    forbid('/users');
    const optional = await preflight(against());
    forbid('/workflows');
    const required = await preflight(against());

    expect([optional.code, required.code]).toEqual([1, 3]);
    expect(optional.stdout).toMatch(/LACKS IT +People/);
    expect(optional.stdout).toMatch(/People: user:list\. Without it unknown: people\./);
    expect(required.stdout).toMatch(/LACKS IT +Workflows \(required\)/);
  }, 60_000);

  test('says what is wrong and never prints the key', async () => {
    const runs = await Promise.all([
      preflight(against(), { PLUMBLINE_KEY: 'canary-wrong-key' }), preflight(['--platform', 'nope', '--url', n8n.url]), preflight(against('--key', 'canary-on-the-line')), preflight(['--platform', 'n8n']),
      preflight(against('--field', 'apiKey=canary-field')),
    ]);

    expect(runs.map((run) => run.code)).toEqual([3, 2, 2, 2, 2]);
    expect(runs.map((run) => /PLB-COLLECT-002|PLB-COLLECT-010|PLUMBLINE_KEY|needs --url|PLUMBLINE_FIELD_APIKEY/.exec(run.stderr)?.[0])).toEqual(['PLB-COLLECT-002', 'PLB-COLLECT-010', 'PLUMBLINE_KEY', 'needs --url', 'PLUMBLINE_FIELD_APIKEY']);
    expect(runs.map((run) => run.stdout + run.stderr).join()).not.toContain('canary');
  }, 60_000);

  test('takes a file with lines NAME=value, as scan and record do', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-preflight-'));
    const file = join(folder, 'n8n.keys');
    writeFileSync(file, `# the key of the reader\napiKey=${ESTATE_KEY}\n`);

    const { code, stdout } = await preflight(against('--key-file', file), { PLUMBLINE_KEY: '' });
    rmSync(folder, { recursive: true });

    expect(stdout).toContain('The key may read all');
    expect(code).toBe(0);
  }, 60_000);
});
