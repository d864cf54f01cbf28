import { describe, expect, it } from 'vitest';
import { isComplete } from '../../../src/model/snapshot.js';
import { compileManifest } from '../../../src/collect/manifest/compile-manifest.js';
import type { Connector } from '../../../src/collect/manifest/connector.js';
import { Manifest } from '../../../src/collect/manifest/schema.js';
import { compileSteps } from '../../../src/collect/manifest/step-rules.js';
import { StepsFile } from '../../../src/collect/manifest/steps-schema.js';
import { walk } from './walk-fixtures.js';
import type { Walked } from './walk-fixtures.js';

const workflow = { key: 'id', name: { first: ['name', 'id'] }, enabled: { value: true } };
const step = { id: 'id', name: { first: ['name', 'id'] }, type: 'type', parameters: '' };
const treeOf = (roots: string[], more: Record<string, unknown> = {}): Record<string, unknown> => ({ layout: 'tree', from: 'flows', roots, wires: { kind: 'sequence' }, workflow, step, ...more });
const NESTED = {
  layout: 'nested-by-name', from: 'flows', nodes: 'nodes', connections: 'wires', published: { nodes: 'live.nodes', connections: 'live.wires', mark: 'live' },
  workflow, step: { ...step, name: 'name' },
};
const FLAT = {
  layout: 'flat-by-id', from: 'flows', workflowTypes: ['tab'], parent: 'z', type: 'type', wires: 'wires', workflow, step,
  shared: { kind: 'connector', name: 'id', parameters: '' },
};

function connectorOf(more: Record<string, unknown>, rule: Record<string, unknown> = {}): Connector {
  const manifest = Manifest.parse({
    apiVersion: 'connector/v1', id: 'made-up', title: 'Made up', about: 'A platform for tests.', evidence: 'constructed', steps: 'steps.yaml',
    secretFields: [{ name: 'token', label: 'Key', kind: 'password' }], auth: { kind: 'none' }, redact: {}, probe: { types: ['flows'] },
    resources: { flows: { title: 'Workflows', get: '/flows', right: 'none', required: true, ...rule } }, ...more,
  });
  return compileManifest(manifest, compileSteps(StepsFile.parse({ dataReferences: [], types: {} })), 'folder');
}

const read = (items: unknown[], more: Record<string, unknown>, rule?: Record<string, unknown>): Promise<Walked> => walk({}, () => ({ body: items }), { connector: connectorOf(more, rule) });
const drawn = (items: unknown[], graph: Record<string, unknown>, rule?: Record<string, unknown>): Promise<Walked> => read(items, { graphs: [graph] }, rule);
const SOUND = { id: 'a', name: 'A', steps: [{ id: '1', type: 'call' }] };
const SOUND_NODES = { id: 'a', name: 'A', nodes: [{ id: '1', name: 'one', type: 'call' }], wires: {} };

describe('a workflow whose steps cannot be read', () => {
  it.each([
    ['are null', { steps: null }],
    ['are absent', {}],
    ['are a text', { steps: '[{"id": "1"' }],
    ['are one thing instead of a map of things', { steps: { id: '1', type: 'call' } }],
  ])('makes the type partial where they %s, and is told without a count of steps', async (_how, parts) => {
    const walked = await drawn([SOUND, { id: 'b', name: 'B', ...parts }], treeOf(['steps']));

    expect(walked.entry('flows')).toMatchObject({ state: 'partial', read: 2, reason: '1 of 2 workflows: their steps could not be read' });
    expect(isComplete(walked.completeness)).toBe(false);
    const workflows = walked.resources.filter(({ kind }) => kind === 'workflow');
    expect(workflows.map(({ key, properties }) => [key, properties['stepCount']])).toEqual([['a', 1], ['b', undefined]]);
    expect(workflows[1]!.properties).not.toHaveProperty('edges');
  });

  it.each([
    ['null', { nodes: null, wires: {} }],
    ['an object', { nodes: { 0: { id: '1' } }, wires: {} }],
    ['null in the version that runs', { nodes: SOUND_NODES.nodes, wires: {}, live: { nodes: null, wires: {} } }],
  ])('makes the type partial where they are kept beside wires and are %s', async (_how, parts) => {
    const walked = await drawn([SOUND_NODES, { id: 'b', name: 'B', ...parts }], NESTED);

    expect(walked.entry('flows')).toMatchObject({ state: 'partial', read: 2, reason: '1 of 2 workflows: their steps could not be read' });
    expect(walked.resources.filter(({ kind }) => kind === 'workflow').map(({ key, properties }) => [key, properties['stepCount']])).toEqual([['a', 1], ['b', undefined]]);
  });

  it('in part keeps what can be read, and says so', async () => {
    const inList = await drawn([SOUND, { id: 'b', steps: [{ id: '1', type: 'call' }, null, 'x'] }], treeOf(['steps']));
    const ofTwoRoots = await drawn([SOUND, { id: 'b', steps: [{ id: '1', type: 'call' }], triggers: 'packed' }], treeOf(['triggers', 'steps'], { optional: ['triggers'] }));
    const besideWires = await drawn([SOUND_NODES, { id: 'b', nodes: [{ id: '1', name: 'one', type: 'call' }, null], wires: {} }], NESTED);

    for (const walked of [inList, ofTwoRoots, besideWires]) {
      expect(walked.entry('flows')).toMatchObject({ state: 'partial', reason: '1 of 2 workflows: some of their steps could not be read' });
      expect(walked.resources.map(({ key }) => key)).toContain('b/1');
    }
  });

  it.each([
    ['a text instead of branches', { routes: '[]' }],
    ['branches that are null', { routes: null }],
    ['a branch that is null', { routes: [null] }],
    ['a branch without steps', { routes: [{ label: 'A' }] }],
    ['null instead of the steps of a branch', { routes: [{ flow: null }] }],
    ['null instead of further steps', { onerror: null }],
  ])('is told where a step holds %s', async (_what, parts) => {
    const walked = await drawn([SOUND, { id: 'b', steps: [{ id: '1', type: 'router', ...parts }] }], treeOf(['steps'], { children: ['routes.*.flow', 'onerror'] }));

    expect(walked.entry('flows')).toMatchObject({ state: 'partial', reason: '1 of 2 workflows: some of their steps could not be read' });
  });

  it('is sound where a step holds no branches, or empty ones', async () => {
    const walked = await drawn([SOUND, { id: 'b', steps: [{ id: '1', type: 'router', routes: [] }, { id: '2', type: 'router', routes: [{ flow: [] }], onerror: [] }] }], treeOf(['steps'], { children: ['routes.*.flow', 'onerror'] }));

    expect(walked.entry('flows')).toMatchObject({ state: 'collected', reason: null });
  });

  it.each([['absent', {}], ['null', { triggers: null }]])('is told where one of several places of steps is %s, unless the manifest says that it may be', async (_how, parts) => {
    const items = [{ ...SOUND, triggers: {} }, { ...SOUND, id: 'b', ...parts }];

    const needed = await drawn(items, treeOf(['triggers', 'steps']));
    const optional = await drawn(items, treeOf(['triggers', 'steps'], { optional: ['triggers'] }));

    expect(needed.entry('flows')).toMatchObject({ state: 'partial', reason: '1 of 2 workflows: some of their steps could not be read' });
    expect(optional.entry('flows')).toMatchObject({ state: 'collected', reason: null });
  });

  it('is not one that has none', async () => {
    const noSteps = await drawn([{ id: 'a', steps: [] }, { id: 'b', steps: {} }], treeOf(['steps']));
    const oneRootOfTwo = await drawn([{ id: 'a', steps: [{ id: '1', type: 'call' }] }, { id: 'b', trigger: { id: '1', type: 'call' }, steps: null }], treeOf(['trigger', 'steps'], { single: ['trigger'], optional: ['trigger', 'steps'] }));
    const noNodes = await drawn([{ id: 'a', nodes: [], wires: {}, live: null }], NESTED);

    for (const walked of [noSteps, oneRootOfTwo, noNodes]) expect(walked.entry('flows')).toMatchObject({ state: 'collected', reason: null });
    expect(noSteps.resources.map(({ properties }) => properties['stepCount'])).toEqual([0, 0]);
  });

  it('is not one whose steps are attached and of which there are none', async () => {
    const connector = connectorOf({
      resources: { steps: { title: 'Steps', get: '/steps', right: 'none' }, flows: { title: 'Workflows', get: '/flows', right: 'none' } },
      graphs: [treeOf(['parts'], { attach: [{ from: 'steps', by: 'id', on: 'flow', as: 'parts' }] })],
    });

    const walked = await walk({}, ({ path }) => ({ body: path === '/steps' ? [{ id: '1', flow: 'a', type: 'call' }] : [{ id: 'a' }, { id: 'b' }] }), { connector });

    expect(walked.entry('flows')).toMatchObject({ state: 'collected', reason: null });
  });

  it('keeps the type partial when the same pages are found unchanged', async () => {
    const platform = { body: [SOUND, { id: 'b', steps: null }] };

    const again = await walk({}, () => platform, { connector: connectorOf({ graphs: [treeOf(['steps'])] }), unchanged: () => true });

    expect(again.resources).toEqual([]);
    expect(again.entry('flows')).toMatchObject({ state: 'partial', reason: '1 of 2 workflows: their steps could not be read' });
  });
});

describe('a step whose settings cannot be read', () => {
  const SETTINGS = '1 of 2 workflows: what some of their steps do could not be read';
  const stepWith = (parts: Record<string, unknown>): Record<string, unknown> => ({ id: 'b', name: 'B', nodes: [{ id: '1', name: 'one', type: 'call', ...parts }], wires: {} });
  const nested = { ...NESTED, step: { ...NESTED.step, parameters: 'parameters' } };

  it.each([['a text', '{"a":1}'], ['null', null], ['a list', [1]]])('is told where they are %s', async (_what, parameters) => {
    const walked = await drawn([SOUND_NODES, stepWith({ parameters })], nested);

    expect(walked.entry('flows')).toMatchObject({ state: 'partial', reason: SETTINGS });
    expect(walked.resources.map(({ key }) => key)).toContain('b/1');
  });

  it.each([['absent', {}], ['empty', { parameters: {} }]])('is sound where they are %s', async (_what, parts) => {
    expect((await drawn([SOUND_NODES, stepWith(parts)], nested)).entry('flows')).toMatchObject({ state: 'collected', reason: null });
  });

  it('is told by the places that the manifest names, null only where it may be, and of the steps that have them', async () => {
    const objects = ['data', 'data.node', { at: 'mapper', orNull: true }, { at: 'inputs', when: { not: { equals: ['type', { value: 'compose' }] } } }];
    const read = (parts: Record<string, unknown>): Promise<Walked> => drawn([SOUND, { id: 'b', steps: [{ id: '1', type: 'call', ...parts }] }], treeOf(['steps'], { step: { ...step, objects } }));

    const bad = await Promise.all([{ data: null }, { data: { node: null } }, { data: { node: 'x' } }, { mapper: 'x' }, { inputs: 'x' }].map(read));
    const sound = await Promise.all([{ data: { node: {} } }, { data: {} }, { mapper: null }, { type: 'compose', inputs: 'x' }, {}].map(read));

    for (const walked of bad) expect(walked.entry('flows')).toMatchObject({ state: 'partial', reason: SETTINGS });
    for (const walked of sound) expect(walked.entry('flows')).toMatchObject({ state: 'collected', reason: null });
  });
});

describe('wires that cannot be read', () => {
  it.each([
    ['beside the steps', NESTED, { ...SOUND_NODES, id: 'b', wires: null }],
    ['in the version that runs', NESTED, { ...SOUND_NODES, id: 'b', live: { nodes: [], wires: [] } }],
    ['in a list of their own', treeOf(['steps'], { wires: { kind: 'list', edges: 'edges', from: 'source', to: 'target' } }), { ...SOUND, id: 'b', edges: null }],
  ])('are told %s', async (_where, graph, broken) => {
    const walked = await drawn([{ ...SOUND, ...SOUND_NODES, edges: [] }, broken], graph);

    expect(walked.entry('flows')).toMatchObject({ state: 'partial', reason: '1 of 2 workflows: how some of their steps are joined could not be read' });
  });

  it('are told where a step keeps them', async () => {
    const walked = await drawn([{ id: 'a', type: 'tab' }, { id: '1', z: 'a', type: 'call', wires: 'x' }, { id: '2', z: 'a', type: 'call' }], FLAT);

    expect(walked.entry('flows')).toMatchObject({ state: 'partial', reason: '1 of 3 workflows: how some of their steps are joined could not be read' });
  });
});

describe('a list that each item must hold', () => {
  it.each([['absent', {}], ['null', { members: null }], ['a text', { members: 'x' }]])('is counted where it is %s, also beside a graph', async (_how, parts) => {
    const walked = await read([{ ...SOUND, members: [] }, { ...SOUND, id: 'b', ...parts }], { graphs: [treeOf(['steps'])], emit: [{ kind: 'environment', from: 'flows', each: 'members', always: true, key: 'id', name: 'id' }] });

    expect(walked.entry('flows')).toMatchObject({ state: 'partial', reason: expect.stringContaining('1 of 2 workflows: a part of them could not be read') });
  });
});

describe('a workflow or step that does not say what it is', () => {
  it('leaves no steps behind where its key is gone, and is counted', async () => {
    const inTree = await drawn([SOUND, { ...SOUND, id: null }], treeOf(['steps']));
    const besideWires = await drawn([SOUND_NODES, { ...SOUND_NODES, id: '' }], NESTED);

    for (const walked of [inTree, besideWires]) {
      expect(walked.entry('flows')).toMatchObject({ state: 'partial', reason: '1 of 2 workflows: what tells them apart could not be read' });
      expect(walked.resources.map(({ key }) => key)).toEqual(['a', 'a/1']);
    }
  });

  it('is counted where steps have no type', async () => {
    const inTree = await drawn([SOUND, { id: 'b', steps: [{ id: '1' }] }], treeOf(['steps']));
    const besideWires = await drawn([SOUND_NODES, { id: 'b', nodes: [{ id: '1', name: 'one' }], wires: {} }], NESTED);

    for (const walked of [inTree, besideWires]) expect(walked.entry('flows')).toMatchObject({ state: 'partial', reason: '1 of 2 workflows: the type of some of their steps could not be read' });
  });

  it('is counted in a flat list, where id or type is gone', async () => {
    const walked = await drawn([{ id: 't', type: 'tab' }, { id: '1', type: 'call', z: 't', wires: [] }, { id: '2', z: 't' }, { type: 'call', z: 't' }], FLAT);

    expect(walked.entry('flows')).toMatchObject({ state: 'partial', read: 4, reason: '2 of 4 workflows: their id or type could not be read' });
  });
});

describe('an item that cannot be told from others', () => {
  const user = { kind: 'user', from: 'flows', key: 'id', name: 'name' };
  const people = { title: 'Users' };

  it('makes the type partial, with counts', async () => {
    const some = await read([{ id: '1' }, { id: null }, { name: 'x' }], { emit: [user] }, people);
    const all = await read([{ userId: '1' }, { userId: '2' }], { emit: [user] }, people);

    expect(some.entry('flows')).toMatchObject({ state: 'partial', read: 3, reason: '2 of 3 users: what tells them apart could not be read' });
    expect(all.entry('flows')).toMatchObject({ state: 'partial', read: 2, reason: '2 of 2 users: what tells them apart could not be read' });
  });

  it('is not one that the manifest leaves out', async () => {
    const walked = await read([{ id: '1', on: true }, { id: null, on: false }], { emit: [{ ...user, where: { truthy: 'on' } }] }, people);

    expect(walked.entry('flows')).toMatchObject({ state: 'collected', reason: null });
  });

  it('is counted once where several rules draw from it', async () => {
    const walked = await read([{ id: '1' }, { id: null }], { emit: [user, { ...user, kind: 'grant' }] }, people);

    expect(walked.entry('flows').reason).toBe('1 of 2 users: what tells them apart could not be read');
  });

  it('is not thrown together with others where what groups them is gone', async () => {
    const walked = await read([{ id: '1', team: 'a' }, { id: '2', team: 'a' }, { id: '3' }, { id: '4' }], { emit: [{ ...user, groupBy: 'team' }] }, people);

    expect(walked.resources.map(({ key }) => key)).toEqual(['1', '3', '4']);
  });

  it('is one of many members: those without a key are counted, and lists that are gone everywhere', async () => {
    const rule = { ...user, each: 'members', key: 'to' };

    const some = await read([{ members: [{ to: 'a' }, {}] }, { members: [] }], { emit: [rule] }, people);
    const gone = await read([{ people: [{ to: 'a' }] }, { people: [] }], { emit: [rule] }, people);
    const none = await read([{ members: [] }, {}], { emit: [rule] }, people);

    expect(some.entry('flows')).toMatchObject({ state: 'partial', reason: '1 of 2 users: what tells them apart could not be read' });
    expect(gone.entry('flows')).toMatchObject({ state: 'partial', reason: '2 of 2 users: nothing was found in them' });
    expect(none.entry('flows')).toMatchObject({ state: 'collected', reason: null });
  });
});

describe('what stands encoded and cannot be decoded', () => {
  const decode = { decode: [{ path: 'steps', as: 'json' }] };

  it('makes the type partial, with counts over all pages', async () => {
    const pages: Record<string, unknown> = {
      '/flows': { data: [{ id: 'a', steps: '[]' }, { id: 'b', steps: '[{"id"' }, { id: 'c', steps: '[{"id"' }], next: '2' },
      '/flows?c=2': { data: [{ id: 'd', steps: '[{"id"' }, { id: 'e', steps: '[]' }], next: null },
    };
    const connector = connectorOf({ graphs: [treeOf(['steps'])] }, { ...decode, items: 'data', key: 'id', paging: { kind: 'cursor', from: 'next', to: 'c' } });

    const walked = await walk({}, ({ url }) => ({ body: pages[url] }), { connector });

    const entry = walked.entry('flows');
    expect(entry).toMatchObject({ state: 'partial', read: 5 });
    expect(entry.reason).toContain('3 of 5 workflows: "steps" could not be decoded (json)');
    expect(entry.reason).toContain('3 of 5 workflows: their steps could not be read');
  });

  it('counts an item once, however many of its parts are broken', async () => {
    const walked = await read([{ id: '1', parts: ['{', '{'] }, { id: '2', parts: ['{}'] }], { emit: [{ kind: 'user', from: 'flows', key: 'id', name: 'id' }] }, { decode: [{ path: 'parts.*', as: 'json' }] });

    expect(walked.entry('flows')).toMatchObject({ state: 'partial', reason: expect.stringMatching(/^1 of 2 workflows: "parts\.\*" could not be decoded \(json\)/) });
  });

  it('is told in one sentence where every item is broken at another place', async () => {
    const walked = await read([{ id: '1', code: '{"a":' }, { id: '2', code: '{"abc": x' }, { id: '3', code: '{}' }], { emit: [{ kind: 'user', from: 'flows', key: 'id', name: 'id' }] }, { decode: [{ path: 'code', as: 'json' }] });

    expect(walked.entry('flows').reason).toMatch(/^2 of 3 workflows: "code" could not be decoded \(json\): [^;]+$/);
  });

  it('does not keep events from being asked for from the newest on', async () => {
    const rule = { decode: [{ path: 'detail', as: 'json' }], since: { to: 'from', as: 'iso', at: 'at', maxAge: 30 } };
    const now = new Date().toISOString();

    const walked = await read([{ id: '1', at: now, detail: '{' }], { emit: [{ kind: 'audit-event', from: 'flows', key: 'id', name: 'id' }] }, rule);

    expect(walked.entry('flows').state).toBe('partial');
    expect(walked.bookmarks['flows']).toBe(now);
  });
});
