import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = join(import.meta.dirname, '../../../.ci/run');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-ci-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  /** null: it ended before a test ran */
  readonly counts: { readonly numPassedTests: number; readonly numFailedTests: number } | null;
  readonly status: number;
}

const passed = (count: number): Outcome => ({ counts: { numPassedTests: count, numFailedTests: 0 }, status: 0 });

/** Runs the script with an npm that tells what it is told to. */
function runWith(outcomes: { test: Outcome; 'test:live': Outcome }): { lastLine: string; status: number | null } {
  const npm = `#!${process.execPath}
const outcome = ${JSON.stringify(outcomes)}[process.argv[3]];
const file = process.argv.find((argument) => argument.startsWith('--outputFile.json=')).slice('--outputFile.json='.length);
if (outcome.counts) require('node:fs').writeFileSync(file, JSON.stringify(outcome.counts));
process.exit(outcome.status);
`;
  writeFileSync(join(folder, 'npm'), npm);
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
  chmodSync(join(folder, 'npm'), 0o755);
  const ended = spawnSync(script, { encoding: 'utf8', env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` } });
  return { lastLine: ended.stdout.trim().split('\n').at(-1) ?? '', status: ended.status };
}

describe('.ci/run', () => {
  it('can be run', () => {
    expect(() => accessSync(script, constants.X_OK)).not.toThrow();
  });

  it('adds up the tests and those on live platforms', () => {
    expect(runWith({ test: passed(40), 'test:live': passed(2) })).toEqual({ lastLine: '42 passed, 0 failed', status: 0 });
  });

  it.each<[string, Parameters<typeof runWith>[0], string]>([
    ['a test fails', { test: { counts: { numPassedTests: 39, numFailedTests: 1 }, status: 1 }, 'test:live': passed(2) }, '41 passed, 1 failed'],
    ['a platform cannot be installed', { test: passed(40), 'test:live': { counts: null, status: 1 } }, '40 passed, 1 failed'],
    ['all tests pass but an error lies outside of them', { test: { counts: { numPassedTests: 40, numFailedTests: 0 }, status: 1 }, 'test:live': passed(2) }, '42 passed, 1 failed'],
    ['no test ran', { test: passed(0), 'test:live': passed(0) }, '0 passed, 0 failed'],
  ])('fails when %s', (_what, outcomes, lastLine) => {
    expect(runWith(outcomes)).toEqual({ lastLine, status: 1 });
  });
});
