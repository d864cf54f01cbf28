import { describe, expect, it } from 'vitest';
import { listPairs } from '../../../src/collect/engine/request.js';
import { placePath } from '../../../src/collect/engine/places.js';
import { failureOf, look, walk } from './walk-fixtures.js';
import type { Platform } from './walk-fixtures.js';

const one: Platform = () => ({ body: [{ id: 'a' }] });

describe('a request', () => {
  it('takes fields of the person and constants in path, query and headers, and never a secret', async () => {
    const walked = await walk({ things: { get: '/zones/{zone}/things', query: { 'pg[limit]': 50, deep: true, zone: '{zone}', key: '{token}' }, headers: { 'X-Zone': '{zone}', Accept: 'application/json' } } }, one, { given: { zone: 'eu 1/ü' } });

    expect(walked.seen[0]).toMatchObject({ path: '/zones/eu%201%2F%C3%BC/things', query: { 'pg[limit]': '50', deep: 'true', zone: 'eu 1/ü' }, headers: { 'X-Zone': 'eu 1/', Accept: 'application/json' } });
    expect(JSON.stringify(walked.seen[0])).not.toContain('"k"');
  });

  it('leaves out a parameter for which the person gave nothing', async () => {
    const walked = await walk({ things: { get: '/things', query: { zone: '{zone}', fixed: 'x' }, headers: { 'X-Zone': '{zone}' } } }, one);

    expect(walked.urls).toEqual(['/things?fixed=x']);
    expect(walked.seen[0]!.headers).toEqual({});
  });

  it.each([
    ['repeat', [['ids', 'a'], ['ids', 'b']]],
    ['csv', [['ids', 'a,b']]],
    ['brackets', [['ids[]', 'a'], ['ids[]', 'b']]],
    ['indexed', [['ids[0]', 'a'], ['ids[1]', 'b']]],
  ] as const)('writes a list as %s', (style, pairs) => {
    expect(listPairs('ids', ['a', 'b'], style)).toEqual(pairs);
  });

  it('sends a list of the manifest as the host expects it', async () => {
    const walked = await walk({ things: { get: '/things', query: { cols: { list: ['name', '{zone}'], as: 'brackets' } } } }, one, { given: { zone: 'eu1' } });

    expect(walked.urls).toEqual(['/things?cols[]=name&cols[]=eu1']);
  });

  it('fills a JSON body at any depth, and a place on its own with the value as it is', async () => {
    const resources = {
      groups: { get: '/groups' },
      things: {
        readOnlyPost: { path: '/search', body: { subject: { id: '{group}', type: 'group' }, all: ['{ids}', { text: 'of {group}' }], zone: '{zone}', limit: 10 }, reason: 'a search, which changes nothing' },
        forEach: { of: 'groups', bind: { key: 'id', group: 'id', ids: 'members' } },
      },
    };

    const walked = await walk(resources, (seen) => ({ body: seen.method === 'GET' ? [{ id: 7, members: ['m1', 'm2'] }] : [{ id: 'a' }] }));

    expect(walked.seen[1]!.body).toEqual({ subject: { id: 7, type: 'group' }, all: [['m1', 'm2'], { text: 'of 7' }], limit: 10 });
  });

  it('sends a form', async () => {
    const walked = await walk({ things: { readOnlyPost: { path: '/search', form: { q: 'a & {zone}' }, reason: 'a search, which changes nothing' } } }, one, { given: { zone: 'b' } });

    expect(walked.seen[0]!.body).toBe('q=a+%26+b');
  });

  it.each(['.', '..', '', '%2e%2e'])('does not let "%s" become a step through the path', (value) => {
    const filled = (): string => new URL(`https://x.example${placePath('/a/{v}/b', { v: value })}`).pathname;

    if (value === '%2e%2e') expect(filled()).toBe('/a/%252e%252e/b');
    else expect(filled).toThrow(/no usable value for \{v\}/);
  });

  it('puts no line break and no half character of a bound value into the request', async () => {
    const resources = { groups: { get: '/groups' }, things: { get: '/g/{group}', headers: { 'X-Group': '{group}' }, forEach: { of: 'groups', bind: { group: 'id' } } } };

    const walked = await walk(resources, (seen) => ({ body: seen.number === 0 ? '[{"id":"a\\r\\nX-Evil: 1\\ud800"}]' : [] }));

    expect(walked.seen[1]!.headers).toEqual({ 'X-Group': 'aX-Evil: 1' });
    expect(walked.seen[1]!.path).toBe('/g/a%0D%0AX-Evil%3A%201%EF%BF%BD');
  });

  it('names the entry of the manifest when a required path has nothing to fill in', async () => {
    const error = await failureOf(walk({ things: { get: '/zones/{nowhere}', required: true } }, one));

    expect(error.code).toBe('PLB-COLLECT-011');
    expect(error.message).toContain('{nowhere}');
  });

  it('goes to the host that the type names, and tells the session what it read', async () => {
    const walked = await walk({ things: { get: '/things', host: 'other' } }, one, { manifest: { hosts: { other: { base: 'https://other.example.com' } } } });

    expect(walked.seen[0]!.host).toBe('other');
  });
});

describe('a look before the first scan', () => {
  const resources = {
    teams: { title: 'Teams', get: '/teams', right: 'teams:read', required: true, paging: { kind: 'cursor', from: 'next', to: 'after' }, items: 'data' },
    members: { title: 'Members', get: '/teams/{team}/members', right: 'members:read', forEach: { of: 'teams', bind: { team: 'id' } } },
    logs: { title: 'Log', get: '/logs', right: 'logs:read', onStatus: [{ status: [403], state: 'forbidden' }] },
    plans: { title: 'Plans', get: '/plans', right: 'plans:read', onStatus: [{ status: [404], state: 'unavailable', because: 'plan', reason: 'needs the large plan' }] },
    broken: { title: 'Broken', get: '/broken', right: 'none' },
    nothing: { title: 'Nothing', get: '/nothing', right: 'none' },
    below: { title: 'Below nothing', get: '/nothing/{id}', right: 'none', forEach: { of: 'nothing', bind: { id: 'id' } } },
    export: { title: 'Export', right: 'export', job: { start: '/export', id: 'id', poll: '/export/{job}', done: 'done' } },
  };
  const platform: Platform = ({ path }) => {
    if (path === '/teams') return { body: { data: [{ id: 'a' }, { id: 'b' }], next: 'more' } };
    if (path === '/logs') return { status: 403, body: {} };
    if (path === '/plans') return { status: 404, body: {} };
    if (path === '/broken') return { body: '<html></html>', headers: { 'content-type': 'text/html' } };
    return { body: path === '/nothing' ? [] : [{ id: 'x' }] };
  };

  it('asks each type once and lists what is granted, refused, not there, and not asked', async () => {
    const { entries, seen } = await look(resources, platform);

    expect(entries.map(({ type, right, state, reason }) => [type, right, state, reason])).toEqual([
      ['teams', 'teams:read', 'granted', null],
      ['members', 'members:read', 'granted', null],
      ['logs', 'logs:read', 'forbidden', 'logs:read'],
      ['plans', 'plans:read', 'unavailable', 'needs the large plan'],
      ['broken', 'none', 'failed', expect.stringContaining('PLB-COLLECT-004')],
      ['nothing', 'none', 'granted', null],
      ['below', 'none', 'not-asked', expect.stringContaining('"Nothing"')],
      ['export', 'export', 'not-asked', expect.stringContaining('made on demand')],
    ]);
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /teams', 'GET /teams/a/members', 'GET /logs', 'GET /plans', 'GET /broken', 'GET /nothing']);
  });

  it('tells a required right that is refused, and throws only for a refused key', async () => {
    const { entries } = await look(resources, (seen) => (seen.path === '/teams' ? { status: 403, body: {} } : platform(seen)));
    const error = await failureOf(look(resources, () => ({ status: 401, body: {} })));

    expect(entries[0]).toMatchObject({ type: 'teams', state: 'forbidden', reason: 'teams:read', required: true });
    expect(entries[1]).toMatchObject({ type: 'members', state: 'not-asked' });
    expect(error.code).toBe('PLB-COLLECT-002');
  });
});

describe('a POST that goes on at an address of the answer', () => {
  const posting = { readOnlyPost: { path: '/folders/{zone}/search', body: { q: 'a' }, reason: 'It only searches.' }, items: 'data', key: 'id', paging: { kind: 'next-url', from: ['next'] } };
  const going = (next: string): Platform => ({ query }) => ({ body: query['page'] === undefined ? { data: [{ id: 'a' }], next } : { data: [{ id: 'b' }] } });
  const read = (next: string, rule: Record<string, unknown> = {}) => walk({ things: { ...posting, ...rule } }, going(next), { given: { zone: 'eu 1' } });

  it.each(['?page=2', '/api/folders/eu%201/search?page=2', 'https://made-up.example.com/api/folders/eu%201/search/?page=2'])('stays at the path of the manifest: %s', async (next) => {
    const walked = await read(next.startsWith('?') ? `/api/folders/eu%201/search${next}` : next);

    expect(walked.seen.map(({ method, path, query }) => [method, path, query['page']]).slice(0, 2)).toEqual([['POST', '/folders/eu%201/search', undefined], ['POST', '/folders/eu%201/search', '2']]);
    expect(new Set(walked.seen.map(({ path }) => path)).size).toBe(1);
    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: 2 });
  });

  it.each(['/api/flows/5/start?page=2', '/api/folders/eu%202/search?page=2', '/api/folders/eu%201/search/../delete?page=2', '/api/folders/eu%201/search%zz?page=2', '/api/folders/eu%201/search%2f..%2fdelete?page=2'])('is sent nowhere else: %s', async (next) => {
    const walked = await read(next, { required: false });

    expect(walked.seen).toHaveLength(1);
    expect(walked.entry('things')).toMatchObject({ state: 'partial', read: 1 });
    expect(walked.entry('things').reason).toContain('PLB-COLLECT-007');
  });
});
