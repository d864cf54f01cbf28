import { describe, expect, it } from 'vitest';
import { createByteBudget } from '../../../src/collect/engine/byte-budget.js';
import { nextLink } from '../../../src/collect/engine/link-header.js';
import { memoryPages } from '../../../src/collect/engine/page-store.js';
import { readType } from '../../../src/collect/engine/read-type.js';
import type { Reading } from '../../../src/collect/engine/type-reader.js';
import { KEY, breakingPages, connectorOf, failureOf, rows, stageOf, walk } from './walk-fixtures.js';
import type { Platform, Reply, Seen, WalkOptions, Walked } from './walk-fixtures.js';

const COUNT = 7;
const SIZE = 3;
const all = rows(COUNT);
const slice = (from: number, size = SIZE): unknown[] => all.slice(from, from + size);
const next = (from: number): number | null => (from + SIZE < COUNT ? from + SIZE : null);

interface Kind {
  readonly rule: Record<string, unknown>;
  readonly post?: boolean;
  readonly platform: (seen: Seen) => Reply;
  /** what the requests after the first differ in */
  readonly asked: string[];
}

const from = (seen: Seen, name: string): number => Number(seen.query[name] ?? 0);
const bodyOf = (seen: Seen): Record<string, unknown> => seen.body as Record<string, unknown>;

const KINDS: Record<string, Kind> = {
  'cursor in the query': { rule: { kind: 'cursor', from: 'meta.next', to: 'after' }, platform: (seen) => ({ body: { data: slice(from(seen, 'after')), meta: { next: next(from(seen, 'after')) } } }), asked: ['/things', '/things?after=3', '/things?after=6'] },
  'cursor with a flag': { rule: { kind: 'cursor', from: 'next', to: 'after', more: 'has_more' }, platform: (seen) => ({ body: { data: slice(from(seen, 'after')), next: from(seen, 'after') + SIZE, has_more: next(from(seen, 'after')) !== null } }), asked: ['/things', '/things?after=3', '/things?after=6'] },
  'cursor in a header': { rule: { kind: 'cursor', from: 'next', to: 'X-After', in: 'header' }, platform: (seen) => { const at = Number(seen.headers['X-After'] ?? 0); return { body: { data: slice(at), next: next(at) } }; }, asked: ['/things', '/things', '/things'] },
  'cursor in the body': { post: true, rule: { kind: 'cursor', from: 'next', to: 'page.after', in: 'body' }, platform: (seen) => { const at = Number((bodyOf(seen)['page'] as Record<string, string> | undefined)?.['after'] ?? 0); return { body: { data: slice(at), next: next(at) } }; }, asked: ['/things', '/things', '/things'] },
  'offset by length': { rule: { kind: 'offset', offset: 'offset', size: { name: 'limit', value: SIZE } }, platform: (seen) => ({ body: { data: slice(from(seen, 'offset')) } }), asked: ['/things?limit=3', '/things?limit=3&offset=3', '/things?limit=3&offset=6'] },
  'offset told by the platform': { rule: { kind: 'offset', offset: 'offset', size: { name: 'limit', value: 100 }, next: 'next' }, platform: (seen) => ({ body: { data: slice(from(seen, 'offset')), next: next(from(seen, 'offset')) } }), asked: ['/things?limit=100', '/things?limit=100&offset=3', '/things?limit=100&offset=6'] },
  'offset in the body, as numbers': { post: true, rule: { kind: 'offset', offset: 'skip', size: { name: 'take', value: SIZE }, in: 'body' }, platform: (seen) => { const at = bodyOf(seen)['skip'] ?? 0; if (typeof at !== 'number' || bodyOf(seen)['take'] !== SIZE) throw new Error('no number'); return { body: { data: slice(at) } }; }, asked: ['/things', '/things', '/things'] },
  'page numbers from one': { rule: { kind: 'page', page: 'page', size: { name: 'per_page', value: SIZE } }, platform: (seen) => ({ body: { data: slice((from(seen, 'page') - 1) * SIZE) } }), asked: ['/things?page=1&per_page=3', '/things?page=2&per_page=3', '/things?page=3&per_page=3'] },
  'page numbers from zero, with a flag': { rule: { kind: 'page', page: 'p', first: 0, more: 'more' }, platform: (seen) => ({ body: { data: slice(from(seen, 'p') * SIZE), more: next(from(seen, 'p') * SIZE) !== null } }), asked: ['/things?p=0', '/things?p=1', '/things?p=2'] },
  'page numbers with their number': { rule: { kind: 'page', page: 'p', pages: 'pages' }, platform: (seen) => ({ body: { data: slice((from(seen, 'p') - 1) * SIZE), pages: 3 } }), asked: ['/things?p=1', '/things?p=2', '/things?p=3'] },
  'next address, the second of two spellings': { rule: { kind: 'next-url', from: ['@odata.nextLink', 'nextLink'] }, platform: (seen) => { const at = from(seen, '$skip'); return { body: { data: slice(at), ...(next(at) === null ? {} : { nextLink: `https://made-up.example.com/api/things?$skip=${next(at)}&$top=3` }) } }; }, asked: ['/things', '/things?$skip=3&$top=3', '/things?$skip=6&$top=3'] },
  'next address without its host': { rule: { kind: 'next-url', from: ['next'] }, platform: (seen) => ({ body: { data: slice(from(seen, 'at')), next: next(from(seen, 'at')) === null ? null : `/api/things?at=${next(from(seen, 'at'))}` } }), asked: ['/things', '/things?at=3', '/things?at=6'] },
  'link header': { rule: { kind: 'link-header' }, platform: (seen) => { const at = from(seen, 'at'); return { headers: next(at) === null ? { link: '' } : { link: `<https://made-up.example.com/api/things?at=0>;rel="first",<https://made-up.example.com/api/things?at=${next(at)}>;rel="next"` }, body: { data: slice(at) } }; }, asked: ['/things', '/things?at=3', '/things?at=6'] },
  'keyset, ascending numbers': { rule: { kind: 'keyset', to: 'since_id', by: 'n', order: 'ascending', size: { name: 'limit', value: SIZE } }, platform: (seen) => ({ body: { data: all.map((row, n) => ({ ...row, n: n + 8 })).filter((row) => row.n > Number(seen.query['since_id'] ?? 0)).slice(0, SIZE) } }), asked: ['/things?limit=3', '/things?limit=3&since_id=10', '/things?limit=3&since_id=13'] },
  'keyset, descending': { rule: { kind: 'keyset', to: 'before', by: 'n', order: 'descending', size: { name: 'limit', value: SIZE } }, platform: (seen) => ({ body: { data: all.map((row, n) => ({ ...row, n: 100 - n })).filter((row) => row.n < Number(seen.query['before'] ?? 1000)).slice(0, SIZE) } }), asked: ['/things?limit=3', '/things?limit=3&before=98', '/things?limit=3&before=95'] },
};

const things = ({ rule, post }: Kind, more: Record<string, unknown> = {}): Record<string, Record<string, unknown>> => ({
  things: { ...(post ? { readOnlyPost: { path: '/things', reason: 'a search, which changes nothing' } } : { get: '/things' }), items: 'data', key: 'id', paging: { ...rule, ...more } },
});
const ids = (walked: Walked): string[] => walked.items('things').map((item) => String(item['id'])).sort();
const run = (kind: Kind, platform: Platform = kind.platform, options: WalkOptions & { paging?: Record<string, unknown> } = {}): Promise<Walked> => walk(things(kind, options.paging), platform, options);

describe.each(Object.entries(KINDS))('a list paged by %s', (_name, kind) => {
  it('is read to its end, each page once', async () => {
    const walked = await run(kind);

    expect(ids(walked)).toEqual(all.map((row) => row.id));
    expect(walked.urls).toEqual(kind.asked);
    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: COUNT, reason: null });
  });

  it('goes on after the last stored page when a try broke off', async () => {
    const pages = memoryPages();
    const cut: Platform = (seen) => (seen.number === 2 ? { status: 429, headers: { 'retry-after': '30' }, body: {} } : kind.platform(seen));

    const first = await failureOf(run(kind, cut, { pages }));
    const second = await run(kind, kind.platform, { pages });

    expect(first.code).toBe('PLB-COLLECT-006');
    expect(second.urls).toEqual(kind.asked.slice(2));
    expect(ids(second)).toEqual(all.map((row) => row.id));
  });

  it('stops when the same page comes again and again, with and without a key', async () => {
    for (const key of ['id', undefined]) {
      const endless: Platform = (seen) => {
        const { body, headers } = kind.platform({ ...seen, query: {}, headers: {}, body: kind.post ? { take: SIZE } : null });
        return { body: { ...(body as object), data: rows(SIZE).map((row, n) => ({ ...row, n })), has_more: true, more: true, pages: 999, ...('meta' in (body as object) ? { meta: { next: `${seen.number}x` } } : {}), ...(typeof (body as Record<string, unknown>)['next'] === 'number' && kind.rule['kind'] === 'cursor' ? { next: `c${seen.number}` } : {}) }, ...(headers ? { headers } : {}) };
      };

      const walked = await walk({ things: { ...things(kind)['things'], key } }, endless);

      expect(walked.entry('things')).toMatchObject({ state: 'partial', reason: expect.stringContaining('PLB-COLLECT-013') });
      expect(walked.seen.length).toBeLessThan(4);
    }
  });
});

describe('where a list ends', () => {
  const offset = KINDS['offset by length']!;
  const pages = KINDS['page numbers from one']!;

  it('takes a declared status on a later page as the end, and the same status on the first as what it is', async () => {
    const strict: Platform = (seen) => (from(seen, 'offset') >= 6 ? { status: 400, body: { error: 'past the end' } } : { body: { data: slice(from(seen, 'offset'), SIZE).concat() } });
    const six: Platform = (seen) => (from(seen, 'offset') >= 6 ? { status: 400, body: {} } : strict(seen));

    expect((await run(offset, six, { paging: { pastEnd: [400] } })).entry('things')).toMatchObject({ state: 'collected', read: 6 });
    expect((await run(offset, () => ({ status: 400, body: {} }), { paging: { pastEnd: [400] } })).entry('things').state).toBe('failed');
    expect((await run(offset, six)).entry('things')).toMatchObject({ state: 'partial', read: 6 });
  });

  it('goes on after what it got when the platform hands out fewer than asked for and tells a total', async () => {
    const walked = await walk({ things: { get: '/things', items: 'data', key: 'id', total: 'total', paging: { kind: 'offset', offset: 'offset', size: { name: 'limit', value: 100 } } } }, (seen) => ({ body: { data: slice(from(seen, 'offset')), total: COUNT } }));

    expect(walked.urls).toEqual(['/things?limit=100', '/things?limit=100&offset=3', '/things?limit=100&offset=6']);
    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: COUNT, expected: COUNT });
  });

  it('reads an empty page between full ones, as platforms that filter after paging give', async () => {
    const walked = await run(KINDS['cursor in the query']!, (seen) => ({ body: { data: seen.number % 2 === 1 ? [] : rows(1, seen.number), meta: { next: seen.number < 4 ? `c${seen.number}` : null } } }));

    expect(ids(walked)).toEqual(['t0', 't2', 't4']);
  });

  it('stops at empty pages without end', async () => {
    const walked = await run(KINDS['cursor in the query']!, (seen) => ({ body: { data: [], meta: { next: `c${seen.number}` } } }));

    expect(walked.entry('things')).toMatchObject({ state: 'partial', reason: expect.stringContaining('PLB-COLLECT-013') });
    expect(walked.seen.length).toBeLessThan(12);
  });

  it('stops at a circle of three cursors', async () => {
    const walked = await run(KINDS['cursor in the query']!, (seen) => ({ body: { data: rows(2, seen.number * 2), meta: { next: `c${(seen.number + 1) % 3}` } } }));

    expect(walked.entry('things')).toMatchObject({ state: 'partial', reason: expect.stringContaining('PLB-COLLECT-013') });
    expect(walked.seen.length).toBeLessThan(6);
  });

  it('reads no more pages than the manifest allows, and says so', async () => {
    const walked = await run(pages, (seen) => ({ body: { data: rows(SIZE, seen.number * SIZE) } }), { paging: { maxPages: 5 } });

    expect(walked.seen).toHaveLength(5);
    expect(walked.entry('things')).toMatchObject({ state: 'partial', read: 15, reason: 'only the first 5 pages were read' });
  });

  it.each([
    ['another host', 'https://evil.example.net/things?page=2'],
    ['another declared host', 'https://other.example.com/things?page=2'],
  ])('does not follow an address of %s', async (_what, address) => {
    const walked = await run(KINDS['next address without its host']!, () => ({ body: { data: rows(2), next: address } }));

    expect(walked.seen).toHaveLength(1);
    expect(walked.entry('things').state).toBe('failed');
    expect(walked.entry('things').reason).toContain('PLB-COLLECT-007');
  });

  it.each([
    ['cursor in the query', { data: rows(2), meta: { next: { token: 'x' } } }, 'meta.next'],
    ['offset told by the platform', { data: rows(2), next: [3] }, 'next'],
    ['next address without its host', { data: rows(2), next: { href: '/api/things?page=2' } }, 'next'],
  ])('does not take a pointer of another shape for the end (%s)', async (name, body, path) => {
    const walked = await run(KINDS[name]!, () => ({ body }));

    expect(walked.entry('things')).toMatchObject({ state: 'failed', reason: expect.stringContaining('PLB-COLLECT-005') });
    expect(walked.entry('things').reason).toContain(`(${path})`);
  });

  it('ends at a pointer that is false', async () => {
    for (const name of ['cursor in the query', 'next address without its host']) {
      const walked = await run(KINDS[name]!, () => ({ body: { data: rows(2), next: false, meta: { next: false } } }));

      expect(walked.entry('things')).toMatchObject({ state: 'collected', read: 2 });
      expect(walked.seen).toHaveLength(1);
    }
  });

  it.each([
    ['a status', { onStatus: [{ status: [404], state: 'empty' }] }, { status: 404, body: {} }],
    ['a body', { onBody: [{ when: 'none', state: 'empty' }] }, { body: { none: true } }],
  ])('is not told by %s that means "nothing there", once the list has begun', async (_what, rule, reply) => {
    const of = { things: { ...things(offset)['things'], ...rule } };

    const later = await walk(of, (seen) => (from(seen, 'offset') === 0 ? { body: { data: slice(0) } } : reply));
    const first = await walk(of, () => reply);

    expect(later.entry('things')).toMatchObject({ state: 'partial', read: 3, reason: 'the platform said after 3 that there is nothing, while the list pointed on' });
    expect(first.entry('things')).toMatchObject({ state: 'empty', read: 0 });
  });

  it.each([
    ['offset', { kind: 'offset', offset: 'at', size: { name: 'n', value: 200 } }, (seen: Seen) => from(seen, 'at')],
    ['page', { kind: 'page', page: 'p', first: 0, size: { name: 'n', value: 200 } }, (seen: Seen) => from(seen, 'p') * 50],
  ])('is not where the platform caps its pages below what was asked for (%s)', async (_kind, paging, at) => {
    const walked = await walk({ things: { get: '/things', key: 'id', paging } }, (seen) => ({ body: rows(115).slice(at(seen), at(seen) + 50) }));

    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: 115 });
    expect(walked.seen).toHaveLength(3);
  });

  it('is a short page of any other size, without another request', async () => {
    for (const count of [3, 19, 51, 120]) {
      const walked = await walk({ things: { get: '/things', key: 'id', paging: { kind: 'offset', offset: 'at', size: { name: 'n', value: 200 } } } }, () => ({ body: rows(count) }));

      expect(walked.seen).toHaveLength(1);
      expect(walked.entry('things')).toMatchObject({ state: 'collected', read: count });
    }
  });

  it('reads SCIM with and without a list of nothing', async () => {
    const scim = { users: { get: '/Users', key: 'id', paging: { kind: 'scim', size: 3 } } };

    const walked = await walk(scim, (seen) => ({ body: { totalResults: COUNT, Resources: slice(from(seen, 'startIndex') - 1) } }));
    const empty = await walk(scim, () => ({ body: { totalResults: 0 } }));

    expect(walked.urls).toEqual(['/Users?startIndex=1&count=3', '/Users?startIndex=4&count=3', '/Users?startIndex=7&count=3']);
    expect(walked.entry('users')).toMatchObject({ state: 'collected', read: COUNT, expected: COUNT });
    expect(empty.entry('users')).toMatchObject({ state: 'empty', expected: 0 });
  });
});

describe('a list that moves while it is read', () => {
  const kind = KINDS['offset by length']!;
  const moving = (change: (rows: { id: string }[]) => { id: string }[]): Platform => {
    let [list, asked] = [rows(9) as { id: string }[], 0];
    return (seen) => {
      asked += 1;
      if (asked === 2) list = change(list);
      return { body: { data: list.slice(from(seen, 'offset'), from(seen, 'offset') + SIZE) } };
    };
  };

  it.each(['offset by length', 'page numbers from one'])('is read again where an earlier row was deleted (%s)', async (name) => {
    const platform = moving((list) => list.slice(1));
    const paged: Platform = (seen) => platform(name.startsWith('page') ? { ...seen, query: { offset: String((from(seen, 'page') - 1) * SIZE) } } : seen);

    const walked = await run(KINDS[name]!, paged, { paging: { recheck: true } });

    expect(ids(walked)).toEqual(rows(8, 1).map((row) => row.id));
    expect(walked.entry('things').state).toBe('collected');
  });

  it('never takes old later pages when reading again broke off', async () => {
    // eight rows on three pages; after the first pass the first row is gone; the second pass is cut at every possible request
    for (let cutAt = 4; cutAt < 12; cutAt += 1) {
      const pages = memoryPages();
      let asked = 0;
      const platform: Platform = (seen) => {
        asked += 1;
        const list = asked > 3 ? rows(8).slice(1).map((row) => ({ ...row, name: 'new' })) : rows(8);
        if (asked === cutAt) return { status: 429, headers: { 'retry-after': '1' }, body: {} };
        return { body: { data: list.slice(from(seen, 'offset'), from(seen, 'offset') + SIZE) } };
      };

      const first = await run(kind, platform, { pages, paging: { recheck: true } }).catch((error: unknown) => error);
      const second = await run(kind, platform, { pages, paging: { recheck: true } });

      if (cutAt < 7) expect(first).toMatchObject({ code: 'PLB-COLLECT-006' });
      expect(ids(second)).toEqual(rows(7, 1).map((row) => row.id));
      expect(new Set(second.items('things').map((item) => item['name']))).toEqual(new Set(['new']));
    }
  });

  it('never takes old later pages when the worker was killed between two writes', async () => {
    for (let writes = 1; writes < 14; writes += 1) {
      const pages = breakingPages(writes);
      let asked = 0;
      const platform: Platform = (seen) => {
        asked += 1;
        const list = asked > 3 ? rows(8).slice(1).map((row) => ({ ...row, name: 'new' })) : rows(8);
        return { body: { data: list.slice(from(seen, 'offset'), from(seen, 'offset') + SIZE) } };
      };

      await run(kind, platform, { pages, paging: { recheck: true } }).catch(() => undefined);
      asked = 99;
      const second = await run(kind, platform, { pages: pages.kept, paging: { recheck: true } });

      expect(ids(second)).toEqual(rows(7, 1).map((row) => row.id));
      expect(new Set(second.items('things').map((item) => item['name']))).toEqual(new Set(['new']));
    }
  });

  it('is seen to move where every page has the same entity tag', async () => {
    const platform = moving((list) => list.slice(1));
    const constant: Platform = (seen) => (seen.headers['If-None-Match'] === undefined ? Promise.resolve(platform(seen)).then((answer) => ({ ...answer, headers: { etag: '"v1"' } })) : { status: 304, body: '' });

    const walked = await run(kind, constant, { paging: { recheck: true } });

    expect(ids(walked)).toEqual(rows(8, 1).map((row) => row.id));
  });

  it('asks once more only when nothing moved, and not at all when it was settled', async () => {
    const pages = memoryPages();

    const first = await run(kind, kind.platform, { pages, paging: { recheck: true } });
    const again = await run(kind, kind.platform, { pages, paging: { recheck: true } });

    expect(first.seen).toHaveLength(5);
    expect(again.seen).toHaveLength(0);
    expect(ids(again)).toHaveLength(COUNT);
  });
});

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

describe('a link header', () => {
  it.each([
    ['<https://x.example/y?a=1,2;3>; title="a, \\"b"; rel="next"', 'https://x.example/y?a=1,2;3'],
    ['<https://x.example/1>; rel=prev, <https://x.example/3>; rel=next', 'https://x.example/3'],
    ['<https://x.example/3>; REL="last next"', 'https://x.example/3'],
    ['<https://x.example/3>; rel="prefetch-next"', undefined],
    ['https://x.example/3; rel=next', undefined],
    ['<<<<,,,;;;"""', undefined],
    ['', undefined],
  ])('%s', (header, address) => {
    expect(nextLink(header)).toBe(address);
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

describe('pages that overlap by one entry', () => {
  const disguised = (offset: number): string => Buffer.from(JSON.stringify({ limit: SIZE, offset })).toString('base64');
  const offsetOf = (seen: Seen): number => (seen.query['after'] === undefined ? 0 : (JSON.parse(Buffer.from(seen.query['after'], 'base64').toString()) as { offset: number }).offset);
  const rule = { kind: 'cursor', from: 'next', to: 'after', recheck: true, overlap: 'offset' };
  const kind: Kind = { rule, platform: (seen) => page(seen, all), asked: [] };
  const page = (seen: Seen, list: readonly unknown[]): Reply => {
    const at = offsetOf(seen);
    return { body: { data: list.slice(at, at + SIZE), next: at + SIZE < list.length ? disguised(at + SIZE) : null } };
  };
  const offsets = (walked: Walked): number[] => walked.seen.map(offsetOf);

  it('are asked for once when each begins with the entry that the page before ended with', async () => {
    const walked = await run(kind);

    expect(offsets(walked)).toEqual([0, 2, 4]);
    expect(ids(walked)).toEqual(all.map((row) => row.id));
    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: COUNT, reason: null });
  });

  it('also over a pause between any two pages', async () => {
    for (let cutAt = 0; cutAt < 3; cutAt += 1) {
      const pages = memoryPages();
      await run(kind, (seen) => (seen.number === cutAt ? { status: 429, body: {} } : kind.platform(seen)), { pages }).catch(() => undefined);

      const second = await run(kind, kind.platform, { pages });
      const third = await run(kind, kind.platform, { pages });

      expect(offsets(second)).toEqual([0, 2, 4].slice(cutAt));
      expect(ids(second)).toEqual(all.map((row) => row.id));
      expect(third.seen).toHaveLength(0);
    }
  });

  it.each([1, 2])('are read again when an entry went that stood before page %i was asked for', async (before) => {
    const walked = await run(kind, (seen) => page(seen, seen.number < before ? all : all.slice(1)));

    expect(ids(walked)).toEqual(all.slice(1).map((row) => row.id));
    expect(walked.entry('things').state).toBe('collected');
  });

  it('are read again when an entry came that stands before what was read', async () => {
    const longer = [{ id: 'a-first' }, ...all];

    const walked = await run(kind, (seen) => page(seen, seen.number < 1 ? all : longer));

    expect(ids(walked)).toEqual(['a-first', ...all.map((row) => row.id)].sort());
  });

  it('take an entry that was edited meanwhile for the same one, and keep what was read last', async () => {
    const edited = all.map((row, at) => (at === 2 ? { ...row, name: 'new' } : row));

    const walked = await run(kind, (seen) => page(seen, seen.number < 1 ? all : edited));

    expect(offsets(walked)).toEqual([0, 2, 4]);
    expect(walked.items('things').find((item) => item['id'] === all[2]!.id)).toMatchObject({ name: 'new' });
  });

  it('are asked for again, each but the last, when the cursor is of another make', async () => {
    const opaque: Platform = (seen) => {
      const at = Number((seen.query['after'] ?? 'c0').slice(1));
      return { body: { data: slice(at), next: next(at) === null ? null : `c${next(at)}` } };
    };

    const walked = await run(kind, opaque);

    expect(walked.urls.map((url) => url.replace('/things', ''))).toEqual(['', '?after=c3', '?after=c6', '', '?after=c3']);
    expect(ids(walked)).toEqual(all.map((row) => row.id));
  });

  it('are not believed when the platform hands out its own place, whatever it is asked', async () => {
    // the last entry comes again at the head of the next page, though nobody asked for it: one was put in before
    const shifted: Platform = (seen) => {
      const at = seen.query['after'] === undefined ? 0 : Number(seen.query['after']);
      const list = seen.number < 1 ? all : [{ id: 'a-first' }, ...all];
      return { body: { data: list.slice(at, at + SIZE), next: at + SIZE < list.length ? String(at + SIZE) : null } };
    };

    const walked = await run(kind, shifted);

    expect(ids(walked)).toContain('a-first');
  });
});
