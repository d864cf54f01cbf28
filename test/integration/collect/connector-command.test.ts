import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'plumbline-command-'));
const own = join(root, 'acme-flow');

function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], { env: { ...process.env, PLUMBLINE_CONNECTORS: root, ...env } });
}
function run(args: readonly string[], env: Record<string, string> = {}): Promise<{ code: number | null; out: string; error: string }> {
  return new Promise((resolve) => {
    const child = start(args, env);
    let [out, error] = ['', ''];
    child.stdout!.on('data', (chunk) => { out += String(chunk); });
    child.stderr!.on('data', (chunk) => { error += String(chunk); });
    child.on('close', (code) => resolve({ code, out, error }));
  });
}
beforeAll(async () => { await run(['connector', 'new', 'acme-flow']); });
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('plumbline connector', () => {
  it('new: writes a starter that holds, with the schemas beside it, and overwrites nothing', async () => {
    const manifest = readFileSync(join(own, 'manifest.yaml'), 'utf8');

    const [again, taken, wrong] = await Promise.all([run(['connector', 'new', 'acme-flow']), run(['connector', 'new', 'n8n']), run(['connector', 'new', 'Acme_Flow'])]);

    expect(readdirSync(root).sort()).toEqual(['acme-flow', 'schema.json', 'steps-schema.json']);
    expect(manifest).toContain('title: Acme Flow');
    expect(manifest).not.toContain('__');
    expect([again.code, taken.code, wrong.code]).toEqual([3, 3, 2]);
    expect(again.error).toMatch(/PLB-START-010 There is a connector named acme-flow already/);
    expect(readFileSync(join(own, 'manifest.yaml'), 'utf8')).toBe(manifest);
  }, 60_000);

  it('test: says as JSON all that the table says, and ends with 0, 1, 2 and 3 as promised', async () => {
    const held = await run(['connector', 'test', 'acme-flow', '--json']);
    writeFileSync(join(own, 'fixtures', 'estate.golden.json'), readFileSync(join(own, 'fixtures', 'estate.golden.json'), 'utf8').replace('"mail"', '"post"'));
    const broken = await run(['connector', 'test', join(own, 'manifest.yaml')]);
    const [nothing, both, unknown, updated] = await Promise.all([run(['connector', 'test']), run(['connector', 'test', 'acme-flow', '--all']), run(['connector', 'test', 'acme-flo']), run(['connector', 'test', 'acme-flow', '--update'])]);

    expect(JSON.parse(held.out)).toMatchObject({ schema: 1, ok: true, failures: [], connectors: [{ connector: 'acme-flow', sets: [{ set: 'estate', resources: 13, trials: expect.arrayContaining([{ name: 'two reads are equal', state: 'held', lines: [] }]) }] }] });
    expect([held.code, broken.code, nothing.code, both.code, unknown.code, updated.code]).toEqual([0, 1, 2, 2, 2, 0]);
    expect(broken.out).toContain('step:w2/s3.properties.class: "post" -> "mail"');
    expect(unknown.error).toMatch(/There is no connector named acme-flo; known are .*acme-flow/);
  }, 90_000);

  it('lint and show: as JSON and for people', async () => {
    const [lint, show, people] = await Promise.all([run(['connector', 'lint', 'acme-flow', '--json']), run(['connector', 'show', 'acme-flow', '--json']), run(['connector', 'show', 'acme-flow'])]);

    expect(JSON.parse(lint.out)).toEqual({ schema: 1, ok: true, remarks: [] });
    expect(JSON.parse(show.out)).toMatchObject({ id: 'acme-flow', fields: [{ name: 'token', secret: true, required: true }], reads: expect.arrayContaining([expect.objectContaining({ title: 'People', right: 'people:read of an administrator' })]) });
    expect(people.out).toMatch(/Cannot be seen\n {2}Audit log: /);
  }, 60_000);

  it('replay: serves the set with the line that scans it, until Ctrl+C; scan and record read it', async () => {
    const child = start(['connector', 'replay', 'acme-flow']);
    const ended = new Promise<number | null>((resolve) => { child.on('close', resolve); });
    const printed = await new Promise<string>((resolve) => {
      let out = '';
      child.stdout!.on('data', (chunk) => { out += String(chunk); if (out.includes('Stop with Ctrl+C')) resolve(out); });
    });
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)![0];

    const scan = await run(['scan', '--platform', 'acme-flow', '--url', url, '--json'], { PLUMBLINE_FIELD_TOKEN: 'fixture-token' });
    const [kept, recorded, keyless] = await Promise.all([
      run(['connector', 'record', 'acme-flow', '--url', url], { PLUMBLINE_KEY: 'fixture-token' }),
      run(['connector', 'record', 'acme-flow', '--url', url, '--set', 'again'], { PLUMBLINE_KEY: 'fixture-token' }),
      run(['connector', 'record', 'acme-flow', '--url', url, '--set', 'keyless'], { PLUMBLINE_KEY: '' }),
    ]);
    child.kill('SIGINT');

    expect(printed).toContain(`PLUMBLINE_FIELD_TOKEN=fixture-token bin/plumbline scan --platform acme-flow --url ${url}`);
    expect((JSON.parse(scan.out) as { summary: { workflows: number } }).summary.workflows).toBe(3);
    expect([kept.code, recorded.code, keyless.code, await ended]).toEqual([2, 0, 3, 0]);
    expect(kept.error).toContain('--force');
    expect(keyless.error).toContain('Acme Flow asks for API token');
    expect([existsSync(join(own, 'fixtures', 'again.json')), existsSync(join(own, 'fixtures', 'keyless.json'))]).toEqual([true, false]);
  }, 90_000);
});
