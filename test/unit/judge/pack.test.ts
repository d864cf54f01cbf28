/** Every check of the built-in packs: it loads, its examples say what they claim, it fits the rules that people rely on. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { exampleResources } from '../../../src/judge/examples.js';
import { checksPage, judge, loadChecks, runExample, type Check } from '../../../src/judge/index.js';

const checks = await loadChecks('packs');

function messageOf(check: Check, example: Check['examples']['disallowed'][number]): { message: string } {
  const { judgements } = judge({ resources: exampleResources(example), completeness: [], checks: [check] });
  return { message: judgements[0]?.message ?? '' };
}

describe('the built-in checks', () => {
  it('are at least 32 with unique ids', () => {
    expect(checks.length).toBeGreaterThanOrEqual(32);
    expect(new Set(checks.map((check) => check.id)).size).toBe(checks.length);
  });

  it('are documented in docs/checks.md as they are (else run node scripts/checks-page.mjs)', async () => {
    const page = await readFile('docs/checks.md', 'utf8');

    for (const check of checks) expect(page).toContain(`## ${check.id}\n`);
    expect(page).toBe(checksPage(checks));
  });

  it('name only properties that their message and needs can find', () => {
    const unfilled = checks.flatMap((check) => check.examples.disallowed.map((example) => ({ id: check.id, ...messageOf(check, example) }))).filter(({ message }) => /not told|\{|\}/.test(message));

    expect(unfilled).toEqual([]);
  });

  describe.each(checks.map((check) => [check.id, check] as const))('%s', (_id, check) => {
    it.each(check.examples.disallowed.map((example) => [example.name, example] as const))('fails what %s', (_name, example) => {
      expect(runExample(check, example)).toBe('fail');
    });

    it.each(check.examples.allowed.map((example) => [example.name, example] as const))('does not fail what %s', (_name, example) => {
      expect(['pass', 'not-applicable']).toContain(runExample(check, example));
    });
  });
});
