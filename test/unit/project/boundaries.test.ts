import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });

const root = join(import.meta.dirname, '../../..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-boundaries-'));
  cpSync(join(root, '.dependency-cruiser.cjs'), join(folder, '.dependency-cruiser.cjs'));
  cpSync(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const each of ['src', 'workflows', 'activities']) mkdirSync(join(folder, each));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The names of the rules that these files break, as `npm run boundaries` finds them. */
function broken(files: Readonly<Record<string, string>>): string[] {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const ended = spawnSync(process.execPath, [program, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'workflows', 'activities'], { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const { summary } = JSON.parse(ended.stdout) as { summary: { violations: { rule: { name: string } }[]; totalDependenciesCruised: number } };
  expect(summary.totalDependenciesCruised, ended.stderr).toBeGreaterThan(0);
  return [...new Set(summary.violations.map((violation) => violation.rule.name))].sort();
}

const model = { 'src/model/noun.ts': 'export const noun = 1;\nexport type Noun = number;\n' };
const uses = (path: string): string => `import { noun } from '${path}';\nexport const used = noun;\n`;

describe('the boundary check', () => {
  it('lets through what is allowed', () => {
    expect(broken({ ...model, 'src/judge/index.ts': uses('../model/noun.js'), 'src/store/index.ts': "import { used } from '../judge/index.js';\nexport const stored = used;\n" })).toEqual([]);
  });

  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['model-imports-nobody', 'the model looks into a room', { 'src/judge/index.ts': 'export const noun = 1;\n', 'src/model/bad.ts': uses('../judge/index.js') }],
    ['rooms-do-not-look-up', 'a room uses the store', { 'src/store/index.ts': 'export const noun = 1;\n', 'src/judge/bad.ts': uses('../store/index.js') }],
    ['rooms-meet-at-the-door', 'a room reaches into another', { 'src/map/inner.ts': 'export const noun = 1;\n', 'src/judge/bad.ts': uses('../map/inner.js') }],
    ['workflows-are-shells', 'a workflow uses a room', { 'src/judge/index.ts': 'export const noun = 1;\n', 'workflows/bad.ts': uses('../src/judge/index.js') }],
    ['workflows-touch-no-node', 'a workflow reads files', { ...model, 'workflows/bad.ts': "import { readFileSync } from 'node:fs';\nexport const text = readFileSync('x');\n" }],
    ['axios-in-one-place', 'a second door leads out', { 'src/report/bad.ts': "import axios from 'axios';\nexport const get = axios.get;\n" }],
    ['sql-lives-in-store', 'a route talks SQL', { 'src/api/bad.ts': "import { Client } from 'pg';\nexport const client = new Client();\n" }],
    ['portal-knows-only-the-api', 'the portal uses the store', { 'src/store/index.ts': 'export const noun = 1;\n', 'src/portal/bad.tsx': uses('../store/index.js') }],
    ['no-cycles', 'two files need each other', { 'src/judge/one.ts': "import { two } from './two.js';\nexport const one = (): number => two();\n", 'src/judge/two.ts': "import { one } from './one.js';\nexport const two = (): number => one();\n" }],
  ])('finds %s: %s', (rule, _what, files) => {
    expect(broken(files)).toContain(rule);
  });

  it('looks at imports of types alone where even they are not allowed', () => {
    expect(broken({ 'src/store/index.ts': 'export type Noun = number;\n', 'src/judge/bad.ts': "import type { Noun } from '../store/index.js';\nexport const used: Noun = 1;\n" })).toEqual(['rooms-do-not-look-up']);
  });
});
