import { describe, expect, it } from 'vitest';
import { gives } from './hostile-server.js';
import { SECRET, clientCredentials, failure, field, form, sent, serve, sign, tokenPlatform } from './session-stage.js';

describe('hosts whose address the platform tells', () => {
  const org = (from: string): Record<string, unknown> => ({ hosts: { org: { learn: { from, take: 'instance_url' }, suffixes: ['.my.example.com'], path: '/services' } } });

  it('are read after the sign-in that told them', async () => {
    const server = await serve({ '/token': gives({ access_token: 'token-1', instance_url: 'https://acme.my.example.com' }), '*': gives({}) });
    const session = await sign(server, { auth: clientCredentials, ...org('token') }, { id: 'client-1', key: SECRET });

    await session.ask('org', { path: '/query' });

    expect(server.asked.at(-1)).toMatchObject({ url: '/@acme.my.example.com/services/query', headers: { authorization: 'Bearer token-1' } });
    expect(session.resolve('/services/query/01-500', 'org').path).toBe('/query/01-500');
  });

  it('may be main itself', async () => {
    const server = await serve({ '/token': gives({ access_token: 'token-1', instance_url: 'https://acme.my.example.com' }), '*': gives({}) });
    const session = await sign(server, { auth: clientCredentials, hosts: { main: { learn: { from: 'token', take: 'instance_url' }, suffixes: ['.my.example.com'] } } }, { id: 'client-1', key: SECRET });

    await session.ask('main', { path: '/query' });

    expect(server.asked.map((each) => each.url)).toEqual(['/token', '/@acme.my.example.com/query']);
  });

  it('are told by a type that was read, or are said to be unknown', async () => {
    const server = await serve({ '*': gives({}) });
    const session = await sign(server, org('things'));

    const before = await failure(session.ask('org', { path: '/query' }));
    session.learn('things', [{}, { instance_url: 'https://acme.my.example.com' }]);
    await session.ask('org', { path: '/query' });

    expect([before.code, before.message]).toEqual(['PLB-COLLECT-015', expect.stringContaining('"Things" named none')]);
    expect(server.asked.map((each) => each.url)).toEqual(['/@acme.my.example.com/services/query']);
  });

  it.each<[string, unknown[], string]>([
    ['elsewhere', [{ instance_url: 'https://evil.example' }], 'PLB-COLLECT-007'], ['in clear', [{ instance_url: 'http://acme.my.example.com' }], 'PLB-COLLECT-007'],
    ['at several places', [{ instance_url: 'https://a.my.example.com' }, { instance_url: 'https://b.my.example.com' }], 'PLB-COLLECT-015'],
  ])('are not asked when they are %s', async (_what, items, code) => {
    const server = await serve({ '*': gives({}) });
    const session = await sign(server, org('things'));

    session.learn('things', items as never);

    expect((await failure(session.ask('org', { path: '/query' }))).code).toBe(code);
    expect(server.asked).toEqual([]);
  });
});

describe('hosts whose address nobody gave', () => {
  it('are no mistake where it may be left empty: they are said to be unknown, and the others are read', async () => {
    const server = await serve({ '*': gives({}) });
    const session = await sign(server, { secretFields: [{ ...field('zone', 'text') }], headers: { 'X-Zone': '{zone}' }, hosts: { zone: { base: 'https://{zone}.example.com' } } });

    await session.ask('main', { path: '/things' });
    const error = await failure(session.ask('zone', { path: '/things' }));

    expect([error.code, error.message]).toEqual(['PLB-COLLECT-015', expect.stringContaining('nothing was given as "zone"')]);
    expect(server.asked.map(({ url, headers }) => [url, headers['x-zone']])).toEqual([['/things', undefined]]);
  });

  it('sign in once where their sign-ins read the same', async () => {
    const platform = tokenPlatform();
    const server = await serve({ ...platform.script, '/@a.example.com/things': gives({}), '/@b.example.com/things': gives({}) });
    const session = await sign(server, { auth: clientCredentials, hosts: { a: { base: 'https://a.example.com', auth: clientCredentials }, b: { base: 'https://b.example.com', auth: { ...clientCredentials, scope: 'other' } } } }, { id: 'client-1', key: SECRET });

    for (const host of ['main', 'a', 'b', 'a']) await session.ask(host, { path: '/things' });

    expect(sent(server, '/token').map(({ body }) => form(body)['scope'])).toEqual([undefined, 'other']);
  });
});
