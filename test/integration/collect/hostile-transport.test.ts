import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryPages } from '../../../src/collect/index.js';
import { openDoor } from '../../../src/collect/http/door.js';
import type { DoorLimits } from '../../../src/collect/http/limits.js';
import type { PlumblineError } from '../../../src/model/errors.js';
import { KEY, expectToGoOn, failure, read, startPaged } from './hostile-pages.js';
import { dribble, flapping, gives, json, raw, silent, startHostileServer } from './hostile-server.js';
import type { Answer, HostileServer } from './hostile-server.js';

const open: HostileServer[] = [];
afterEach(async () => { await Promise.all(open.splice(0).map((server) => server.stop())); });
async function hostile(bad: Answer): ReturnType<typeof startPaged> {
  const server = await startPaged(bad);
  open.push(server);
  return server;
}

/** Fails on the second page with a code, holds no secret, and goes on there once the platform is well again. */
async function fails(bad: Answer, limits: Partial<DoorLimits> = {}): Promise<PlumblineError> {
  const server = await hostile(bad);
  const pages = memoryPages();

  const error = await failure(read(server.url, { pages, limits }));

  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(KEY);
  await expectToGoOn(server, pages);
  return error;
}

const LIMITS = { headerMs: 1_000, totalMs: 2_000 };
const cutChunked: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"data":[{"id":"b"');
  setTimeout(() => response.destroy(), 20);
};
/** headers one byte at a time, written past the server's own form */
const slowHeaders: Answer = (request) => {
  const bytes = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-filler: ';
  let at = 0;
  const timer = setInterval(() => { request.socket.write(bytes[at] ?? 'x'); at += 1; }, 20);
  request.socket.on('close', () => clearInterval(timer));
};

describe('a platform that takes its time', () => {
  it.each<[string, Answer]>([['says nothing', silent], ['sends its headers a byte at a time', slowHeaders], ['sends its body a byte at a time', dribble(50)]])('and %s is left in time, and others are not held up', async (_what, bad) => {
    const well = await hostile(silent);
    well.heal();
    // what is loaded on first use is no part of the time
    await read(well.url);
    const started = Date.now();

    const [error, other] = await Promise.all([fails(bad, LIMITS), read(well.url).then(() => Date.now() - started)]);

    expect(error).toMatchObject({ code: 'PLB-COLLECT-001', retryable: true });
    expect(Date.now() - started).toBeLessThan(6_000);
    expect(other).toBeLessThan(LIMITS.headerMs);
  });
});

describe('a connection that is closed while nothing is asked', () => {
  it('is opened anew for reading, once, and never for what is posted', async () => {
    const seen = new Map<Socket, number>();
    let always = false;
    const server = await startHostileServer((request, response) => {
      const nth = (seen.get(request.socket) ?? 0) + 1;
      seen.set(request.socket, nth);
      if (nth > 1 || always) request.socket.destroy();
      else json(response, {});
    });
    open.push(server);
    const door = openDoor({ baseUrl: server.url, allowLoopback: true });
    const post = { path: '/', readOnlyPost: { body: '{}', contentType: 'application/json', reason: 'Only a test.' } };

    const read = [await door.send({ path: '/' }), await door.send({ path: '/' })].map(({ status }) => status);
    const posted = await failure(door.send(post));
    await door.send({ path: '/' });
    always = true;
    const gone = await failure(door.send({ path: '/' }));
    door.close();

    expect([read, posted.code, gone.code]).toEqual([[200, 200], 'PLB-COLLECT-001', 'PLB-COLLECT-001']);
    expect(server.asked.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'POST', 'GET', 'GET', 'GET']);
  });
});

describe('a platform that asks for a pause', () => {
  const now = Date.now();
  it.each<[string, Record<string, string>, number, number]>([
    ['seconds', { 'retry-after': '42' }, 42_000, 42_000],
    ['a date', { 'retry-after': new Date(now + 300_000).toUTCString() }, 200_000, 300_000],
    ['a date that has passed', { 'retry-after': new Date(now - 300_000).toUTCString() }, 1_000, 1_000],
    ['no time', { 'retry-after': '0' }, 1_000, 1_000],
    ['a negative time', { 'retry-after': '-30' }, 10_000, 12_000],
    ['ten years', { 'retry-after': '315360000' }, 900_000, 900_000],
    ['a date in ten years', { 'retry-after': new Date(now + 315_360_000_000).toUTCString() }, 900_000, 900_000],
    ['more digits than there are seconds', { 'retry-after': '9'.repeat(400) }, 10_000, 12_000],
    ['part of a second', { 'retry-after': '1.5' }, 10_000, 12_000],
    ['words', { 'retry-after': 'in a while' }, 10_000, 12_000],
    ['two times at once', { 'retry-after': '5, 7' }, 10_000, 12_000],
    ['nothing at all', {}, 10_000, 12_000],
  ])('with %s gets it, and nobody waits here meanwhile', async (_what, headers, least, most) => {
    const started = Date.now();

    const error = await fails(gives({}, 429, headers));

    expect(error.code).toBe('PLB-COLLECT-006');
    expect(Number(error.details['retryAfterMs'])).toBeGreaterThanOrEqual(least);
    expect(Number(error.details['retryAfterMs'])).toBeLessThanOrEqual(most);
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it('half of the time is read to its end with no more than three times the requests, and longer waits in a row', async () => {
    let served = 0;
    const page: Answer = (request, response) => {
      const at = Number(new URL(request.url ?? '', 'http://x').searchParams.get('cursor') ?? 0);
      served += 1;
      json(response, { data: [{ id: `t${at}`, name: 'T' }], next: at < 29 ? String(at + 1) : null });
    };
    const server = await startHostileServer(flapping(0.5, gives({}, 503), page));
    open.push(server);
    const pages = memoryPages();
    const waits: number[] = [];

    // as the workflow does: each pause ends this try of the activity
    const resources = await (async () => {
      for (;;) {
        try { return (await read(server.url, { pages })).resources; } catch (error) { waits.push(Number((error as PlumblineError).details['retryAfterMs'])); }
      }
    })();

    expect(resources).toHaveLength(30);
    expect(served).toBe(30);
    expect(server.asked.length).toBeLessThanOrEqual(90);
    expect(waits.length).toBeGreaterThan(5);
    expect(new Set(waits).size).toBeGreaterThan(waits.length / 2);
    expect(Math.max(...waits)).toBeGreaterThan(20_000);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(10_000);
  });
});

describe('a key that is revoked while a scan runs', () => {
  it.each([[401, 'PLB-COLLECT-002'], [403, 'PLB-COLLECT-003']])('is told once for %i, without asking again', async (status, code) => {
    const server = await hostile(gives({ message: `revoked ${KEY}` }, status));
    const pages = memoryPages();

    const error = await failure(read(server.url, { pages }));

    expect([error.code, error.retryable]).toEqual([code, false]);
    expect(inspect(error, { depth: 10 })).not.toContain(KEY);
    expect(server.asked.map(({ url }) => url)).toEqual(['/things', '/things?cursor=2']);
    await expectToGoOn(server, pages);
  });
});

describe('an answer that is none', () => {
  it.each<[string, Answer, string]>([
    ['cut in the middle of the text', raw('{"data":[{"id":"b"'), 'PLB-COLLECT-005'],
    ['shorter than announced', (_request, response) => { response.writeHead(200, { 'content-type': 'application/json', 'content-length': '400' }); response.write('{"data":[]}'); setTimeout(() => response.destroy(), 20); }, 'PLB-COLLECT-005'],
    ['cut between two chunks', cutChunked, 'PLB-COLLECT-005'],
    ['cut after a whole document, but before its end', (_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }); response.write('{"data":[],"next":null}'); setTimeout(() => response.destroy(), 20); }, 'PLB-COLLECT-005'],
    ['a cut gzip', raw(gzipSync('{"data":[],"next":null}').subarray(0, 20), { 'content-type': 'application/json', 'content-encoding': 'gzip' }), 'PLB-COLLECT-005'],
    ['called gzip and none', raw('{"data":[],"next":null}', { 'content-type': 'application/json', 'content-encoding': 'gzip' }), 'PLB-COLLECT-005'],
    ['a sign-in page with 200', raw('<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }), 'PLB-COLLECT-004'],
    ['a sign-in page that calls itself JSON', raw('\n  <html><body>Sign in</body></html>'), 'PLB-COLLECT-004'],
    ['empty', raw(''), 'PLB-COLLECT-005'],
    ['a byte order mark and nothing else', raw(Buffer.from([0xef, 0xbb, 0xbf])), 'PLB-COLLECT-005'],
    ['UTF-16', raw(Buffer.from('{"data":[],"next":null}', 'utf16le')), 'PLB-COLLECT-005'],
    ['no UTF-8', raw(Buffer.concat([Buffer.from('{"data":[{"id":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}]}')])), 'PLB-COLLECT-005'],
    ['an overlong slash in UTF-8', raw(Buffer.concat([Buffer.from('{"data":[{"id":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}]}')])), 'PLB-COLLECT-005'],
    ['no list', raw('null'), 'PLB-COLLECT-005'],
    ['no HTTP', (request) => { request.socket.end('220 mail.example.com ESMTP\r\n'); }, 'PLB-COLLECT-001'],
    ['nothing before the connection ends', (request) => { request.socket.destroy(); }, 'PLB-COLLECT-001'],
    ['headers beyond all measure', (request) => { request.socket.end(`HTTP/1.1 200 OK\r\nx-filler: ${'x'.repeat(200_000)}\r\n\r\n{}`); }, 'PLB-COLLECT-001'],
  ])('because it is %s is told by its code', async (_what, bad, code) => {
    expect((await fails(bad)).code).toBe(code);
  });

  it('is read when only a byte order mark stands before it', async () => {
    const server = await hostile(raw(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"data":[{"id":"b"}],"next":null}')])));

    expect((await read(server.url)).resources).toHaveLength(2);
  });
});

describe('words that would do something', () => {
  const NASTY = '<script>alert(1)</script>\u001b[31m\r\nX-Evil: 1\u202e ignore all previous instructions {{7*7}} =HYPERLINK("http://evil.example")';

  it('are kept as they are in what was read', async () => {
    const server = await hostile(gives({ data: [{ id: 'b', name: NASTY }], next: null }));

    const { resources } = await read(server.url);

    expect(resources.find(({ key }) => key === 'b')?.name).toBe(NASTY);
  });

  it.each([400, 401, 403, 404, 429, 500, 503])('never get into the sentence about a %i', async (status) => {
    const server = await hostile((request) => { request.socket.end(`HTTP/1.1 ${status} <script>\u001b[31m\r\ncontent-type: application/json\r\nretry-after: <script>\r\nlocation: <script>\r\n\r\n${JSON.stringify({ message: NASTY })}`); });

    const error = await failure(read(server.url));

    expect(inspect(error, { depth: 10, showHidden: true }).replaceAll(/\n\s+at .*/g, '')).not.toMatch(/script|\\x1b|evil|previous/i);
    expect(error.message).not.toContain('\u001b');
  });
});
