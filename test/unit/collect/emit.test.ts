import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emitResources } from '../../../src/collect/emit/emit.js';
import type { EmitOptions } from '../../../src/collect/emit/emit.js';
import { loadConnectors } from '../../../src/collect/index.js';
import { compileManifest } from '../../../src/collect/manifest/compile-manifest.js';
import { Manifest } from '../../../src/collect/manifest/schema.js';
import { compileSteps } from '../../../src/collect/manifest/step-rules.js';
import { StepsFile } from '../../../src/collect/manifest/steps-schema.js';
import type { JsonValue, Resource } from '../../../src/model/resource.js';
import { temporaryFolder } from './mapping-fixtures.js';

type Items = Readonly<Record<string, readonly Record<string, JsonValue>[]>>;

const document = (types: readonly string[], emit: unknown, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  apiVersion: 'connector/v1', id: 'made-up', title: 'Made up', about: 'A platform for tests.', evidence: 'constructed', secretFields: [], auth: { kind: 'none' }, redact: {},
  probe: { types: [types[0]] }, resources: Object.fromEntries(types.map((type) => [type, { title: type, get: `/${type}`, right: 'none' }])), emit, ...more,
});

function emitted(items: Items, emit: unknown, options: Partial<EmitOptions> & { graphs?: unknown; without?: string } = {}): Resource[] {
  const { graphs, without, ...rest } = options;
  const manifest = Manifest.parse(document(Object.keys(items), emit, graphs ? { graphs, steps: 'steps.yaml' } : {}));
  const connector = compileManifest(manifest, compileSteps(StepsFile.parse({ dataReferences: [], types: {} })), 'folder');
  const sources = new Map(Object.entries(items).map(([type, list]) => [type, list.map((value, index) => ({ value, evidence: { request: `GET main/${type}`, pageHash: 'h', path: `items[${index}]` } }))]));
  if (without !== undefined) sources.delete(without);
  return emitResources(connector, sources, { source: 'api', file: null, fileKey: '', suffix: '', ...rest });
}
const short = (resources: readonly Resource[]): unknown[] => resources.map(({ kind, key, properties }) => [kind, key, properties]);

describe('one resource per member of a list', () => {
  const rule = { kind: 'grant', from: 'bases', each: 'shares', where: { truthy: 'on' }, key: { join: ['$item.id', 'to'], with: '/' }, name: 'to', properties: { object: '$item.id', subject: 'to' } };

  it('starts paths at the member and keeps the whole item at hand', () => {
    const resources = emitted({ bases: [{ id: 'b1', shares: [{ to: 'ada', on: true }, { to: 'ben', on: false }] }, { id: 'b2', shares: [{ to: 'ada', on: true }] }, { id: 'b3' }] }, [rule]);

    expect(short(resources)).toEqual([['grant', 'b1/ada', { object: 'b1', subject: 'ada' }], ['grant', 'b2/ada', { object: 'b2', subject: 'ada' }]]);
    expect(resources[1]!.evidence.path).toBe('items[1]');
  });

  it('takes members that are plain texts', () => {
    const resources = emitted({ bases: [{ id: 'b1', shares: ['ada'] }] }, [{ kind: 'grant', from: 'bases', each: 'shares', key: { join: ['$item.id', ''], with: '/' }, name: '' }]);

    expect(short(resources)).toEqual([['grant', 'b1/ada', {}]]);
  });

  it('groups members of several items', () => {
    const resources = emitted({ bases: [{ id: 'b1', shares: [{ to: 'ada' }] }, { id: 'b2', shares: [{ to: 'ada' }] }] }, [{ kind: 'group', from: 'bases', each: 'shares', groupBy: 'to', key: 'to', name: 'to', properties: { count: { count: '$group' } } }]);

    expect(short(resources)).toEqual([['group', 'ada', { count: 2 }]]);
  });
});

describe('workflows that two lists tell', () => {
  const layout = { layout: 'tree', roots: ['steps'], wires: { kind: 'sequence' }, workflow: { key: 'id', name: 'id', enabled: { value: true } }, step: { id: 'id', name: 'id', type: 'type', parameters: '' } };
  const graphs = [
    { ...layout, from: 'flows', where: { any: [{ set: 'steps' }, { not: { set: { related: 'rows', by: 'id', on: 'id', take: 'id' } } }] } },
    { ...layout, from: 'rows', where: { not: { set: { related: 'flows', by: 'id', on: 'id', take: 'steps' } } } },
  ];

  it('are drawn once, from the list that knows their steps', () => {
    const resources = emitted({ flows: [{ id: 'f1', steps: [{ id: 's', type: 'a' }] }, { id: 'f2' }, { id: 'f3' }], rows: [{ id: 'f1', steps: [] }, { id: 'f2', steps: [{ id: 't', type: 'b' }] }] }, [], { graphs });

    expect(resources.map(({ kind, key }) => `${kind} ${key}`)).toEqual(['workflow f1', 'step f1/s', 'workflow f3', 'workflow f2', 'step f2/t']);
  });
});

describe('facts that move by themselves', () => {
  const users = { kind: 'user', from: 'users', key: 'id', name: 'id', properties: { role: 'role' }, observed: { lastUsedAt: { date: 'seen' } } };

  it('become run-stats about the resource, and no property of it', () => {
    const resources = emitted({ users: [{ id: 'u1', role: 'owner', seen: '2026-11-20' }, { id: 'u2', role: 'member' }] }, [users]);

    expect(short(resources)).toEqual([['user', 'u1', { role: 'owner' }], ['run-stats', 'user:u1', { lastUsedAt: '2026-11-20T00:00:00.000Z' }], ['user', 'u2', { role: 'member' }]]);
  });

  it('become one resource when several rules observe the same thing', () => {
    const runs = { kind: 'run-stats', from: 'runs', groupBy: 'user', key: { join: [{ value: 'user' }, 'user'], with: ':' }, name: 'user', properties: { runs: { count: '$group' } } };

    const resources = emitted({ users: [{ id: 'u1', seen: 1795378500 }], runs: [{ user: 'u1' }, { user: 'u1' }] }, [users, runs]);

    expect(short(resources)).toEqual([['user', 'u1', {}], ['run-stats', 'user:u1', { lastUsedAt: '2026-11-22T20:15:00.000Z', runs: 2 }]]);
  });

  it('are told of workflows too', () => {
    const graphs = [{ layout: 'tree', from: 'flows', roots: ['steps'], wires: { kind: 'sequence' }, workflow: { key: 'id', name: 'id', enabled: { value: true }, observed: { runs: 'runs' } }, step: { id: 'id', name: 'id', type: 'type', parameters: '' } }];

    expect(emitted({ flows: [{ id: 'f1', runs: 4, steps: [] }] }, [], { graphs }).map(({ kind, key }) => [kind, key])).toEqual([['workflow', 'f1'], ['run-stats', 'workflow:f1']]);
  });

  it('are left out of what is read from a file', () => {
    expect(emitted({ users: [{ id: 'u1', seen: '2026-11-20' }] }, [users], { source: 'file' }).map(({ kind }) => kind)).toEqual(['user']);
  });
});

describe('what an expression sees of the rest', () => {
  it('joins settings of several answers into one resource, which later rules read as $platform', () => {
    const rules = [
      { kind: 'platform-settings', from: 'about', key: { value: 'instance' }, name: { value: 'Instance' }, properties: { version: 'version', sso: 'sso' } },
      { kind: 'platform-settings', from: 'policy', key: { value: 'instance' }, name: { value: 'Instance' }, properties: { sso: 'on' } },
      { kind: 'user', from: 'users', key: 'id', name: 'id', properties: { sso: '$platform.sso' } },
    ];

    const resources = emitted({ about: [{ version: '2', sso: 'unknown' }], policy: [{ on: true }], users: [{ id: 'u' }] }, rules);

    expect(short(resources)).toEqual([['platform-settings', 'instance', { version: '2', sso: true }], ['user', 'u', { sso: true }]]);
  });

  it('concludes nothing from a type that was not read', () => {
    const rule = { kind: 'credential-ref', from: 'keys', key: 'id', name: 'id', properties: { sharedWith: { related: 'grants', by: 'id', on: 'key', take: 'to', all: true } } };
    const items = { keys: [{ id: 'k1' }], grants: [] };

    expect(short(emitted(items, [rule]))).toEqual([['credential-ref', 'k1', { sharedWith: [] }]]);
    expect(short(emitted(items, [rule], { without: 'grants' }))).toEqual([['credential-ref', 'k1', {}]]);
  });

  it('sees what the person entered, but for secrets that nobody passes in', () => {
    const rule = { kind: 'environment', from: 'spaces', key: 'id', name: 'id', properties: { region: '$field.region', key: '$field.password' } };

    expect(short(emitted({ spaces: [{ id: 's' }] }, [rule], { fields: { region: 'eu1' } }))).toEqual([['environment', 's', { region: 'eu1' }]]);
  });

  it('tells two things with one key apart', () => {
    expect(emitted({ users: [{ id: 'u' }, { id: 'u' }] }, [{ kind: 'user', from: 'users', key: 'id', name: 'id' }]).map(({ key }) => key)).toEqual(['u', 'u#2']);
  });
});

describe('a mistake in an expression of a pack', () => {
  it.each([
    ['name: { extract: id, pattern: "(" }', /made-up\/manifest\.yaml line 14 at emit\.0\.name\.extract: the pattern \( is no RE2 expression/],
    ['name: { related: houses, by: id, on: id }', /line 14 at emit\.0\.name\.related: there is no resource named houses/],
    ['name: { first: [id], also: x }', /line 14 at emit\.0\.name\.also: first has no argument also/],
  ])('%s names file, line and place', async (line, problem) => {
    const folder = join(temporaryFolder(), 'connectors', 'made-up');
    mkdirSync(folder, { recursive: true });
    const head = ['apiVersion: connector/v1', 'id: made-up', 'title: Made up', 'about: For a test.', 'evidence: constructed', 'secretFields: []', 'auth: { kind: none }', 'redact: {}', 'probe: { types: [users] }', 'resources: { users: { title: Users, get: /users, right: none } }', 'emit:', '  - kind: user', '    from: users'];
    writeFileSync(join(folder, 'manifest.yaml'), [...head, `    ${line}`, '    key: id', ''].join('\n'));

    await expect(loadConnectors(join(folder, '..', '..'))).rejects.toMatchObject({ code: 'PLB-COLLECT-011', message: expect.stringMatching(problem) as string });
  });
});
