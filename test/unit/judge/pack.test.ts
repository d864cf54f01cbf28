/** Every check of the built-in packs: it loads, its examples say what they claim, it fits the rules that people rely on. */
import { describe, expect, it } from 'vitest';
import { loadChecks, runExample } from '../../../src/judge/index.js';

const checks = await loadChecks('packs');

describe('the built-in checks', () => {
  it('are at least 32 with unique ids', () => {
    expect(checks.length).toBeGreaterThanOrEqual(32);
    expect(new Set(checks.map((check) => check.id)).size).toBe(checks.length);
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
