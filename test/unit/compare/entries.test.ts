/** The list that stands for a snapshot. */
import { describe, expect, it } from 'vitest';
import { snapshotRoot, toEntries } from '../../../src/compare/index.js';
import { resource, step } from './estate.js';

describe('the root of a snapshot', () => {
  const resources = [step('b'), resource('user', 'u'), step('a')];

  it('is the same in any order of the resources, and wherever they were found', () => {
    const elsewhere = resources.toReversed().map((one) => ({ ...one, location: { file: 'x.json', workflow: null, step: null } }));

    expect(toEntries(elsewhere)).toEqual(toEntries(resources));
    expect(snapshotRoot(toEntries(elsewhere).toReversed())).toBe(snapshotRoot(toEntries(resources)));
    expect(toEntries(resources).map((entry) => entry.key)).toEqual(['a', 'b', 'u']);
  });

  it('is another when a property or a name differs', () => {
    const root = snapshotRoot(toEntries(resources));

    expect(snapshotRoot(toEntries([...resources.slice(0, 2), step('a', { enabled: false })]))).not.toBe(root);
    expect(snapshotRoot(toEntries([...resources.slice(0, 2), step('a', { name: 'other' })]))).not.toBe(root);
  });
});
