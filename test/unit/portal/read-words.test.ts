import { describe, expect, test } from 'vitest';
import { lostInWords } from '../../../src/model/kind-words.js';
import type { CompletenessEntry } from '../../../src/model/snapshot.js';
import { readReasonInWords, readStateInWords } from '../../../src/portal/parts/words.js';

function entry(change: Partial<CompletenessEntry>): CompletenessEntry {
  return { type: 'users', title: 'People', state: 'collected', read: 12, expected: null, reason: null, missing: null, required: false, ...change };
}

describe('how a part was read, in words', () => {
  test.each([
    [{ state: 'unavailable', because: 'plan' }, 'Not in this plan'],
    [{ state: 'unavailable', because: 'api' }, 'Not told by its API'],
    [{ state: 'unavailable', because: 'version' }, 'Not in this version'],
    [{ state: 'suspect' }, 'Far fewer than before'],
    [{ state: 'forbidden', because: null }, 'No permission'],
  ] as const)('%o is %s', (change, words) => {
    expect(readStateInWords(entry(change))).toBe(words);
  });

  test.each([
    ['nothing where all was read', {}, ''],
    ['the missing right by name', { state: 'forbidden', missing: 'user:list' }, 'the key needs the right user:list'],
    ['how many are missing of the platform\'s own total', { state: 'partial', expected: 400, read: 312, reason: 'the list kept changing' }, '88 of 400 were not read; the list kept changing'],
    ['both numbers of a shrink, and that a person decides', { state: 'suspect', read: 0, before: 1500, reason: 'x' }, '1,500 were there before, 0 now. Not believed until an officer confirms it'],
  ] as const)('says why: %s', (_what, change, words) => {
    expect(readReasonInWords(entry(change))).toBe(words);
  });

  test('says what is not known without a right', () => {
    expect(lostInWords(['user', 'role'])).toBe('Without it unknown: people, roles.');
    expect(lostInWords([])).toBe('Nothing else rests on it.');
  });
});
