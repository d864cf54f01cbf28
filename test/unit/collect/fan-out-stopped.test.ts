import { describe, expect, it } from 'vitest';
import { memoryPages } from '../../../src/collect/engine/page-store.js';
import { PlumblineError } from '../../../src/model/errors.js';
import { breakingPages, failureOf, rows, walk } from './walk-fixtures.js';
import type { Platform, Seen } from './walk-fixtures.js';
import { members, platformOf, teamOf, two } from './fan-out-fixtures.js';

describe('a scan that is stopped among many requests', () => {
  const COUNT = 120;

  it.each([
    ['told by the signal', true],
    ['told by the error alone', false],
  ])('keeps no failure of the item that was on its way, %s', async (_how, signalled) => {
    const pages = memoryPages();
    const stop = new AbortController();
    const stopped = new PlumblineError(signalled ? 'PLB-COLLECT-004' : 'PLB-SCAN-003', 'Stopped.', {});
    const tree = { folders: { get: '/folders', query: { parent: '{parent}' }, key: 'id', recurse: { bind: { parent: 'id' } } } };
    const platform: Platform = (seen) => ({ body: seen.query['parent'] === undefined ? [{ id: 'a' }, { id: 'b' }] : [] });

    const error = await failureOf(walk(tree, (seen) => {
      if (seen.query['parent'] !== 'b') return platform(seen);
      if (signalled) stop.abort(stopped);
      throw stopped;
    }, { pages, signal: stop.signal }));
    const second = await walk(tree, platform, { pages });

    expect(error.code).toBe(stopped.code);
    expect(second.urls).toContain('/folders?parent=b');
    expect(second.entry('folders')).toMatchObject({ state: 'collected', read: 2, reason: null });
  });

  it('goes on where it was after the platform asked for a pause', async () => {
    const pages = memoryPages();
    let asked = 0;
    const cut = platformOf(COUNT, (seen) => { asked += 1; return seen.number === 90 ? { status: 429, headers: { 'retry-after': '60' }, body: {} } : two(seen); });

    const error = await failureOf(walk(members(), cut, { pages }));
    const second = await walk(members(), platformOf(COUNT, two), { pages });

    expect(error.code).toBe('PLB-COLLECT-006');
    expect(asked).toBeLessThan(96);
    // all but those that were on their way when the pause was asked for are kept
    expect(second.seen.length).toBeLessThanOrEqual(COUNT - 86);
    expect(second.items('members')).toHaveLength(COUNT * 2);
    expect(second.entry('members')).toMatchObject({ state: 'collected', read: COUNT * 2 });
  });

  it('goes on where it was after it was killed', async () => {
    // one write for the teams, one for the first chunk of members
    const pages = breakingPages(2);

    await walk(members(), platformOf(COUNT, two), { pages }).catch(() => undefined);
    const second = await walk(members(), platformOf(COUNT, two), { pages: pages.kept });

    expect(second.seen.length).toBeGreaterThan(0);
    expect(second.seen.length).toBeLessThanOrEqual(COUNT - 50);
    expect(second.items('members')).toHaveLength(COUNT * 2);
  });

  it('goes on in the middle of one long list', async () => {
    const pages = memoryPages();
    const long = members({ items: 'data', key: { join: ['bound.team', 'id'], with: '/' }, paging: { kind: 'offset', offset: 'at', size: { name: 'n', value: 5 }, recheck: false } });
    const answer = (seen: Seen): { body: unknown } => ({ body: { data: rows(23).slice(Number(seen.query['at'] ?? 0), Number(seen.query['at'] ?? 0) + 5) } });

    await failureOf(walk(long, platformOf(1, (seen) => (seen.query['at'] === '15' ? { status: 429, body: {} } : answer(seen))), { pages }));
    const second = await walk(long, platformOf(1, answer), { pages });

    expect(second.urls).toEqual(['/teams/t0/members?n=5&at=15', '/teams/t0/members?n=5&at=20']);
    expect(second.items('members')).toHaveLength(23);
  });

  it('reads lists that moved again, each once more, also over a pause', async () => {
    const paged = members({ items: 'data', key: { join: ['bound.team', 'id'], with: '/' }, paging: { kind: 'offset', offset: 'at', size: { name: 'n', value: 3 }, recheck: true } });
    const asked = new Map<string, number>();
    // every list loses its first row after its three pages were read
    const moving: Platform = (seen) => {
      const turn = (asked.get(teamOf(seen)) ?? 0) + 1;
      asked.set(teamOf(seen), turn);
      const at = Number(seen.query['at'] ?? 0);
      return { body: { data: (turn > 3 ? rows(8).slice(1) : rows(8)).slice(at, at + 3) } };
    };
    for (let cutAt = 3; cutAt < 40; cutAt += 3) {
      asked.clear();
      const pages = memoryPages();
      await walk(paged, platformOf(3, (seen) => (seen.number === cutAt ? { status: 429, body: {} } : moving(seen))), { pages }).catch(() => undefined);
      const second = await walk(paged, platformOf(3, moving), { pages });
      const third = await walk(paged, platformOf(3, moving), { pages });

      expect(second.items('members').map(({ id }) => id)).toEqual([0, 1, 2].flatMap(() => rows(7, 1).map(({ id }) => id)));
      expect(third.seen).toHaveLength(0);
    }
  });

  it('does not ask again for what was refused before the pause', async () => {
    const pages = memoryPages();
    const refuse: Platform = (seen) => (teamOf(seen) === 't1' ? { status: 404, body: {} } : two(seen));

    await failureOf(walk(members(), platformOf(20, (seen) => (seen.number === 15 ? { status: 429, body: {} } : refuse(seen))), { pages }));
    const second = await walk(members(), platformOf(20, two), { pages });

    expect(second.urls).not.toContain('/teams/t1/members');
    expect(second.entry('members').reason).toMatch(/^1 of 20 could not be read/);
  });

  it('follows folders that were found before the pause', async () => {
    const pages = memoryPages();
    const folders = { folders: { get: '/folders', query: { parent: '{parent}' }, recurse: { bind: { parent: 'id' }, start: { parent: '' } } } };
    const tree: Record<string, string[]> = { '': ['a', 'b', 'c'], a: ['a1'], b: ['b1'], c: ['c1'] };
    const answer = (seen: Seen): { body: unknown } => ({ body: (tree[seen.query['parent'] ?? ''] ?? []).map((id) => ({ id })) });

    await failureOf(walk(folders, (seen) => (seen.query['parent'] === 'c' ? { status: 429, body: {} } : answer(seen)), { pages }));
    const second = await walk(folders, answer, { pages });

    expect(second.urls.sort()).toEqual(['/folders?parent=a1', '/folders?parent=b1', '/folders?parent=c', '/folders?parent=c1']);
    expect(second.items('folders').map((item) => item['id']).sort()).toEqual(['a', 'a1', 'b', 'b1', 'c', 'c1']);
  });
});

describe('a second scan of what did not change', () => {
  const COUNT = 130;
  const tagged: Platform = async (seen) => {
    await new Promise((resolve) => { setTimeout(resolve, Math.random() * 3); });
    if (seen.path === '/teams') return { body: rows(COUNT) };
    const etag = `"${teamOf(seen)}"`;
    return seen.headers['If-None-Match'] === etag ? { status: 304, body: '' } : { ...(await two(seen)), headers: { etag } };
  };

  it('writes the same chunks, however the answers come in', async () => {
    const [one, other] = [memoryPages(), memoryPages()];

    await walk(members(), tagged, { pages: one });
    await walk(members(), tagged, { pages: other });

    expect(await one.read('members')).toHaveLength(3);
    expect(await other.read('members')).toEqual(await one.read('members'));
  });

  it('takes what the platform calls unchanged from the last scan, under the names of today', async () => {
    const last = memoryPages();
    await walk(members(), tagged, { pages: last });

    const renamed: Platform = async (seen) => (seen.path === '/teams' ? { body: rows(COUNT) } : tagged(seen));
    const walked = await walk(members(), renamed, { pages: { ...memoryPages(), previous: (type) => last.read(type) } });

    expect(walked.seen.slice(1).every((seen) => seen.headers['If-None-Match'] !== undefined)).toBe(true);
    expect(walked.items('members')).toHaveLength(COUNT * 2);
    expect(walked.items('members')[0]).toEqual({ id: 't0-a', bound: { key: 't0', team: 't0', teamName: 'T 0' } });
  });

  it('lets folders found below carry what is bound today', async () => {
    const folders = { folders: { get: '/folders', query: { parent: '{parent}' }, key: 'id', recurse: { bind: { parent: 'id', under: 'name' }, start: { parent: '', under: '' } } } };
    const named = (name: string): Platform => (seen) => {
      const parent = seen.query['parent'];
      const etag = parent === undefined ? `"${name}"` : '"below"';
      return seen.headers['If-None-Match'] === etag ? { status: 304, body: '' } : { headers: { etag }, body: parent === undefined ? [{ id: 'a', name }] : parent === 'a' ? [{ id: 'b', name: 'B' }] : [] };
    };
    const last = memoryPages();
    await walk(folders, named('old'), { pages: last });

    const walked = await walk(folders, named('new'), { pages: { ...memoryPages(), previous: (type) => last.read(type) } });

    expect(walked.items('folders').map((item) => (item['bound'] as { under: string }).under)).toEqual(['', 'new']);
  });
});
