import { describe, expect, it } from 'vitest';
import { isComplete } from '../../../src/model/snapshot.js';
import { memoryPages } from '../../../src/collect/engine/page-store.js';
import { rows, walk } from './walk-fixtures.js';
import type { Platform } from './walk-fixtures.js';

const things = (more: Record<string, unknown>): Record<string, Record<string, unknown>> => ({ things: { get: '/things', items: 'data', key: 'id', ...more } });
const answer = (body: unknown, headers: Record<string, string> = {}): Platform => () => ({ body, headers });

describe('the platform\'s own count', () => {
  it.each([
    ['in the body', { total: 'meta.total' }, { data: rows(3), meta: { total: 5 } }, {}],
    ['as a text', { total: 'meta.total' }, { data: rows(3), meta: { total: '5' } }, {}],
    ['in a header', { total: { header: 'X-Total-Count' } }, { data: rows(3) }, { 'x-total-count': '5' }],
  ])('%s that is larger than what was read makes the type partial, with both numbers', async (_where, rule, body, headers) => {
    const walked = await walk(things({ ...rule, required: true }), answer(body, headers));

    expect(walked.entry('things')).toMatchObject({ state: 'partial', read: 3, expected: 5, reason: '3 were read of 5 that the platform counts' });
    expect(isComplete(walked.completeness)).toBe(false);
  });

  it('agrees, or is smaller, or is no number: the type is collected', async () => {
    for (const total of [3, 2, 'many', -1, null]) expect((await walk(things({ total: 'total' }), answer({ data: rows(3), total }))).entry('things')).toMatchObject({ state: 'collected', read: 3 });
  });

  it('that is declared and does not come is said, so that nobody takes the number read for compared', async () => {
    const said = 'the platform did not tell how many there are, so the number read could not be compared';
    for (const total of ['many', -1, null]) expect((await walk(things({ total: 'total' }), answer({ data: rows(3), total }))).entry('things').reason).toBe(said);

    expect((await walk(things({ total: 'total' }), answer({ data: rows(3), total: 3 }))).entry('things').reason).toBeNull();
    expect((await walk(things({}), answer({ data: rows(3) }))).entry('things').reason).toBeNull();
  });

  it('is not met by a row that comes twice', async () => {
    const walked = await walk(things({ total: 'total' }), answer({ data: [...rows(2), ...rows(1)], total: 3 }));

    expect(walked.entry('things')).toMatchObject({ state: 'partial', read: 2, expected: 3 });
  });

  it('is added up over the lists of a loop, where one list\'s surplus fills no gap of another', async () => {
    const resources = { teams: { get: '/teams' }, things: { get: '/t/{t}', items: 'data', total: 'total', forEach: { of: 'teams', bind: { key: 'id', t: 'id' } } } };

    const walked = await walk(resources, (seen) => ({ body: seen.path === '/teams' ? rows(2) : seen.path === '/t/t0' ? { data: rows(4), total: 2 } : { data: rows(1), total: 3 } }));

    expect(walked.entry('things')).toMatchObject({ state: 'partial', read: 5, expected: 5, reason: '3 were read of 5 that the platform counts' });
  });
});

describe('a refusal', () => {
  it.each([
    [{ status: [403], bodyHas: 'LICENSE', state: 'unavailable', because: 'plan', reason: 'the plan has none' }, 403, 'no License for it', { state: 'unavailable', because: 'plan', reason: 'the plan has none', missing: null }],
    [{ status: [403], state: 'forbidden' }, 403, '', { state: 'forbidden', missing: 'things.read' }],
    [{ status: [404, 451], state: 'unavailable', because: 'edition' }, 451, '', { state: 'unavailable', because: 'edition' }],
    [{ status: [404], state: 'empty' }, 404, '', { state: 'empty', read: 0 }],
  ])('by status is told as the manifest has it: %j', async (rule, status, body, expected) => {
    expect((await walk(things({ onStatus: [rule] }), () => ({ status, body }))).entry('things')).toMatchObject(expected);
  });

  it('in the body of a success is told as the manifest has it', async () => {
    const onBody = [{ when: { equals: ['error.code', { value: 'FEATURE' }] }, state: 'unavailable', because: 'plan', reason: 'not in this plan' }, { when: { set: 'error' }, state: 'forbidden' }];

    expect((await walk(things({ onBody }), answer({ error: { code: 'FEATURE' } }))).entry('things')).toMatchObject({ state: 'unavailable', because: 'plan', reason: 'not in this plan' });
    expect((await walk(things({ onBody }), answer({ error: 'no' }))).entry('things')).toMatchObject({ state: 'forbidden', missing: 'things.read' });
    expect((await walk(things({ onBody }), answer({ data: rows(1) }))).entry('things').state).toBe('collected');
  });

  it('on a later page makes the type partial and names the missing right', async () => {
    const paged = things({ onStatus: [{ status: [403], state: 'forbidden' }], paging: { kind: 'cursor', from: 'next', to: 'c' } });

    const walked = await walk(paged, (seen) => (seen.number === 0 ? { body: { data: rows(2), next: 'x' } } : { status: 403, body: {} }));

    expect(walked.entry('things')).toMatchObject({ state: 'partial', read: 2, missing: 'things.read' });
  });
});

describe('rows that are hidden from a key', () => {
  const rule = { canary: { where: { equals: ['name', { value: 'admin' }] }, missing: 'the role security_admin' } };

  it('are suspected when what every installation has is not there', async () => {
    expect((await walk(things(rule), answer({ data: rows(3) }))).entry('things')).toMatchObject({ state: 'partial', read: 3, missing: 'the role security_admin' });
    expect((await walk(things(rule), answer({ data: [] }))).entry('things')).toMatchObject({ state: 'forbidden', read: 0, missing: 'the role security_admin' });
  });

  it('are no question of a loop over nothing, and one of a loop whose answers are all empty', async () => {
    const resources = { teams: { get: '/teams' }, things: { get: '/t/{t}', forEach: { of: 'teams', bind: { t: 'id' } }, ...rule } };
    const read = (teams: number) => walk(resources, (seen) => ({ body: seen.path === '/teams' ? rows(teams) : [] }));

    expect((await read(0)).entry('things')).toMatchObject({ state: 'empty', missing: null });
    expect((await read(2)).entry('things')).toMatchObject({ state: 'forbidden', missing: 'the role security_admin' });
  });

  it('are not, when it is', async () => {
    expect((await walk(things(rule), answer({ data: [...rows(3), { id: 'a', name: 'admin' }] }))).entry('things')).toMatchObject({ state: 'collected', missing: null });
  });
});

describe('what a version does not have', () => {
  const resources = { before: { get: '/before', onlyFrom: '>=99' }, info: { get: '/info', single: true }, things: { get: '/things', onlyFrom: '>=2.36.0' } };
  const read = (version: unknown) => walk(resources, (seen) => ({ body: seen.path === '/info' ? { id: 'i', version } : rows(1) }), { manifest: { version: { from: 'info', take: 'version' } } });

  it.each([
    ['2.35.9', 'unavailable'], ['2.36.0', 'collected'], ['v3.0', 'collected'], ['2.37.0-beta.1', 'collected'], ['2.36.0+build', 'collected'], ['10', 'collected'], ['1', 'unavailable'],
  ])('on %s it is %s', async (version, state) => {
    const walked = await read(version);

    expect(walked.entry('things').state).toBe(state);
    expect(walked.urls.includes('/things')).toBe(state === 'collected');
    if (state === 'unavailable') expect(walked.entry('things')).toMatchObject({ because: 'version', reason: `version ${version} does not have it (>=2.36.0 does)` });
    expect(walked.platformVersion).toBe(version);
  });

  it.each([['no version', undefined], ['a word', 'cloud'], ['null', null]])('is asked for when the platform tells %s, or tells it later', async (_what, version) => {
    const walked = await read(version);

    expect(walked.urls).toEqual(['/before', '/info', '/things']);
  });
});

describe('what an API does not tell', () => {
  it('is listed as unavailable, with its kinds', async () => {
    const walked = await walk(things({}), answer({ data: rows(1) }), { manifest: { notExposed: [{ title: 'Sign-in settings (SSO)', kinds: ['platform-settings'], because: 'plan', reason: 'only shown in the admin pages' }] } });

    expect(walked.entry('sign-in-settings-sso')).toEqual({ type: 'sign-in-settings-sso', title: 'Sign-in settings (SSO)', state: 'unavailable', read: 0, expected: null, reason: 'only shown in the admin pages', missing: null, because: 'plan', kinds: ['platform-settings'], required: false });
    expect(isComplete(walked.completeness)).toBe(true);
  });
});

describe('events since the last scan', () => {
  const NOW = Date.now();
  const iso = (daysAgo: number): string => new Date(NOW - daysAgo * 86_400_000).toISOString();
  const events = (since: Record<string, unknown> = {}): Record<string, Record<string, unknown>> => things({ since: { to: 'from', as: 'iso', at: 'at', overlap: 300, maxAge: 180, ...since } });
  const asked = async (since: Record<string, unknown>, bookmark?: string): Promise<number> => {
    const walked = await walk(events(since), answer({ data: [] }), bookmark === undefined ? {} : { bookmarks: { things: bookmark } });
    const text = walked.seen[0]!.query['from']!;
    return /^\d+$/.test(text) ? Number(text) * (since['as'] === 'epoch-seconds' ? 1000 : 1) : Date.parse(text);
  };

  it('are asked for from the bookmark on, with an overlap, in the platform\'s spelling', async () => {
    for (const as of ['iso', 'epoch-seconds', 'epoch-ms']) expect(Math.abs(await asked({ as }, iso(2)) - (Date.parse(iso(2)) - 300_000))).toBeLessThan(1_000);
    expect((await walk(events({ as: 'date' }), answer({ data: [] }), { bookmarks: { things: '2026-03-04T00:01:00.000Z' } })).seen[0]!.query['from']).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('go back 30 days at first, and never further than the platform keeps', async () => {
    expect(Math.abs(await asked({}) - Date.parse(iso(30)))).toBeLessThan(60_000);
    expect(Math.abs(await asked({ maxAge: 7 }) - Date.parse(iso(7)))).toBeLessThan(60_000);
    expect(Math.abs(await asked({ maxAge: 7 }, iso(20)) - Date.parse(iso(7)))).toBeLessThan(60_000);
    expect(Math.abs(await asked({ maxAge: 180 }, iso(100)) - Date.parse(iso(100)))).toBeLessThan(400_000);
    expect(Math.abs(await asked({}, 'nonsense') - Date.parse(iso(30)))).toBeLessThan(60_000);
  });

  it('move the bookmark to the newest one, whatever their order and spelling', async () => {
    for (const at of [[iso(3), iso(1), iso(2)], [Date.parse(iso(1)), Date.parse(iso(3))], [String(Date.parse(iso(1))), iso(4)]]) {
      const walked = await walk(events(), answer({ data: at.map((time, index) => ({ id: `e${index}`, at: time })) }));

      expect(walked.bookmarks).toEqual({ things: iso(1) });
    }
  });

  it('keep the bookmark where a clock is years ahead, nothing is new, or not all was read', async () => {
    const options = { bookmarks: { things: iso(5) } };

    expect((await walk(events(), answer({ data: [{ id: 'a', at: iso(-1000) }, { id: 'b', at: iso(4) }] }), options)).bookmarks).toEqual({ things: iso(4) });
    expect((await walk(events(), answer({ data: [] }), options)).bookmarks).toEqual({ things: iso(5) });
    expect((await walk(events(), () => ({ status: 500, body: '' }), options)).bookmarks).toEqual({ things: iso(5) });
    expect((await walk(things({ ...events()['things'], total: 'total' }), answer({ data: [{ id: 'a', at: iso(1) }], total: 9 }), options)).bookmarks).toEqual({ things: iso(5) });
  }, 20_000);

  it('are asked from the same time on when the scan goes on after a pause', async () => {
    const pages = memoryPages();
    const paged = things({ ...events()['things'], paging: { kind: 'offset', offset: 'at', size: { name: 'n', value: 1 } } });

    await walk(paged, (seen) => (seen.number === 1 ? { status: 429, body: {} } : { body: { data: [{ id: 'a', at: iso(1) }] } }), { pages }).catch(() => undefined);
    const first = (await pages.read('things'))[0] as { since: string };
    const second = await walk(paged, answer({ data: [] }), { pages, bookmarks: { things: iso(9) } });

    expect(second.seen[0]!.query).toMatchObject({ at: '1', from: first.since });
  });
});

describe('an optional type that failed', () => {
  it('leaves the scan incomplete, as one that was cut short does', async () => {
    const walked = await walk({ things: { get: '/things' }, extras: { get: '/extras' } }, (seen) => (seen.path === '/extras' ? { status: 500, body: {} } : { body: rows(1) }));

    expect(walked.entry('extras').state).toBe('failed');
    expect(isComplete(walked.completeness)).toBe(false);
  });
});
