/** docs/connectors/your-own-platform.md, followed to the letter by a machine: every command, every snippet, against Tideway. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Manifest } from '../../../src/collect/manifest/schema.js';
import { FixtureSet } from '../../../src/collect/simulate/fixture.js';
import { TIDEWAY_INLINE_SECRET, TIDEWAY_SECRET, startTideway } from '../../support/platforms/tideway.js';
import type { Tideway } from '../../support/platforms/tideway.js';

interface Block { readonly language: string; readonly part: string; readonly text: string }

const page = readFileSync('docs/connectors/your-own-platform.md', 'utf8');
const blocks = [...page.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map((match): Block => ({ language: match[1]!, part: match[2] ?? '', text: match[3]! }));
const folder = mkdtempSync(join(tmpdir(), 'plumbline-guide-'));
const connectors = join(folder, 'connectors');
const own = join(connectors, 'tideway');
const keys = join(folder, 'tideway.keys');
let tideway: Tideway;
let session = '';
beforeAll(async () => { tideway = await startTideway(); });
afterAll(async () => { await tideway.close(); rmSync(folder, { recursive: true, force: true }); });

function plumbline(args: readonly string[], env: Record<string, string> = {}): Promise<{ code: number | null; out: string; error: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], { env: { ...process.env, PLUMBLINE_CONNECTORS: connectors, ...env } });
    let [out, error] = ['', ''];
    child.stdout.on('data', (chunk) => { out += String(chunk); });
    child.stderr.on('data', (chunk) => { error += String(chunk); });
    child.on('close', (code) => resolve({ code, out, error }));
  });
}

/** The reader's own address and files in place of the guide's. */
function asTyped(line: string): string[] {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2]!);
  return words.map((word) => word.replace('https://tideway.example.com', tideway.url).replace(/^tideway\.keys$/, keys));
}

async function curl([, ...words]: readonly string[]): Promise<unknown> {
  const headers: Record<string, string> = {};
  const request: { method: string; body?: string } = { method: 'GET' };
  let url = '';
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    if (word === '-X') request.method = words[(index += 1)]!;
    else if (word === '-d') request.body = words[(index += 1)]!.replace('"..."', JSON.stringify(TIDEWAY_SECRET.clientSecret));
    else if (word === '-H') { const [name, value] = words[(index += 1)]!.split(': '); headers[name!] = value === '...' ? session : value!; }
    else url = word;
  }
  const answer = await (await fetch(url, { ...request, headers })).json() as { session?: { token: string } };
  session = answer.session?.token ?? session;
  return answer;
}

/** What is shown must be there; "..." stands for anything. */
function shownIn(shown: unknown, found: unknown): boolean {
  if (shown === '...') return found !== undefined;
  if (Array.isArray(shown)) return Array.isArray(found) && shown.every((each, index) => shownIn(each, found[index]));
  if (typeof shown !== 'object' || shown === null) return shown === found;
  return typeof found === 'object' && found !== null && Object.entries(shown).every(([name, each]) => shownIn(each, (found as Record<string, unknown>)[name]));
}

function manifestOfGuide(): string {
  return blocks.filter(({ language, part }) => language === 'yaml' && part === 'manifest').map(({ text }) => text).join('');
}

/** Commands in order, each block of them with the output that is shown after it; files are written where the guide has come to them. */
async function follow(report: { failures: string[]; commands: number }): Promise<void> {
  let last: { code: number | null; out: string; answer?: unknown } = { code: 0, out: '' };
  for (const { language, part, text } of blocks) {
    if (language === 'yaml' && part === 'steps') {
      writeFileSync(join(own, 'manifest.yaml'), manifestOfGuide());
      writeFileSync(join(own, 'steps.yaml'), text);
    }
    if (part === 'tideway.keys') writeFileSync(keys, text.replace('...', TIDEWAY_SECRET.clientSecret));
    if (language === 'sh') {
      for (const line of text.trim().split('\n')) {
        const words = asTyped(line);
        report.commands += 1;
        const result = words[0] === 'curl' ? { code: 0, out: '', answer: await curl(words) } : await plumbline(words.slice(1));
        if (result.code !== 0) report.failures.push(`${line}\nended with ${result.code}: ${result.out}${'error' in result ? result.error : ''}`);
        last = { ...result, out: (text.trim().split('\n').length > 1 ? last.out : '') + result.out };
      }
    }
    if (part === 'fixture') FixtureSet.partial().parse(JSON.parse(text));
    else if (language === 'json' && !shownIn(JSON.parse(text), last.answer)) report.failures.push(`shown: ${text}found: ${JSON.stringify(last.answer).slice(0, 600)}`);
    if (language === 'text' && part === '') for (const line of text.trim().split('\n')) if (!last.out.includes(line.trim())) report.failures.push(`not printed: ${line}\nprinted: ${last.out}`);
  }
}

describe('the guide for a platform of one\'s own', () => {
  it('works to the letter: a newcomer ends with a connector that holds, and a scan that finds what is wrong', async () => {
    const report = { failures: [] as string[], commands: 0 };

    await follow(report);

    expect(report.failures).toEqual([]);
    expect(report.commands).toBeGreaterThan(10);
  }, 240_000);

  it('leaves a connector without a remark, whose fixtures hold no secret, no mail address and no address of the platform', async () => {
    const [lint, show, list] = await Promise.all([plumbline(['connector', 'lint', 'tideway']), plumbline(['connector', 'show', 'tideway']), plumbline(['connector', 'list'])]);
    const fixtures = ['estate.json', 'estate.golden.json', 'later.json'].map((name) => readFileSync(join(own, 'fixtures', name), 'utf8')).join('\n');

    expect([lint.out, lint.code]).toEqual(['1 connector: 0 errors, 0 warnings.\n', 0]);
    expect(show.out).toContain('GET /spaces/{space}/flows');
    expect(list.out).toContain('tideway');
    expect([TIDEWAY_SECRET.clientSecret, TIDEWAY_INLINE_SECRET, session, 'tideway-customer', '127.0.0.1'].filter((text) => fixtures.includes(text))).toEqual([]);
  }, 60_000);

  it('reads what Tideway has: fan-out, pages of four kinds, steps inside of steps, a secret in a step, an open entry point', () => {
    const golden = JSON.parse(readFileSync(join(own, 'fixtures', 'estate.golden.json'), 'utf8')) as { resources: { kind: string; key: string; properties: Record<string, unknown> }[]; completeness: { type: string; state: string; read: number }[] };
    const kinds = golden.resources.map(({ kind }) => kind);

    expect(golden.completeness.map(({ type, state, read }) => [type, state, read])).toEqual(expect.arrayContaining([['spaces', 'collected', 3], ['flows', 'collected', 3], ['members', 'collected', 3], ['connections', 'collected', 1], ['audit', 'unavailable', 0]]));
    expect(kinds.filter((kind) => kind === 'workflow')).toHaveLength(3);
    expect(golden.resources.find(({ key }) => key === 'fl-1/c')).toMatchObject({ kind: 'step', properties: { class: 'http-request', hosts: ['bank.example.org'], clearText: true, inlineSecrets: [{ path: 'options.headers.X-Api-Key' }] } });
    expect(golden.resources.find(({ key }) => key === 'fl-1/a')).toMatchObject({ kind: 'entry-point', properties: { authentication: 'none' } });
    expect(golden.resources.find(({ key }) => key === 'fl-3/c')).toMatchObject({ properties: { enabled: false } });
  });

  it('asks Tideway for nothing but what the manifest names, and writes nothing', () => {
    const asked = [...new Set(tideway.requests().map((request) => request.replace(/\?.*/, '')))].sort();

    expect(asked).toEqual(['GET /api/v2/audit', 'GET /api/v2/connections', 'GET /api/v2/members', 'GET /api/v2/spaces', 'GET /api/v2/spaces/sp-1/flows', 'GET /api/v2/spaces/sp-2/flows', 'GET /api/v2/spaces/sp-3/flows', 'POST /api/v2/session']);
  });

  const snippets = blocks.filter(({ language, part }) => language === 'yaml' && part === '');
  it.each(snippets.map(({ text }) => [text]))('shows valid manifest language: %s', (text) => {
    const base = parse(manifestOfGuide()) as { resources: Record<string, Record<string, unknown>> };
    const snippet = parse(text) as Record<string, unknown>;
    const isTop = Object.keys(snippet).every((name) => name in Manifest.shape);
    const whole = isTop ? { ...base, ...snippet } : { ...base, resources: { ...base.resources, items: { title: 'Items', right: 'none', ...snippet } } };

    expect(Manifest.safeParse(whole).error?.issues ?? []).toEqual([]);
    expect(snippets.length).toBeGreaterThan(6);
  });
});
