import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import forge from 'node-forge';
import { afterEach, describe, expect, it } from 'vitest';
import { collect, loadConnectors, memoryPages, probe } from '../../../src/collect/index.js';
import type { Collection } from '../../../src/collect/index.js';
import type { PlumblineError } from '../../../src/model/errors.js';
import { json, startHostileServer } from './hostile-server.js';
import type { Answer, HostileServer } from './hostile-server.js';

const connector = (await loadConnectors('packs')).get('node-red')!;
const open: { stop(): Promise<void> }[] = [];
afterEach(async () => { await Promise.all(open.splice(0).map((server) => server.stop())); });
const fixture = (name: string): unknown => JSON.parse(readFileSync(`packs/connectors/node-red/fixtures/${name}.json`, 'utf8'));

async function fake(replace: Readonly<Record<string, Answer>>): Promise<HostileServer> {
  const server = await startHostileServer((request, response, body) => {
    const path = (request.url ?? '').split('?')[0]!;
    const special = replace[path];
    if (special) return special(request, response, body);
    if (path === '/auth/login') return json(response, { type: 'credentials', prompts: [] });
    if (path === '/auth/token') return json(response, { access_token: 'token-0001', expires_in: 600, token_type: 'Bearer' });
    if (path.startsWith('/credentials/')) return json(response, { user: 'gate', has_password: true });
    return json(response, fixture(path === '/flows' ? 'files/flows' : path.slice(1)));
  });
  open.push(server);
  return server;
}
function read(server: HostileServer, secret: Record<string, string>): Promise<Collection> {
  return collect({ connector, baseUrl: server.url, secret, fingerprintKey: new Uint8Array(32), pages: memoryPages(), allowLoopback: true, onProgress: () => undefined });
}
const codeOf = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'it did not fail', (error: PlumblineError) => error.code);
const settingsOf = ({ resources }: Collection) => resources.find((resource) => resource.kind === 'platform-settings')!.properties;
const entryOf = ({ resources }: Collection) => resources.find((resource) => resource.kind === 'entry-point')!.properties;

describe('signing in to Node-RED', () => {
  it('logs in once, asks for reading only, and puts the token on every request after it', async () => {
    let form = '';
    const server = await fake({ '/auth/token': (_request, response, body) => { form = body; json(response, { access_token: 'token-0001' }); } });

    const collection = await read(server, { username: 'reader', password: 'p&=w' });

    expect(Object.fromEntries(new URLSearchParams(form))).toEqual({ client_id: 'node-red-admin', grant_type: 'password', scope: 'read', username: 'reader', password: 'p&=w' });
    expect(server.asked.filter((each) => each.method !== 'GET').map((each) => each.url)).toEqual(['/auth/token']);
    expect(server.asked.find((each) => each.url === '/flows')?.headers).toMatchObject({ authorization: 'Bearer token-0001', 'node-red-api-version': 'v2', accept: 'application/json' });
    expect(settingsOf(collection)).toMatchObject({ adminAuth: 'SET', httpNodeAuth: 'UNSET', paletteInstall: true, credentialEncryption: 'system' });
    expect(entryOf(collection)['authentication']).toBe('none');
    expect(collection.resources.filter((resource) => resource.kind === 'credential-ref').map(({ key, properties }) => [key, properties['fields']])).toEqual([['tls1', ['has_password', 'user']], ['mq1', ['has_password', 'user']], ['ex1', ['has_password', 'user']]]);
    expect(collection.resources.filter((resource) => resource.kind === 'package').map(({ key, properties }) => [key, properties['enabled'], properties['builtIn']])).toEqual([['node-red', true, true], ['node-red-contrib-yard', false, false]]);
  });

  it('needs no key where there is no sign-in, and says that there is none', async () => {
    const server = await fake({ '/auth/login': (_request, response) => json(response, {}), '/diagnostics': (_request, response) => json(response, {}, 403) });

    const collection = await read(server, {});

    expect(settingsOf(collection)).toMatchObject({ adminAuth: 'UNSET', httpNodeAuth: 'unknown' });
    expect(entryOf(collection)['authentication']).toBe('unknown');
    expect(collection.completeness.find((entry) => entry.type === 'diagnostics')).toMatchObject({ state: 'unavailable', kinds: ['platform-settings'] });
    expect(server.asked.some((each) => each.url === '/auth/token' || each.headers.authorization !== undefined)).toBe(false);
  });

  it('takes a ready token instead of a login', async () => {
    const server = await fake({});

    await read(server, { token: 'ready-0001' });

    expect(server.asked.some((each) => each.url === '/auth/token')).toBe(false);
    expect(server.asked.find((each) => each.url === '/flows')?.headers.authorization).toBe('Bearer ready-0001');
  });

  it.each<[string, Record<string, Answer>, string]>([
    ['a wrong password', { '/auth/token': (_request, response) => json(response, { error: 'invalid_grant' }, 403) }, 'PLB-COLLECT-002'],
    ['a locked user', { '/auth/token': (_request, response) => json(response, { error: 'server_error', error_description: 'Too many login attempts. Wait 10 minutes and try again' }, 500) }, 'PLB-COLLECT-006'],
    ['a sign-in elsewhere', { '/auth/login': (_request, response) => json(response, { type: 'strategy', prompts: [] }) }, 'PLB-COLLECT-002'],
    ['an answer without a token', { '/auth/token': (_request, response) => json(response, {}) }, 'PLB-COLLECT-005'],
    ['a redirected login', { '/auth/token': (_request, response) => { response.writeHead(307, { location: '/elsewhere' }).end(); } }, 'PLB-COLLECT-007'],
    ['another program at this address', { '/auth/login': (_request, response) => { response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>'); } }, 'PLB-COLLECT-004'],
    ['a token that is refused later', { '/flows': (_request, response) => { response.writeHead(401).end('Unauthorized'); } }, 'PLB-COLLECT-002'],
  ])('tells %s by its code', async (_what, replace, code) => {
    expect(await codeOf(read(await fake(replace), { username: 'reader', password: 'secret-0001' }))).toBe(code);
  });
});

describe('certificates', () => {
  it('refuses a self-signed one in words, whatever the environment says', async () => {
    const keys = forge.pki.rsa.generateKeyPair(1024);
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = keys.publicKey;
    certificate.validity.notBefore = new Date(Date.now() - 1000);
    certificate.validity.notAfter = new Date(Date.now() + 3_600_000);
    certificate.setSubject([{ name: 'commonName', value: 'localhost' }]);
    certificate.setIssuer([{ name: 'commonName', value: 'localhost' }]);
    certificate.sign(keys.privateKey, forge.md.sha256.create());
    let asked = 0;
    const server = createServer({ key: forge.pki.privateKeyToPem(keys.privateKey), cert: forge.pki.certificateToPem(certificate), ciphers: 'DEFAULT@SECLEVEL=0' }, (_request, response) => { asked += 1; response.end('{}'); });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ stop: () => new Promise((resolve) => { server.close(() => resolve()); }) });
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';

    const error = await probe({ connector, baseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, secret: { token: 'ready-0001' }, allowLoopback: true }).catch((reason: unknown) => reason);

    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']; else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    expect([(error as PlumblineError).code, asked]).toEqual(['PLB-COLLECT-001', 0]);
    expect((error as PlumblineError).message).toContain('self-signed');
  });
});
