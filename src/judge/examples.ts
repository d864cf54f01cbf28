/** Turns the examples of a check into resources and runs them. Owns the defaults that spare an example the unimportant. */
import type { JsonValue, Resource, ResourceKind } from '../model/resource.js';
import type { Outcome } from '../model/severity.js';
import type { Check, CheckExample } from './check.js';
import { judge } from './judge.js';

const WORKFLOW = 'example-workflow';
const WORKFLOW_NAME = 'Example';
const STEP_KINDS: ReadonlySet<ResourceKind> = new Set(['step', 'entry-point', 'ai-step']);

/** The example's resource first, then its workflow, its other steps and the platform's settings. */
export function exampleResources(example: CheckExample): Resource[] {
  const { kind, properties } = example;
  const own = resource({ kind, key: 'example', name: example.resource ?? example.name, properties: complete(kind, properties) });
  const resources = [own];
  if (kind !== 'workflow') resources.push(resource({ kind: 'workflow', key: WORKFLOW, name: WORKFLOW_NAME, properties: complete('workflow', example.workflow ?? {}) }));
  const place: Resource['properties'] = kind === 'workflow' ? { workflow: own.key } : {};
  for (const step of example.steps ?? []) resources.push(resource({ ...step, name: step.key, properties: { ...complete(step.kind, step.properties), ...place } }));
  if (example.platform !== undefined) resources.push(resource({ kind: 'platform-settings', key: 'settings', name: 'Settings', properties: example.platform }));
  return resources;
}

/** What the check says of the example's resource; pass and not-applicable are told apart by the counts. */
export function runExample(check: Check, example: CheckExample): Outcome {
  const { judgements, results } = judge({ resources: exampleResources(example), completeness: [], checks: [check] });
  const own = judgements.find((judgement) => judgement.resource.key === 'example');
  if (own !== undefined) return own.outcome;
  return (results[0]?.counts.pass ?? 0) > 0 ? 'pass' : 'not-applicable';
}

function complete(kind: ResourceKind, properties: { [name: string]: JsonValue }): { [name: string]: JsonValue } {
  if (kind === 'workflow') return { enabled: true, stepCount: 3, ...properties };
  if (kind === 'connector') return { type: 'example', parameters: {}, ...properties };
  if (!STEP_KINDS.has(kind)) return properties;
  return { type: 'example', class: 'other', enabled: true, workflow: WORKFLOW, workflowName: WORKFLOW_NAME, version: 'live', parameters: {}, ...properties };
}

function resource(part: Pick<Resource, 'kind' | 'key' | 'name' | 'properties'>): Resource {
  return { ...part, location: { file: null, workflow: WORKFLOW_NAME, step: part.name }, evidence: { request: '', pageHash: '', path: '' } };
}
