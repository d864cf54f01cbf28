import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { unzipSync, zipSync } from 'fflate';
import type { Import } from '../../../src/collect/index.js';
import { readReasonInWords, readStateInWords } from '../../../src/portal/parts/words.js';
import { completenessSection } from '../../../src/report/scan-sections.js';
import { isComplete } from '../../../src/model/snapshot.js';
import type { CompletenessEntry } from '../../../src/model/snapshot.js';
import { fixture, importAll, n8nWorkflow } from './mapping-fixtures.js';

type Json = Record<string, unknown>;
const exported = (path: string): Buffer => readFileSync(`packs/connectors/${path}`);
const json = (path: string): Json => JSON.parse(exported(path).toString()) as Json;
const bubble = (): Json => json('bubble/fixtures/files/shop.bubble');
const blueprint = (): Json => json('make/fixtures/files/web-orders.blueprint.json');
const GOOD = n8nWorkflow('n8n-nodes-base.noOp', {}) as Json;
const FLOW = 'Workflows/Orderintake-C0FFEE00-0000-4000-8000-00000000000A.json';

/** The document with another value at the path. */
function changed(document: Json, path: string, value: unknown): Json {
  const [name, ...rest] = path.split('.');
  return { ...document, [name!]: rest.length === 0 ? value : changed(document[name!] as Json, rest.join('.'), value) };
}

function solution(change: (members: Record<string, Uint8Array>) => void): Buffer {
  const members = unzipSync(exported('power-platform/fixtures/files/OrderIntake_1_0_4_0.zip'));
  change(members);
  return Buffer.from(zipSync(members));
}

const entry = ({ completeness }: Import, type: string): CompletenessEntry | undefined => completeness.find((each) => each.type === type);
const reasons = ({ unreadable }: Import): string[] => unreadable.map(({ file, reason }) => `${file.split('/').slice(3).join('/')}: ${reason}`);

describe('a file whose parts could not be understood', () => {
  it('makes a Bubble application partial, and counts in words', async () => {
    const [type] = Object.keys(bubble()['user_types'] as Json);
    const broken = [changed(bubble(), 'api.bTrIM1.actions', 'packed'), changed(bubble(), 'api', 'packed'), changed(bubble(), `user_types.${type!}`, 7)];

    const [steps, map, member] = await Promise.all(broken.map((document) => importAll({ 'shop.bubble': document })));

    expect(entry(steps!, 'workflows')).toMatchObject({ state: 'partial', read: 3, reason: '1 of 3 backend workflows: their steps could not be read' });
    expect(reasons(steps!)).toEqual(['shop.bubble: 1 of 3 backend workflows: their steps could not be read']);
    expect(entry(map!, 'workflows')).toMatchObject({ state: 'failed', read: 0, reason: '1 of 1 have another shape than expected' });
    expect(entry(member!, 'types')).toMatchObject({ state: 'partial', reason: expect.stringMatching(/^1 of \d+ have another shape than expected$/) });
    for (const read of [steps, map, member]) expect([isComplete(read!.completeness), read!.unreadable.length > 0]).toEqual([false, true]);
  });

  it.each([
    ['api', null, ['workflows']], ['settings', null, ['plugins', 'apiCalls', 'apiGroups']], ['settings', undefined, ['plugins', 'apiCalls', 'apiGroups']], ['settings.client_safe', null, ['plugins', 'apiCalls', 'apiGroups']],
    ['settings.client_safe.apiconnector2', null, ['apiCalls', 'apiGroups']], ['settings.client_safe.plugins', 'x', ['plugins']], ['pages', null, ['pages']], ['api', undefined, ['workflows']],
  ])('does not take a Bubble application without its %s (%s) for one that has none', async (path, value, types) => {
    const read = await importAll({ 'shop.bubble': changed(bubble(), path, value) });

    for (const type of types) expect(entry(read, type)).toMatchObject({ state: 'failed', read: 0, reason: '1 of 1 have another shape than expected' });
    expect(read.completeness.filter(({ state }) => state === 'failed').map(({ type }) => type).sort()).toEqual([...types].sort());
    expect(reasons(read)).toHaveLength(1);
  });

  it('takes a Bubble application without connections of its own, plugins or pages for what it is', async () => {
    const read = await importAll({ 'shop.bubble': changed(changed(changed(bubble(), 'settings.client_safe.apiconnector2', undefined), 'settings.client_safe.plugins', undefined), 'pages', undefined) });

    expect(read.unreadable).toEqual([]);
    for (const type of ['apiCalls', 'apiGroups', 'plugins', 'pages']) expect(entry(read, type)).toMatchObject({ state: 'empty', reason: null });
  });

  it('says of a broken document that nothing it should hold could be read', async () => {
    const read = await importAll({ 'shop.bubble': changed(bubble(), 'user_types', null) });

    for (const type of ['app', 'workflows', 'types', 'plugins', 'apiCalls', 'apiGroups', 'pages']) expect(entry(read, type)).toMatchObject({ state: 'failed', reason: '1 of the files that should hold them could not be read' });
  });

  it.each([
    ['dataSources', 'some of their steps could not be read; 1 of 1 exported apps: a part of them could not be read'],
    ['appEnvironments', 'a part of them could not be read'],
  ])('makes a ToolJet export without its %s partial', async (part, words) => {
    const document = json('tooljet/fixtures/files/refund-desk.json') as { app: { definition: { appV2: Json } }[] };
    delete document.app[0]!.definition.appV2[part];

    const read = await importAll({ 'a.json': document });

    expect(entry(read, 'exports')).toMatchObject({ state: 'partial', read: 1, reason: expect.stringContaining(words.split(';')[0]!) });
    expect(read.unreadable.length).toBeGreaterThan(0);
  });

  it.each([
    ['routes', 'some of their steps could not be read', (router: Json) => { router['routes'] = '[]'; }],
    ['the flow of a route', 'some of their steps could not be read', (router: Json) => { (router['routes'] as Json[])[0]!['flow'] = null; }],
    ['settings', 'what some of their steps do could not be read', (router: Json) => { router['mapper'] = 'x'; }],
  ])('makes a Make blueprint partial where %s of a router have another shape', async (_what, words, change) => {
    const document = blueprint();
    change((document['flow'] as Json[]).find((module) => module['routes'] !== undefined)!);

    const read = await importAll({ 'a.json': document });

    expect(entry(read, 'blueprints')).toMatchObject({ state: 'partial', reason: expect.stringContaining(words) });
  });

  it.each([
    ['a text', '{"a":1}'], ['null', null],
  ])('makes n8n and Langflow partial where what a step does is %s', async (_what, value) => {
    const [n8n, data, template] = await Promise.all([
      importAll({ 'a.json': { ...GOOD, nodes: (GOOD['nodes'] as Json[]).map((node) => ({ ...node, parameters: value })) } }),
      ...['data', 'template'].map((part) => {
        const document = json('langflow/fixtures/files/help-desk.json');
        const node = ((document['data'] as Json)['nodes'] as Json[])[0]!;
        if (part === 'data') node['data'] = value;
        else ((node['data'] as Json)['node'] as Json)['template'] = value;
        return importAll({ 'a.json': document });
      }),
    ]);

    expect(entry(n8n!, 'workflows')).toMatchObject({ state: 'partial', reason: '1 of 1 workflows: what some of their steps do could not be read' });
    for (const read of [data!, template!]) expect(entry(read, 'flows')).toMatchObject({ state: 'partial', reason: expect.stringContaining('what some of their steps do could not be read') });
  });

  it.each([
    ['definition.actions', null, 'some of their steps could not be read'],
    ['definition.actions', 'packed', 'some of their steps could not be read'],
  ])('makes a cloud flow partial where its %s are %s', async (path, value, words) => {
    const read = await importAll({ 'a.json': changed(json('power-platform/fixtures/files/order-intake-definition.json'), `properties.${path}`, value) });

    expect(entry(read, 'flowDetails')).toMatchObject({ state: 'partial', reason: expect.stringContaining(words) });
  });

  it('makes a Make blueprint partial where its flow is cut, and says so where there is none', async () => {
    const flow = blueprint()['flow'] as unknown[];
    const router = { id: 99, module: 'builtin:BasicRouter', version: 1, routes: [{ flow: [{ id: 100, module: 'http:ActionSendData', version: 3 }] }, { flow: 'cut' }] };
    const [cut, none, inRoute] = [changed(blueprint(), 'flow', [flow[0], null]), changed(blueprint(), 'flow', null), changed(blueprint(), 'flow', [...flow, router])];

    const [partial, broken, below] = await Promise.all([importAll({ 'a.json': cut, 'b.json': blueprint() }), importAll({ 'a.json': none }), importAll({ 'a.json': inRoute })]);

    expect(entry(partial, 'blueprints')).toMatchObject({ state: 'partial', read: 2, reason: expect.stringMatching(/^1 of 2 .*: some of their steps could not be read$/) });
    expect(entry(below, 'blueprints')).toMatchObject({ state: 'partial', read: 1, reason: expect.stringMatching(/^1 of 1 .*: some of their steps could not be read$/) });
    expect(entry(broken, 'blueprints')).toMatchObject({ state: 'failed', read: 0, reason: '1 of the files that should hold them could not be read', required: true });
    expect(reasons(broken)).toEqual(['a.json: it looks like an export of Make, but its steps or wires are missing']);
  });

  it('makes a Power Platform solution partial where a flow is no JSON, or is not one that can be read', async () => {
    const [noJson, noActions, none, gone] = await Promise.all([
      importAll({ 'a.zip': solution((members) => { members[FLOW] = Buffer.from('{"properties":'); }) }),
      importAll({ 'a.zip': solution((members) => { members[FLOW] = Buffer.from(JSON.stringify({ properties: { definition: 'packed' } })); }) }),
      importAll({ 'a.zip': solution((members) => { for (const name of Object.keys(members)) if (name.startsWith('Workflows/')) members[name] = Buffer.from('x'); }) }),
      importAll({ 'a.zip': solution((members) => { delete members[FLOW]; }) }),
    ]);

    expect(entry(noJson, 'flowDetails')).toMatchObject({ state: 'partial', read: 1, reason: '1 of the files that should hold them could not be read' });
    expect(reasons(noJson)).toEqual([`a.zip/${FLOW}: it is no JSON: the text ends in the middle`]);
    expect(entry(noActions, 'flowDetails')).toMatchObject({ state: 'partial', read: 2, reason: expect.stringMatching(/^1 of 2 .*: their steps could not be read$/) });
    expect(entry(none, 'flowDetails')).toMatchObject({ state: 'failed', read: 0 });
    expect(entry(gone, 'flowDetails')).toMatchObject({ state: 'partial', read: 1, reason: '1 of the files that should hold them could not be read' });
    expect(reasons(gone)).toEqual([`a.zip/${FLOW}: it is named in the archive and is not there`]);
  });

  it('makes n8n workflows partial where nodes are null or hold what is no node', async () => {
    const [alone, among, inList, half] = await Promise.all([
      importAll({ 'a.json': { ...GOOD, nodes: null } }),
      importAll({ 'a.json': { ...GOOD, nodes: null }, 'b.json': { ...GOOD, id: 'two' } }),
      importAll({ 'a.json': [GOOD, { ...GOOD, id: 'two', nodes: null }] }),
      importAll({ 'a.json': { ...GOOD, nodes: [...GOOD['nodes'] as unknown[], null] }, 'b.json': { ...GOOD, id: 'two' } }),
    ]);

    expect(entry(alone, 'workflows')).toMatchObject({ state: 'failed', read: 0, reason: '1 of the files that should hold them could not be read' });
    expect(entry(among, 'workflows')).toMatchObject({ state: 'partial', read: 1, reason: '1 of the files that should hold them could not be read' });
    expect(entry(inList, 'workflows')).toMatchObject({ state: 'partial', read: 1, reason: '1 of 2 have another shape than expected' });
    expect(entry(half, 'workflows')).toMatchObject({ state: 'partial', read: 2, reason: '1 of 2 workflows: some of their steps could not be read' });
    for (const read of [alone, among, inList, half]) expect(read.unreadable).toHaveLength(1);
  });

  it('makes Node-RED flows partial where a member is none, and says so where they are a map', async () => {
    const { flows, rev } = fixture('node-red', 'flows') as { flows: Json[]; rev: string };
    const map = Object.fromEntries(flows.map((node) => [String(node['id']), node]));

    const [member, noType, asMap, withRev] = await Promise.all([importAll({ 'a.json': [...flows, 'x'] }), importAll({ 'a.json': [...flows, { z: flows[0]!['id'], wires: [] }] }), importAll({ 'a.json': { flows: map } }), importAll({ 'a.json': { flows: {}, rev } })]);

    expect(entry(member, 'flows')).toMatchObject({ state: 'partial', read: flows.length, reason: `1 of ${flows.length + 1} have another shape than expected` });
    expect(entry(noType, 'flows')).toMatchObject({ state: 'partial', reason: expect.stringMatching(/^1 of \d+ flows.*: their id or type could not be read$/) });
    for (const read of [asMap, withRev]) {
      expect(entry(read, 'flows')).toMatchObject({ state: 'failed', read: 0 });
      expect(reasons(read)).toEqual(['a.json: it looks like an export of Node-RED, but its steps or wires are missing']);
    }
  });

  it.each([
    ['Langflow', 'langflow/fixtures/files/help-desk.json', { data: null }],
    ['ToolJet', 'tooljet/fixtures/files/refund-desk.json', { app: null }],
    ['Power Platform', 'power-platform/fixtures/files/order-intake-definition.json', { properties: changed(json('power-platform/fixtures/files/order-intake-definition.json')['properties'] as Json, 'definition', null) }],
  ])('is not passed over as something else: %s', async (title, file, change) => {
    const read = await importAll({ 'a.json': { ...json(file), ...change } });

    expect(read.ignored).toEqual([]);
    expect(read.unreadable[0]!.reason).toMatch(new RegExp(`^it looks like an export of .*${title}`));
    expect(isComplete(read.completeness)).toBe(false);
  });

  it('counts over all files, and leaves sound ones alone', async () => {
    const bad = { ...GOOD, nodes: [...GOOD['nodes'] as unknown[], null] };

    const [read, sound] = await Promise.all([importAll({ 'a.json': [{ ...bad, id: '1' }, { ...bad, id: '2' }, { ...GOOD, id: '3' }], 'b.json': { ...bad, id: '4' } }), importAll({ 'shop.bubble': bubble(), 'a.json': blueprint(), 'b.json': GOOD, 'c.zip': solution(() => undefined) })]);

    expect(entry(read, 'workflows')?.reason).toBe('3 of 4 workflows: some of their steps could not be read');
    expect(reasons(read)).toEqual(['a.json: 2 of 3 workflows: some of their steps could not be read', 'b.json: 1 of 1 workflows: some of their steps could not be read']);
    expect([sound.unreadable, sound.completeness.filter(({ state }) => state === 'partial' || state === 'failed')]).toEqual([[], []]);
  });

  it('says of what no export holds that it is unavailable, never that there is none', async () => {
    const { completeness } = await importAll({ 'shop.bubble': bubble(), 'a.json': blueprint(), 'b.json': GOOD, 'c.json': fixture('node-red', 'flows') });

    for (const type of ['users', 'credentials', 'audit', 'variables', 'connections', 'collaborators']) for (const each of completeness.filter((found) => found.type === type)) expect(each).toMatchObject({ state: 'unavailable', read: 0 });
    expect(completeness.filter(({ state }) => state === 'unavailable').length).toBeGreaterThan(20);
    expect(completeness.filter(({ state, required }) => state === 'unavailable' && required)).toEqual([]);
  });

  it('is told in the same words in the portal and in the report', async () => {
    const read = await importAll({ 'a.json': GOOD, 'b.json': { ...GOOD, id: 'two', nodes: [null] } });
    const [partly, absent] = [entry(read, 'workflows')!, entry(read, 'credentials')!];

    const { rows } = completenessSection({ completeness: [partly, absent] } as unknown as Parameters<typeof completenessSection>[0]);

    expect([readStateInWords(partly), readReasonInWords(partly)]).toEqual(['Partly read', '1 of 2 workflows: some of their steps could not be read']);
    expect([readStateInWords(absent), readReasonInWords(absent)]).toEqual(['Not in the file', 'not part of an exported file']);
    expect(rows.map(({ stateMark, reason }) => [stateMark, reason])).toEqual([['partial', '1 of 2 workflows: some of their steps could not be read'], ['unavailable', 'not part of an exported file']]);
  });
});
