import { describe, expect, it } from 'vitest';
import { memoryPages } from '../../../src/collect/engine/page-store.js';
import type { PageStore } from '../../../src/collect/engine/page-store.js';
import { sealCursors } from '../../../src/collect/engine/sealed-cursors.js';
import type { JsonValue } from '../../../src/model/resource.js';
import { KEY, breakingPages, rows, walk } from './walk-fixtures.js';
import type { Platform } from './walk-fixtures.js';

const TOKEN = 'pRl8xyABc0plantedQ7';
// asked once only, so that each request in a test is one of a list being read on
const NEXT = { kind: 'next-url', from: ['next'], recheck: false };

/** Three pages; the way to the next one holds a key in its query and one in its path. */
const keyed: Platform = ({ query }) => {
  const page = Number(query['page'] ?? '1');
  const next = page < 3 ? `https://made-up.example.com/api/things/${TOKEN}?page=${page + 1}&access_token=${TOKEN}&sig=${TOKEN}%3D&%24skiptoken=X%27${TOKEN}` : null;
  return { body: { items: rows(2, page * 2), next } };
};

function watched(pages: PageStore): { store: PageStore; written: JsonValue[] } {
  const written: JsonValue[] = [];
  return { written, store: { read: (type) => pages.read(type), async write(type, page, body) { written.push(structuredClone(body)); await pages.write(type, page, body); } } };
}

describe('what points to the next page', () => {
  it.each([
    ['a plain list', { things: { get: '/things', items: 'items', paging: NEXT } }],
    ['a looped one', { things: { get: '/things', items: 'items', paging: NEXT, matrix: { kind: ['a', 'b'] }, query: { kind: '{kind}' } } }],
  ])('is followed and never stored or told in clear: %s', async (_what, resources) => {
    const { store, written } = watched(memoryPages());
    const told: unknown[] = [];

    const walked = await walk(resources, keyed, { pages: store, onProgress: (progress) => told.push(progress) });

    expect(walked.urls.filter((url) => url.includes(TOKEN)).length).toBeGreaterThanOrEqual(2);
    expect(walked.entry('things').state).toBe('collected');
    const stored = JSON.stringify(written);
    expect(stored).toContain('sealed:');
    for (const secret of [TOKEN, TOKEN.toLowerCase(), Buffer.from(TOKEN).toString('base64').slice(0, 20)]) expect(stored.toLowerCase()).not.toContain(secret.toLowerCase());
    expect(JSON.stringify([told, walked.resources, walked.completeness, walked.bookmarks])).not.toContain(TOKEN);
  });

  it('is opened by the next worker, which goes on where the first one was', async () => {
    const broken = breakingPages(1);
    const resources = { things: { get: '/things', items: 'items', paging: NEXT } };
    await expect(walk(resources, keyed, { pages: broken })).rejects.toThrow('killed');

    const walked = await walk(resources, keyed, { pages: broken.kept });

    expect(walked.seen.map((seen) => seen.query['page'])).toEqual(['2', '3']);
    expect(walked.items('things')).toHaveLength(6);
  });

  it('is told by the platform: a cursor of the body is sealed too, a page number is not', async () => {
    const cursors = watched(memoryPages());
    const numbers = watched(memoryPages());

    await walk({ things: { get: '/things', items: 'items', paging: { kind: 'cursor', from: 'next', to: 'after' } } }, ({ query }) => ({ body: { items: rows(1, query['after'] ? 1 : 0), next: query['after'] ? null : `abc-${TOKEN}` } }), { pages: cursors.store });
    await walk({ things: { get: '/things', items: 'items', paging: { kind: 'page', page: 'p', first: 1, more: 'more', size: { name: 'n', value: 2 }, recheck: false } } }, ({ query }) => ({ body: { items: rows(2, Number(query['p'])), more: query['p'] === '1' } }), { pages: numbers.store });

    expect(JSON.stringify(cursors.written)).not.toContain(TOKEN);
    expect(numbers.written.slice(0, 2)).toMatchObject([{ next: '2' }, { cursor: '2' }]);
  });

  it('is sealed alike each time, so that an unchanged page is stored unchanged', async () => {
    const seal = (key: Uint8Array): Promise<JsonValue[]> => {
      const kept = memoryPages();
      return sealCursors(kept, key).write('things', 0, { next: `/a?sig=${TOKEN}`, cursor: null }).then(() => kept.read('things'));
    };

    expect(await seal(KEY)).toEqual(await seal(KEY));
    expect(await seal(KEY)).not.toEqual(await seal(new Uint8Array(32).fill(8)));
  });

  it.each([
    ['another key', (text: string) => text, new Uint8Array(32).fill(8)],
    ['a changed row', (text: string) => `${text.slice(0, -6)}AAAAAA`, KEY],
    ['a row that never was one', () => 'sealed:xx', KEY],
  ])('that cannot be opened (%s) is not believed: the list is read again', async (_what, change, key) => {
    const kept = memoryPages();
    await sealCursors(kept, KEY).write('things', 0, { next: `/a?sig=${TOKEN}`, cursor: null });
    const [page] = (await kept.read('things')) as { next: string }[];
    await kept.write('things', 0, { ...page!, next: change(page!.next) });

    expect(await sealCursors(kept, key).read('things')).toEqual([]);
  });

  it('is sealed for the id of an export that a platform makes, which may open it', async () => {
    const { store, written } = watched(memoryPages());
    const job = { start: '/exports', id: 'id', poll: '/exports/{job}', done: 'done', result: { get: '/exports/{job}/rows', as: 'json' }, every: 1, atMost: 60 };

    const walked = await walk({ things: { job, items: 'items' } }, ({ path }) => ({ body: path === '/exports' ? { id: TOKEN } : path.endsWith('rows') ? { items: rows(2) } : { done: true } }), { pages: store });

    expect(walked.items('things')).toHaveLength(2);
    expect(JSON.stringify([written, walked.resources, walked.completeness])).not.toContain(TOKEN);
  });
});
