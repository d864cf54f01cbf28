import { describe, expect, it } from 'vitest';
import { rows, walk } from './walk-fixtures.js';
import type { Platform, Walked } from './walk-fixtures.js';
import { from } from './paging-fixtures.js';

const CURSOR = { kind: 'cursor', from: 'next', to: 'at' };
const things = (more: Record<string, unknown> = {}): Record<string, Record<string, unknown>> => ({ things: { get: '/things', items: 'data', key: 'id', paging: CURSOR, ...more } });
const paged = (list: readonly unknown[], size: number): Platform => (seen) => ({ body: { data: list.slice(from(seen, 'at'), from(seen, 'at') + size), next: from(seen, 'at') + size < list.length ? from(seen, 'at') + size : null } });
const told = (walked: Walked): string[] => walked.resources.map(({ key, name }) => `${key}=${name}`).sort();

describe('two different things under one id', () => {
  const items = [{ id: 'a', name: 'second a' }, { id: 'b', name: 'b' }, { id: 'a', name: 'first a' }, { id: 'c', name: 'c' }, { id: 'a', name: 'second a' }];
  const orders = [items, items.toReversed(), [items[2]!, items[0]!, items[3]!, items[1]!]];

  it.each([2, 3, 5])('are both kept, in a settled order, with a word on it (%i on a page)', async (size) => {
    for (const order of orders) {
      const walked = await walk(things(), paged(order, size));

      expect(told(walked)).toEqual(['things/-/a#2=second a', 'things/-/a=first a', 'things/-/b=b', 'things/-/c=c']);
      expect(walked.entry('things').reason).toContain('the id "a" stands for different things');
    }
  });

  it('are so too in different lists of a loop, where the order of the parents is chance', async () => {
    const looped = { teams: { get: '/teams' }, things: { get: '/t/{t}', key: 'id', forEach: { of: 'teams', bind: { t: 'id' } } } };
    const [one, other] = await Promise.all([rows(3), rows(3).toReversed()].map(async (teams) => {
      const walked = await walk(looped, (seen) => ({ body: seen.path === '/teams' ? teams : [{ id: 'x', name: `of ${seen.path}` }] }));
      return walked.resources.filter(({ key }) => key.startsWith('things/')).map(({ key, name }) => `${key}=${name}`).sort();
    }));

    expect(one).toHaveLength(3);
    expect(other).toEqual(one);
  });

  it('are one thing that was edited where the list moved: what was read last counts', async () => {
    let list = [{ id: 'a', name: 'old' }, { id: 'b', name: 'b' }, { id: 'c', name: 'c' }, { id: 'd', name: 'd' }];
    const walked = await walk(things(), (seen) => {
      const reply = paged(list, 2)(seen);
      if (seen.number === 0) list = [...list.slice(1), { id: 'a', name: 'new' }];
      return reply;
    });

    expect(told(walked)).toEqual(['things/-/a=new', 'things/-/b=b', 'things/-/c=c', 'things/-/d=d']);
    expect(walked.entry('things')).toMatchObject({ state: 'collected', reason: null });
  });
});
