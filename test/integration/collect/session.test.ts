import { generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { gives, json, moved } from './hostile-server.js';
import type { Answer } from './hostile-server.js';
import { SECRET, clientCredentials, failure, form, sent, serve, sign, tokenPlatform } from './session-stage.js';

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
