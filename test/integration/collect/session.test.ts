import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { jwtVerify } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { openSession } from '../../../src/collect/engine/session.js';
import type { Session, SessionOptions } from '../../../src/collect/engine/session.js';
import { PlumblineError } from '../../../src/model/errors.js';
import { connectorOf } from '../../unit/collect/session-connector.js';
import { gives, json, moved, play, startHostileServer } from './hostile-server.js';
import type { Answer, HostileServer, Script } from './hostile-server.js';

const SECRET = 'sk-0001-canary';
const field = (name: string, kind = 'password'): Record<string, unknown> => ({ name, label: name, kind, pattern: '[a-z0-9]+', required: false });
const open: { stop?(): Promise<void>; close?(): void }[] = [];
afterEach(async () => { await Promise.all(open.splice(0).map((each) => (each.close ? each.close() : each.stop?.()))); });

async function serve(script: Script): Promise<HostileServer> {
  const server = await startHostileServer(play({ '/things': gives({ data: [] }), ...script }));
  open.push(server);
  return server;
}
async function sign(server: HostileServer, manifest: Record<string, unknown>, secret: Record<string, string> = {}, more: Partial<SessionOptions> = {}): Promise<Session> {
  const session = await openSession({ connector: connectorOf({ secretFields: ['key', 'user', 'password', 'id', 'refresh'].map((name) => field(name)), ...manifest }), baseUrl: server.url, secret, allowLoopback: true, ...more });
  open.push(session);
  return session;
}
async function failure(promise: Promise<unknown>): Promise<PlumblineError> {
  const error: unknown = await promise.then(() => new Error('it did not fail'), (reason: unknown) => reason);
  expect(error).toBeInstanceOf(PlumblineError);
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(SECRET);
  return error as PlumblineError;
}
const sent = (server: HostileServer, path: string) => server.asked.filter((each) => each.url.split('?')[0] === path);
const form = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));

/** A token endpoint that counts, and things that take only the newest token. */
function tokenPlatform(answer: Record<string, unknown> = {}): { script: Script; revoke(): void; readonly tokens: number } {
  let tokens = 0;
  let valid = 0;
  const things: Answer = (request, response) => (request.headers.authorization === `Bearer token-${valid}` ? json(response, { data: [] }) : json(response, {}, 401));
  return { script: { '/token': (_request, response) => { tokens += 1; valid = tokens; json(response, { access_token: `token-${tokens}`, ...answer }); }, '/things': things }, revoke: () => { valid = -1; }, get tokens() { return tokens; } };
}
const clientCredentials = { kind: 'oauth2', grant: 'client_credentials', tokenUrl: '/token', clientId: '{id}', clientSecret: '{key}' };

describe('signing in with what a person gave', () => {
  it('puts headers, parameters and Basic only where each belongs', async () => {
    const server = await serve({ '*': gives({ data: [] }) });
    const session = await sign(server, {
      auth: { kind: 'header', set: { 'X-User': '{user}', 'X-Key': '{key}' } }, headers: { 'X-Api': 'v2' },
      hosts: { query: { base: 'https://q.example.com/v1', auth: { kind: 'query', set: { api_key: '{key}' } } }, basic: { base: 'https://b.example.com', auth: { kind: 'basic', username: '{user}', password: '{key}' } }, open: { base: 'https://o.example.com', auth: { kind: 'none' } }, same: { base: 'https://s.example.com' } },
    }, { user: 'ana', key: SECRET });

    for (const host of ['main', 'query', 'basic', 'open', 'same']) await session.ask(host, { path: '/things', query: [['page', '1']] });

    const [main, query, basic, without, same] = server.asked;
    expect([main!.url, query!.url, basic!.url, without!.url, same!.url]).toEqual(['/things?page=1', `/@q.example.com/v1/things?page=1&api_key=${SECRET}`, '/@b.example.com/things?page=1', '/@o.example.com/things?page=1', '/@s.example.com/things?page=1']);
    expect([main, same].map((each) => [each!.headers['x-user'], each!.headers['x-key']])).toEqual([['ana', SECRET], ['ana', SECRET]]);
    expect(basic!.headers.authorization).toBe(`Basic ${Buffer.from(`ana:${SECRET}`).toString('base64')}`);
    expect(server.asked.every((each) => each.headers['x-api'] === 'v2')).toBe(true);
    expect(JSON.stringify(without!)).not.toContain(SECRET);
  });

  it('takes a key out of addresses that the platform echoes', async () => {
    const server = await serve({});
    const session = await sign(server, { auth: { kind: 'query', set: { api_key: '{key}' } } }, { key: SECRET });

    expect(session.resolve(`${server.url}/things?api_key=${SECRET}&page=2`, 'main')).toEqual({ host: 'main', path: '/things', query: [['page', '2']] });
  });

  it('logs in with JSON, takes the token from where it stands and renews it before its end', async () => {
    let tokens = 0;
    const server = await serve({ '/session': (_request, response) => { tokens += 1; json(response, { data: { token: `jwt-${tokens}` } }); } });
    const session = await sign(server, { auth: { kind: 'login', path: '/session', json: { email: '{user}', password: '{password}' }, reason: 'A session is opened, nothing is changed.', token: 'data.token', set: { Authorization: 'JWT {access_token}' }, lifetime: 1 } }, { user: 'ana@example.com', password: SECRET });

    await session.ask('main', { path: '/things' });
    await new Promise((resolve) => { setTimeout(resolve, 850); });
    await session.ask('main', { path: '/things' });

    expect(JSON.parse(sent(server, '/session')[0]!.body)).toEqual({ email: 'ana@example.com', password: SECRET });
    expect(sent(server, '/things').map((each) => each.headers.authorization)).toEqual(['JWT jwt-1', 'JWT jwt-2']);
  });

  it('logs in to a page with cookies and a CSRF token, ended by a redirect', async () => {
    const server = await serve({ '/me': gives({ user: 'anonymous' }, 200, { 'set-cookie': ['XSRF-TOKEN=x%3D1; Path=/'] }), '/login': (_request, response) => { response.writeHead(302, { location: '/applications', 'set-cookie': ['SESSION=s1; HttpOnly', 'XSRF-TOKEN=x%3D2'] }).end(); } });
    const session = await sign(server, { auth: { kind: 'login', question: '/me', path: '/login', form: { username: '{user}', password: '{password}' }, reason: 'A session is opened, nothing is changed.', cookies: true, csrf: { cookie: 'XSRF-TOKEN', header: 'X-XSRF-TOKEN' } } }, { user: 'ana', password: SECRET });

    await session.ask('main', { path: '/things' });

    expect(sent(server, '/login')[0]!.headers).toMatchObject({ cookie: 'XSRF-TOKEN=x%3D1', 'x-xsrf-token': 'x=1' });
    expect(sent(server, '/things')[0]!.headers).toMatchObject({ cookie: 'XSRF-TOKEN=x%3D2; SESSION=s1', 'x-xsrf-token': 'x=2' });
    expect(sent(server, '/applications')).toEqual([]);
  });

  it('logs in again when a redirect to the sign-in page tells that the session has ended, and follows other redirects', async () => {
    let sessions = 0;
    const server = await serve({
      '/login': (_request, response) => { sessions += 1; json(response, {}, 200, { 'set-cookie': `SESSION=s${sessions}` }); },
      '/things': (request, response, body) => (request.headers.cookie === 'SESSION=s2' ? json(response, { data: [] }) : moved('/user/login?next=%2Fthings')(request, response, body)), '/old': moved('/things'),
    });
    const session = await sign(server, { auth: { kind: 'login', path: '/login', form: { password: '{password}' }, reason: 'A session is opened, nothing is changed.', cookies: true } }, { password: SECRET });

    const statuses = [(await session.ask('main', { path: '/things' })).status, (await session.ask('main', { path: '/old' })).status];

    expect([statuses, sessions, sent(server, '/user/login')]).toEqual([[200, 200], 2, []]);
  });

  it.each<[string, Answer, string]>([
    ['a wrong password', gives({ error: SECRET }, 401), 'PLB-COLLECT-002'], ['an answer without a token', gives({}), 'PLB-COLLECT-005'], ['a web page', (_request, response) => { response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'); }, 'PLB-COLLECT-004'],
    ['a pause', gives({}, 429, { 'retry-after': '30' }), 'PLB-COLLECT-006'], ['a broken server', gives({ trace: SECRET }, 500), 'PLB-COLLECT-014'], ['a redirect', moved('/elsewhere', 307), 'PLB-COLLECT-007'], ['a token that is none', gives({ token: 'a b\nc' }), 'PLB-COLLECT-002'],
  ])('tells %s when logging in by its code', async (_what, answer, code) => {
    const server = await serve({ '/session': answer });

    expect((await failure(sign(server, { auth: { kind: 'login', path: '/session', json: { password: '{password}' }, reason: 'A session is opened, nothing is changed.', token: 'token', set: { Authorization: '{access_token}' } } }, { password: SECRET }))).code).toBe(code);
  });
});

describe('OAuth 2.0 without a person', () => {
  it('asks once for a token by client credentials, with scope and audience', async () => {
    const { script } = tokenPlatform({ expires_in: 3600 });
    const server = await serve(script);
    const session = await sign(server, { auth: { ...clientCredentials, scope: 'read:all', audience: 'https://acme.example.com' } }, { id: 'client-1', key: SECRET });

    await Promise.all(Array.from({ length: 6 }, () => session.ask('main', { path: '/things' })));

    expect(sent(server, '/token')).toHaveLength(1);
    expect(form(sent(server, '/token')[0]!.body)).toEqual({ grant_type: 'client_credentials', client_id: 'client-1', client_secret: SECRET, scope: 'read:all', audience: 'https://acme.example.com' });
    expect(sent(server, '/things').every((each) => each.headers.authorization === 'Bearer token-1')).toBe(true);
  });

  it('puts client id and secret into the header where the platform wants them there', async () => {
    const server = await serve(tokenPlatform().script);
    await sign(server, { auth: { ...clientCredentials, clientAuth: 'basic' } }, { id: 'a:b', key: SECRET });

    expect(sent(server, '/token')[0]!.headers.authorization).toBe(`Basic ${Buffer.from(`a%3Ab:${SECRET}`).toString('base64')}`);
    expect(form(sent(server, '/token')[0]!.body)).toEqual({ grant_type: 'client_credentials' });
  });

  it('uses the refresh token that was handed out last', async () => {
    const platform = tokenPlatform({ refresh_token: 'refresh-2' });
    const server = await serve(platform.script);
    const session = await sign(server, { auth: { kind: 'oauth2', grant: 'refresh_token', tokenUrl: '/token', clientId: '{id}', refreshToken: '{refresh}' } }, { id: 'client-1', refresh: SECRET });
    platform.revoke();

    await session.ask('main', { path: '/things' });

    expect(sent(server, '/token').map((each) => form(each.body)['refresh_token'])).toEqual([SECRET, 'refresh-2']);
  });

  it('signs a statement that the token endpoint can verify', async () => {
    const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const server = await serve(tokenPlatform().script);
    await sign(server, { auth: { kind: 'oauth2', grant: 'jwt_bearer', tokenUrl: '/token', clientId: '{id}', jwt: { key: '{key}', issuer: '{id}', subject: '{user}', audience: 'https://acme.example.com' } } }, { id: 'client-1', user: 'ana@example.com', key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string });

    const asked = form(sent(server, '/token')[0]!.body);
    expect([asked['grant_type'], Object.keys(asked).sort()]).toEqual(['urn:ietf:params:oauth:grant-type:jwt-bearer', ['assertion', 'grant_type']]);
    expect((await jwtVerify(asked['assertion']!, keys.publicKey, { audience: 'https://acme.example.com' })).payload).toMatchObject({ iss: 'client-1', sub: 'ana@example.com' });
  });

  it('finds the token endpoint in an OpenID configuration, of the same or a declared host', async () => {
    const server = await serve({ '/@login.example.com/.well-known/openid-configuration': gives({ token_endpoint: 'https://tokens.example.com/oauth/token?v=1' }), '/@tokens.example.com/oauth/token': gives({ access_token: 'token-1' }) });
    const session = await sign(server, { auth: { ...clientCredentials, tokenUrl: undefined, discover: 'https://login.example.com/.well-known/openid-configuration' }, hosts: { tokens: { base: 'https://tokens.example.com' } } }, { id: 'client-1', key: SECRET });
    await session.ask('main', { path: '/things' });

    expect(server.asked.map((each) => each.url)).toEqual(['/@login.example.com/.well-known/openid-configuration', '/@tokens.example.com/oauth/token?v=1', '/things']);
    expect(server.asked[2]!.headers.authorization).toBe('Bearer token-1');
  });

  it.each(['https://evil.example/token', 'http://login.example.com/token', 'https://login.example.com:444/token', 'https://u:p@login.example.com/token', 'https://169.254.169.254/token', 'file:///etc/passwd'])('sends no key to a token endpoint at %s', async (endpoint) => {
    const server = await serve({ '/@login.example.com/.well-known/openid-configuration': gives({ token_endpoint: endpoint }), '*': gives({ access_token: 'token-1' }) });

    expect((await failure(sign(server, { auth: { ...clientCredentials, tokenUrl: undefined, discover: 'https://login.example.com/.well-known/openid-configuration' } }, { id: 'client-1', key: SECRET }))).code).toBe('PLB-COLLECT-007');
    expect(server.asked).toHaveLength(1);
  });

  it('names a refusal by its standard code and repeats nothing else', async () => {
    const server = await serve({ '/token': gives({ error: 'invalid_client', error_description: `no such secret ${SECRET}` }, 401) });
    const odd = await serve({ '/token': gives({ error: SECRET }, 400) });

    expect((await failure(sign(server, { auth: clientCredentials }, { id: 'client-1', key: SECRET }))).message).toContain('invalid_client');
    expect((await failure(sign(odd, { auth: clientCredentials }, { id: 'client-1', key: SECRET }))).code).toBe('PLB-COLLECT-002');
  });
});

describe('a token that is refused', () => {
  it('is renewed once, and the scan goes on', async () => {
    const platform = tokenPlatform();
    const server = await serve(platform.script);
    const session = await sign(server, { auth: clientCredentials }, { id: 'client-1', key: SECRET });
    platform.revoke();

    const statuses = (await Promise.all(Array.from({ length: 4 }, () => session.ask('main', { path: '/things' })))).map(({ status }) => status);

    expect(statuses).toEqual([200, 200, 200, 200]);
    expect(platform.tokens).toBe(2);
  });

  it('again after it was renewed ends in 401 without a storm', async () => {
    const server = await serve({ '/token': gives({ access_token: 'token-1' }), '/things': gives({}, 401) });
    const session = await sign(server, { auth: clientCredentials }, { id: 'client-1', key: SECRET });

    const first = await session.ask('main', { path: '/things' });
    for (let tries = 0; tries < 20; tries += 1) await session.ask('main', { path: '/things' });

    expect(first.status).toBe(401);
    expect([sent(server, '/token').length, sent(server, '/things').length]).toEqual([2, 22]);
  });

  it('is not tried again where it is a key that a person gave', async () => {
    const server = await serve({ '/things': gives({}, 401) });
    const session = await sign(server, { auth: { kind: 'header', set: { Authorization: 'Bearer {key}' } } }, { key: SECRET });

    expect((await session.ask('main', { path: '/things' })).status).toBe(401);
    expect(server.asked).toHaveLength(1);
  });
});

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

describe('limits', () => {
  const slow = { requests: 5, per: 1, concurrency: 2 };

  it('are kept however many requests come at once', async () => {
    const server = await serve({});
    const times: number[] = [];
    const session = await sign(server, { hosts: { main: { limit: slow } } }, {}, { paceLoopback: true });

    await Promise.all(Array.from({ length: 12 }, async () => { await session.ask('main', { path: '/things' }); times.push(Date.now()); }));

    times.sort((a, b) => a - b);
    expect(times[11]! - times[0]!).toBeGreaterThanOrEqual(2_000);
    for (let first = 0; first + 6 < times.length; first += 1) expect(times[first + 6]! - times[first]!).toBeGreaterThan(900);
  });

  it('of a type are its own, and do not slow the others', async () => {
    const server = await serve({});
    const session = await sign(server, {}, {}, { paceLoopback: true });
    const own = { name: 'slow', rule: { requests: 1, per: 3_600, concurrency: 1 } };

    await session.ask('main', { path: '/things' }, own);
    const error = await failure(session.ask('main', { path: '/things' }, own));
    await session.ask('main', { path: '/things' });

    expect([error.code, Number(error.details['retryAfterMs']) > 3_500_000]).toEqual(['PLB-COLLECT-006', true]);
    expect(server.asked).toHaveLength(2);
  });

  it('are learnt', async () => {
    const server = await serve({});
    const session = await sign(server, { hosts: { main: { limit: { requests: 1, per: 60, learn: { from: 'things', take: 'limits.perMinute' } } } } }, {}, { paceLoopback: true });

    session.learn('things', [{ limits: { perMinute: 600 } }]);
    await Promise.all(Array.from({ length: 20 }, () => session.ask('main', { path: '/things' })));

    expect(server.asked).toHaveLength(20);
  });

  it('slow no simulator down', async () => {
    const server = await serve({});
    const session = await sign(server, { hosts: { main: { limit: { requests: 1, per: 3_600 } } } });

    await Promise.all(Array.from({ length: 5 }, () => session.ask('main', { path: '/things' })));

    expect(server.asked).toHaveLength(5);
  });

  it('that the platform tells stop that host for all, and no other', async () => {
    const server = await serve({ '/things': gives({}, 429, { 'retry-after': '600' }), '/@o.example.com/things': gives({}) });
    const session = await sign(server, { hosts: { other: { base: 'https://o.example.com' } } });

    const first = await failure(session.ask('main', { path: '/things' }));
    const second = await failure(session.ask('main', { path: '/things' }));
    const other = await session.ask('other', { path: '/things' });

    expect([first.code, first.details['retryAfterMs'], second.code, other.status]).toEqual(['PLB-COLLECT-006', 600_000, 'PLB-COLLECT-006', 200]);
    expect(sent(server, '/things')).toHaveLength(1);
  });

  it('that are no limits are told after ten refusals: the one entry that is never available, among others that are', async () => {
    const server = await serve({ '/dead': gives({}, 503) });
    const codes: string[] = [];

    // each pause ends a session; the next one goes on
    for (let tries = 0; tries < 11; tries += 1) {
      const session = await sign(server, {});
      await session.ask('main', { path: '/things' });
      codes.push((await failure(session.ask('main', { path: '/dead' }))).code);
      session.close();
    }

    expect(codes).toEqual([...Array.from({ length: 10 }, () => 'PLB-COLLECT-006'), 'PLB-COLLECT-014']);
  });

  it('are known by the words of the manifest, and the reserve of the day is left alone', async () => {
    const server = await serve({ '/things': [gives({}, 200, { 'sforce-limit-info': 'api-usage=4600/5000' }), gives({})], '/busy': gives([{ errorCode: 'REQUEST_LIMIT_EXCEEDED' }], 403) });
    const throttle = { also: [{ status: 403, bodyHas: 'REQUEST_LIMIT_EXCEEDED' }], cooldown: 60, quota: { header: 'Sforce-Limit-Info', used: 'api-usage', reserve: 0.1 } };
    const busy = await failure((await sign(server, { hosts: { main: { throttle } } })).ask('main', { path: '/busy' }));
    const session = await sign(server, { hosts: { main: { throttle } } });

    await session.ask('main', { path: '/things' });
    const spent = await failure(session.ask('main', { path: '/things' }));

    expect([busy.code, busy.details['retryAfterMs']]).toEqual(['PLB-COLLECT-006', 60_000]);
    expect([spent.code, spent.details['retryAfterMs']]).toEqual(['PLB-COLLECT-006', 3_600_000]);
    expect(sent(server, '/things')).toHaveLength(1);
  });
});

describe('what can leave', () => {
  it('is GET, and POST with a reason, below the path that the manifest names', async () => {
    const server = await serve({ '*': gives({}) });
    const session = await sign(server, { address: { path: '/api/v1' } });

    await session.ask('main', { path: '/things' });
    await session.ask('main', { path: '//base' });
    await session.ask('main', { path: '/search', readOnlyPost: { body: '{}', contentType: 'application/json', reason: 'Only searches.' } });

    expect(server.asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /api/v1/things', 'GET /base', 'POST /api/v1/search']);
  });

  it.each(['/a/../../admin', '/a/%2e%2E/admin', '/./a', '/..', '/a\\..\\admin', '//../x'])('is not %s', async (path) => {
    const server = await serve({ '*': gives({}) });
    const session = await sign(server, { address: { path: '/api/v1' } });

    expect((await failure(session.ask('main', { path }))).code).toBe('PLB-COLLECT-007');
    expect(server.asked).toEqual([]);
  });

  it('is no header with a line break in it', async () => {
    const server = await serve({ '*': gives({}) });
    const session = await sign(server, {});

    expect((await failure(session.ask('main', { path: '/things', headers: { 'X-App': 'a\r\nX-Evil: 1' } }))).code).toBe('PLB-COLLECT-005');
    expect(server.asked).toEqual([]);
  });

  it('ends when the session is closed', async () => {
    const server = await serve({ '/things': gives({}, 429, { 'retry-after': '15' }) });
    const session = await sign(server, {});
    await failure(session.ask('main', { path: '/things' }));
    const waiting = session.ask('main', { path: '/things' });

    session.close();

    await expect(waiting).rejects.toThrow('closed');
  });
});
