import { describe, expect, it } from 'vitest';
import { emitResources } from '../../../src/collect/emit/emit.js';
import { compileManifest } from '../../../src/collect/manifest/compile-manifest.js';
import { Manifest } from '../../../src/collect/manifest/schema.js';
import { compileSteps } from '../../../src/collect/manifest/step-rules.js';
import { StepsFile } from '../../../src/collect/manifest/steps-schema.js';
import type { JsonValue, Resource } from '../../../src/model/resource.js';

interface Shape { roots: string[]; single?: string[]; children?: string[]; wires: unknown; step?: Record<string, unknown>; outside?: string[] }

/** One workflow of a made-up platform in the `tree` layout, as resources. */
function drawn(item: Record<string, unknown>, { roots, single, children, wires, step, outside }: Shape): Resource[] {
  const manifest = Manifest.parse({
    apiVersion: 'connector/v1', id: 'made-up', title: 'Made up', about: 'A platform for tests.', evidence: 'constructed', steps: 'steps.yaml',
    secretFields: [], auth: { kind: 'none' }, redact: {}, probe: { types: ['flows'] },
    resources: { flows: { title: 'Flows', get: '/flows', right: 'none' } },
    graphs: [{
      layout: 'tree', from: 'flows', roots, ...(single ? { single } : {}), ...(children ? { children } : {}), wires,
      workflow: { key: 'id', name: { first: ['name', 'id'] }, enabled: { value: true } },
      step: { id: 'id', name: { first: ['name', '$key', 'id'] }, type: 'type', parameters: '', ...step },
    }],
  });
  const types = Object.fromEntries((outside ?? []).map((type) => [type, { class: 'webhook' }]));
  const steps = compileSteps(StepsFile.parse({ dataReferences: ['{{x'], types: { ...types, call: { class: 'http-request', urls: ['url'], sinks: ['body'] } } }));
  const evidence = { request: 'GET main/flows', pageHash: 'h', path: 'items[0]' };
  return emitResources(compileManifest(manifest, steps, 'folder'), new Map([['flows', [{ value: item as Record<string, JsonValue>, evidence }]]]), { source: 'api', file: null, fileKey: '', suffix: '' });
}

const wiresOf = (resources: readonly Resource[]): string[] => {
  const edges = resources.find((resource) => resource.kind === 'workflow')!.properties['edges'] as { from: string; to: string; type: string }[];
  return edges.map(({ from, to, type }) => `${from.split('/')[1]!} -> ${to.split('/')[1]!}${type === 'main' ? '' : ` (${type})`}`).sort();
};
const stepKeys = (resources: readonly Resource[]): string[] => resources.filter((resource) => resource.kind !== 'workflow').map((resource) => resource.key);
const named = (resources: readonly Resource[], name: string): Resource => resources.find((resource) => resource.name === name)!;

describe('steps in maps that name what they run after, as Power Automate keeps them', () => {
  const flow = {
    id: 'f1', name: 'Orders',
    definition: {
      triggers: { manual: { type: 'Request' } },
      actions: {
        Get_order: { type: 'call', url: 'https://orders.example.com/1', runAfter: {} },
        Is_large: {
          type: 'If', runAfter: { Get_order: ['Succeeded'] }, expression: { greater: [1, 2] },
          actions: { Approve: { type: 'call', runAfter: {} }, Each_line: { type: 'Foreach', runAfter: { Approve: ['Succeeded'] }, actions: { Book: { type: 'call', runAfter: {} } } } },
          else: { actions: { Decline: { type: 'call', runAfter: {} } } },
        },
        Kind: { type: 'Switch', runAfter: { Is_large: ['Succeeded', 'Failed'] }, cases: { Case: { case: 'a', actions: { First: { type: 'call' } } }, Case_2: { case: 'b', actions: { Second: { type: 'call' } } } }, default: { actions: { Neither: { type: 'call' } } } },
        Tidy_up: { type: 'Scope', runAfter: { Kind: ['Succeeded'] }, actions: { Log: { type: 'call', headers: { Authorization: 'Bearer x' } } } },
      },
    },
  };
  const shape: Shape = {
    roots: ['definition.triggers', 'definition.actions'], children: ['actions', 'else.actions', 'cases.*.actions', 'default.actions'],
    wires: { kind: 'after', take: { keys: 'runAfter' } }, step: { id: '$key', extra: { root: '$root' } }, outside: ['Request'],
  };

  it('finds each step at any depth, under the key of workflow and action', () => {
    const keys = stepKeys(drawn(flow, shape));

    expect(keys).toEqual(['f1/manual', 'f1/Get_order', 'f1/Is_large', 'f1/Approve', 'f1/Each_line', 'f1/Book', 'f1/Decline', 'f1/Kind', 'f1/First', 'f1/Second', 'f1/Neither', 'f1/Tidy_up', 'f1/Log']);
  });

  it('draws what runs after what; a branch begins with the step that holds it, the first action with the trigger', () => {
    const wires = wiresOf(drawn(flow, shape));

    expect(wires).toEqual([
      'Approve -> Each_line', 'Each_line -> Book (actions)', 'Get_order -> Is_large', 'Is_large -> Approve (actions)', 'Is_large -> Decline (else.actions)', 'Is_large -> Kind',
      'Kind -> First (cases.Case.actions)', 'Kind -> Neither (default.actions)', 'Kind -> Second (cases.Case_2.actions)', 'Kind -> Tidy_up', 'Tidy_up -> Log (actions)', 'manual -> Get_order',
    ].sort());
  });

  it('leaves the steps inside a step out of its own parameters, and what is its own in', () => {
    const resources = drawn(flow, shape);

    expect(named(resources, 'Kind').properties['parameters']).toMatchObject({ cases: { Case: { case: 'a' }, Case_2: { case: 'b' } } });
    expect(JSON.stringify(named(resources, 'Is_large').properties['parameters'])).not.toContain('Decline');
    expect(named(resources, 'Is_large').properties['parameters']).toMatchObject({ expression: { greater: [1, 2] } });
  });

  it('says where each step stood', () => {
    const resources = drawn(flow, shape);

    expect(named(resources, 'Second').evidence).toEqual({ request: 'GET main/flows', pageHash: 'h', path: 'items[0].definition.actions.Kind.cases.Case_2.actions.Second' });
    expect(named(resources, 'Second').properties['root']).toBe('definition.actions');
    expect(named(resources, 'manual').properties['root']).toBe('definition.triggers');
    expect(named(resources, 'Second').location).toEqual({ file: null, workflow: 'Orders', step: 'Second' });
  });

  it('follows caller data from the trigger into every branch', () => {
    const resources = drawn({ id: 'f', definition: { triggers: { hook: { type: 'Request' } }, actions: { A: { type: 'If', actions: { Inner: { type: 'call', body: '{{x}}' } } } } } }, shape);

    expect(named(resources, 'Inner').properties['untrustedInput']).toBe(true);
    expect(named(resources, 'hook').kind).toBe('entry-point');
    expect(wiresOf(resources)).toEqual(['A -> Inner (actions)', 'hook -> A']);
  });

  it('takes a flow on a schedule for no way in', () => {
    const resources = drawn({ id: 'f', definition: { triggers: { hourly: { type: 'Recurrence' } }, actions: { Inner: { type: 'call', body: '{{x}}' } } } }, shape);

    expect(named(resources, 'Inner').properties['untrustedInput']).toBe(false);
  });

  it('is the same whatever the order of the names', () => {
    const turned = { ...flow, definition: { ...flow.definition, actions: Object.fromEntries(Object.entries(flow.definition.actions).reverse()) } };

    const byKey = (resources: Resource[]): Resource[] => resources.toSorted((a, b) => (a.key < b.key ? -1 : 1));

    expect(byKey(drawn(turned, shape))).toEqual(byKey(drawn(flow, shape)));
  });

  it('stands a circle of names', () => {
    const wires = wiresOf(drawn({ id: 'f', definition: { triggers: { t: { type: 'Request' } }, actions: { A: { runAfter: { B: [] } }, B: { runAfter: { A: [] } }, C: { runAfter: { C: [], Gone: [] } } } } }, shape));

    expect(wires).toEqual(['A -> B', 'B -> A', 't -> C']);
  });
});

describe('steps in lists, one after the other, as Make and Workato keep them', () => {
  const make: Shape = { roots: ['blueprint.flow'], children: ['routes.*.flow', 'onerror'], wires: { kind: 'sequence' }, step: { type: 'module' }, outside: ['gateway:CustomWebHook'] };
  const scenario = {
    id: 's1', blueprint: { flow: [
      { id: 1, module: 'gateway:CustomWebHook' },
      { id: 2, module: 'http:ActionSendData', onerror: [{ id: 9, module: 'builtin:Ignore' }] },
      { id: 3, module: 'builtin:BasicRouter', routes: [{ flow: [{ id: 4, module: 'slack:x' }, { id: 5, module: 'slack:y' }] }, { flow: [{ id: 6, module: 'openai:z' }] }] },
    ] },
  };

  it('draws a flow with routes and error handlers', () => {
    const resources = drawn(scenario, make);

    expect(stepKeys(resources)).toEqual(['s1/1', 's1/2', 's1/9', 's1/3', 's1/4', 's1/5', 's1/6']);
    expect(wiresOf(resources)).toEqual(['1 -> 2', '2 -> 3', '2 -> 9 (onerror)', '3 -> 4 (routes.0.flow)', '3 -> 6 (routes.1.flow)', '4 -> 5']);
    expect(resources.find((resource) => resource.key === 's1/5')!.evidence.path).toBe('items[0].blueprint.flow[2].routes.0.flow[1]');
  });

  it('shows a step what stands inside it, as its handler of errors', () => {
    const resources = drawn(scenario, { ...make, step: { type: 'module', onError: '$whole.onerror.0.module' } });

    expect(resources.filter(({ properties }) => properties['onError'] !== undefined).map(({ key, properties }) => [key, properties['onError']])).toEqual([['s1/2', 'builtin:Ignore']]);
  });

  it('tells apart two steps with the same id, and gives one without an id its place', () => {
    const resources = drawn({ id: 's', blueprint: { flow: [{ id: 1, module: 'a' }, { id: 1, module: 'b' }, { module: 'c' }] } }, make);

    expect(stepKeys(resources)).toEqual(['s/1', 's/1~', 's/blueprint.flow[2]']);
    expect(wiresOf(resources)).toHaveLength(2);
  });

  it('takes a root that is one step, and the blocks below it', () => {
    const recipe = { id: 'r1', code: { number: 0, keyword: 'trigger', provider: 'workato_webhooks', block: [
      { number: 1, keyword: 'if', block: [{ number: 2, keyword: 'action', provider: 'slack' }] }, { number: 3, keyword: 'foreach', block: [{ number: 4, keyword: 'action', provider: 'rest' }] },
    ] } };
    const resources = drawn(recipe, { roots: ['code'], single: ['code'], children: ['block'], wires: { kind: 'sequence' }, step: { id: 'number', type: { first: ['provider', 'keyword'] } } });

    expect(stepKeys(resources)).toEqual(['r1/0', 'r1/1', 'r1/2', 'r1/3', 'r1/4']);
    expect(wiresOf(resources)).toEqual(['0 -> 1 (block)', '1 -> 2 (block)', '1 -> 3', '3 -> 4 (block)']);
    expect(resources.find((resource) => resource.key === 'r1/0')!.evidence.path).toBe('items[0].code');
  });

  it('goes on with a second root after the first', () => {
    expect(wiresOf(drawn({ id: 'w', trigger: [{ id: 't' }], steps: [{ id: 'a' }, { id: 'b' }] }, { roots: ['trigger', 'steps'], wires: { kind: 'sequence' } }))).toEqual(['a -> b', 't -> a']);
  });

  it('draws a workflow without steps; without the list nobody knows how many there are', () => {
    const without = drawn({ id: 'w', blueprint: { flow: [] } }, make);
    const unknown = drawn({ id: 'w' }, make);

    expect(without).toHaveLength(1);
    expect(without[0]!.properties).toMatchObject({ stepCount: 0, edges: [] });
    expect(unknown.map(({ properties }) => properties)).toEqual([{ enabled: true }]);
  });
});

describe('steps that name what follows, as Salesforce keeps them', () => {
  const flow = {
    id: 'fl', Metadata: {
      start: { triggerType: 'Scheduled', connector: { targetReference: 'Find' } },
      recordLookups: [{ name: 'Find', connector: { targetReference: 'Large' }, faultConnector: { targetReference: 'Tell' } }],
      decisions: [{ name: 'Large', defaultConnector: { targetReference: 'Tell' }, rules: [{ name: 'yes', connector: { targetReference: 'Update' } }] }],
      actionCalls: [{ name: 'Tell', actionType: 'emailSimple' }, { name: 'Alone' }], recordUpdates: [{ name: 'Update', connector: { targetReference: 'Find' } }],
    },
  };
  const shape: Shape = {
    roots: ['Metadata.start', 'Metadata.recordLookups', 'Metadata.decisions', 'Metadata.actionCalls', 'Metadata.recordUpdates'], single: ['Metadata.start'],
    wires: { kind: 'next', take: { list: ['connector.targetReference', 'faultConnector.targetReference', 'defaultConnector.targetReference', 'rules.0.connector.targetReference'] } },
    step: { id: { first: ['name', { value: 'start' }] }, name: { first: ['name', '$root'] }, type: { first: ['actionType', '$root'] } },
  };

  it('follows the references, loops included', () => {
    const wires = wiresOf(drawn(flow, shape));

    expect(wires).toEqual(['Find -> Large', 'Find -> Tell', 'Large -> Tell', 'Large -> Update', 'Update -> Find', 'start -> Find']);
  });

  it('knows the list that a step stood in', () => {
    expect(drawn(flow, shape).find((resource) => resource.key === 'fl/Large')!.properties['type']).toBe('Metadata.decisions');
  });
});

describe('steps with a list of wires beside them, as Langflow keeps them', () => {
  const shape: Shape = { roots: ['data.nodes'], wires: { kind: 'list', edges: 'data.edges', from: 'source', to: 'target' }, step: { type: 'data.type' }, outside: ['Webhook'] };

  it('draws them by the ids, and drops wires to what is not there', () => {
    const flow = { id: 'l1', data: { nodes: [{ id: 'Webhook-1', data: { type: 'Webhook' } }, { id: 'Model-1', data: { type: 'Model' } }], edges: [{ source: 'Webhook-1', target: 'Model-1' }, { source: 'Model-1', target: 'Gone' }] } };

    expect(wiresOf(drawn(flow, shape))).toEqual(['Webhook-1 -> Model-1']);
  });
});

describe('trees in bad shape', () => {
  const shape: Shape = { roots: ['steps'], children: ['steps'], wires: { kind: 'sequence' } };

  it('keeps what is below the depth cap in the parameters of the last step', () => {
    let item: Record<string, JsonValue> = { id: 'deepest' };
    for (let depth = 90; depth > 0; depth -= 1) item = { id: `d${depth}`, steps: [item] };

    const resources = drawn({ ...item, id: 'w' }, shape);

    expect(stepKeys(resources)).toHaveLength(65);
    expect(JSON.stringify(resources.at(-1)!.properties['parameters'])).toContain('deepest');
  });

  it.each([['a text', 'nothing'], ['a number', 3], ['a list of texts', ['a']], ['null', null]])('takes %s where steps should be for no steps', (_what, steps) => {
    expect(stepKeys(drawn({ id: 'w', steps }, shape))).toEqual([]);
  });
});
