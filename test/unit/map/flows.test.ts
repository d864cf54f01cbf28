/** Which step talks to which host. */
import { describe, expect, it } from 'vitest';
import { deriveFlows } from '../../../src/map/index.js';
import type { Resource, ResourceKind } from '../../../src/model/resource.js';

function resource(kind: ResourceKind, name: string, properties: Resource['properties']): Resource {
  return { kind, key: `k/${name}`, name, properties: { workflowName: 'Orders', ...properties }, location: { file: 'a.json', workflow: 'Orders', step: name }, evidence: { request: '', pageHash: '', path: '' } };
}

function told(resources: Resource[]): string[] {
  return deriveFlows(resources).map((flow) => `${flow.workflow} / ${flow.step} -> ${flow.host}`);
}

describe('deriveFlows', () => {
  it('is one flow per workflow, step and host, sorted, in any order of the resources', () => {
    const resources = [resource('step', 'b', { hosts: ['z.example', 'a.example'] }), resource('ai-step', 'a', { hosts: ['m.example'] }), resource('entry-point', 'b', { hosts: ['a.example'] }), resource('step', 'c', {})];

    expect(told(resources)).toEqual(['Orders / a -> m.example', 'Orders / b -> a.example', 'Orders / b -> z.example']);
    expect(told(resources.toReversed())).toEqual(told(resources));
  });

  it('counts the host of a shared connection with the step that uses it, and not by itself', () => {
    const broker = resource('connector', 'broker', { hosts: ['mqtt.example'] });
    const publish = resource('step', 'publish', { parameters: { broker: 'broker', topic: 'x' } });

    expect(told([broker])).toEqual([]);
    expect(told([broker, publish])).toEqual(['Orders / publish -> mqtt.example']);
  });

  it('keeps the place where the step is found', () => {
    expect(deriveFlows([resource('step', 'a', { hosts: ['x.example'] })])[0]!.location).toEqual({ file: 'a.json', workflow: 'Orders', step: 'a' });
  });
});
