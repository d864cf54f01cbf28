import { describe, expect, it } from 'vitest';
import { memoryPages } from '../../../src/collect/engine/page-store.js';
import { breakingPages, failureOf, walk } from './walk-fixtures.js';
import type { Platform, Reply } from './walk-fixtures.js';

const REFUSED = { onStatus: [{ status: [401, 403], state: 'forbidden' }] };
const TYPES = ['flows', 'people', 'logs', 'roles', 'keys'];
const RESOURCES = Object.fromEntries(TYPES.map((type, index) => [type, { get: `/${type}`, key: 'id', required: index === 0, ...REFUSED }]));
const GOOD: Reply = { body: [{ id: 'a' }] };
const NO: Reply = { status: 401, body: { message: 'Unauthorized' } };
const only = (refused: readonly string[]): Platform => ({ path }) => (refused.includes(path.slice(1)) ? NO : GOOD);
/** The key is taken away after so many requests. */
const until = (count: number, before: Platform = () => GOOD): Platform => (seen) => (seen.number >= count ? NO : before(seen));

describe('a 401 that the manifest takes as a missing right', () => {
  it.each([1, 2, 3, 4])('fails the scan where the key is refused altogether after %i requests', async (count) => {
    const error = await failureOf(walk(RESOURCES, until(count)));

    expect(error.code).toBe('PLB-COLLECT-002');
    expect(error.message).toContain('made-up.example.com');
  });

  it('is a missing right where what was answered before is still answered, for one request more', async () => {
    const walked = await walk(RESOURCES, only(['people']));

    expect(walked.entry('people')).toMatchObject({ state: 'forbidden', missing: 'things.read' });
    expect(walked.entry('keys').state).toBe('collected');
    expect(walked.urls.filter((url) => url === '/flows')).toHaveLength(2);
  });

  it('is seen through where rights were missing before the key was taken away', async () => {
    for (const count of [4, 5, 6]) {
      const error = await failureOf(walk({ ...RESOURCES, last: { get: '/last', key: 'id', ...REFUSED } }, until(count, only(['people', 'logs']))));

      expect(error.code).toBe('PLB-COLLECT-002');
    }
  });

  it('costs few requests where very many items are refused', async () => {
    const rows = Array.from({ length: 300 }, (_each, at) => ({ id: `t${at}` }));
    const walked = await walk({ flows: { ...RESOURCES['flows'] }, parts: { get: '/flows/{id}/parts', key: 'id', forEach: { of: 'flows', bind: { id: 'id' } }, ...REFUSED } }, ({ path }) => (path === '/flows' ? { body: rows } : NO));

    expect(walked.entry('parts').state).toBe('forbidden');
    expect(walked.urls.filter((url) => url === '/flows').length).toBeLessThan(14);
  });

  it('ends a walk over many items soon when the key is taken away', async () => {
    const rows = Array.from({ length: 300 }, (_each, at) => ({ id: `t${at}` }));
    let asked = 0;
    const walking = walk({ flows: { ...RESOURCES['flows'] }, parts: { get: '/flows/{id}/parts', key: 'id', forEach: { of: 'flows', bind: { id: 'id' } }, ...REFUSED } }, (seen) => {
      asked += 1;
      return seen.number >= 50 ? NO : seen.path === '/flows' ? { body: rows } : GOOD;
    });

    expect((await failureOf(walking)).code).toBe('PLB-COLLECT-002');
    expect(asked).toBeLessThan(70);
  });

  it('is held against what was read before the worker was killed, too', async () => {
    const pages = breakingPages(1);
    await walk(RESOURCES, () => GOOD, { pages }).catch(() => undefined);

    expect((await failureOf(walk(RESOURCES, () => NO, { pages: pages.kept }))).code).toBe('PLB-COLLECT-002');
  });

  it('stands where nothing was read before that needs the key', async () => {
    const open = { hello: { get: '/hello', single: true, right: 'none' }, ...RESOURCES };
    const walked = await walk(open, ({ path }) => (path === '/hello' ? { body: { id: 'x' } } : NO), { pages: memoryPages() });

    expect(walked.entry('flows').state).toBe('forbidden');
    expect(walked.urls.filter((url) => url === '/hello')).toHaveLength(1);
  });

  it('is not held against what is answered without a key', async () => {
    const open = { hello: { get: '/hello', single: true, right: 'none' }, ...RESOURCES };
    const error = await failureOf(walk(open, (seen) => (seen.path === '/hello' ? { body: { id: 'x' } } : until(3)(seen))));

    expect(error.code).toBe('PLB-COLLECT-002');
  });

  it('waits where the platform asks to wait', async () => {
    let flows = 0;
    const error = await failureOf(walk(RESOURCES, ({ path }) => (path === '/flows' && (flows += 1) > 1 ? { status: 429, body: {} } : path === '/people' ? NO : GOOD)));

    expect(error.code).toBe('PLB-COLLECT-006');
  });
});
