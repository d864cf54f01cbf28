/** Small estates for the comparison: builders for tests that name one thing, and a generator for properties that must hold for all. */
import * as fc from 'fast-check';
import type { JsonValue, Resource, ResourceKind } from '../../../src/model/resource.js';

type Properties = { [name: string]: JsonValue };

export function resource(kind: ResourceKind, key: string, { name = key, ...properties }: Properties & { name?: string } = {}): Resource {
  return { kind, key, name, properties, location: { file: null, workflow: null, step: null }, evidence: { request: 'GET /', pageHash: '0', path: '$' } };
}

export function workflow(key: string, properties: Properties & { name?: string } = {}): Resource {
  return resource('workflow', key, { enabled: true, stepCount: 3, edges: [], ...properties });
}

export function step(key: string, properties: Properties & { name?: string } = {}, kind: ResourceKind = 'step'): Resource {
  const own = { type: 'n8n-nodes-base.set', class: 'transform', enabled: true, workflow: 'w1', workflowName: 'Public order intake', version: 'live', onError: 'stop', parameters: {} };
  return resource(kind, key, { ...own, ...properties });
}

export function webhook(key: string, properties: Properties & { name?: string } = {}): Resource {
  return step(key, { type: 'n8n-nodes-base.webhook', class: 'webhook', authentication: 'basic', public: true, path: 'orders', method: 'POST', parameters: { authentication: 'basicAuth', path: 'orders' }, ...properties }, 'entry-point');
}

export function edge(from: string, to: string): { from: string; to: string; type: string; output: number; input: number } {
  return { from, to, type: 'main', output: 0, input: 0 };
}

/** A copy with some properties set; `undefined` takes one away. */
export function withProperties(original: Resource, changes: { [name: string]: JsonValue | undefined }): Resource {
  const properties = { ...original.properties };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete properties[name];
    else properties[name] = value;
  }
  return { ...original, properties };
}

const word = fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta');
const leaf: fc.Arbitrary<JsonValue> = fc.oneof(word, fc.integer({ min: 0, max: 9 }), fc.boolean());
const parameters: fc.Arbitrary<Properties> = fc.dictionary(
  fc.constantFrom('url', 'query', 'body', 'fields', 'options', 'rule', 'headers', 'x1', 'x2'),
  fc.oneof(leaf, fc.dictionary(word, leaf, { minKeys: 1, maxKeys: 3 }), fc.uniqueArray(fc.record({ name: word, value: leaf }), { selector: (item) => item.name, minLength: 1, maxLength: 3 })),
  { minKeys: 1, maxKeys: 5 },
) as fc.Arbitrary<Properties>;

const stepShape = fc.record({
  kind: fc.constantFrom<ResourceKind>('step', 'entry-point', 'ai-step'),
  stepClass: fc.constantFrom('webhook', 'http-request', 'code', 'schedule', 'database', 'ai-model', 'transform'),
  enabled: fc.boolean(),
  authentication: fc.constantFrom('none', 'basic', 'header'),
  hosts: fc.uniqueArray(fc.constantFrom('a.example', 'b.example', 'c.example'), { minLength: 1, maxLength: 3 }),
  tlsVerify: fc.boolean(),
  code: word,
  parameters,
});

/** Up to 4 workflows with up to 5 steps each, wired in a row, and a few other things. Keys are unique across the estate. */
export const estate: fc.Arbitrary<Resource[]> = fc.tuple(
  fc.array(fc.record({ enabled: fc.boolean(), owner: word, steps: fc.array(stepShape, { minLength: 1, maxLength: 5 }) }), { minLength: 1, maxLength: 4 }),
  fc.array(fc.record({ version: word, role: word }), { minLength: 0, maxLength: 3 }),
).map(([flows, others]) => [
  resource('platform-settings', 'instance', { adminAuth: 'SET', httpNodeAuth: 'UNSET', version: '4.1' }),
  ...flows.flatMap((flow, index) => flowResources(`w${index}`, flow)),
  ...others.flatMap((other, index) => [resource('package', `p${index}`, { version: other.version }), resource('user', `u${index}`, { role: other.role, administrator: false })]),
]);

function flowResources(key: string, flow: { enabled: boolean; owner: string; steps: { kind: ResourceKind; stepClass: string; parameters: Properties; [name: string]: unknown }[] }): Resource[] {
  const steps = flow.steps.map(({ kind, stepClass, ...own }, index) => step(`${key}/s${index}`, { ...(own as Properties), class: stepClass, workflow: key, workflowName: `Flow ${key}`, path: `p${index}` }, kind));
  const edges = steps.slice(1).map((next, index) => edge(steps[index]!.key, next.key));
  return [workflow(key, { name: `Flow ${key}`, enabled: flow.enabled, owner: flow.owner, stepCount: steps.length, edges }), ...steps];
}

/** Every leaf of the properties, by its path. */
export function leafPaths(value: JsonValue, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value);
  return entries.flatMap(([key, item]) => leafPaths(item, [...path, key]));
}

/** A deep copy with one leaf replaced. */
export function withLeaf(value: JsonValue, [head, ...rest]: readonly (string | number)[], replace: (leaf: JsonValue) => JsonValue): JsonValue {
  if (head === undefined) return replace(value);
  if (Array.isArray(value)) return value.map((item, index) => (index === head ? withLeaf(item, rest, replace) : item));
  const object = value as Properties;
  return { ...object, [head]: withLeaf(object[head]!, rest, replace) };
}
