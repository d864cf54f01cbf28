import { strToU8, zipSync } from 'fflate';
import { describe, expect, it, vi } from 'vitest';
import { parseCsv } from '../../../src/collect/engine/csv.js';
import { memoryPages } from '../../../src/collect/engine/page-store.js';
import { zipOf } from './archive-fixtures.js';
import { failureOf, rows, walk } from './walk-fixtures.js';
import type { Platform } from './walk-fixtures.js';

const job = (more: Record<string, unknown> = {}, type: Record<string, unknown> = {}): Record<string, Record<string, unknown>> => ({
  things: {
    key: 'id', items: 'rows', ...type,
    job: { submit: { path: '/exports', body: { what: 'things' }, reason: 'makes an export, changes nothing' }, id: 'job.id', poll: '/exports/{job}', every: 1, done: { equals: ['state', { value: 'done' }] }, failed: { equals: ['state', { value: 'error' }] }, ...more },
  },
});
/** done at the look with this number */
const platform = (doneAt: number, result: Platform = () => ({ body: { rows: rows(2) } })): Platform => {
  let looks = 0;
  return (seen) => {
    if (seen.method === 'POST') return { body: { job: { id: 'j 1' } } };
    if (seen.path === '/exports/j%201') return { body: { state: (looks += 1) >= doneAt ? 'done' : 'running', rows: rows(3), file: 'https://made-up.example.com/api/files/7?sig=x' } };
    return result(seen);
  };
};
const posts = (seen: readonly { method: string }[]): number => seen.filter(({ method }) => method === 'POST').length;

describe('an export made on demand', () => {
  it('is started, looked at until it is done, and read from the last answer', async () => {
    const walked = await walk(job(), platform(2));

    expect(walked.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /exports', 'GET /exports/j%201', 'GET /exports/j%201']);
    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: 3 });
  });

  it('is read from a path of its own, or from the address that the platform names', async () => {
    const own = await walk(job({ result: { get: '/exports/{job}/rows' } }), platform(1));
    const named = await walk(job({ result: { url: 'file' } }), platform(1));

    expect(own.urls.at(-1)).toBe('/exports/j%201/rows');
    expect(named.urls.at(-1)).toBe('/files/7?sig=x');
    expect(named.entry('things').read).toBe(2);
  });

  it('sends the query and the headers of the manifest with each request', async () => {
    const type = { query: { 'api-version': '7', zone: '{zone}' }, headers: { 'X-Zone': '{zone}' } };

    const walked = await walk(job({ result: { get: '/exports/{job}/rows' } }, type), platform(1), { given: { zone: 'eu' } });

    expect(walked.urls).toEqual(['/exports', '/exports/j%201', '/exports/j%201/rows'].map((path) => `${path}?api-version=7&zone=eu`));
    expect(walked.seen.map(({ headers }) => headers['X-Zone'])).toEqual(['eu', 'eu', 'eu']);
  });

  it('of events is asked for from the last one on, up to now', async () => {
    const type = { since: { to: 'from', as: 'iso', at: 'at', overlap: 60, maxAge: 90 } };
    const bodies: unknown[] = [];
    const server: Platform = (seen) => {
      if (seen.method === 'POST') bodies.push(seen.body);
      return platform(1)(seen);
    };

    const walked = await walk(job({ submit: { path: '/exports', body: { from: '{since}', to: '{now}' }, reason: 'makes an export, changes nothing' } }, type), server, { bookmarks: { things: new Date(Date.now() - 86_400_000).toISOString() } });

    const [{ from, to }] = bodies as [{ from: string; to: string }];
    expect(Math.round((Date.parse(to) - Date.parse(from)) / 1000)).toBe(86_460);
    expect(Math.abs(Date.parse(to) - Date.now())).toBeLessThan(60_000);
    expect(walked.urls[0]).toBe('/exports');
  });

  it('is not fetched from another host', async () => {
    const walked = await walk(job({ result: { url: 'file' } }), (seen) => (seen.method === 'POST' ? { body: { job: { id: 'a' } } } : { body: { state: 'done', file: 'https://evil.example.net/x' } }));

    expect(walked.entry('things')).toMatchObject({ state: 'failed', reason: expect.stringContaining('PLB-COLLECT-007') });
    expect(walked.seen).toHaveLength(2);
  });

  it('is not started twice: a long wait is the workflow\'s, and the job is known after it', async () => {
    const pages = memoryPages();
    const server = platform(3);

    const pauses = [await failureOf(walk(job({ every: 60 }), server, { pages })), await failureOf(walk(job({ every: 60 }), server, { pages }))];
    const walked = await walk(job({ every: 60 }), server, { pages });
    const again = await walk(job({ every: 60 }), server, { pages });

    expect(pauses.map(({ code, details }) => [code, details['retryAfterMs']])).toEqual([['PLB-COLLECT-006', 60_000], ['PLB-COLLECT-006', 60_000]]);
    expect(posts(walked.seen)).toBe(0);
    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: 3 });
    expect(again.seen).toHaveLength(0);
  });

  it('that fails is told, and started anew by another try of a required type', async () => {
    const pages = memoryPages();
    const failing: Platform = (seen) => ({ body: seen.method === 'POST' ? { job: { id: 'a' } } : { state: 'error' } });

    const optional = await walk(job(), failing);
    const required = await failureOf(walk(job({}, { required: true }), failing, { pages }));
    const second = await walk(job({}, { required: true }), platform(1), { pages });

    expect(optional.entry('things')).toMatchObject({ state: 'failed', reason: expect.stringContaining('says that it failed') });
    expect(required.code).toBe('PLB-COLLECT-014');
    expect(posts(second.seen)).toBe(1);
    expect(second.entry('things').state).toBe('collected');
  });

  it('is given up after the time that the manifest allows', async () => {
    const walked = await walk(job({ every: 1, atMost: 1 }), platform(99));

    expect(walked.entry('things')).toMatchObject({ state: 'failed', reason: expect.stringContaining('within 1 s') });
  });

  it('that may not be started is told as the manifest has it', async () => {
    const walked = await walk(job({}, { onStatus: [{ status: [403], state: 'forbidden' }] }), () => ({ status: 403, body: {} }));

    expect(walked.entry('things')).toMatchObject({ state: 'forbidden', missing: 'things.read' });
  });

  it('stops waiting when the scan is stopped', async () => {
    const controller = new AbortController();
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      const walking = walk(job({ every: 20 }), platform(99), { signal: controller.signal, onProgress: () => { queueMicrotask(() => controller.abort(new Error('stopped'))); } });

      await expect(walking).rejects.toThrow();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the form of an export', () => {
  const read = (as: string, body: unknown, items: string | undefined = '') => walk(job({ result: { get: '/file', as } }, { items }), platform(1, () => ({ body })));
  const zip = (files: Record<string, string>): Buffer => Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))));

  it('may be lines of JSON', async () => {
    const walked = await read('ndjson', '{"id":"a"}\n\r\n{"id":"b","n":9007199254740993}\n');

    expect(walked.items('things').map(({ id }) => id)).toEqual(['a', 'b']);
    expect(walked.entry('things').reason).toContain('900... of 16 digits');
  });

  it('may be CSV', async () => {
    const walked = await read('csv', '\ufeffid,name\r\na,"x, ""y""\nz"\r\nb,\r\n\r\n');

    expect(walked.items('things')).toEqual([{ id: 'a', name: 'x, "y"\nz' }, { id: 'b', name: '' }]);
  });

  it('may be a zip of JSON files', async () => {
    const inside = await walk(job({ result: { get: '/file', as: 'zip-json' } }, { items: '*.content' }), platform(1, () => ({ body: zip({ 'b/two.json': '{"id":"y"}', 'a.json': '{"id":"x"}', 'readme.txt': 'x' }) })));

    expect(inside.entry('things')).toMatchObject({ state: 'collected', read: 2, reason: null });
    expect(inside.items('things')).toEqual([{ id: 'x' }, { id: 'y' }]);
  });

  it.each([
    ['ndjson', '{"id":1}\n{"id":', 'PLB-COLLECT-005'],
    ['csv', 'id\n"a', 'PLB-COLLECT-005'],
    ['csv', 'id,id\na,b', 'PLB-COLLECT-005'],
    ['csv', Buffer.from([0x69, 0xff]), 'PLB-COLLECT-005'],
    ['zip-json', 'no zip at all', 'PLB-COLLECT-005'],
    ['zip-json', zip({ 'a.json': '{' }), 'PLB-COLLECT-005'],
    ['zip-json', zip({ 'a.json': '{"__proto__":1}' }), 'PLB-COLLECT-008'],
    ['zip-json', zip({ 'big.bin': 'a'.repeat(65 * 1024 * 1024) }), 'PLB-COLLECT-008'],
    ['zip-json', zipOf([{ name: 'a.json', content: '{"id":"x"}', flags: 1 }]), 'PLB-COLLECT-008'],
    ['zip-json', zipOf([{ name: 'a.json', content: '{"id":"x"}' }, { name: '../b.json', content: '{}' }]), 'PLB-COLLECT-008'],
    ['zip-json', zipOf([{ name: 'a.json', content: '{"id":"x"}' }, { name: 'l.json', content: '/etc/passwd', unixMode: 0o120777 }]), 'PLB-COLLECT-008'],
    ['zip-json', zipOf([{ name: 'a.json', content: '{"id":"x"}' }, { name: 'big.json', size: 2 * 1024 ** 3 }]), 'PLB-COLLECT-008'],
    ['zip-json', zipOf([{ name: 'a.json', content: JSON.stringify('x'.repeat(1_000)), size: 9 }]), 'PLB-COLLECT-008'],
    ['zip-json', zipOf(Array.from({ length: 10_001 }, (_each, index) => ({ name: `${index}.json`, content: '{}' }))), 'PLB-COLLECT-008'],
    ['zip-json', zipOf([{ name: 'a.json', content: '{"id":"x"}', crc: 7 }]), 'PLB-COLLECT-005'],
    ['zip-json', zipOf([{ name: 'a.json', content: '{"id":"x"}' }]).subarray(0, 60), 'PLB-COLLECT-005'],
    ['ndjson', '1\n'.repeat(500_001), 'PLB-COLLECT-008'],
  ])('%s that is damaged or too large is refused by its code', async (as, body, code) => {
    const walked = await read(as, body);

    expect(walked.entry('things')).toMatchObject({ state: 'failed', read: 0 });
    expect(walked.entry('things').reason).toContain(code);
  });

  it('reads CSV in linear time', () => {
    const started = performance.now();
    parseCsv(`a\n"${'""'.repeat(300_000)}"`, 10);
    parseCsv(`a\n${'x\n'.repeat(300_000)}`, 400_000);

    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
