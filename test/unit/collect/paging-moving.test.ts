import { describe, expect, it } from 'vitest';
import { memoryPages } from '../../../src/collect/engine/page-store.js';
import { breakingPages, rows, walk } from './walk-fixtures.js';
import type { Platform, Reply, Seen, Walked } from './walk-fixtures.js';
import { COUNT, KINDS, SIZE, all, from, ids, next, run, slice, things } from './paging-fixtures.js';
import type { Kind } from './paging-fixtures.js';

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

describe('a list by place, of which the manifest says nothing', () => {
  const BY_PLACE = ['offset by length', 'page numbers from one'] as const;
  /** nine rows; the first is gone when the second page is asked for */
  const losing = (name: (typeof BY_PLACE)[number], total: (left: number) => Record<string, unknown>): Platform => {
    let [list, asked] = [rows(9) as { id: string }[], 0];
    return (seen) => {
      asked += 1;
      if (asked === 2) list = list.slice(1);
      const at = name === 'offset by length' ? from(seen, 'offset') : (from(seen, 'page') - 1) * SIZE;
      return { body: { data: list.slice(at, at + SIZE), ...total(list.length) } };
    };
  };
  const still = (total: Record<string, unknown> = {}): Platform => (seen) => ({ body: { data: slice(from(seen, 'offset')), ...total } });
  const counted = (kind: Kind, platform: Platform): Promise<Walked> => walk({ things: { ...things(kind, { recheck: undefined })['things'], total: 'total' } }, platform);
  const kind = KINDS['offset by length']!;

  it.each(BY_PLACE)('is looked at again where no total speaks for it (%s)', async (name) => {
    const walked = await run(KINDS[name]!, losing(name, () => ({})), { paging: { recheck: undefined } });

    expect(ids(walked)).toEqual(rows(8, 1).map((row) => row.id));
    expect(walked.entry('things').state).toBe('collected');
  });

  it.each(BY_PLACE)('is looked at again where its total changed on the way (%s)', async (name) => {
    const walked = await counted(KINDS[name]!, losing(name, (left) => ({ total: left })));

    expect(ids(walked)).toEqual(rows(8, 1).map((row) => row.id));
  });

  it('is looked at again where an item came twice although the total is the same', async () => {
    let [list, asked] = [rows(7) as { id: string }[], 0];
    const platform: Platform = (seen) => {
      asked += 1;
      if (asked === 2) list = [{ id: 'new' }, ...list.slice(0, 6)];
      return { body: { data: list.slice(from(seen, 'offset'), from(seen, 'offset') + SIZE), total: 7 } };
    };

    const walked = await counted(kind, platform);

    expect(ids(walked)).toEqual(['new', ...rows(6).map((row) => row.id)].sort());
  });

  it('is looked at again where one row went while another came, so that the total is the same', async () => {
    for (const name of BY_PLACE) {
      let [list, asked] = [rows(9) as { id: string }[], 0];
      const platform: Platform = (seen) => {
        asked += 1;
        if (asked === 2) list = [...list.slice(1), { id: 'z-new' }];
        const at = name === 'offset by length' ? from(seen, 'offset') : (from(seen, 'page') - 1) * SIZE;
        return { body: { data: list.slice(at, at + SIZE), total: 9 } };
      };

      const walked = await counted(KINDS[name]!, platform);

      expect(ids(walked)).toEqual([...rows(8, 1).map((row) => row.id), 'z-new']);
    }
  });

  it('is asked for once where it is one page, where nothing is behind a short one, and where the manifest says that pages cannot shift', async () => {
    const short = await run(kind, () => ({ body: { data: slice(0, 2) } }), { paging: { recheck: undefined } });
    const looked = await walk({ things: { get: '/things', items: 'data', key: 'id', paging: { kind: 'offset', offset: 'offset', size: { name: 'limit', value: 100 } } } }, (seen) => ({ body: { data: rows(12).slice(from(seen, 'offset')) } }));
    const fixed = await run(kind, still(), { paging: { recheck: false } });

    expect([short, looked, fixed].map(({ seen }) => seen.length)).toEqual([1, 2, 3]);
  });

  it('is looked at again where a full page is followed by none', async () => {
    let list = rows(4) as { id: string }[];
    const walked = await run(kind, (seen) => {
      const reply = { body: { data: list.slice(from(seen, 'offset'), from(seen, 'offset') + SIZE) } };
      if (seen.number === 0) list = list.slice(1);
      return reply;
    }, { paging: { recheck: undefined } });

    expect(ids(walked)).toEqual(['t1', 't2', 't3']);
  });

  it('is asked for once where a cursor leads on from a row', async () => {
    const cursor = KINDS['cursor in the query']!;

    expect((await run(cursor, cursor.platform, { paging: { recheck: undefined } })).seen).toHaveLength(3);
  });
});

describe.each(['cursor in the query', 'next address without its host', 'link header'])('a list paged by %s that counts rows, of which the manifest says nothing', (name) => {
  const kind = KINDS[name]!;
  const place = (seen: Seen): number => from(seen, name.startsWith('cursor') ? 'after' : 'at');
  const page = (seen: Seen, list: readonly unknown[], more: Record<string, unknown> = {}): Reply => {
    const [at, reply] = [place(seen), kind.platform(seen) as Reply];
    return { ...reply, body: { ...(reply.body as object), data: list.slice(at, at + SIZE), ...more } };
  };

  it('is looked at again where the platform counts fewer than before', async () => {
    const platform: Platform = (seen) => { const list = seen.number === 0 ? all : all.slice(1); return page(seen, list, { total: list.length }); };

    const walked = await walk({ things: { ...things(kind, { recheck: undefined })['things'], total: 'total' } }, platform);

    expect(ids(walked)).toEqual(all.slice(1).map((row) => row.id));
    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: COUNT - 1 });
  });

  it('is looked at again where an item came twice', async () => {
    const longer = [{ id: 'a-first' }, ...all];

    const walked = await run(kind, (seen) => page(seen, seen.number === 0 ? all : longer), { paging: { recheck: undefined } });

    expect(ids(walked)).toContain('a-first');
  });
});

describe('addresses of next pages that count rows', () => {
  it.each(['offset', '$skip', 'page[offset]', 'page', 'sysparm_offset'])('are looked at again without a word of the manifest (%s)', async (name) => {
    const firstOf = (seen: Seen): number => (name === 'page' ? (Number(seen.query[name] ?? 1) - 1) * SIZE : from(seen, name));
    const walked = await run(KINDS['link header']!, (seen) => {
      const [at, list] = [firstOf(seen), seen.number === 0 ? all : all.slice(1)];
      const onward = name === 'page' ? at / SIZE + 2 : at + SIZE;
      return { body: { data: list.slice(at, at + SIZE) }, headers: { link: at + SIZE < list.length ? `</api/things?${encodeURIComponent(name)}=${onward}>; rel="next"` : '' } };
    }, { paging: { recheck: undefined } });

    expect(ids(walked)).toEqual(all.slice(1).map((row) => row.id));
  });

  const table: Platform = (seen) => tableOf(seen, all);
  const tableOf = (seen: Seen, list: readonly unknown[]): Reply => {
    const at = from(seen, 'sysparm_offset');
    return { body: { data: list.slice(at, at + SIZE) }, headers: { 'x-total-count': String(list.length), ...(at + SIZE < list.length ? { link: `<https://made-up.example.com/api/things?sysparm_limit=3&sysparm_offset=${at + SIZE}>;rel="next"` } : {}) } };
  };
  const rule = { things: { get: '/things', items: 'data', key: 'id', query: { sysparm_limit: '3' }, total: { header: 'X-Total-Count' }, paging: { kind: 'link-header', recheck: true } } };

  it('keep the size of their pages', async () => {
    const walked = await walk(rule, table);

    expect(walked.seen.map((seen) => [from(seen, 'sysparm_offset'), seen.query['sysparm_limit']])).toEqual([0, 3, 6, 0, 3].map((at) => [at, '3']));
    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: COUNT, expected: COUNT });
  });

  it.each([1, 2])('show that a row went before page %i', async (before) => {
    const walked = await walk(rule, (seen) => tableOf(seen, seen.number < before ? all : all.slice(1)));

    expect(ids(walked)).toEqual(all.slice(1).map((row) => row.id));
    expect(walked.entry('things').state).toBe('collected');
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
