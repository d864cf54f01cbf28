import type { LookupAddress } from 'node:dns';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryPages, probe } from '../../../src/collect/index.js';
import { openDoor } from '../../../src/collect/http/door.js';
import { KEY, expectToGoOn, failure, paged, read, startPaged } from './hostile-pages.js';
import { json, moved, startHostileServer } from './hostile-server.js';
import type { HostileServer } from './hostile-server.js';
import { watchSockets } from './sockets.js';
import type { SocketWatch } from './sockets.js';

/** what a name stands for, one answer per look-up, the last one again and again */
const names = vi.hoisted(() => new Map<string, string[][]>());
vi.mock('node:dns', async (original) => ({
  ...(await original<typeof import('node:dns')>()),
  lookup: (name: string, _options: unknown, callback: (error: Error | null, addresses: LookupAddress[]) => void) => {
    const turns = names.get(name);
    const now = turns && turns.length > 1 ? turns.shift()! : turns?.[0];
    setImmediate(() => {
      if (now) callback(null, now.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
      else callback(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), []);
    });
  },
}));

const open: HostileServer[] = [];
let sockets: SocketWatch;
beforeEach(() => { sockets = watchSockets(); });
afterEach(async () => {
  sockets.stop();
  names.clear();
  await Promise.all(open.splice(0).map((server) => server.stop()));
});
const PUBLIC = '93.184.216.34';
const door = (baseUrl: string, allowLoopback = false) => openDoor({ baseUrl, allowLoopback, limits: { headerMs: 3_000, totalMs: 3_000 } });
async function ask(baseUrl: string): Promise<string> {
  const opened = door(baseUrl);
  try { return (await failure(opened.send({ path: '/' }))).code; } finally { opened.close(); }
}

describe('the watch itself', () => {
  it('sees a connection to this machine, and records one to another without opening it', async () => {
    const server = await startPaged((_request, response) => json(response, { data: [], next: null }));
    open.push(server);
    names.set('shop.example.com', [[PUBLIC]]);
    await read(server.url);

    const code = await ask('http://shop.example.com:8080');

    expect(sockets.tried).toEqual([`127.0.0.1:${server.port}`, `${PUBLIC}:8080`]);
    expect(code).toBe('PLB-COLLECT-001');
  });
});

describe('a redirect', () => {
  it.each([
    'http://169.254.169.254/latest/meta-data', 'https://169.254.169.254/', 'http://[fd00:ec2::254]/', 'http://metadata.google.internal/', 'file:///etc/passwd', 'ftp://127.0.0.1/', 'data:application/json,{}', 'javascript:1', 'gopher://127.0.0.1:6379/_x',
    'http://10.0.0.1/', 'http://evil.example/', '//evil.example/things', 'http://u:p@127.0.0.1/', 'http://2130706433/', 'http://localhost/', 'http://127.0.0.1:1/', 'http://[::1]/', 'https://127.0.0.1/', '\\\\evil.example\\things', 'http:///evil.example', 'http://[', '',
  ])('to %j is refused before a socket is opened', async (location) => {
    const server = await startPaged(moved(location));
    open.push(server);
    const pages = memoryPages();

    const error = await failure(read(server.url, { pages }));

    // what resolves to the same address again is a circle, and no other place
    expect(error.code).toBe('PLB-COLLECT-007');
    expect(new Set(sockets.tried)).toEqual(new Set([`127.0.0.1:${server.port}`]));
    await expectToGoOn(server, pages);
  });

  it.each(['http://evil.example:PORT/things', 'http://localhost:PORT/things', 'http://127.0.0.2:PORT/things', 'http://[::1]:PORT/things', '//evil.example:PORT/', 'http://u:p@127.0.0.1:PORT/things', 'http://u@127.0.0.1:PORT/things', 'https://127.0.0.1:PORT/things'])('to %s, at the same port, is refused too', async (location) => {
    let port = 0;
    const server = await startPaged((request, response) => moved(location.replace('PORT', String(port)))(request, response, ''));
    port = server.port;
    open.push(server);

    expect((await failure(read(server.url))).code).toBe('PLB-COLLECT-007');
    expect(new Set(sockets.tried)).toEqual(new Set([`127.0.0.1:${server.port}`]));
    expect(server.asked).toHaveLength(2);
  });

  it.each([301, 302, 303, 307, 308])('with %i to a neighbour takes no key there', async (status) => {
    const neighbour = await startHostileServer((_request, response) => json(response, { data: [], next: null }));
    const server = await startPaged((request, response) => moved(`http://127.0.0.1:${neighbour.port}${request.url ?? ''}`, status)(request, response, ''));
    open.push(neighbour, server);

    expect((await failure(read(server.url))).code).toBe('PLB-COLLECT-007');
    expect(neighbour.asked).toEqual([]);
    expect(server.asked.every((each) => each.headers['x-api-key'] === KEY)).toBe(true);
  });

  it('within the host is followed three times at most, and never for a POST', async () => {
    const server = await startHostileServer((request, response) => {
      const at = Number(/\/hop(\d+)/.exec(request.url ?? '')?.[1] ?? 9);
      return at < 3 ? moved(`/hop${at + 1}`)(request, response, '') : json(response, { at });
    });
    const endless = await startHostileServer((request, response) => moved(`${request.url ?? ''}x`)(request, response, ''));
    open.push(server, endless);
    const [well, circle] = [door(server.url, true), door(endless.url, true)];

    const three = await well.send({ path: '/hop0' });
    const four = await failure(circle.send({ path: '/a' }));
    const post = await failure(circle.send({ path: '/a', readOnlyPost: { body: '{}', contentType: 'application/json', reason: 'Only a test.' } }));

    expect([three.status, four.code, endless.asked.filter(({ method }) => method === 'GET').length, post.code, endless.asked.filter(({ method }) => method === 'POST').length]).toEqual([200, 'PLB-COLLECT-007', 4, 'PLB-COLLECT-007', 1]);
    well.close();
    circle.close();
  });
});

describe('an address that a person types', () => {
  it.each([
    'http://2130706433', 'http://0x7f.1', 'http://0177.0.0.1', 'http://127.1', 'http://[::ffff:127.0.0.1]', 'http://[::ffff:7f00:1]', 'http://[::1]', 'http://①②⑦.0.0.1', 'http://127。0。0。1', 'http://localhost', 'http://localhost.', 'http://LOCALHOST', 'http://a.localhost', 'http://127.0.0.1.',
    'https://user@internal', 'http://metadata.google.internal', 'http://metadata.google.internal.', 'http://METADATA.google.internal', 'http://169.254.169.254', 'http://0xa9fea9fe', 'http://[::ffff:a9fe:a9fe]', 'http://0.0.0.0', 'http://[::]', 'http://[64:ff9b::7f00:1]', 'http://100.100.100.200', 'file:///etc/passwd', 'javascript:alert(1)', '//x', '',
  ])('as %j is refused when it is saved and when it is read, before a socket is opened', async (baseUrl) => {
    const saved = await failure(probe({ connector: paged, baseUrl, secret: { key: KEY }, allowLoopback: false }));
    const scanned = await failure(read(baseUrl, { allowLoopback: false }));

    expect([saved.code, scanned.code]).toEqual(['PLB-COLLECT-007', 'PLB-COLLECT-007']);
    expect(sockets.tried).toEqual([]);
  });

  it.each([
    ['a name of this machine', 'plumbline.internal.example', ['127.0.0.1']], ['a metadata service', 'meta.example.com', ['169.254.169.254']], ['an address within an IPv6 one', 'mapped.example.com', ['::ffff:127.0.0.1']], ['a name with a point behind it', 'plumbline.internal.example.', ['127.0.0.1']],
    ['a look-alike', 'аpple.example.com', ['127.0.0.1']], ['a translated address', 'nat.example.com', ['64:ff9b::a9fe:a9fe']], ['nothing', 'void.example.com', []],
  ])('is refused by what it resolves to: %s', async (_what, name, addresses) => {
    names.set(new URL(`http://${name}`).hostname, [addresses]);

    expect(await ask(`http://${name}:8080`)).toBe('PLB-COLLECT-007');
    expect(sockets.tried).toEqual([]);
  });
});

describe('a name that changes its meaning', () => {
  it('from public to this machine is refused when the connection is made', async () => {
    names.set('rebind.example.com', [[PUBLIC], ['127.0.0.1'], [PUBLIC]]);
    const opened = door('http://rebind.example.com:8080');

    const codes = [];
    for (let tries = 0; tries < 3; tries += 1) codes.push((await failure(opened.send({ path: '/' }))).code);
    opened.close();

    expect(codes).toEqual(['PLB-COLLECT-001', 'PLB-COLLECT-007', 'PLB-COLLECT-001']);
    expect(sockets.tried).toEqual([`${PUBLIC}:8080`, `${PUBLIC}:8080`]);
  });

  it.each([[['::1', PUBLIC]], [[PUBLIC, '::1']], [[PUBLIC, '169.254.169.254']], [['2606:4700::1111', '127.0.0.1']], [[PUBLIC, '::ffff:127.0.0.1']]])('and stands for good and bad at once (%j) is refused as a whole', async (addresses) => {
    names.set('mixed.example.com', [addresses]);

    expect(await ask('http://mixed.example.com:8080')).toBe('PLB-COLLECT-007');
    expect(sockets.tried).toEqual([]);
  });

  it('may stand for a private address only where those are allowed', async () => {
    names.set('house.example.com', [['10.1.2.3']]);
    const opened = openDoor({ baseUrl: 'http://house.example.com:8080', allowLoopback: false, allowPrivate: false });

    expect((await failure(opened.send({ path: '/' }))).code).toBe('PLB-COLLECT-007');
    expect(sockets.tried).toEqual([]);
    expect(await ask('http://house.example.com:8080')).toBe('PLB-COLLECT-001');
    expect(sockets.tried).toEqual(['10.1.2.3:8080']);
    opened.close();
  });
});
