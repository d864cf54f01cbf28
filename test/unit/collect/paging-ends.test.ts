import { describe, expect, it } from 'vitest';
import { memoryPages } from '../../../src/collect/engine/page-store.js';
import { rows, walk } from './walk-fixtures.js';
import type { Platform, Seen, Walked } from './walk-fixtures.js';
import { from } from './paging-fixtures.js';

const list = (paging: Record<string, unknown>, more: Record<string, unknown> = {}): Record<string, Record<string, unknown>> => ({ things: { get: '/things', items: 'data', key: 'id', paging, ...more } });
const numbers = (walked: Walked): number[] => walked.items('things').map((item) => Number(String(item['id']).slice(1))).sort((a, b) => a - b);
const upTo = (count: number): number[] => Array.from({ length: count }, (_each, index) => index);
const OFFSET = { kind: 'offset', offset: 'at', size: { name: 'n', value: 500 }, recheck: false };
const PAGE = { kind: 'page', page: 'p', size: { name: 'n', value: 500 }, recheck: false };
const KEYSET = { kind: 'keyset', to: 'after', by: 'n', order: 'ascending', size: { name: 'n', value: 500 }, recheck: false };
const all = rows(137).map((row, n) => ({ ...row, n }));

describe('a platform that hands out fewer at once than it is asked for, and says nothing', () => {
  it.each([10, 15, 60, 64, 80, 99, 120])('is read to the end where it gives %i', async (cap) => {
    const offset = await walk(list(OFFSET), (seen) => ({ body: { data: all.slice(from(seen, 'at'), from(seen, 'at') + cap) } }));
    const page = await walk(list(PAGE), (seen) => ({ body: { data: all.slice((from(seen, 'p') - 1) * cap, from(seen, 'p') * cap) } }));
    const keyset = await walk(list(KEYSET), (seen) => ({ body: { data: all.filter(({ n }) => n > Number(seen.query['after'] ?? -1)).slice(0, cap) } }));

    for (const walked of [offset, page, keyset]) {
      expect(numbers(walked)).toEqual(upTo(137));
      expect(walked.entry('things').state).toBe('collected');
    }
  });

  it('costs one request more where the list is whole, and none below ten', async () => {
    const asked = async (count: number): Promise<number> => (await walk(list(OFFSET), (seen) => ({ body: { data: rows(count).slice(from(seen, 'at')) } }))).seen.length;

    expect([await asked(0), await asked(1), await asked(9), await asked(10), await asked(137)]).toEqual([1, 1, 1, 2, 2]);
  });

  it('costs no request in a loop where another list has shown that more come at once', async () => {
    const counts = [60, 12, 59, 9, 10, 1];
    const looped = { teams: { get: '/teams' }, things: { get: '/t/{t}', items: 'data', key: { join: ['bound.t', 'id'], with: '/' }, forEach: { of: 'teams', bind: { t: 'id' } }, paging: OFFSET } };
    const platform: Platform = (seen) => (seen.path === '/teams' ? { body: rows(counts.length) } : { body: { data: rows(counts[Number(seen.path.slice(4))]!).slice(from(seen, 'at')) } });

    const walked = await walk(looped, platform);

    expect(walked.seen.filter((seen) => seen.query['at'] !== undefined).length).toBeLessThanOrEqual(3);
    expect(walked.seen.filter((seen) => seen.query['at'] === '60')).toHaveLength(1);
    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: counts.reduce((sum, count) => sum + count) });
  });

  it.each([400, 404, 416, 422])('ends there where it answers %i to the page that nobody pointed to', async (status) => {
    const walked = await walk(list(OFFSET, { required: true }), (seen) => (from(seen, 'at') === 0 ? { body: { data: rows(12) } } : { status, body: {} }));

    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: 12 });
  });

  it.each([400, 404])('is partial where it answers %i behind a round number, unless the manifest says what that means', async (status) => {
    const platform: Platform = (seen) => (from(seen, 'at') === 0 ? { body: { data: all.slice(0, 10) } } : { status, body: {} });

    const unsaid = await walk(list(OFFSET), platform);
    const said = await walk(list({ ...OFFSET, pastEnd: [status] }), platform);

    expect(unsaid.entry('things')).toMatchObject({ state: 'partial', read: 10, reason: expect.stringContaining(`the platform answered ${status} when asked for what comes after 10`) });
    expect(said.entry('things')).toMatchObject({ state: 'collected', read: 10 });
  });

  it('is taken to have no pages where it gives the same again, unless so many are a size at which lists are cut', async () => {
    const odd = await walk(list(OFFSET), () => ({ body: { data: rows(12) } }));
    const round = await walk(list(OFFSET), () => ({ body: { data: rows(50) } }));

    expect(odd.entry('things')).toMatchObject({ state: 'collected', read: 12, reason: null });
    expect(round.entry('things')).toMatchObject({ state: 'partial', read: 50, reason: expect.stringContaining('PLB-COLLECT-013') });
  });

  it('is read on after a pause between any two pages', async () => {
    const platform: Platform = (seen) => (from(seen, 'at') >= 24 ? { status: 404, body: {} } : { body: { data: all.slice(0, 24).slice(from(seen, 'at'), from(seen, 'at') + 12) } });
    for (const cutAt of [1, 2]) {
      const pages = memoryPages();
      await walk(list(OFFSET), (seen) => (seen.number === cutAt ? { status: 429, body: {} } : platform(seen)), { pages }).catch(() => undefined);

      const walked = await walk(list(OFFSET), platform, { pages });

      expect(numbers(walked)).toEqual(upTo(24));
      expect(walked.entry('things').state).toBe('collected');
    }
  });
});

describe('a list that the platform says goes on', () => {
  const paged = (seen: Seen, name: string): { data: unknown[] } => ({ data: all.slice(from(seen, name), from(seen, name) + 50) });

  it('goes on by the cursor that is there, where the flag beside it is missing or null', async () => {
    for (const flag of [{}, { has_more: null }]) {
      const walked = await walk(list({ kind: 'cursor', from: 'next', to: 'at', more: 'has_more' }), (seen) => ({ body: { ...paged(seen, 'at'), ...flag, next: from(seen, 'at') + 50 < 137 ? from(seen, 'at') + 50 : null } }));

      expect(numbers(walked)).toEqual(upTo(137));
    }
  });

  it('goes on by its length, where the flag is missing', async () => {
    const walked = await walk(list({ ...OFFSET, size: { name: 'n', value: 50 }, more: 'has_more' }), (seen) => ({ body: paged(seen, 'at') }));

    expect(numbers(walked)).toEqual(upTo(137));
  });

  it('goes on over an empty page', async () => {
    const offset = await walk(list({ ...OFFSET, size: { name: 'n', value: 50 }, more: 'more' }), (seen) => ({ body: { ...(from(seen, 'at') === 50 ? { data: [] } : paged(seen, 'at')), more: from(seen, 'at') < 100 } }));
    const page = await walk(list({ ...PAGE, size: { name: 'n', value: 50 }, pages: 'pages' }), (seen) => ({ body: { data: from(seen, 'p') === 2 ? [] : all.slice((from(seen, 'p') - 1) * 50, from(seen, 'p') * 50), pages: 3 } }));

    for (const walked of [offset, page]) expect(numbers(walked)).toEqual([...upTo(50), ...upTo(137).slice(100)]);
  });

  it('is partial where it only gives empty pages from there on', async () => {
    const walked = await walk(list({ ...OFFSET, more: 'more' }), (seen) => ({ body: { data: from(seen, 'at') === 0 ? rows(3) : [], more: true } }));

    expect(walked.entry('things')).toMatchObject({ state: 'partial', read: 3 });
    expect(walked.seen.length).toBeLessThan(14);
  });

  it.each([
    ['cursor', { kind: 'cursor', from: 'next', to: 'at', more: 'more' }],
    ['offset', { ...OFFSET, next: 'next', more: 'more' }],
  ])('is partial where it does not say where (%s)', async (_kind, paging) => {
    const walked = await walk(list(paging), () => ({ body: { data: rows(3), more: true, next: null } }));

    expect(walked.entry('things')).toMatchObject({ state: 'partial', read: 3, reason: 'the platform says that more follows, and not where' });
  });

  it('is partial where the key by which it goes on is not found in its items', async () => {
    const walked = await walk(list({ ...KEYSET, by: 'absent', size: { name: 'n', value: 3 } }), () => ({ body: { data: rows(3) } }));

    expect(walked.entry('things')).toMatchObject({ state: 'partial', read: 3 });
  });

  it('is partial where the page that it pointed to is one past the end', async () => {
    const walked = await walk(list({ ...PAGE, size: { name: 'n', value: 50 }, pages: 'pages', pastEnd: [404] }), (seen) => (from(seen, 'p') === 2 ? { status: 404, body: {} } : { body: { data: all.slice(0, 50), pages: 3 } }));

    expect(walked.entry('things')).toMatchObject({ state: 'partial', read: 50, reason: 'the platform said after 50 that there is nothing, while the list pointed on' });
  });
});

describe('an answer that is said to be a part', () => {
  it('makes the list partial when nothing leads on from it', async () => {
    const walked = await walk(list({ kind: 'cursor', from: 'next', to: 'at' }), () => ({ status: 206, body: { data: rows(3) } }));

    expect(walked.entry('things')).toMatchObject({ state: 'partial', read: 3, reason: 'the platform said (206) that this is only a part of the list' });
  });

  it('is one page of several when the list leads on, and whole by its total', async () => {
    const walked = await walk(list({ ...OFFSET, size: { name: 'n', value: 50 } }, { total: 'total' }), (seen) => ({ status: 206, body: { data: all.slice(from(seen, 'at'), from(seen, 'at') + 50), total: 137 } }));

    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: 137 });
  });
});

describe('an answer that holds less than it seems', () => {
  it('is partial where the list stands twice in it', async () => {
    const walked = await walk(list({ kind: 'cursor', from: 'next', to: 'at' }), () => ({ body: '{"data":[{"id":"a"}],"data":[]}' }));

    expect(walked.entry('things').state).toBe('partial');
    expect(walked.entry('things').reason).toContain('the key "data", under which the list stands, comes twice');
  });

  it('is partial where GraphQL tells errors beside the data, and not where it tells none', async () => {
    const rule = { things: { readOnlyPost: { path: '/graphql', body: { query: '{ things { id } }' }, reason: 'a query, which changes nothing' }, items: 'data.things', key: 'id' } };

    const some = await walk(rule, () => ({ body: { data: { things: rows(2) }, errors: [{ message: 'one could not be read' }] } }));
    const none = await walk(rule, () => ({ body: { data: { things: rows(2) }, errors: [] } }));

    expect(some.entry('things')).toMatchObject({ state: 'partial', read: 2, reason: 'the platform told errors beside what it gave' });
    expect(none.entry('things').state).toBe('collected');
  });
});

describe('an answer of 304', () => {
  it('that nobody asked for fails the type with a code, and not the scan', async () => {
    const walked = await walk({ people: { get: '/people' }, ...list({ kind: 'cursor', from: 'next', to: 'at' }) }, (seen) => (seen.path === '/people' ? { body: rows(2) } : { status: 304, body: '' }));

    expect(walked.entry('things')).toMatchObject({ state: 'failed', reason: expect.stringContaining('PLB-COLLECT-005') });
    expect(walked.entry('people').state).toBe('collected');
  });

  it('is no proof that a page did not move when no tag was sent', async () => {
    const walked = await walk(list({ ...OFFSET, size: { name: 'n', value: 3 }, recheck: true }), (seen) => (seen.number < 3 ? { body: { data: rows(7).slice(from(seen, 'at'), from(seen, 'at') + 3) } } : { status: 304, body: '' }));

    expect(walked.entry('things').state).toBe('partial');
  });
});
