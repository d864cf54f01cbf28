import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { recordConnector, replayConnector, testConnector } from '../../../src/collect/index.js';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredHosts } from '../../../src/collect/simulate/relay.js';
import { copyStarter, freshStarter } from '../../support/connector-copies.js';
import type { Copy } from '../../support/connector-copies.js';

let copy: Copy | undefined;
let server: Server | undefined;
afterEach(() => { copy?.remove(); server?.close(); server?.closeAllConnections(); });

function serve(handler: Parameters<typeof createServer>[1]): Promise<string> {
  server = createServer(handler!);
  return new Promise((resolve) => { server!.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server!.address() as AddressInfo).port}`)); });
}

describe('recording a platform', () => {
  it('gives a fixture that yields what the platform yielded', async () => {
    copy = await freshStarter();
    const connector = await copy.load();
    const { simulator } = await replayConnector(connector, 'estate');

    const { fixture, secretsReplaced } = await recordConnector({ connector, baseUrl: simulator.url, secret: { token: 'fixture-token' }, onProgress: () => undefined });
    await simulator.close();
    writeFileSync(join(copy.folder, 'fixtures', 'recorded.json'), JSON.stringify(fixture));
    const report = await testConnector({ connector, update: true });

    expect(fixture.exchanges).toHaveLength(7);
    expect(fixture.exchanges[0]).toMatchObject({ path: '/api/v1/workflows', requires: { authorization: 'Bearer fixture-token' } });
    expect(secretsReplaced).toBeGreaterThan(0);
    expect(JSON.stringify(fixture)).not.toContain('office-fixture-key-0001');
    expect(report.sets.find(({ set }) => set === 'recorded')).toMatchObject({ resources: 13 });
    expect(report.ok).toBe(true);
  });

  it('keeps what was answered when the reading ends early, and says why by the platform\'s own name', async () => {
    copy = await freshStarter();
    const url = await serve((request, response) => {
      response.writeHead(request.url!.includes('cursor') ? 403 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data: [{ id: 'w1', name: 'One', active: true }], next_cursor: 'c2' }));
    });

    const { fixture, error, collection } = await recordConnector({ connector: await copy.load(), baseUrl: url, secret: { token: 'real-key' }, onProgress: () => undefined });

    expect(collection).toBeNull();
    expect(error).toMatchObject({ code: 'PLB-COLLECT-003' });
    expect(error!.message).toContain(new URL(url).host);
    expect(fixture.exchanges.map(({ status }) => status)).toEqual([undefined, 403]);
    expect(JSON.stringify(fixture)).not.toContain('real-key');
  });

  it('fails with the reason when nothing answers', async () => {
    copy = await freshStarter();

    await expect(recordConnector({ connector: await copy.load(), baseUrl: 'http://127.0.0.1:9', secret: { token: 'k' }, onProgress: () => undefined })).rejects.toMatchObject({ code: 'PLB-COLLECT-001' });
  });

  it('passes nothing on to a host that the manifest does not declare', async () => {
    copy = copyStarter();
    copy.edit('manifest.yaml', 'redact: { names: [] }', 'redact: {}\nhosts: { files: { base: "https://{region}.files.example.com" }, learnt: { learn: { from: token, take: url }, suffixes: [.my.example.net] } }');
    copy.edit('manifest.yaml', 'secretFields:\n', 'secretFields:\n  - { name: region, label: Region, kind: text, pattern: "[a-z]+" }\n');
    const isDeclared = declaredHosts(await copy.load(), { region: 'eu' });

    expect(['eu.files.example.com', 'acme.my.example.net'].map(isDeclared)).toEqual([true, true]);
    expect(['us.files.example.com', 'evil.example.org', 'my.example.net.evil.org', 'notmy.example.net', '169.254.169.254'].map(isDeclared)).toEqual([false, false, false, false, false]);
  });

  it('keeps each cookie of a sign-in by itself, so that what was recorded can be signed in to', async () => {
    copy = copyStarter();
    copy.edit('manifest.yaml', 'auth: { kind: header, set: { Authorization: "Bearer {token}" } }', 'auth: { kind: login, path: /login, cookies: true, json: { token: "{token}" }, reason: It opens a session., csrf: { cookie: csrf, header: X-Csrf } }');
    const connector = await copy.load();
    const url = await serve((request, response) => {
      const json = { 'content-type': 'application/json' };
      if (request.url!.endsWith('/login')) return response.writeHead(200, { ...json, 'set-cookie': ['sid=s1d-0123456789abcdef; Path=/; Expires=Wed, 21 Oct 2037 07:28:00 GMT', 'csrf=c5rf-fedcba9876543210; Path=/'] }).end('{}');
      const signedIn = request.headers.cookie === 'sid=s1d-0123456789abcdef; csrf=c5rf-fedcba9876543210';
      return response.writeHead(signedIn ? 200 : 401, json).end(JSON.stringify(request.url!.includes('people') ? { people: [], pages: 1 } : { data: [], next_cursor: null, total: 0 }));
    });

    const { fixture, error } = await recordConnector({ connector, baseUrl: url, secret: { token: 'real-key' }, onProgress: () => undefined });
    writeFileSync(join(copy.folder, 'fixtures', 'estate.json'), JSON.stringify(fixture));
    const { sets } = await testConnector({ connector, set: 'estate', update: true });

    expect(error).toBeNull();
    expect(fixture.exchanges.find(({ path }) => path.endsWith('/login'))!.headers['set-cookie']).toHaveLength(2);
    expect(JSON.stringify(fixture)).not.toMatch(/s1d-0123456789abcdef|c5rf-fedcba9876543210/);
    expect(fixture.exchanges.find(({ path }) => path.endsWith('/people'))!.requires).toMatchObject({ cookie: expect.stringMatching(/^sid=.*; csrf=/) as string });
    expect(sets[0]!.trials.filter(({ state }) => state === 'broken')).toEqual([]);
  });

  it('keeps the last answer to each request: no pause that was asked for, and one sign-in', async () => {
    copy = copyStarter();
    copy.edit('manifest.yaml', 'auth: { kind: header, set: { Authorization: "Bearer {token}" } }', 'auth: { kind: login, path: /login, json: { token: "{token}" }, reason: It opens a session., token: access, set: { Authorization: "Bearer {access_token}" } }');
    const connector = await copy.load();
    let [logins, paused] = [0, false];
    const url = await serve((request, response) => {
      const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
      if (request.url!.endsWith('/login')) return answer(200, { access: `session-number-000${logins += 1}` });
      if (request.url!.includes('people')) {
        if (request.headers.authorization === 'Bearer session-number-0001') return answer(401, {});
        if (!paused) { paused = true; return answer(429, {}, { 'retry-after': '1' }); }
        return answer(200, { people: [{ id: 'p1', email: 'p1@example.com' }], pages: 1 });
      }
      return answer(200, { data: [], next_cursor: null, total: 0 });
    });

    const { fixture, error } = await recordConnector({ connector, baseUrl: url, secret: { token: 'real-key' }, onProgress: () => undefined });
    writeFileSync(join(copy.folder, 'fixtures', 'estate.json'), JSON.stringify(fixture));
    const { sets } = await testConnector({ connector, set: 'estate', update: true });

    expect([error, paused]).toEqual([null, true]);
    expect(logins).toBeGreaterThan(1);
    expect(fixture.exchanges.map(({ path, status }) => [path, status ?? 200])).toEqual([['/api/v1/login', 200], ['/api/v1/workflows', 200], ['/api/v1/people', 200]]);
    expect(JSON.stringify(fixture)).not.toContain('session-number');
    expect(sets[0]!.trials.filter(({ state }) => state === 'broken')).toEqual([]);
  }, 20_000);

  it('names the platform where it tells what could not be read, not the port in between', async () => {
    copy = await freshStarter();
    const url = await serve((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(request.url!.includes('people') ? { staff: 0 } : { data: [], next_cursor: null, total: 0 }));
    });

    const { collection } = await recordConnector({ connector: await copy.load(), baseUrl: url, secret: { token: 'real-key' }, onProgress: () => undefined });

    const { state, reason } = collection!.completeness.find(({ type }) => type === 'people')!;
    expect(state).toBe('failed');
    expect([...reason!.matchAll(/127\.0\.0\.1(:\d+)?/g)].map(([host]) => host)).toEqual([new URL(url).host]);
  });
});
