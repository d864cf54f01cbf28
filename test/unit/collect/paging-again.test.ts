import { describe, expect, it } from 'vitest';
import { createByteBudget } from '../../../src/collect/engine/byte-budget.js';
import { memoryPages } from '../../../src/collect/engine/page-store.js';
import { readType } from '../../../src/collect/engine/read-type.js';
import type { Reading } from '../../../src/collect/engine/type-reader.js';
import { KEY, connectorOf, rows, stageOf, walk } from './walk-fixtures.js';
import type { Platform } from './walk-fixtures.js';
import { KINDS, all, from, ids, run, slice, things } from './paging-fixtures.js';

describe('pages of the last scan', () => {
  const kind = KINDS['cursor in the query']!;
  const tagged: Platform = (seen) => {
    const answer = kind.platform(seen);
    const etag = `"${JSON.stringify(answer.body).length}-${from(seen, 'after')}"`;
    return seen.headers['If-None-Match'] === etag ? { status: 304, body: '' } : { ...answer, headers: { etag } };
  };
  const after = async (): Promise<ReturnType<typeof memoryPages>> => {
    const pages = memoryPages();
    await run(kind, tagged, { pages });
    return pages;
  };

  it('stand for answers that the platform calls unchanged', async () => {
    const last = await after();
    const fresh = memoryPages();

    const walked = await run(kind, tagged, { pages: { ...fresh, previous: (type) => last.read(type) } });

    expect(walked.seen.map((seen) => seen.headers['If-None-Match'])).not.toContain(undefined);
    expect(ids(walked)).toEqual(all.map((row) => row.id));
    expect(await fresh.read('things')).toEqual(await last.read('things'));
  });

  it('are not taken when the rules that items go through have changed', async () => {
    const last = await after();

    const walked = await walk({ things: { ...things(kind)['things'], drop: ['name'] } }, tagged, { pages: { ...memoryPages(), previous: (type) => last.read(type) } });

    expect(walked.seen.every((seen) => seen.headers['If-None-Match'] === undefined)).toBe(true);
    expect(walked.items('things').some((item) => 'name' in item)).toBe(false);
  });

  it('are read anew from the first changed one on', async () => {
    const last = await after();
    const changed: Platform = (seen) => {
      const answer = tagged(seen);
      return from(seen, 'after') === 3 ? { body: { data: [{ id: 't3', name: 'changed' }], meta: { next: '6' } }, headers: { etag: '"x"' } } : answer;
    };

    const walked = await run(kind, changed, { pages: { ...memoryPages(), previous: (type) => last.read(type) } });

    expect(ids(walked)).toEqual(['t0', 't1', 't2', 't3', 't6']);
  });

  it('are not believed where different pages had one entity tag', async () => {
    const last = memoryPages();
    const constant: Platform = (seen) => ({ ...kind.platform(seen), headers: { etag: '"v1"' } });
    await run(kind, constant, { pages: last });

    const walked = await run(kind, constant, { pages: { ...memoryPages(), previous: (type) => last.read(type) } });

    expect(walked.seen.every((seen) => seen.headers['If-None-Match'] === undefined)).toBe(true);
    expect(ids(walked)).toEqual(all.map((row) => row.id));
  });

  it('are not taken for another page than they were', async () => {
    const last = await after();
    const shifted: Platform = (seen) => (seen.number === 0 ? { body: { data: slice(0, 4), meta: { next: '4' } }, headers: { etag: '"x"' } } : { body: { data: slice(4), meta: { next: null } } });

    const walked = await run(kind, shifted, { pages: { ...memoryPages(), previous: (type) => last.read(type) } });

    expect(walked.seen.map((seen) => seen.headers['If-None-Match'] !== undefined)).toEqual([true, false]);
    expect(ids(walked)).toEqual(all.map((row) => row.id));
  });
});

describe('a type whose answers are too large together', () => {
  const read = (resources: Record<string, Record<string, unknown>>, platform: Platform): Promise<Reading> => {
    const connector = connectorOf(resources);
    const reader = { session: stageOf(platform).session, connector, fingerprintKey: KEY, fields: {}, pages: memoryPages(), bookmarks: {}, now: () => 0, onProgress: () => undefined, budget: createByteBudget(1_000) };
    return readType(connector.resources.at(-1)!, reader, () => rows(40));
  };
  const reason = 'the answers are larger than 1000 bytes together; what comes after that was not read';
  const page = { body: { data: [{ id: 'x', text: 'y'.repeat(300) }], next: 'more' } };

  it('is read up to there and said to be partial', async () => {
    let number = 0;
    const reading = await read({ things: { get: '/things', items: 'data', paging: { kind: 'cursor', from: 'next', to: 'c' } } }, () => ({ body: { data: [{ id: number, text: 'y'.repeat(300) }], next: `c${number += 1}` } }));

    expect(reading.end).toMatchObject({ state: 'partial', reason });
    expect(number).toBe(3);
  });

  it('asks for no more items of a loop', async () => {
    let asked = 0;
    const reading = await read({ teams: { get: '/teams' }, things: { get: '/t/{t}', items: 'data', forEach: { of: 'teams', bind: { t: 'id' } } } }, () => { asked += 1; return page; });

    expect(reading.end).toMatchObject({ state: 'partial', reason });
    expect(asked).toBeLessThan(10);
  });

  it('is whole when its last answer passes the limit', async () => {
    const reading = await read({ things: { get: '/things', items: 'data' } }, () => ({ body: { data: [{ text: 'y'.repeat(2_000) }] } }));

    expect(reading.end).toBeNull();
  });
});
