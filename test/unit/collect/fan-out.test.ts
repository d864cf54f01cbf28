import { describe, expect, it } from 'vitest';
import { rows, walk } from './walk-fixtures.js';
import type { Platform } from './walk-fixtures.js';
import { members, platformOf, two } from './fan-out-fixtures.js';

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

  it.each([
    ['some', ['app', undefined, 'page'], ['/teams/t0/members'], '1 of 3 do not tell whether there is anything to ask them for'],
    ['all', [undefined, undefined], [], '2 of 2 do not tell whether there is anything to ask them for'],
  ])('is partly read where %s items do not tell what `when` asks', async (_how, kinds, asked, reason) => {
    const teams = kinds.map((kind, index) => ({ id: `t${index}`, name: `T ${index}`, ...(kind === undefined ? {} : { kind }) }));

    const walked = await walk(members({ forEach: { of: 'teams', when: { equals: ['kind', { value: 'app' }] }, bind: { key: 'id', team: 'id', teamName: 'name' } } }), (seen) => (seen.path === '/teams' ? { body: teams } : two(seen)));

    expect(walked.urls.slice(1)).toEqual(asked);
    expect(walked.entry('members')).toMatchObject({ state: 'partial', reason: expect.stringContaining(reason) });
  });

  it('pages inside each answer', async () => {
    const paged = members({ items: 'data', key: { join: ['bound.team', 'id'], with: '/' }, paging: { kind: 'offset', offset: 'at', size: { name: 'n', value: 2 }, recheck: false } });

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
