import { describe, expect, it } from 'vitest';
import { allowList, keepOnly } from '../../../src/collect/redact/keep-only.js';
import { memoryPages } from '../../../src/collect/engine/page-store.js';
import type { JsonValue } from '../../../src/model/resource.js';
import { walk } from './walk-fixtures.js';
import type { Walked } from './walk-fixtures.js';

async function read(item: unknown, rule: Record<string, unknown>, redact: Record<string, unknown> = {}): Promise<{ walked: Walked; stored: string; item: { [key: string]: JsonValue } }> {
  const pages = memoryPages();
  const walked = await walk({ things: { get: '/things', ...rule } }, () => ({ body: [item] }), { pages, manifest: { redact } });
  return { walked, stored: JSON.stringify(await pages.read('things')), item: walked.items('things')[0]! };
}

describe('secrets behind an encoding', () => {
  const secret = 'kaffee-4711-xyz';

  it.each([
    ['JSON', 'json', JSON.stringify({ password: secret })],
    ['YAML', 'yaml', `password: ${secret}\n`],
    ['XML', 'xml', `<a><password>${secret}</password></a>`],
    ['a query', 'query-string', `password=${secret}`],
    ['base64', 'base64', Buffer.from(`const password = "${secret}";`).toString('base64')],
  ])('are found in %s, and never stored', async (_what, as, text) => {
    const { walked, stored } = await read({ id: 'a', x: text }, { decode: [{ path: 'x', as }] });

    expect(stored).not.toContain(secret);
    expect(stored).not.toContain(text);
    expect(JSON.stringify(walked.resources)).not.toContain(secret);
    expect(stored).toContain('redacted');
  });

  it('are found under paths that only exist after decoding', async () => {
    const { stored } = await read({ id: 'a', x: JSON.stringify({ node: { opaque: secret, gone: 'business data' } }) }, { decode: [{ path: 'x', as: 'json' }], secrets: [{ path: 'x.node.opaque', kind: 'credential' }], drop: ['x.node.gone'] });

    expect(stored).not.toContain(secret);
    expect(stored).not.toContain('business data');
  });

  it('are bound to nothing: what a parent hid stays hidden in what is asked for it', async () => {
    const pages = memoryPages();
    const resources = { teams: { get: '/teams' }, things: { get: '/t/{t}', forEach: { of: 'teams', bind: { t: 'id', key: 'id', whole: '' } } } };

    const walked = await walk(resources, (seen) => ({ body: seen.path === '/teams' ? [{ id: 't', password: secret }] : [{ id: 'x' }] }), { pages });

    expect(JSON.stringify([walked.resources, walked.urls, await pages.read('things')])).not.toContain(secret);
  });
});

describe('what a manifest adds to redaction', () => {
  it('names of fields: texts, numbers, lists and whole objects, in any case, also in pairs', async () => {
    const { item, stored } = await read({
      id: 'a', hookId: 'plain', HOOKID: 'shout', list: [{ hookid: 7 }], deep: { hookId: ['one', 'two'] }, hookid: { user: 'bob', n: 1 }, pair: { name: 'hookId', value: 'paired' }, other: 'plain words', fallback: { hookId: '={{ $json.x }}' },
    }, {}, { names: ['hookId'] });

    for (const secret of ['"plain"', 'shout', '"one"', '"two"', 'bob', 'paired']) expect(stored).not.toContain(secret);
    expect(item).toMatchObject({ hookId: { redacted: true }, list: [{ hookid: { redacted: true } }], deep: { hookId: [{ redacted: true }, { redacted: true }] }, other: 'plain words', fallback: { hookId: '={{ $json.x }}' } });
  });

  it('objects in which one field says that another is a secret, by text and by true or false', async () => {
    const rules = { where: [{ field: 'isSecret', equals: true, redact: 'value' }, { field: 'type', equals: 'cred', redact: 'content' }, { field: 'isSecret', equals: true, redact: 'previous' }] };

    const { item } = await read({ id: 'a', v: [{ isSecret: true, value: 'one', previous: 'zero', type: 'cred', content: 'x y' }, { isSecret: false, value: 'two' }, { isSecret: 'true', value: 'three' }] }, {}, rules);

    expect(item['v']).toMatchObject([{ value: { redacted: true }, previous: { redacted: true }, content: { redacted: true } }, { value: 'two' }, { value: 'three' }]);
  });
});

describe('an allow-list', () => {
  it('keeps what it names, and all below it, and drops the rest before anything is stored', async () => {
    const { item, stored } = await read({ id: 'a', name: 'N', data: { rows: ['private'] }, settings: { public: true, note: 'private' }, steps: [{ type: 'x', data: 'private', deep: { a: 1 } }] }, { keepOnly: ['id', 'settings.public', 'steps.*.type', 'steps.*.deep'] });

    expect(item).toEqual({ id: 'a', settings: { public: true }, steps: [{ type: 'x', deep: { a: 1 } }] });
    expect(stored).not.toContain('private');
  });

  it('cannot be got around by another shape', () => {
    const list = allowList(['a.b', 'c.*', 'd', 'd.e']);

    expect(keepOnly({ a: 'text', c: [1, 2], d: { e: 1, f: 2 }, x: 1 }, list)).toEqual({ a: null, c: [1, 2], d: { e: 1, f: 2 } });
    expect(keepOnly(['a'], list)).toEqual([]);
    expect(keepOnly('text', list)).toBeNull();
    expect(keepOnly({ a: 1 }, allowList([]))).toEqual({});
  });

  it('does not switch redaction off', async () => {
    const { stored } = await read({ id: 'a', config: { password: 'kaffee-4711' } }, { keepOnly: ['id', 'config'] });

    expect(stored).not.toContain('kaffee-4711');
  });
});
