import { describe, expect, it } from 'vitest';
import { nextLink } from '../../../src/collect/engine/link-header.js';
import { memoryPages } from '../../../src/collect/engine/page-store.js';
import { failureOf, rows, walk } from './walk-fixtures.js';
import type { Platform, Seen } from './walk-fixtures.js';
import { COUNT, KINDS, SIZE, all, from, ids, run, slice, things } from './paging-fixtures.js';

describe.each(Object.entries(KINDS))('a list paged by %s', (_name, kind) => {
  it('is read to its end, each page once', async () => {
    const walked = await run(kind);

    expect(ids(walked)).toEqual(all.map((row) => row.id));
    expect(walked.urls).toEqual(kind.asked);
    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: COUNT, reason: null });
  });

  it('goes on after the last stored page when a try broke off', async () => {
    const pages = memoryPages();
    const cut: Platform = (seen) => (seen.number === 2 ? { status: 429, headers: { 'retry-after': '30' }, body: {} } : kind.platform(seen));

    const first = await failureOf(run(kind, cut, { pages }));
    const second = await run(kind, kind.platform, { pages });

    expect(first.code).toBe('PLB-COLLECT-006');
    expect(second.urls).toEqual(kind.asked.slice(2));
    expect(ids(second)).toEqual(all.map((row) => row.id));
  });

  it('stops when the same page comes again and again, with and without a key', async () => {
    for (const key of ['id', undefined]) {
      const endless: Platform = (seen) => {
        const { body, headers } = kind.platform({ ...seen, query: {}, headers: {}, body: kind.post ? { take: SIZE } : null });
        return { body: { ...(body as object), data: rows(SIZE).map((row, n) => ({ ...row, n })), has_more: true, more: true, pages: 999, ...('meta' in (body as object) ? { meta: { next: `${seen.number}x` } } : {}), ...(typeof (body as Record<string, unknown>)['next'] === 'number' && kind.rule['kind'] === 'cursor' ? { next: `c${seen.number}` } : {}) }, ...(headers ? { headers } : {}) };
      };

      const walked = await walk({ things: { ...things(kind)['things'], key } }, endless);

      expect(walked.entry('things')).toMatchObject({ state: 'partial', reason: expect.stringContaining('PLB-COLLECT-013') });
      expect(walked.seen.length).toBeLessThan(4);
    }
  });
});

describe('where a list ends', () => {
  const offset = KINDS['offset by length']!;
  const pages = KINDS['page numbers from one']!;

  it('takes a declared status on a later page as the end, and the same status on the first as what it is', async () => {
    const strict: Platform = (seen) => (from(seen, 'offset') >= 6 ? { status: 400, body: { error: 'past the end' } } : { body: { data: slice(from(seen, 'offset'), SIZE).concat() } });
    const six: Platform = (seen) => (from(seen, 'offset') >= 6 ? { status: 400, body: {} } : strict(seen));

    expect((await run(offset, six, { paging: { pastEnd: [400] } })).entry('things')).toMatchObject({ state: 'collected', read: 6 });
    expect((await run(offset, () => ({ status: 400, body: {} }), { paging: { pastEnd: [400] } })).entry('things').state).toBe('failed');
    expect((await run(offset, six)).entry('things')).toMatchObject({ state: 'partial', read: 6 });
  });

  it('goes on after what it got when the platform hands out fewer than asked for and tells a total', async () => {
    const walked = await walk({ things: { get: '/things', items: 'data', key: 'id', total: 'total', paging: { kind: 'offset', offset: 'offset', size: { name: 'limit', value: 100 }, recheck: false } } }, (seen) => ({ body: { data: slice(from(seen, 'offset')), total: COUNT } }));

    expect(walked.urls).toEqual(['/things?limit=100', '/things?limit=100&offset=3', '/things?limit=100&offset=6']);
    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: COUNT, expected: COUNT });
  });

  it('reads an empty page between full ones, as platforms that filter after paging give', async () => {
    const walked = await run(KINDS['cursor in the query']!, (seen) => ({ body: { data: seen.number % 2 === 1 ? [] : rows(1, seen.number), meta: { next: seen.number < 4 ? `c${seen.number}` : null } } }));

    expect(ids(walked)).toEqual(['t0', 't2', 't4']);
  });

  it('stops at empty pages without end', async () => {
    const walked = await run(KINDS['cursor in the query']!, (seen) => ({ body: { data: [], meta: { next: `c${seen.number}` } } }));

    expect(walked.entry('things')).toMatchObject({ state: 'partial', reason: expect.stringContaining('PLB-COLLECT-013') });
    expect(walked.seen.length).toBeLessThan(12);
  });

  it('stops at a circle of three cursors', async () => {
    const walked = await run(KINDS['cursor in the query']!, (seen) => ({ body: { data: rows(2, seen.number * 2), meta: { next: `c${(seen.number + 1) % 3}` } } }));

    expect(walked.entry('things')).toMatchObject({ state: 'partial', reason: expect.stringContaining('PLB-COLLECT-013') });
    expect(walked.seen.length).toBeLessThan(6);
  });

  it('reads no more pages than the manifest allows, and says so', async () => {
    const walked = await run(pages, (seen) => ({ body: { data: rows(SIZE, seen.number * SIZE) } }), { paging: { maxPages: 5 } });

    expect(walked.seen).toHaveLength(5);
    expect(walked.entry('things')).toMatchObject({ state: 'partial', read: 15, reason: 'only the first 5 pages were read' });
  });

  it.each([
    ['another host', 'https://evil.example.net/things?page=2'],
    ['another declared host', 'https://other.example.com/things?page=2'],
  ])('does not follow an address of %s', async (_what, address) => {
    const walked = await run(KINDS['next address without its host']!, () => ({ body: { data: rows(2), next: address } }));

    expect(walked.seen).toHaveLength(1);
    expect(walked.entry('things').state).toBe('failed');
    expect(walked.entry('things').reason).toContain('PLB-COLLECT-007');
  });

  it.each([
    ['cursor in the query', { data: rows(2), meta: { next: { token: 'x' } } }, 'meta.next'],
    ['offset told by the platform', { data: rows(2), next: [3] }, 'next'],
    ['next address without its host', { data: rows(2), next: { href: '/api/things?page=2' } }, 'next'],
  ])('does not take a pointer of another shape for the end (%s)', async (name, body, path) => {
    const walked = await run(KINDS[name]!, () => ({ body }));

    expect(walked.entry('things')).toMatchObject({ state: 'failed', reason: expect.stringContaining('PLB-COLLECT-005') });
    expect(walked.entry('things').reason).toContain(`(${path})`);
  });

  it('ends at a pointer that is false', async () => {
    for (const name of ['cursor in the query', 'next address without its host']) {
      const walked = await run(KINDS[name]!, () => ({ body: { data: rows(2), next: false, meta: { next: false } } }));

      expect(walked.entry('things')).toMatchObject({ state: 'collected', read: 2 });
      expect(walked.seen).toHaveLength(1);
    }
  });

  it.each([
    ['a status', { onStatus: [{ status: [404], state: 'empty' }] }, { status: 404, body: {} }],
    ['a body', { onBody: [{ when: 'none', state: 'empty' }] }, { body: { none: true } }],
  ])('is not told by %s that means "nothing there", once the list has begun', async (_what, rule, reply) => {
    const of = { things: { ...things(offset)['things'], ...rule } };

    const later = await walk(of, (seen) => (from(seen, 'offset') === 0 ? { body: { data: slice(0) } } : reply));
    const first = await walk(of, () => reply);

    expect(later.entry('things')).toMatchObject({ state: 'partial', read: 3, reason: 'the platform said after 3 that there is nothing, while the list pointed on' });
    expect(first.entry('things')).toMatchObject({ state: 'empty', read: 0 });
  });

  it.each([
    ['offset', { kind: 'offset', offset: 'at', size: { name: 'n', value: 200 }, recheck: false }, (seen: Seen) => from(seen, 'at')],
    ['page', { kind: 'page', page: 'p', first: 0, size: { name: 'n', value: 200 }, recheck: false }, (seen: Seen) => from(seen, 'p') * 50],
  ])('is not where the platform caps its pages below what was asked for (%s)', async (_kind, paging, at) => {
    const walked = await walk({ things: { get: '/things', key: 'id', paging } }, (seen) => ({ body: rows(115).slice(at(seen), at(seen) + 50) }));

    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: 115 });
    expect(walked.seen).toHaveLength(3);
  });

  it('is a short page of less than ten, without another request', async () => {
    for (const count of [3, 9]) {
      const walked = await walk({ things: { get: '/things', key: 'id', paging: { kind: 'offset', offset: 'at', size: { name: 'n', value: 200 }, recheck: false } } }, () => ({ body: rows(count) }));

      expect(walked.seen).toHaveLength(1);
      expect(walked.entry('things')).toMatchObject({ state: 'collected', read: count });
    }
  });

  it('reads SCIM with and without a list of nothing', async () => {
    const scim = { users: { get: '/Users', key: 'id', paging: { kind: 'scim', size: 3, recheck: false } } };

    const walked = await walk(scim, (seen) => ({ body: { totalResults: COUNT, Resources: slice(from(seen, 'startIndex') - 1) } }));
    const empty = await walk(scim, () => ({ body: { totalResults: 0 } }));

    expect(walked.urls).toEqual(['/Users?startIndex=1&count=3', '/Users?startIndex=4&count=3', '/Users?startIndex=7&count=3']);
    expect(walked.entry('users')).toMatchObject({ state: 'collected', read: COUNT, expected: COUNT });
    expect(empty.entry('users')).toMatchObject({ state: 'empty', expected: 0 });
  });
});

describe('a link header', () => {
  it.each([
    ['<https://x.example/y?a=1,2;3>; title="a, \\"b"; rel="next"', 'https://x.example/y?a=1,2;3'],
    ['<https://x.example/1>; rel=prev, <https://x.example/3>; rel=next', 'https://x.example/3'],
    ['<https://x.example/3>; REL="last next"', 'https://x.example/3'],
    ['<https://x.example/3>; rel="prefetch-next"', undefined],
    ['https://x.example/3; rel=next', undefined],
    ['<<<<,,,;;;"""', undefined],
    ['', undefined],
  ])('%s', (header, address) => {
    expect(nextLink(header)).toBe(address);
  });
});
