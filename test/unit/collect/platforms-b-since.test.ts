/** Query languages take the time of the last scan inside a text. */
import { describe, expect, it } from 'vitest';
import { requestOf } from '../../../src/collect/engine/request.js';
import { bookmarkOf } from '../../../src/collect/engine/since.js';
import type { CompiledResource } from '../../../src/collect/manifest/connector.js';
import { ResourceRule } from '../../../src/collect/manifest/resource-schema.js';

const since = { to: 'q', as: 'iso', at: 'CreatedDate', maxAge: 180 };

function queryOf(q: string | undefined): readonly (readonly [string, string])[] {
  const rule = ResourceRule.parse({ title: 'Events', get: '/query', right: 'none', since, ...(q === undefined ? {} : { query: { q, n: '{name}' } }) });
  return requestOf(rule, { name: 'x' }, { cursor: null, more: [['q', '2026-11-01T00:00:00.000Z']] }).query ?? [];
}

describe('the time since which events are asked for', () => {
  it('stands where the query names it', () => {
    expect(queryOf('SELECT Id FROM SetupAuditTrail WHERE CreatedDate >= {since}')).toEqual([['q', 'SELECT Id FROM SetupAuditTrail WHERE CreatedDate >= 2026-11-01T00:00:00.000Z'], ['n', 'x']]);
  });

  it('is a parameter of its own otherwise', () => {
    expect(queryOf(undefined)).toEqual([['q', '2026-11-01T00:00:00.000Z']]);
  });
});

describe('the time up to which events were read', () => {
  const now = Date.parse('2026-11-20T00:00:00Z');
  const newest = (...times: (string | number)[]): string | undefined => bookmarkOf({ since: ({ root }: { root: unknown }) => root } as unknown as CompiledResource, times, { bookmark: undefined, now });

  it.each([-1e30, -8.64e15, 1e30, Number.MAX_SAFE_INTEGER, '-1e99', '9'.repeat(400), '-300000-01-01', '+275760-09-13T00:00:00.000Z', '-000044-03-15', '0001-01-01T00:00:00Z'])('leaves out what no event can tell: %s', (time) => {
    expect(newest(time)).toBeUndefined();
    expect(newest(time, '2026-11-01T00:00:00Z')).toBe('2026-11-01T00:00:00.000Z');
  });
});
