import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importFiles } from '../../../src/collect/index.js';
import { KEY, connectors, fixture, importAll, n8nWorkflow, named, temporaryFolder } from './mapping-fixtures.js';

const good = n8nWorkflow('n8n-nodes-base.noOp', {});

describe('import of exported files', () => {
  it('judges what can be read and lists the rest with a reason', async () => {
    const read = await importAll({
      'a-good.json': good,
      'b-cut.json': '{"nodes":[{"id":',
      'c-empty.json': '',
      'd-latin.json': Buffer.from([0x7b, 0x22, 0xe4, 0x22, 0x3a, 0x31, 0x7d]),
      'e-utf16.json': Buffer.from('\ufeff{}', 'utf16le'),
      'f-huge.json': `"${'x'.repeat(3_000_000)}"`,
      'g-deep.json': `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
      'h-deep-node.json': JSON.stringify(good).replace('"parameters":{}', `"parameters":{"a":${'['.repeat(500)}${']'.repeat(500)}}`),
      'i-proto.json': JSON.stringify(good).replace('"parameters":{}', '"parameters":{"__proto__":{"polluted":true}}'),
      'j-claims.json': { nodes: [], settings: {}, versionId: 'x' },
      'k-package.json': { name: 'x', version: '1.0.0', dependencies: {} },
      'l-html.json': '<!doctype html><html></html>',
      'm-list.json': [good, { other: 1 }],
      'n-null.json': 'null',
    }, 2_000_000);

    const reasons = Object.fromEntries(read.unreadable.map(({ file, reason }) => [file.split('/').at(-1), reason]));

    expect(read.files.map(({ file }) => file.split('/').at(-1))).toEqual(['a-good.json', 'm-list.json']);
    expect(reasons).toEqual({
      'b-cut.json': 'it is no JSON: the text ends in the middle',
      'c-empty.json': 'it is empty',
      'd-latin.json': 'it is no UTF-8 text',
      'e-utf16.json': 'it is UTF-16 text; save it as UTF-8',
      'f-huge.json': 'it is larger (2.9 MiB) than the limit of 1.9 MiB',
      'h-deep-node.json': 'it is nested too deep',
      'i-proto.json': 'it was refused: a key named __proto__',
      'j-claims.json': 'it looks like an export of n8n, but its steps or wires are missing',
      'l-html.json': expect.stringContaining('it is no JSON'),
      'm-list.json': '1 of its entries have another shape than expected; the others were judged',
    });
    expect(read.ignored.map(({ file }) => file.split('/').at(-1))).toEqual(['g-deep.json', 'k-package.json', 'n-null.json']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('detects the platform of each file by what is in it', async () => {
    const flows = (fixture('node-red', 'flows') as { flows: unknown[] }).flows;

    const read = await importAll({ '1-single.json': good, '2-array.json': [good], '3-page.json': { data: [good] }, '4-flows.json': flows, '5-v2.json': { flows, rev: 'x' } });

    expect(read.files.map(({ connectorId }) => connectorId)).toEqual(['n8n', 'n8n', 'n8n', 'node-red', 'node-red']);
    expect(read.unreadable).toEqual([]);
  });

  it('gives every resource its own key, also when files hold the same ids or none', async () => {
    const withoutId = { ...(good as object), id: undefined };
    const flows = (fixture('node-red', 'flows') as { flows: unknown[] }).flows;

    const read = await importAll({ 'a.json': good, 'b.json': good, 'c.json': withoutId, 'd.json': [withoutId, withoutId], 'e.json': flows, 'f.json': flows });
    const ids = read.resources.map(({ kind, key }) => `${kind}:${key}`);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('workflow:one');
    expect(ids).toContain('workflow:file:c.json');
    expect(ids).toContain('workflow:file:d.json#1');
  });

  it('says that an exported file holds no settings, people or packages', async () => {
    const { completeness } = await importAll({ 'a.json': good });

    expect(completeness.find((entry) => entry.type === 'workflows')).toMatchObject({ state: 'collected', read: 1 });
    expect(completeness.find((entry) => entry.type === 'audit')).toMatchObject({ state: 'unavailable', kinds: ['platform-settings'] });
  });

  it('looks below folders, follows no link to a folder, and says what is missing', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'deep', 'node_modules'), { recursive: true });
    writeFileSync(join(folder, 'deep', 'a.json'), JSON.stringify(good));
    writeFileSync(join(folder, 'deep', 'node_modules', 'b.json'), JSON.stringify(good));
    writeFileSync(join(folder, 'deep', 'notes.txt'), 'not looked at');
    symlinkSync(folder, join(folder, 'deep', 'loop'));

    const read = await importFiles([folder, join(folder, 'nowhere')], { connectors: await connectors(), fingerprintKey: KEY });

    expect(read.files).toEqual([{ file: join(folder, 'deep', 'a.json'), connectorId: 'n8n' }]);
    expect(read.unreadable).toEqual([{ file: join(folder, 'nowhere'), reason: 'there is no such file or folder' }]);
  });

  it('takes a file that was named for an export, whatever it is called', async () => {
    const folder = temporaryFolder();
    const [flow, other] = [join(folder, 'flow.txt'), join(folder, 'other.json')];
    writeFileSync(flow, `\ufeff${JSON.stringify(good)}`);
    writeFileSync(other, '{"a":1}');

    const read = await importFiles([flow, other, flow], { connectors: await connectors(), fingerprintKey: KEY });

    expect(named(read.resources, 'Step').location).toEqual({ file: flow, workflow: 'One', step: 'Step' });
    expect(read.unreadable.map(({ file }) => file)).toEqual([other]);
    expect(read.files).toHaveLength(1);
  });

  it('survives nodes of any shape', async () => {
    const odd = [null, 3, 'x', [], {}, { id: 7, type: 9, name: {}, parameters: 'text', credentials: [] }, { id: 'n', type: 'n8n-nodes-base.httpRequest', parameters: { url: { a: 1 }, options: null } }, { type: 'n8n-nodes-base.webhook' }, { id: 'n', type: 'n8n-nodes-base.code', parameters: { jsCode: 5 } }];
    const connections = { x: null, y: { main: null }, z: { main: [null, [null, { node: 5 }]] } };

    const read = await importAll({ 'odd.json': { id: 5, name: 7, nodes: odd, connections, settings: 'x', tags: 'y', shared: {} } });

    expect(read.unreadable.map(({ reason }) => reason)).toEqual(['1 of 1 workflows: some of their steps could not be read', '1 of 1 workflows: the type of some of their steps could not be read', '1 of 1 workflows: what some of their steps do could not be read']);
    expect(read.resources.filter((resource) => resource.kind !== 'workflow')).toHaveLength(5);
  });
});
