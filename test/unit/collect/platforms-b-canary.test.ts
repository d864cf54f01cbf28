/** A sign that rows are hidden counts only where something was asked. */
import { describe, expect, it } from 'vitest';
import { completenessOf } from '../../../src/collect/engine/completeness.js';

type Checked = Parameters<typeof completenessOf>[0];

function stateOf(rule: object): string {
  const resource = { type: 'x', key: null, kinds: [], canary: () => false, rule: { title: 'X', right: 'read', required: false, canary: { where: 'name', missing: 'read on x' }, ...rule } } as unknown as Checked;
  return completenessOf(resource, { end: null, lists: [[]] } as unknown as Parameters<typeof completenessOf>[1], { items: [], repeated: 0, notes: [] } as unknown as Parameters<typeof completenessOf>[2]).state;
}

describe('a list without what every installation has', () => {
  it('is forbidden when it is empty', () => {
    expect(stateOf({})).toBe('forbidden');
  });

  it('is empty when it loops over nothing', () => {
    expect(stateOf({ forEach: { of: 'y' } })).toBe('empty');
  });
});
