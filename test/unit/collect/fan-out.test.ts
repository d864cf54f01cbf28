import { describe, expect, it } from 'vitest';
import { memoryPages } from '../../../src/collect/engine/page-store.js';
import { PlumblineError } from '../../../src/model/errors.js';
import { breakingPages, failureOf, rows, walk } from './walk-fixtures.js';
import type { Platform, Seen } from './walk-fixtures.js';

const TEAMS = { teams: { get: '/teams', key: 'id' } };
const members = (more: Record<string, unknown> = {}): Record<string, Record<string, unknown>> => ({
  ...TEAMS, members: { get: '/teams/{team}/members', forEach: { of: 'teams', bind: { key: 'id', team: 'id', teamName: 'name' }, limit: 500 }, ...more },
});
const teamOf = (seen: Seen): string => seen.path.split('/')[2] ?? '';
const platformOf = (count: number, answer: Platform): Platform => (seen) => (seen.path === '/teams' ? { body: rows(count) } : answer(seen));
const two: Platform = (seen) => ({ body: [{ id: `${teamOf(seen)}-a` }, { id: `${teamOf(seen)}-b` }] });

describe('a type that loops over another', () => {
  it('asks for each item and lets each answer carry what was bound', async () => {
    const walked = await walk(members(), platformOf(3, two));

    expect(walked.urls.slice(1).sort()).toEqual(['/teams/t0/members', '/teams/t1/members', '/teams/t2/members']);
    expect(walked.items('members')).toHaveLength(6);
    expect(walked.items('members')[0]).toEqual({ id: 't0-a', bound: { key: 't0', team: 't0', teamName: 'T 0' } });
    expect(walked.entry('members')).toMatchObject({ state: 'collected', read: 6 });
  });

  it('binds lists and objects, and nothing where there is nothing', async () => {
    const resources = { teams: { get: '/teams' }, members: { get: '/m/{id}', forEach: { of: 'teams', bind: { key: 'id', id: 'id', owner: 'owner', tags: 'tags', none: 'none' } } } };

    const walked = await walk(resources, (seen) => ({ body: seen.path === '/teams' ? [{ id: 1, owner: { name: 'Ann' }, tags: ['a', 'b'] }] : [{ id: 'x' }] }));

    expect(walked.items('members')[0]!['bound']).toEqual({ key: 1, id: 1, owner: { name: 'Ann' }, tags: ['a', 'b'] });
  });

  it('leaves out items for which `when` does not hold', async () => {
    const walked = await walk(members({ forEach: { of: 'teams', when: { in: ['id', { value: ['t1'] }] }, bind: { key: 'id', team: 'id' } } }), platformOf(3, two));

    expect(walked.urls).toEqual(['/teams', '/teams/t1/members']);
  });

  it('pages inside each answer', async () => {
    const paged = members({ items: 'data', key: { join: ['bound.team', 'id'], with: '/' }, paging: { kind: 'offset', offset: 'at', size: { name: 'n', value: 2 } } });

    const walked = await walk(paged, platformOf(2, (seen) => ({ body: { data: rows(5).slice(Number(seen.query['at'] ?? 0), Number(seen.query['at'] ?? 0) + 2) } })));

    expect(walked.items('members')).toHaveLength(10);
    expect(walked.seen).toHaveLength(7);
  });

  it('loops over a loop, down three levels', async () => {
    const resources = {
      spaces: { get: '/spaces' },
      bases: { get: '/spaces/{space}/bases', forEach: { of: 'spaces', bind: { key: 'id', space: 'id' } } },
      tables: { get: '/bases/{base}/tables', forEach: { of: 'bases', bind: { key: { join: ['bound.space', 'id'], with: '/' }, base: 'id', space: 'bound.space' } } },
    };

    const walked = await walk(resources, (seen) => ({ body: rows(2).map(({ id }) => ({ id: `${seen.path.split('/')[2] ?? ''}${id}` })) }));

    expect(walked.items('tables')).toHaveLength(8);
    expect(walked.items('tables').map((item) => (item['bound'] as Record<string, string>)['space'])).toEqual(['t0', 't0', 't0', 't0', 't1', 't1', 't1', 't1']);
  });

  it('asks no more than the manifest allows, and says how many were left out', async () => {
    const walked = await walk(members({ forEach: { of: 'teams', bind: { key: 'id', team: 'id' }, limit: 4 } }), platformOf(6, two));

    expect(walked.seen).toHaveLength(5);
    expect(walked.entry('members')).toMatchObject({ state: 'partial', read: 8, reason: 'only the first 4 of 6 were asked for' });
  });

  it('keeps a bare value, and one object of a single answer', async () => {
    const walked = await walk(members({ single: true }), platformOf(1, () => ({ body: { id: 'x' } })));
    const bare = await walk(members(), platformOf(1, () => ({ body: ['a', 'b'] })));

    expect(walked.items('members')[0]).toMatchObject({ id: 'x', bound: { team: 't0' } });
    expect(bare.items('members').map((item) => item['value'])).toEqual(['a', 'b']);
  });

  it('asks a few at a time, never all at once', async () => {
    let [now, most] = [0, 0];
    await walk(members(), platformOf(30, async (seen) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => { setTimeout(resolve, 2); });
      now -= 1;
      return two(seen);
    }));

    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });
});

describe('what is refused among many', () => {
  const some = (refused: readonly number[], reply: { status: number; body: unknown }): Platform => platformOf(40, (seen) => (refused.includes(Number(teamOf(seen).slice(1))) ? reply : two(seen)));
  const forbidden = { onStatus: [{ status: [403], state: 'forbidden' }] };

  it.each([
    ['by the manifest', forbidden],
    ['without a word in the manifest', {}],
  ])('some items refused %s make the type partial, with counts in words and the missing right', async (_what, more) => {
    const { entry } = await walk(members(more), some([3, 17, 39], { status: 403, body: {} }));

    expect(entry('members')).toMatchObject({ state: 'partial', read: 74, missing: 'things.read' });
    expect(entry('members').reason).toMatch(/^3 of 40 could not be read: forbidden/);
  });

  it('an item that is gone meanwhile is counted, not passed over', async () => {
    const { entry } = await walk(members(), some([5], { status: 404, body: {} }));

    expect(entry('members').state).toBe('partial');
    expect(entry('members').reason).toMatch(/^1 of 40 could not be read: failed \(PLB-COLLECT-004/);
  });

  it('different refusals are told apart', async () => {
    const { entry } = await walk(members(forbidden), platformOf(6, (seen) => (teamOf(seen) === 't1' ? { status: 403, body: {} } : teamOf(seen) === 't2' || teamOf(seen) === 't3' ? { status: 404, body: {} } : two(seen))));

    expect(entry('members').reason).toMatch(/^3 of 6 could not be read: 1 forbidden, 2 failed/);
  });

  it('an answer that is cut on its second page counts as read in part', async () => {
    const { entry } = await walk(members({ items: 'data', paging: { kind: 'cursor', from: 'next', to: 'c' } }), platformOf(3, (seen) => (seen.query['c'] === undefined ? { body: { data: [{ id: 'a' }], next: 'x' } } : teamOf(seen) === 't1' ? { status: 403, body: {} } : { body: { data: [{ id: 'b' }], next: null } })));

    expect(entry('members')).toMatchObject({ state: 'partial', read: 5 });
    expect(entry('members').reason).toMatch(/^1 of 3 was read only in part/);
  });

  it('all refused alike gives that state', async () => {
    const all = await walk(members(forbidden), platformOf(5, () => ({ status: 403, body: {} })));
    const gone = await walk(members({ onStatus: [{ status: [404], state: 'unavailable', because: 'edition', reason: 'not in this edition' }] }), platformOf(5, () => ({ status: 404, body: {} })));

    expect(all.entry('members')).toMatchObject({ state: 'forbidden', read: 0, missing: 'things.read' });
    expect(gone.entry('members')).toMatchObject({ state: 'unavailable', because: 'edition', reason: 'not in this edition' });
  });

  it('a status that most items may answer with is no refusal', async () => {
    const rule = members({ onStatus: [{ status: [404], state: 'empty', normal: true }] });

    const some = await walk(rule, platformOf(4, (seen) => (teamOf(seen) === 't0' ? two(seen) : { status: 404, body: {} })));
    const none = await walk(rule, platformOf(4, () => ({ status: 404, body: {} })));

    expect(some.entry('members')).toMatchObject({ state: 'collected', read: 2, reason: null });
    expect(none.entry('members')).toMatchObject({ state: 'empty', read: 0, reason: null });
  });

  describe('items that were listed and are not found', () => {
    const empty = { onStatus: [{ status: [404], state: 'empty' }] };
    const gone = (count: number, of: number): Promise<Awaited<ReturnType<typeof walk>>> => walk(members(empty), platformOf(of, (seen) => (Number(teamOf(seen).slice(1)) < count ? { status: 404, body: {} } : two(seen))));

    it.each([[1, 21], [2, 41], [2, 400]])('%d of %d went away meanwhile: collected, and said', async (count, of) => {
      const { entry } = await gone(count, of);

      expect(entry('members')).toMatchObject({ state: 'collected', read: (of - count) * 2, reason: `${count} of ${of} were listed and then not found` });
    });

    it.each([[1, 20], [2, 40], [3, 400], [4, 5]])('%d of %d are more than that: partial', async (count, of) => {
      const { entry } = await gone(count, of);

      expect(entry('members')).toMatchObject({ state: 'partial', read: (of - count) * 2, reason: `${count} of ${of} were listed and then not found` });
    });

    it.each([1, 5])('all of %d: partial with nothing read, never empty', async (of) => {
      const { entry } = await gone(of, of);

      expect(entry('members')).toMatchObject({ state: 'partial', read: 0, reason: `${of} of ${of} were listed and then not found` });
    });

    it('stand beside what was refused and what was not asked for', async () => {
      const refused = await walk(members(empty), platformOf(6, (seen) => (teamOf(seen) === 't1' ? { status: 403, body: {} } : teamOf(seen) === 't2' ? { status: 404, body: {} } : two(seen))));
      const limited = await walk(members({ ...empty, forEach: { of: 'teams', bind: { key: 'id', team: 'id' }, limit: 2 } }), platformOf(6, () => ({ status: 404, body: {} })));

      expect(refused.entry('members')).toMatchObject({ state: 'partial', read: 8, missing: 'things.read' });
      expect(refused.entry('members').reason).toMatch(/^1 of 6 could not be read: forbidden .*; 1 of 6 were listed and then not found$/);
      expect(limited.entry('members')).toMatchObject({ state: 'partial', reason: '2 of 2 were listed and then not found; only the first 2 of 6 were asked for' });
    });
  });

  it('an item without a usable value is counted, not asked for at another address', async () => {
    const walked = await walk(members(), (seen) => ({ body: seen.path === '/teams' ? [{ id: 't0', name: 'a' }, { id: '..', name: 'b' }, { id: '', name: 'c' }] : [{ id: 'x' }] }));

    expect(walked.urls).toEqual(['/teams', '/teams/t0/members']);
    expect(walked.entry('members').reason).toMatch(/^2 of 3 could not be read/);
  });

  it('a platform that is gone ends the type after a few, not after hundreds', async () => {
    const walked = await walk(members({ required: false }), platformOf(100, () => { throw new PlumblineError('PLB-COLLECT-004', 'refused', {}); }));
    const dead = platformOf(60, (seen) => { if (seen.number > 10) throw Object.assign(new PlumblineError('PLB-COLLECT-001', 'gone', {}), {}); return two(seen); });

    const gone = await failureOf(walk(members({ required: true }), dead));

    expect(walked.entry('members').state).toBe('failed');
    expect(gone.code).toBe('PLB-COLLECT-001');
  });

  it('a refused key ends the scan', async () => {
    const error = await failureOf(walk(members(), platformOf(5, () => ({ status: 401, body: {} }))));

    expect(error.code).toBe('PLB-COLLECT-002');
  });
});

describe('a list that could not be read', () => {
  it.each([
    ['forbidden', { status: 403, body: {} }],
    ['unavailable', { status: 404, body: {} }],
  ] as const)('leaves what loops over it as unknown as itself: %s', async (state, reply) => {
    const resources = members();
    resources['teams'] = { ...resources['teams'], onStatus: [{ status: [403], state: 'forbidden' }, { status: [404], state: 'unavailable', because: 'plan', reason: 'needs the large plan' }] };

    const { entry } = await walk(resources, () => reply);

    expect(entry('members')).toMatchObject({ state, read: 0 });
  });

  it('leaves what loops over it partial when a part was read', async () => {
    const resources = members();
    resources['teams'] = { ...resources['teams'], items: 'data', total: 'total' };

    const { entry } = await walk(resources, (seen) => (seen.path === '/teams' ? { body: { data: rows(2), total: 5 } } : two(seen)));

    expect(entry('teams')).toMatchObject({ state: 'partial', read: 2, expected: 5, reason: '2 were read of 5 that the platform counts' });
    expect(entry('members')).toMatchObject({ state: 'partial', read: 4 });
  });

  it('is truly empty when there was nothing to loop over', async () => {
    const { entry } = await walk(members(), platformOf(0, two));

    expect(entry('members')).toMatchObject({ state: 'empty' });
  });
});

describe('constants and batches', () => {
  it('asks once for each combination, beside each item', async () => {
    const resources = members({ get: '/teams/{team}/{what}', matrix: { what: ['apps', 'folders'], level: ['own', 'use'] }, query: { level: '{level}' } });

    const walked = await walk(resources, platformOf(2, () => ({ body: [{ id: 'x' }] })));

    expect(walked.urls.slice(1).sort()).toEqual(['t0', 't1'].flatMap((team) => ['apps', 'folders'].flatMap((what) => ['own', 'use'].map((level) => `/teams/${team}/${what}?level=${level}`))));
  });

  it('asks for constants without any item', async () => {
    const walked = await walk({ things: { get: '/{what}', matrix: { key: ['a', 'b'], what: ['a', 'b'] } } }, () => ({ body: [{ id: 'x' }] }));

    expect(walked.urls.sort()).toEqual(['/a', '/a', '/b', '/b']);
    expect(walked.items('things').map((item) => (item['bound'] as Record<string, string>)['key'])).toContain('b');
  });

  it('asks for several at once, those together that go to the same place', async () => {
    const resources = {
      users: { get: '/users' },
      details: { get: '/orgs/{org}/details', forEach: { of: 'users', bind: { id: 'id', org: 'org', name: 'name' }, batch: { size: 2, of: 'id', as: 'repeat', to: 'id' } } },
    };

    const walked = await walk(resources, (seen) => ({ body: seen.path === '/users' ? [{ id: 'a', org: 'x', name: 'A' }, { id: 'b', org: 'y', name: 'B' }, { id: 'c', org: 'x', name: 'C' }, { id: 'd', org: 'x', name: 'D' }] : [{ id: 'r' }] }));

    expect(walked.urls.slice(1).sort()).toEqual(['/orgs/x/details?id=a&id=c', '/orgs/x/details?id=d', '/orgs/y/details?id=b']);
    expect(walked.items('details')[0]!['bound']).toEqual({ org: 'x', id: ['a', 'c'] });
  });
});

describe('folders within folders', () => {
  const folders = (more: Record<string, unknown> = {}): Record<string, Record<string, unknown>> => ({ folders: { get: '/folders', query: { parent: '{parent}' }, key: 'id', recurse: { bind: { parent: 'id', path: { join: ['bound.path', { value: '/' }, 'id'] } }, start: { parent: '', path: '' }, ...more } } });
  const tree: Record<string, string[]> = { '': ['a', 'b'], a: ['a1'], a1: ['a2'], a2: ['a3'] };
  const platform = (children: Record<string, string[]>): Platform => (seen) => ({ body: (children[seen.query['parent'] ?? ''] ?? []).map((id) => ({ id })) });

  it('are read to the bottom, and each knows the way down', async () => {
    const walked = await walk(folders(), platform(tree));

    expect(walked.items('folders').map((item) => item['id'])).toEqual(['a', 'b', 'a1', 'a2', 'a3']);
    expect(walked.urls[0]).toBe('/folders');
    expect(walked.items('folders').at(-1)!['bound']).toMatchObject({ parent: 'a2', path: '/a/a1/a2' });
    expect(walked.entry('folders').state).toBe('collected');
  });

  it('end where they go round in a circle', async () => {
    const walked = await walk(folders({ bind: { parent: 'id' }, start: { parent: '' } }), platform({ '': ['a'], a: ['b'], b: ['a', 'c'] }));

    expect(walked.items('folders').map((item) => item['id']).sort()).toEqual(['a', 'b', 'c']);
    expect(walked.seen).toHaveLength(4);
    expect(walked.entry('folders').state).toBe('collected');
  });

  it('are partial below the depth that the manifest allows', async () => {
    const walked = await walk(folders({ depth: 2 }), platform(tree));

    expect(walked.items('folders').map((item) => item['id'])).toEqual(['a', 'b', 'a1', 'a2']);
    expect(walked.entry('folders')).toMatchObject({ state: 'partial', reason: 'what lies deeper than 2 levels was not read' });
  });

  it('begin anew for each item that they are below', async () => {
    const resources = { projects: { get: '/projects' }, folders: { get: '/p/{project}/folders', query: { parent: '{parent}' }, forEach: { of: 'projects', bind: { key: 'id', project: 'id' } }, recurse: { bind: { parent: 'id' } } } };

    const walked = await walk(resources, (seen) => ({ body: seen.path === '/projects' ? rows(2) : seen.query['parent'] === undefined ? [{ id: 'top' }] : seen.query['parent'] === 'top' ? [{ id: 'deep' }] : [] }));

    expect(walked.items('folders')).toHaveLength(4);
    expect(walked.urls.slice(1).sort()).toEqual(['t0', 't1'].flatMap((id) => [`/p/${id}/folders`, `/p/${id}/folders?parent=deep`, `/p/${id}/folders?parent=top`]));
  });
});

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
    const long = members({ items: 'data', key: { join: ['bound.team', 'id'], with: '/' }, paging: { kind: 'offset', offset: 'at', size: { name: 'n', value: 5 } } });
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
