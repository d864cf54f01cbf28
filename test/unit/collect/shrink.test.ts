import { describe, expect, it } from 'vitest';
import { suspectShrink } from '../../../src/collect/index.js';
import { isComplete, unreadKinds } from '../../../src/model/snapshot.js';
import type { CompletenessEntry } from '../../../src/model/snapshot.js';
import { rows, walk } from './walk-fixtures.js';

const entry = (read: number, more: Partial<CompletenessEntry> = {}): CompletenessEntry => ({
  type: 'apps', title: 'Apps', state: read === 0 ? 'empty' : 'collected', read, expected: null, reason: null, missing: null, required: true, kinds: ['workflow', 'step'], ...more,
});
const judged = (read: number, before: number, more: Partial<CompletenessEntry> = {}): CompletenessEntry => suspectShrink([entry(read, more)], { apps: before })[0]!;

describe('a sudden shrink', () => {
  it.each([
    [0, 500], [0, 5], [0, 3], [1, 4], [1, 5], [2, 9], [5, 10], [4, 10], [249, 500], [250, 500], [500, 1000], [1, 500],
  ])('%i where %i were is suspected, with both numbers', (read, before) => {
    expect(judged(read, before)).toMatchObject({ state: 'suspect', read, before, reason: `${before} were there before, ${read} now` });
  });

  it.each([
    [0, 1], [0, 2], [1, 3], [2, 4], [2, 5], [3, 9], [6, 10], [251, 500], [500, 500], [700, 500], [0, 0],
  ])('%i where %i were is believed', (read, before) => {
    expect(judged(read, before)).toEqual(entry(read));
  });

  it('is no question for a type that was never read, not read to its end, or of which only what is new is read', () => {
    expect(suspectShrink([entry(0)], {})).toEqual([entry(0)]);
    expect(judged(0, 500, { state: 'forbidden' }).state).toBe('forbidden');
    expect(judged(3, 500, { state: 'partial' }).state).toBe('partial');
    expect(judged(0, 500, { kinds: ['audit-event'] }).state).toBe('empty');
  });

  it('makes a scan incomplete, and its kinds unknown', () => {
    const required = judged(0, 500);
    const optional = judged(0, 500, { required: false });

    expect([isComplete([required]), isComplete([optional]), isComplete([entry(3)])]).toEqual([false, false, true]);
    expect(unreadKinds([required], new Set(['apps']))).toEqual(['step', 'workflow']);
    expect(unreadKinds([optional], new Set(['apps']))).toEqual(['step', 'workflow']);
  });

  it('is seen where a platform that had many claims to have none', async () => {
    const resources = { apps: { get: '/apps', required: true } };
    const before = await walk(resources, () => ({ body: rows(500) }));
    const after = await walk(resources, () => ({ body: [] }));

    const [suspect] = suspectShrink(after.completeness, { apps: before.entry('apps').read });

    expect(after.entry('apps').state).toBe('empty');
    expect(suspect).toMatchObject({ state: 'suspect', read: 0, before: 500 });
  });
});
