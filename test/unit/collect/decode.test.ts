import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cleanItem } from '../../../src/collect/decode/clean-item.js';
import { DECODE_LIMITS } from '../../../src/collect/decode/limits.js';
import { pathRules } from '../../../src/collect/redact/path-rules.js';
import { ResourceRule } from '../../../src/collect/manifest/resource-schema.js';
import type { JsonValue } from '../../../src/model/resource.js';
import { KEY, rows, walk } from './walk-fixtures.js';

const NO_RULES = { paths: pathRules([], []), where: [] };
function cleaned(item: unknown, rule: Record<string, unknown>): { value: JsonValue; notes: string[] } {
  const notes: string[] = [];
  const value = cleanItem({ rule: ResourceRule.parse({ title: 'T', right: 'none', ...rule }), redaction: NO_RULES }, item as JsonValue, { key: KEY, notes });
  return { value, notes };
}
const decoded = (as: string, value: unknown): JsonValue => (cleaned({ x: value }, { decode: [{ path: 'x', as }] }).value as Record<string, JsonValue>)['x']!;
const gzip = (text: string | Buffer): string => gzipSync(text).toString('base64');

describe('decoding', () => {
  it.each<[string, unknown, unknown]>([
    ['json', '{"a":[1,"b"]}', { a: [1, 'b'] }],
    ['json', ' 7 ', 7],
    ['yaml', 'a:\n  - 1\n  - two\nb: yes\n', { a: [1, 'two'], b: 'yes' }],
    ['base64', Buffer.from('grüß').toString('base64'), 'grüß'],
    ['base64', 'Z3LDvMOf', 'grüß'],
    ['base64-gzip', gzip('{"a":1}'), '{"a":1}'],
    ['yaml', 'a: &a [1]\nb: *a\n', { a: [1], b: [1] }],
    ['query-string', '?a=1&b=x%20y&a=2', { a: ['1', '2'], b: 'x y' }],
    ['boolean', 'true', true], ['boolean', '0', false], ['boolean', 'Yes', true], ['boolean', 1, true], ['boolean', false, false], ['boolean', 'perhaps', 'perhaps'],
    ['number', '42', 42], ['number', '-1.5', -1.5], ['number', '12345678901234567890', '12345678901234567890'], ['number', '1e5', '1e5'], ['number', 'x', 'x'],
    ['epoch-seconds', 1_700_000_000, '2023-11-14T22:13:20.000Z'], ['epoch-seconds', '1700000000', '2023-11-14T22:13:20.000Z'], ['epoch-ms', 1_700_000_000_000, '2023-11-14T22:13:20.000Z'], ['epoch-ms', 'soon', 'soon'], ['epoch-ms', 9e16, 9e16],
    ['link-value', { link: 'https://x.example/1', value: 'abc' }, 'abc'], ['link-value', 'abc', 'abc'], ['link-value', { value: '', link: '' }, ''],
    ['list', ' a, b,,c ', ['a', 'b', 'c']], ['list', '', []], ['list', ['a'], ['a']],
    ['members', { b: { n: 1 }, a: { n: 2, key: 'old' }, c: 3 }, [{ key: 'a', n: 2 }, { key: 'b', n: 1 }, { key: 'c', value: 3 }]], ['members', [1], [1]],
    ['json', null, null], ['xml', 7, 7], ['base64', '', ''],
  ])('%s of %j', (as, value, expected) => {
    expect(decoded(as, value)).toEqual(expected);
  });

  it('reads XML with attributes, repeated elements and plain entities', () => {
    const xml = '<?xml version="1.0"?><f a="1 &amp; 2"><s id="x">T &lt;b&gt; &#65;</s><s id="y"/><t>01</t><!-- no --><c><![CDATA[<raw>]]></c></f>';

    expect(decoded('xml', xml)).toEqual({ f: { '@a': '1 & 2', s: [{ '@id': 'x', '#text': 'T <b> A' }, { '@id': 'y' }], t: '01', c: '<raw>' } });
  });

  it('goes on inside of what was decoded, anywhere in the item, and leaves the item itself alone', () => {
    const item = { list: [{ code: JSON.stringify({ inner: Buffer.from('{"deep":1}').toString('base64') }) }, { code: 7 }], map: { a: 'x=1' } };
    const before = structuredClone(item);

    const { value, notes } = cleaned(item, { decode: [{ path: 'list.*.code', as: 'json' }, { path: 'list.*.code.inner', as: 'base64' }, { path: 'list.0.code.inner', as: 'json' }, { path: 'map.*', as: 'query-string' }, { path: 'not.there', as: 'json' }] });

    expect(value).toEqual({ list: [{ code: { inner: { deep: 1 } } }, { code: 7 }], map: { a: { x: '1' } } });
    expect([notes, item]).toEqual([[], before]);
  });

  it('takes the item itself by the empty path', () => {
    expect(cleaned('{"a":1}', { decode: [{ path: '', as: 'json' }] }).value).toEqual({ a: 1 });
  });

  it.each<[string, string, unknown]>([
    ['cut JSON', 'json', '{"a":'],
    ['JSON that is too deep', 'json', '['.repeat(101) + ']'.repeat(101)],
    ['JSON with a prototype', 'json', '{"__proto__":{"polluted":true}}'],
    ['JSON with a constructor\'s prototype', 'json', '{"constructor":{"prototype":{"polluted":true}}}'],
    ['XML with a document type', 'xml', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['a billion laughs', 'xml', `<!DOCTYPE l [<!ENTITY a "ha">${Array.from({ length: 30 }, (_each, n) => `<!ENTITY a${n} "&a${n - 1};&a${n - 1};">`).join('')}]><l>&a29;</l>`],
    ['XML from a file', 'xml', '<!doctype a SYSTEM "file:///etc/passwd"><a/>'],
    ['XML without an end', 'xml', '<a><b></a>'],
    ['XML that is too deep', 'xml', '<a>'.repeat(5_000) + '</a>'.repeat(5_000)],
    ['XML with a prototype', 'xml', '<__proto__><polluted>1</polluted></__proto__>'],
    ['YAML that repeats what is not there', 'yaml', 'a: *nowhere\n'],
    ['YAML that is too long', 'yaml', `a: ${'x'.repeat(DECODE_LIMITS.yamlBytes)}`],
    ['an element whose name steers objects', 'xml', '<a><constructor/></a>'],
    ['YAML that unfolds', 'yaml', `a0: &a0 [x,x]\n${Array.from({ length: 30 }, (_each, n) => `a${n + 1}: &a${n + 1} [*a${n},*a${n}]`).join('\n')}\n`],
    ['YAML with a tag', 'yaml', 'a: !!js/function "function(){}"\n'],
    ['two YAML documents', 'yaml', 'a: 1\n---\nb: 2\n'],
    ['YAML that is too deep', 'yaml', `${'['.repeat(3_000)}${']'.repeat(3_000)}`],
    ['YAML with a prototype', 'yaml', '__proto__:\n  polluted: true\n'],
    ['no base64', 'base64', 'a%b'],
    ['bytes that are no text', 'base64', Buffer.from([0xff, 0xfe]).toString('base64')],
    ['no gzip', 'base64-gzip', Buffer.from('x').toString('base64')],
    ['a gzip bomb', 'base64-gzip', gzip(Buffer.alloc(64 * 1024 * 1024))],
    ['a query with a prototype', 'query-string', '__proto__=1'],
  ])('%s stays as it was, and is noted without its content', (_what, as, text) => {
    const started = performance.now();

    const { value, notes } = cleaned({ id: 'x', x: text }, { decode: [{ path: 'x', as }] });

    expect(value).toEqual({ id: 'x', x: text });
    expect(notes).toEqual([expect.stringMatching(/^"x" could not be decoded/)]);
    expect(notes.join()).not.toMatch(/polluted|passwd|function/);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('reads XML as it is meant: what is quoted as raw text stays so, also where it speaks of document types', () => {
    const xml = `<?xml version="1.0"?>${' '.repeat(30_000)}<!-- ${'x'.repeat(30_000)} --><a><b><![CDATA[<!DOCTYPE html> &amp; <p><p>]]></b><c>${'&lt;&#65;'.repeat(50_000)}</c></a>`;

    expect(decoded('xml', xml)).toEqual({ a: { b: '<!DOCTYPE html> &amp; <p><p>', c: '<A'.repeat(50_000) } });
    expect(decoded('xml', xml.replace('<a>', '<!doctype a><a>'))).toMatch(/^<\?xml/);
  });

  it('keeps entities that nobody declared as they are written', () => {
    expect(decoded('xml', '<a>&b; &#xD800;</a>')).toMatchObject({ a: expect.stringContaining('&b;') });
  });

  it('makes the type partial, because what stands in it is not known', async () => {
    const walked = await walk({ things: { get: '/things', decode: [{ path: 'code', as: 'json' }] } }, () => ({ body: [{ id: 'a', code: '{"ok":1}' }, { id: 'b', code: '{' }] }));

    expect(walked.items('things')).toEqual([{ id: 'a', code: { ok: 1 } }, { id: 'b', code: '{' }]);
    expect(walked.entry('things')).toMatchObject({ state: 'partial', reason: expect.stringMatching(/^1 of 2 things: "code" could not be decoded \(json\)/) });
  });
});

describe('lists whose order means nothing', () => {
  it('come out in one order, by a member, by themselves, or by their whole content', () => {
    const sets = [{ path: 'owners' }, { path: 'steps.*.tags', by: 'name' }, { path: 'grants', by: 'level' }, { path: 'single' }];
    const one = { owners: ['b', 'a', 'c'], steps: [{ tags: [{ name: 'y' }, { name: 'x' }] }], grants: [{ level: 1, to: 'b' }, { level: 1, to: 'a' }], single: 'x', order: [2, 1] };
    const other = { owners: ['c', 'b', 'a'], steps: [{ tags: [{ name: 'x' }, { name: 'y' }] }], grants: [{ to: 'a', level: 1 }, { to: 'b', level: 1 }], single: 'x', order: [2, 1] };

    expect(cleaned(one, { sets }).value).toEqual(cleaned(other, { sets }).value);
    expect(cleaned(one, { sets }).value).toMatchObject({ owners: ['a', 'b', 'c'], order: [2, 1] });
    expect(one.owners).toEqual(['b', 'a', 'c']);
  });

  it('are put in order after what holds them was decoded', async () => {
    const walked = await walk({ things: { get: '/things', decode: [{ path: 'roles', as: 'list' }], sets: [{ path: 'roles' }] } }, () => ({ body: [{ ...rows(1)[0], roles: 'b, a' }] }));

    expect(walked.items('things')[0]!['roles']).toEqual(['a', 'b']);
  });
});
