/** The next page is asked for while the one before is still being kept: whatever becomes of it must be told once, with its code, and take nothing down. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryPages } from '../../../src/collect/index.js';
import type { PageStore } from '../../../src/collect/index.js';
import { PlumblineError } from '../../../src/model/errors.js';
import { failure, read, startPaged } from './hostile-pages.js';
import { gives, json, silent } from './hostile-server.js';
import type { Answer, HostileServer } from './hostile-server.js';

const open: HostileServer[] = [];
const unhandled: unknown[] = [];
const note = (reason: unknown): void => { unhandled.push(reason); };
beforeEach(() => { unhandled.length = 0; process.on('unhandledRejection', note); });
afterEach(async () => {
  process.off('unhandledRejection', note);
  await Promise.all(open.splice(0).map((server) => server.stop()));
});

async function platform(second: Answer): Promise<HostileServer & { heal(): void }> {
  const server = await startPaged(second);
  open.push(server);
  return server;
}

const until = async (isTrue: () => boolean): Promise<void> => {
  for (let tries = 0; !isTrue(); tries += 1) {
    if (tries > 400) throw new Error('it did not come to that');
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
};
/** Long enough for a promise that nobody holds to be told to the process. */
const settled = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 100); });
const isSecond = ({ url }: { url: string }): boolean => url.includes('cursor=2');

/** Keeps the first page only when the answer to the second one is there; `then` comes before it is kept. */
function slowPages(server: HostileServer, then: () => void | Promise<void> = settled): PageStore {
  const kept = memoryPages();
  return {
    read: (type) => kept.read(type),
    async write(type, page, body) {
      await until(() => server.asked.some(isSecond));
      await then();
      await kept.write(type, page, structuredClone(body));
    },
  };
}

describe('a page that is asked for ahead', () => {
  it.each<[string, Answer, string]>([
    ['the key was taken away', gives({ error: 'no' }, 401), 'PLB-COLLECT-002'],
    ['the right was taken away', gives({ error: 'no' }, 403), 'PLB-COLLECT-003'],
    ['the platform asks to wait', gives({}, 429, { 'retry-after': '120' }), 'PLB-COLLECT-006'],
    ['it is redirected to another host', (_request, response) => { response.writeHead(302, { location: 'https://elsewhere.example.com/' }).end(); }, 'PLB-COLLECT-007'],
    ['it is no document', (_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":['); }, 'PLB-COLLECT-005'],
  ])('ends the scan with its code, after the page before it is kept: %s', async (_what, second, code) => {
    const server = await platform(second);
    const pages = slowPages(server);

    const error = await failure(read(server.url, { pages }));

    expect(error.code).toBe(code);
    expect(await pages.read('things')).toHaveLength(1);
    expect(server.asked.filter(isSecond)).toHaveLength(1);
    expect(unhandled).toEqual([]);
  });

  it('is asked for again where its connection was cut', async () => {
    let cuts = 0;
    const server = await platform((request, response) => {
      if ((cuts += 1) < 2) request.socket.destroy();
      else json(response, { data: [{ id: 'b', name: 'B' }], next: null });
    });

    const { resources } = await read(server.url, { pages: slowPages(server) });

    expect(resources.map(({ key }) => key).sort()).toEqual(['a', 'b']);
    expect(unhandled).toEqual([]);
  });

  it('that is refused takes nothing down where the page before it cannot be kept', async () => {
    const server = await platform(gives({ error: 'no' }, 401));
    const full = new PlumblineError('PLB-INTERNAL-001', 'The disk is full.', {});

    const error = await failure(read(server.url, { pages: slowPages(server, async () => { await settled(); throw full; }) }));
    await settled();

    expect(error).toBe(full);
    expect(unhandled).toEqual([]);
  });

  it('is left at once when the scan is stopped, and its connection is closed', async () => {
    let closed = false;
    const server = await platform((request, response, body) => { request.socket.once('close', () => { closed = true; }); return silent(request, response, body); });
    const stop = new AbortController();
    const stopped = new PlumblineError('PLB-SCAN-003', 'Stopped.', {});
    const began = performance.now();

    const error = await failure(read(server.url, { pages: slowPages(server, () => stop.abort(stopped)), signal: stop.signal }));
    await until(() => closed);
    await settled();

    expect(error).toBe(stopped);
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(server.asked.filter(isSecond)).toHaveLength(1);
    expect(unhandled).toEqual([]);
  });

  it('is left at once while it waits to be asked for again', async () => {
    const server = await platform((request) => { request.socket.destroy(); });
    const stop = new AbortController();
    const stopped = new PlumblineError('PLB-SCAN-003', 'Stopped.', {});

    const error = await failure(read(server.url, { pages: slowPages(server, async () => { await settled(); stop.abort(stopped); }), signal: stop.signal }));
    const asked = server.asked.length;
    await new Promise((resolve) => { setTimeout(resolve, 900); });

    expect(error.code).toBe('PLB-SCAN-003');
    expect(server.asked.length).toBe(asked);
    expect(unhandled).toEqual([]);
  });

  it('is asked for by the next try where this one ended', async () => {
    const server = await platform(gives({}, 429, { 'retry-after': '120' }));
    const pages = slowPages(server);
    await failure(read(server.url, { pages }));
    server.heal();
    const before = server.asked.length;

    const { resources } = await read(server.url.replace('127.0.0.1', 'localhost'), { pages });

    expect(server.asked.slice(before).map(({ url }) => url)).toEqual(['/things?cursor=2']);
    expect(resources).toHaveLength(2);
  });
});
