import { once } from 'node:events';
import { constants, createBrotliCompress, createDeflate, createGzip } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { memoryPages } from '../../../src/collect/index.js';
import { expectToGoOn, failure, read, startPaged } from './hostile-pages.js';
import { endless, gives, raw } from './hostile-server.js';
import type { Answer, HostileServer } from './hostile-server.js';

const MIB = 1024 * 1024;
const MOST_OVER_IDLE = 150 * MIB;
const open: HostileServer[] = [];
afterEach(async () => { await Promise.all(open.splice(0).map((server) => server.stop())); });

/** `mebibytes` of blanks through a compressor, without ever holding them. */
async function squeezed(mebibytes: number, through: NodeJS.ReadWriteStream): Promise<Buffer> {
  const blanks = Buffer.alloc(MIB, 32);
  const parts: Buffer[] = [];
  through.on('data', (part: Buffer) => parts.push(part));
  for (let written = 0; written < mebibytes; written += 1) if (!through.write(blanks)) await once(through, 'drain');
  through.end();
  await once(through, 'end');
  return Buffer.concat(parts);
}
async function again(content: Buffer): Promise<Buffer> {
  const gzip = createGzip();
  const parts: Buffer[] = [];
  gzip.on('data', (part: Buffer) => parts.push(part));
  gzip.end(content);
  await once(gzip, 'end');
  return Buffer.concat(parts);
}

/** before the first of them; what one leaves behind counts for the next */
let idle = 0;
const bombs: { gzip?: Buffer; br?: Buffer; deflate?: Buffer; nested?: Buffer } = {};
beforeAll(async () => {
  bombs.gzip = await squeezed(1_024, createGzip());
  bombs.br = await squeezed(1_024, createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }));
  bombs.deflate = await squeezed(256, createDeflate());
  bombs.nested = await again(bombs.gzip);
  // what is loaded on first use is no part of the measure
  const well = await startPaged(gives({ data: [], next: null }));
  await read(well.url);
  await well.stop();
  idle = process.memoryUsage.rss();
}, 120_000);

async function peakOver<T>(work: () => Promise<T>): Promise<{ result: T; over: number; took: number }> {
  const started = Date.now();
  let peak = process.memoryUsage.rss();
  const timer = setInterval(() => { peak = Math.max(peak, process.memoryUsage.rss()); }, 2);
  const result = await work();
  clearInterval(timer);
  return { result, over: Math.max(peak, process.memoryUsage.rss()) - idle, took: Date.now() - started };
}

const packed = (bomb: () => Buffer | undefined, encoding: string): Answer => (request, response, body) => raw(bomb()!, { 'content-type': 'application/json', 'content-encoding': encoding })(request, response, body);
const announced: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(10 * 1024 ** 3) });
  response.write('{"data":[');
};

describe('more than fits', () => {
  it.each<[string, () => Answer, string]>([
    ['10 GB announced', () => announced, 'PLB-COLLECT-008'],
    ['chunks without end', () => endless(Buffer.alloc(64 * 1024, 32)), 'PLB-COLLECT-008'],
    ['chunks of one byte in great number', () => endless(Buffer.from(' '.repeat(997))), 'PLB-COLLECT-008'],
    ['1 GB in gzip', () => packed(() => bombs.gzip, 'gzip'), 'PLB-COLLECT-008'],
    ['1 GB in br', () => packed(() => bombs.br, 'br'), 'PLB-COLLECT-008'],
    ['256 MB in deflate', () => packed(() => bombs.deflate, 'deflate'), 'PLB-COLLECT-008'],
    ['gzip in gzip, told once', () => packed(() => bombs.nested, 'gzip'), 'PLB-COLLECT-005'],
    ['gzip in gzip, told twice', () => packed(() => bombs.nested, 'gzip, gzip'), 'PLB-COLLECT-005'],
  ])('%s is cut off in little memory, and what was read before stays', async (_what, bad, code) => {
    const server = await startPaged(bad());
    open.push(server);
    const pages = memoryPages();

    const { result: error, over, took } = await peakOver(() => failure(read(server.url, { pages })));

    expect(error.code).toBe(code);
    expect(over).toBeLessThan(MOST_OVER_IDLE);
    expect(took).toBeLessThan(15_000);
    await expectToGoOn(server, pages);
  });
});
