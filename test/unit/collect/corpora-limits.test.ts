import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonOf } from '../../../src/collect/http/answers.js';
import { openDoor } from '../../../src/collect/http/door.js';
import { DOOR_LIMITS } from '../../../src/collect/http/limits.js';
import { failureOf, walk } from './walk-fixtures.js';

const MEGABYTE = 1024 * 1024;
const SECOND = 1_000;
const facts = { host: 'x.example', request: 'GET /x' };

interface Cost { readonly milliseconds: number; readonly megabytes: number }

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * Time of the processor, which other work on the machine does not lengthen, and the highest that the process ever had above what
 * it has now: never less than what the work took.
 */
async function costOf(work: () => Promise<unknown> | unknown): Promise<Cost> {
  collectGarbage();
  const before = process.memoryUsage.rss();
  const started = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(started);
  return { milliseconds: (user + system) / 1_000, megabytes: process.resourceUsage().maxRSS / 1024 - before / MEGABYTE };
}
const MODEST = { milliseconds: SECOND, megabytes: 100 };
function expectModest(cost: Cost): void {
  expect(cost.milliseconds).toBeLessThan(MODEST.milliseconds);
  expect(cost.megabytes).toBeLessThan(MODEST.megabytes);
}

/** Written into one buffer, so that making it leaves no garbage that would hide what reading it takes. */
function bytesOf(parts: { readonly count: number; readonly part: (index: number) => string; readonly size: number; readonly open?: string; readonly close?: string }): Buffer {
  const { count, part, size, open = '', close = '' } = parts;
  const bytes = Buffer.alloc(count * size + open.length + close.length, 32);
  let at = bytes.write(open);
  for (let index = 0; index < count; index += 1) at += bytes.write(`${part(index)}${index === count - 1 ? '' : ','}`, at);
  bytes.write(close, at);
  return bytes;
}
function nested(depth: number, open: string, close: string): Buffer {
  return Buffer.concat([Buffer.alloc(depth * open.length, open), Buffer.from(close === '' ? '' : '1'), Buffer.alloc(depth * close.length, close === '' ? ' ' : close)]);
}

let server: Server;
let sent = 0;
const FIFTY = 50 * MEGABYTE;
beforeAll(async () => {
  server = createServer((_request, response) => {
    const chunk = Buffer.alloc(64 * 1024, 97);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('[{"id":"');
    sent = 0;
    const more = (): void => {
      while (!response.destroyed && sent < FIFTY) {
        sent += chunk.length;
        if (!response.write(chunk)) { response.once('drain', more); return; }
      }
      response.end('"}]');
    };
    more();
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
});
afterAll(() => { server.closeAllConnections(); server.close(); });

describe('an answer that is too much', () => {
  it('one text of 50 MB is cut off while it comes in', async () => {
    const door = openDoor({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, allowLoopback: true });

    let code = '';
    const cost = await costOf(async () => { code = (await failureOf(door.send({ path: '/' }))).code; });
    door.close();

    expect(code).toBe('PLB-COLLECT-008');
    expect(sent).toBeLessThan(FIFTY);
    expectModest(cost);
  });

  it.each<[string, () => Buffer, RegExp]>([
    ['200,000 lists in one another', () => nested(200_000, '[', ']'), /nested deeper than 128 levels/],
    ['200,000 objects in one another', () => nested(200_000, '{"a":', '}'), /nested deeper than 128 levels/],
    ['200,000 lists without an end', () => nested(200_000, '[', ''), /nested deeper than 128 levels/],
    ['1,000,000 keys in many objects', () => bytesOf({ count: 1_000_000, part: () => '{"k":1}', size: 8, open: '[', close: ']' }), /more than 800000 keys/],
    ['1,000,000 keys in one object', () => bytesOf({ count: 1_000_000, part: (index) => `"k${index}":1`, size: 14, open: '{', close: '}' }), /more than 800000 keys/],
  ])('%s are refused within a second and 100 MB', async (_what, make, reason) => {
    const body = make();
    let message = '';

    const cost = await costOf(() => {
      try {
        jsonOf({ status: 200, headers: {}, body }, facts, DOOR_LIMITS);
      } catch (error) {
        message = String(error);
      }
    });

    expect(message).toMatch(reason);
    expectModest(cost);
  });

  it('ends an optional type as failed and a required one with a code, and leaves the rest of the scan alone', async () => {
    const deep = `[${'['.repeat(200_000)}${']'.repeat(200_000)}]`;
    const walked = await walk({ deep: { get: '/deep' }, fine: { get: '/fine' } }, (seen) => ({ body: seen.path === '/deep' ? deep : [{ id: 'a' }] }));
    const error = await failureOf(walk({ deep: { get: '/deep', required: true } }, () => ({ body: deep })));

    expect([walked.entry('deep').state, walked.entry('fine').state]).toEqual(['failed', 'collected']);
    expect(error.code).toBe('PLB-COLLECT-008');
  });
});
