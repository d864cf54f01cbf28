import { describe, expect, it } from 'vitest';
import { unreadKinds } from '../../../src/model/snapshot.js';
import type { CompletenessEntry } from '../../../src/model/snapshot.js';

function entry(type: string, state: CompletenessEntry['state'], read = 0): CompletenessEntry {
  return { type, title: type, state, read, expected: null, reason: null, missing: null, required: false, kinds: type === 'projects' ? ['group', 'grant'] : ['grant'] };
}

describe('the kinds of which some may be missing', () => {
  it('are those of a type that was read before and is not now', () => {
    expect(unreadKinds([entry('projects', 'unavailable'), entry('shares', 'collected', 3)], new Set(['projects', 'shares']))).toEqual(['grant', 'group']);
  });

  it('are not those of a type that was never read: what went from other types is seen', () => {
    expect(unreadKinds([entry('projects', 'unavailable'), entry('people', 'forbidden')], new Set(['shares']))).toEqual([]);
  });

  it('are those of a type that is read in part for the first time', () => {
    expect(unreadKinds([entry('shares', 'partial', 2)], new Set())).toEqual(['grant']);
  });
});
