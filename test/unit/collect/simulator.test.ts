import { afterEach, describe, expect, it } from 'vitest';
import { FixtureSet } from '../../../src/collect/simulate/fixture.js';
import { cutShort, expiredKey, onRequests, startSimulator, temporarilyDown, tooManyRequests } from '../../../src/collect/simulate/simulator.js';
import type { Simulator, SimulatorOptions } from '../../../src/collect/simulate/simulator.js';

const fixture = FixtureSet.parse({
  about: 'constructed', address: 'https://eu1.acme.example/base', fields: {},
  exchanges: [
    { path: '/base/items', query: { 'pg[limit]': '2', tag: ['a', 'b'] }, body: { items: [1], nextLink: 'https://eu1.acme.example/base/items?page=2', home: 'https://eu1.acme.example/about' }, headers: { Link: '<https://eu1.acme.example/base/items?page=2>; rel="next"' } },
    { path: '/base/items', query: { page: '*' }, body: { items: [2] } },
    { host: 'api.other.example', path: '/v1/things', requires: { Authorization: 'Bearer key' }, body: ['thing'] },
    { method: 'POST', path: '/base/search', requestBody: { filter: '*', deep: { on: true } }, body: { found: 1 } },
    { method: 'POST', path: '/base/token', requestBody: { user: 'u' }, body: { token: 't' } },
    { path: '/base/job', body: { state: 'running' } }, { path: '/base/job', body: { state: 'done' } },
    { path: '/base/tagged', headers: { ETag: '"one"' }, body: { a: 1 } },
    { path: "/base/apps('a b')", body: { name: 'quoted' } },
  ],
});
let simulator: Simulator;
afterEach(() => simulator.close());

async function start(options: Partial<SimulatorOptions> = {}): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  simulator = await startSimulator({ fixture, ...options });
  const { origin } = new URL(simulator.url);
  return (path, init) => fetch(origin + path, init);
}
const post = (body: string, type = 'application/json'): RequestInit => ({ method: 'POST', body, headers: { 'content-type': type } });

describe('the simulator', () => {
  it('answers by host, method, path and the whole query in any order', async () => {
    const ask = await start();

    const right = await ask('/base/items?tag=a&pg%5Blimit%5D=2&tag=b');
    const [further, fewer, other] = [await ask('/base/items?tag=a&pg%5Blimit%5D=2&tag=b&x=1'), await ask('/base/items?pg%5Blimit%5D=2'), await ask('/base/items?page=77')];

    expect([right.status, further.status, fewer.status, other.status]).toEqual([200, 404, 404, 200]);
    expect(simulator.unmatched()).toEqual(['GET main /base/items?pg[limit]=2&tag=a&tag=b&x=1', 'GET main /base/items?pg[limit]=2']);
    expect(simulator.url.endsWith('/base')).toBe(true);
  });

  it('makes addresses of the platform its own where the next page is named, and only there', async () => {
    const ask = await start();

    const answer = await ask('/base/items?tag=a&pg%5Blimit%5D=2&tag=b');
    const body = await answer.json() as { nextLink: string; home: string };

    expect([body.nextLink, body.home]).toEqual([`${new URL(simulator.url).origin}/base/items?page=2`, 'https://eu1.acme.example/about']);
    expect(answer.headers.get('link')).toBe(`<${new URL(simulator.url).origin}/base/items?page=2>; rel="next"`);
  });

  it('stands for every other host below its name, and asks for the headers that are required', async () => {
    const ask = await start();

    const [without, wrong, right] = [await ask('/@api.other.example/v1/things'), await ask('/@api.other.example/v1/things', { headers: { authorization: 'Bearer no' } }), await ask('/@api.other.example/v1/things', { headers: { authorization: 'Bearer key' } })];

    expect([without.status, wrong.status, right.status]).toEqual([401, 401, 200]);
    expect(simulator.refused()).toHaveLength(2);
    expect((await ask('/@eu1.acme.example/base/job')).status).toBe(200);
  });

  it('compares what a POST sends, JSON or form', async () => {
    const ask = await start();

    const statuses = [await ask('/base/search', post('{"deep":{"on":true},"filter":"any"}')), await ask('/base/search', post('{"filter":"any"}')), await ask('/base/token', post('user=u', 'application/x-www-form-urlencoded')), await ask('/base/token', post('user=v', 'application/x-www-form-urlencoded'))].map(({ status }) => status);

    expect(statuses).toEqual([200, 404, 200, 404]);
  });

  it('answers the same request in turn when it is written down several times, then with the last', async () => {
    const ask = await start();
    const state = async (): Promise<unknown> => ((await (await ask('/base/job')).json()) as { state: string }).state;

    expect([await state(), await state(), await state()]).toEqual(['running', 'done', 'done']);
  });

  it('answers 304 to an entity tag that is still right', async () => {
    const ask = await start();

    expect((await ask('/base/tagged', { headers: { 'if-none-match': '"one"' } })).status).toBe(304);
    expect((await ask('/base/tagged', { headers: { 'if-none-match': '"two"' } })).status).toBe(200);
  });

  it('takes a path however it is encoded, and tells what nobody asked for', async () => {
    const ask = await start();

    expect((await ask('/base/apps(%27a%20b%27)')).status).toBe(200);
    expect(simulator.unused()).toHaveLength(8);
    expect(simulator.requests()).toEqual(["GET main /base/apps('a b')"]);
  });

  it('plays troubles by the count of requests', async () => {
    const tricks = [tooManyRequests(7), temporarilyDown, expiredKey];
    const ask = await start({ script: (request) => tricks[request.count - 1] ?? onRequests([4], cutShort)(request) });

    const first = await ask('/base/job');
    const [second, third] = [await ask('/base/job'), await ask('/base/job')];

    expect([first.status, first.headers.get('retry-after'), second.status, third.status]).toEqual([429, '7', 503, 401]);
    await expect(ask('/base/job').then((answer) => answer.text())).rejects.toThrow();
    expect((await ask('/base/job')).status).toBe(200);
  });
});
