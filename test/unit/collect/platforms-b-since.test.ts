/** Query languages take the time of the last scan inside a text. */
import { describe, expect, it } from 'vitest';
import { requestOf } from '../../../src/collect/engine/request.js';
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
