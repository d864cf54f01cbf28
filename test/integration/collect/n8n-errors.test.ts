import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { collect, loadConnectors, memoryPages, probe } from '../../../src/collect/index.js';
import type { CollectOptions, Collection } from '../../../src/collect/index.js';
import { PlumblineError } from '../../../src/model/errors.js';
import { API_KEY, startFakeN8n } from './fake-n8n.js';
import { json, startHostileServer } from './hostile-server.js';
import type { Answer, HostileServer } from './hostile-server.js';

const connectors = await loadConnectors('packs');
const open: HostileServer[] = [];
afterEach(async () => { await Promise.all(open.splice(0).map((server) => server.stop())); });

async function fake(replace: Readonly<Record<string, Answer>> = {}): ReturnType<typeof startFakeN8n> {
  const server = await startFakeN8n(replace);
  open.push(server);
  return server;
}
function read(baseUrl: string, more: Partial<CollectOptions> = {}): Promise<Collection> {
  return collect({ connector: connectors.get('n8n')!, baseUrl, secret: { apiKey: API_KEY }, fingerprintKey: new Uint8Array(32), pages: memoryPages(), allowLoopback: true, onProgress: () => undefined, ...more });
}
async function failure(promise: Promise<unknown>): Promise<PlumblineError> {
  const error = await promise.then(() => { throw new Error('it did not fail'); }, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(PlumblineError);
  expect((error as PlumblineError).message).not.toContain(API_KEY);
  return error as PlumblineError;
}
const raw = (text: string | Buffer, headers: Record<string, string> = { 'content-type': 'application/json' }, status = 200): Answer => (_request, response) => { response.writeHead(status, headers).end(text); };

describe('collecting from an n8n of fixtures', () => {
  it('reads everything and says how each read ended', async () => {
    const server = await fake();

    const { resources, completeness } = await read(server.url);

    expect(Object.fromEntries(completeness.map(({ type, state }) => [type, state]))).toMatchObject({
      workflows: 'collected', credentials: 'collected', users: 'collected', tags: 'empty', variables: 'unavailable', projects: 'unavailable', communityPackages: 'unavailable', roles: 'unavailable', audit: 'collected',
      projectUsers: 'unavailable', dataTables: 'unavailable', executions: 'unavailable', securityPolicy: 'unavailable', saml: 'unavailable', ldap: 'unavailable',
    });
    expect(completeness.filter(({ state }) => state === 'unavailable').every(({ reason, because }) => reason !== null && because !== null && because !== undefined)).toBe(true);
    expect(completeness.find((entry) => entry.type === 'variables')?.reason).toContain('plan');
    expect(resources.find((resource) => resource.kind === 'platform-settings')?.properties).toMatchObject({ communityPackages: true, telemetry: true });
    expect(resources.filter((resource) => resource.kind === 'user').map(({ properties }) => properties['administrator'])).toEqual([true, false]);
    expect(server.asked.filter((each) => each.method !== 'GET').map((each) => each.url)).toEqual(['/api/v1/audit']);
  });

  it('takes an address that ends at the API or before it', async () => {
    const server = await fake();

    expect((await read(`${server.url}/api/v1/`)).resources.length).toBe((await read(server.url)).resources.length);
  });

  it.each<[string, Answer, string]>([
    ['a web page', raw('<!doctype html><html>sign in</html>', { 'content-type': 'text/html' }), 'PLB-COLLECT-004'],
    ['a web page that calls itself JSON', raw('<!DOCTYPE html><html></html>'), 'PLB-COLLECT-004'],
    ['an empty body', raw(''), 'PLB-COLLECT-005'],
    ['a cut text', raw('{"data":[{"id":"a"'), 'PLB-COLLECT-005'],
    ['invalid UTF-8', raw(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), 'PLB-COLLECT-005'],
    ['another shape', raw('{"data":{"a":1}}'), 'PLB-COLLECT-005'],
    ['a cut connection', (_request, response) => { response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' }); response.write('{"data":['); setTimeout(() => response.destroy(), 20); }, 'PLB-COLLECT-005'],
    ['a __proto__ key', raw('{"data":[{"__proto__":{"polluted":true}}]}'), 'PLB-COLLECT-008'],
    ['very deep nesting', raw(`{"data":${'['.repeat(200_000)}${']'.repeat(200_000)}}`), 'PLB-COLLECT-008'],
    ['a gzip bomb', raw(gzipSync(Buffer.alloc(200 * 1024 * 1024, 32)), { 'content-type': 'application/json', 'content-encoding': 'gzip' }), 'PLB-COLLECT-008'],
    ['the wrong key', (_request, response) => json(response, { message: 'unauthorized' }, 401), 'PLB-COLLECT-002'],
    ['a missing right', (_request, response) => json(response, { message: 'Forbidden' }, 403), 'PLB-COLLECT-003'],
    ['an error of its own', raw('oops', { 'content-type': 'text/plain' }, 500), 'PLB-COLLECT-014'],
    ['nothing there', (_request, response) => json(response, { message: 'not found' }, 404), 'PLB-COLLECT-004'],
    ['a pause', (_request, response) => json(response, {}, 429, { 'retry-after': '7' }), 'PLB-COLLECT-006'],
    ['a redirect to another host', (_request, response) => { response.writeHead(302, { location: 'http://127.0.0.2:1/steal' }).end(); }, 'PLB-COLLECT-007'],
    ['a redirect to metadata', (_request, response) => { response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(); }, 'PLB-COLLECT-007'],
    ['a redirect to a file', (_request, response) => { response.writeHead(302, { location: 'file:///etc/passwd' }).end(); }, 'PLB-COLLECT-007'],
    ['a redirect in circles', (request, response) => { response.writeHead(302, { location: request.url ?? '/' }).end(); }, 'PLB-COLLECT-007'],
  ])('tells %s by its code', async (_what, answer, code) => {
    const server = await fake({ '/workflows': answer });

    const error = await failure(read(server.url));

    expect(error.code).toBe(code);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    if (code === 'PLB-COLLECT-003') expect(error.message).toContain('workflow:list');
    if (code === 'PLB-COLLECT-006') expect(error.details['retryAfterMs']).toBe(7_000);
  });

  it('never lets the key leave the first host', async () => {
    const other = await startHostileServer((_request, response) => json(response, { data: [] }));
    open.push(other);
    const server = await fake({ '/workflows': (_request, response) => { response.writeHead(307, { location: `http://localhost:${other.port}/api/v1/workflows` }).end(); } });

    expect((await failure(read(server.url))).code).toBe('PLB-COLLECT-007');

    expect(other.asked).toEqual([]);
  });

  it('follows a redirect on the same host', async () => {
    const server = await fake({ '/tags': (_request, response) => { response.writeHead(301, { location: '/api/v1/users' }).end(); } });

    expect((await read(server.url)).completeness.find((entry) => entry.type === 'tags')).toMatchObject({ state: 'collected', read: 2 });
  });

  it('gives up on headers that never end and on a body of one byte a second', async () => {
    const slowHead = await fake({ '/workflows': () => new Promise(() => undefined) });
    const slowBody = await fake({ '/workflows': (_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }); const timer = setInterval(() => response.write(' '), 50); response.on('close', () => clearInterval(timer)); } });
    const limits = { headerMs: 300, totalMs: 700 };

    const started = Date.now();
    const errors = await Promise.all([failure(read(slowHead.url, { limits })), failure(read(slowBody.url, { limits }))]);

    expect(errors.map((error) => error.code)).toEqual(['PLB-COLLECT-001', 'PLB-COLLECT-001']);
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it('tells a port where nothing listens, and an address that may not be reached', async () => {
    const server = await fake();
    const { url } = server;
    expect((await failure(read(url, { allowLoopback: false }))).code).toBe('PLB-COLLECT-007');
    expect((await failure(read(url.replace('127.0.0.1', 'localhost'), { allowLoopback: false }))).code).toBe('PLB-COLLECT-007');
    expect(server.asked).toEqual([]);
    await server.stop();

    expect((await failure(read(url))).code).toBe('PLB-COLLECT-001');
  });

  it('stops when asked to', async () => {
    const server = await fake({ '/workflows': () => new Promise(() => undefined) });
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('stopped by the caller')), 50);

    await expect(read(server.url, { signal: controller.signal })).rejects.toThrow('stopped by the caller');
  });

  it('recognises a member\'s key by its empty list, when adding and when scanning', async () => {
    const forbidden: Answer = (_request, response) => json(response, { message: 'Forbidden' }, 403);
    const server = await fake({ '/workflows': (_request, response) => json(response, { data: [], nextCursor: null }), '/credentials': forbidden, '/audit': forbidden });

    const errors = [await failure(read(server.url)), await failure(probe({ connector: connectors.get('n8n')!, baseUrl: server.url, secret: { apiKey: API_KEY }, allowLoopback: true }))];

    expect(errors.map((error) => error.code)).toEqual(['PLB-COLLECT-009', 'PLB-COLLECT-009']);
  });

  it('calls a list partial when the key may see only a part of it', async () => {
    const server = await fake({ '/credentials': (_request, response) => json(response, { message: 'Forbidden' }, 403) });

    const { completeness } = await read(server.url);

    expect(completeness.find((entry) => entry.type === 'credentials')).toMatchObject({ state: 'forbidden', missing: 'credential:list' });
    expect(completeness.find((entry) => entry.type === 'workflows')).toMatchObject({ state: 'partial', missing: expect.stringContaining('credential:list') });
  });

  it('goes on when an optional type fails, and says so', async () => {
    const server = await fake({ '/users': raw('oops', {}, 500), '/audit': (_request, response) => json(response, { message: 'Forbidden' }, 403) });

    const { completeness, resources } = await read(server.url);

    expect(completeness.find((entry) => entry.type === 'users')).toMatchObject({ state: 'failed', reason: expect.stringContaining('PLB-COLLECT-014') });
    expect(completeness.find((entry) => entry.type === 'audit')).toMatchObject({ state: 'forbidden', missing: 'securityAudit:generate' });
    expect(resources.some((resource) => resource.kind === 'workflow')).toBe(true);
  });

  it.each<[string, Answer, number]>([
    ['one error of its own', raw('oops', { 'content-type': 'text/plain' }, 500), 1],
    ['two cut connections', (request) => void request.socket.destroy(), 2],
  ])('asks again for an optional type after %s, and reads it', async (_what, trouble, times) => {
    let left = times;
    const server = await fake({ '/users': (request, response, body) => (left-- > 0 ? trouble(request, response, body) : raw('{"data":[{"id":"u1","email":"a@b.example"}],"nextCursor":null}')(request, response, body)) });

    const { completeness } = await read(server.url);

    expect(completeness.find((entry) => entry.type === 'users')).toMatchObject({ state: 'collected', read: 1 });
  });

  it('asks three times for a type that fails, required or not, and once when asking again cannot help', async () => {
    const server = await fake({ '/users': raw('oops', { 'content-type': 'text/plain' }, 500), '/tags': raw('<!doctype html>', { 'content-type': 'text/html' }) });
    const required = await fake({ '/workflows': raw('oops', { 'content-type': 'text/plain' }, 500) });

    await read(server.url);
    await failure(read(required.url));

    const times = ({ asked }: HostileServer, path: string): number => asked.filter((each) => each.url.startsWith(`/api/v1${path}`)).length;
    expect([times(server, '/users'), times(server, '/tags'), times(required, '/workflows')]).toEqual([3, 1, 3]);
  });

  it('notes an ambiguous document', async () => {
    const server = await fake({ '/tags': raw('{"data":[{"id":"a","id":"b","n":9007199254740993}],"nextCursor":null}') });

    expect((await read(server.url)).completeness.find((entry) => entry.type === 'tags')?.reason).toMatch(/"id" stands twice.*900... of 16 digits/);
  });
});

describe('paged lists', () => {
  const many = (count: number, from = 0): Record<string, unknown>[] => Array.from({ length: count }, (_each, index) => ({ id: `w${from + index}`, name: `W ${from + index}`, active: false, nodes: [], connections: {}, settings: {} }));
  const names = (collection: Collection): string[] => collection.resources.filter((resource) => resource.kind === 'workflow').map((resource) => resource.key).sort();

  it('reads every page once', async () => {
    const server = await fake();
    server.estate.workflows = many(25);
    server.estate.pageSize = 10;

    expect(names(await read(server.url))).toHaveLength(25);
  });

  it.each([
    ['the same cursor again', () => 'again'],
    ['a new cursor for ever', () => String(Math.random())],
    ['a circle of three', (() => { let at = 0; return () => `c${(at += 1) % 3}`; })()],
  ])('stops at %s and calls the list partial', async (_what, cursor) => {
    const server = await fake({ '/workflows': (_request, response) => json(response, { data: many(2), nextCursor: cursor() }) });

    const collection = await read(server.url);

    expect(collection.completeness.find((entry) => entry.type === 'workflows')).toMatchObject({ state: 'partial', reason: expect.stringContaining('PLB-COLLECT-013') });
    expect(server.asked.filter(({ url }) => url.includes('/workflows')).length).toBeLessThan(12);
    expect(names(collection)).toEqual(['w0', 'w1']);
  });

  it('misses no workflow when another is deleted, or added, while it reads', async () => {
    for (const change of ['delete', 'add'] as const) {
      let asked = 0;
      let rows = many(25);
      const server = await fake({ '/workflows': (request, response) => {
        asked += 1;
        if (asked === 2) rows = change === 'delete' ? rows.slice(1) : [...many(1, 100), ...rows];
        const offset = Number(new URL(request.url ?? '', 'http://x').searchParams.get('cursor') ?? 0);
        json(response, { data: rows.slice(offset, offset + 10), nextCursor: offset + 10 < rows.length ? String(offset + 10) : null });
      } });

      const collection = await read(server.url);

      expect(names(collection)).toEqual(rows.map((row) => String(row['id'])).sort());
      expect(collection.completeness.find((entry) => entry.type === 'workflows')?.state).toBe('collected');
    }
  });

  it('says so when the list never comes to rest', async () => {
    let turn = 0;
    const server = await fake({ '/workflows': (request, response) => {
      turn += 1;
      const offset = Number(new URL(request.url ?? '', 'http://x').searchParams.get('cursor') ?? 0);
      const rows = many(25, turn);
      json(response, { data: rows.slice(offset, offset + 10), nextCursor: offset + 10 < rows.length ? String(offset + 10) : null });
    } });

    expect((await read(server.url)).completeness.find((entry) => entry.type === 'workflows')).toMatchObject({ state: 'partial', reason: expect.stringContaining('kept changing') });
  });

  it('goes on after the last stored page when a first try broke off', async () => {
    const rows = many(25);
    let broken = true;
    const cursors: string[] = [];
    const server = await fake({ '/workflows': (request, response) => {
      const cursor = new URL(request.url ?? '', 'http://x').searchParams.get('cursor') ?? '0';
      cursors.push(cursor);
      if (broken && cursor === '20') return json(response, {}, 503, { 'retry-after': '1' });
      const offset = Number(cursor);
      return json(response, { data: rows.slice(offset, offset + 10), nextCursor: offset + 10 < rows.length ? String(offset + 10) : null });
    } });
    const pages = memoryPages();

    const first = await failure(read(server.url, { pages }));
    broken = false;
    const asked = cursors.length;
    const collection = await read(server.url, { pages });

    expect(first.code).toBe('PLB-COLLECT-006');
    expect(names(collection)).toHaveLength(25);
    expect(cursors.slice(asked)[0]).toBe('20');
  });

  it('stores no secret', async () => {
    const written: string[] = [];
    const kept = memoryPages();
    const server = await fake();

    await read(server.url, { pages: { read: (type) => kept.read(type), write: async (type, page, body) => { written.push(JSON.stringify(body)); await kept.write(type, page, body); } } });

    expect(written.join()).not.toContain('carrier-4711-literal');
    expect(written.join()).not.toContain(API_KEY);
    expect(written.join()).toContain('"redacted":true');
  });
});
