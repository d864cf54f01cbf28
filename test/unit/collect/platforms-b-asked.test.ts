/** What was not read must not look empty, and what only files hold is not asked for. */
import { describe, expect, it } from 'vitest';
import { askedTypes, knownItems } from '../../../src/collect/engine/asked.js';
import type { CompiledResource, Connector } from '../../../src/collect/manifest/connector.js';
import type { CompletenessEntry } from '../../../src/model/snapshot.js';

function entry(type: string, state: CompletenessEntry['state']): CompletenessEntry {
  return { type, title: type, state, read: 0, expected: null, reason: null, missing: null, required: false };
}

describe('types of a connector', () => {
  it('without a request are left to files', () => {
    const resources = [{ type: 'flows', rule: { get: '/flows' } }, { type: 'solutions', rule: {} }, { type: 'audit', rule: { readOnlyPost: {} } }] as unknown as CompiledResource[];

    expect(askedTypes({ resources } as unknown as Connector).map(({ type }) => type)).toEqual(['flows', 'audit']);
  });

  it('that were refused are unknown to joins, those that are empty are known', () => {
    const items = new Map([['a', []], ['b', []], ['c', []], ['d', []], ['e', []]]);
    const states = [entry('a', 'forbidden'), entry('b', 'empty'), entry('c', 'unavailable'), entry('d', 'failed'), entry('e', 'partial')];

    expect([...knownItems(items, states).keys()]).toEqual(['b', 'e']);
  });
});
