/**
 * Which facts of which resource kinds are worked out with items of another type. Owns reading that off the sources of the
 * expressions: `$all.<type>`, `related: <type>`, `$platform`, attached lists. Does not own what follows when such a type is not read.
 */
import type { JsonValue, ResourceKind } from '../../model/resource.js';
import { WHOLE } from '../../model/snapshot.js';
import type { GraphRule, RecordRule } from './graph-schema.js';
import type { Manifest } from './schema.js';
import type { StepRule, StepsFile } from './steps-schema.js';

/** type -> kind -> properties */
export type Joins = ReadonlyMap<string, ReadonlyMap<ResourceKind, ReadonlySet<string>>>;
export type StepSources = Pick<StepsFile, 'types' | 'prefixes' | 'shapes'>;
type Add = (source: unknown, kinds: readonly ResourceKind[], properties: readonly string[]) => void;

export const STEP_KINDS: readonly ResourceKind[] = ['step', 'entry-point', 'ai-step'];
/** `$platform.x` stands for the types whose items tell the setting x. */
const PLATFORM = '$platform';
/** What is derived from a field of a step type whose name is not that of the property. */
const DERIVED: { readonly [field: string]: readonly string[] } = {
  urls: ['hosts', 'dynamicHost', 'clearText', 'ai'], model: ['ai'], sinks: ['untrustedInput'], implicitSink: ['untrustedInput'],
};
const PLAIN_FIELDS = ['clearText', 'tlsVerify', 'authentication', 'credentials', 'modules', 'path', 'method', 'public', 'corsOrigins'] as const;

/** The types that an expression takes items of. */
function typesIn(source: unknown, into: Set<string>): Set<string> {
  if (typeof source === 'string') {
    if (source.startsWith('$all.')) into.add(source.split('.')[1]!);
    if (source.startsWith(`${PLATFORM}.`)) into.add(source);
  } else if (Array.isArray(source)) for (const member of source) typesIn(member, into);
  else if (typeof source === 'object' && source !== null) {
    const { related } = source as { related?: JsonValue };
    if (typeof related === 'string') into.add(related);
    for (const member of Object.values(source)) typesIn(member, into);
  }
  return into;
}

function ofRecord({ kind, each, groupBy, where, key, name, properties }: RecordRule, add: Add): void {
  add([each, groupBy, where, key], [kind], [WHOLE]);
  add(name, [kind], ['name']);
  for (const [property, source] of Object.entries(properties)) add(source, [kind], [property]);
}

function ofGraph(graph: GraphRule, add: Add): void {
  const { workflow, step } = graph;
  const everything: readonly ResourceKind[] = ['workflow', ...STEP_KINDS];
  add(graph.where, everything, [WHOLE]);
  add(workflow.key, everything, [WHOLE]);
  add(workflow.name, everything, ['name', 'workflowName']);
  add(workflow.enabled, everything, ['enabled']);
  for (const [property, source] of Object.entries(workflow.properties)) add(source, ['workflow'], [property]);
  add([step.id, step.type], STEP_KINDS, [WHOLE]);
  add(step.name, STEP_KINDS, ['name']);
  add(step.disabled, STEP_KINDS, ['enabled']);
  add(step.parameters, STEP_KINDS, ['parameters', 'code', 'modules']);
  for (const field of ['typeVersion', 'onError', 'credentials'] as const) add(step[field], STEP_KINDS, [field]);
  for (const [property, source] of Object.entries(step.extra)) add(source, STEP_KINDS, [property]);
  if (graph.layout === 'flat-by-id') {
    add([graph.shared.name, graph.shared.parameters], [graph.shared.kind], [WHOLE]);
    // workflow, steps and wires are items of one list: with a part of it the whole of a workflow is not known
    add(`$all.${graph.from}`, ['workflow'], ['edges', 'stepCount', 'inlineSecrets']);
    add(`$all.${graph.from}`, STEP_KINDS, ['untrustedInput']);
  }
  if (graph.layout !== 'tree') return;
  // what a workflow is made of stands in other lists: its wires, and what can reach a step, are known only with all of them
  const ofWhole = ['edges', 'stepCount', 'draftDiffers', 'inlineSecrets', ...Object.keys(workflow.properties)];
  for (const { from } of graph.attach) {
    add(`$all.${from}`, ['workflow'], ofWhole);
    add(`$all.${from}`, STEP_KINDS, ['untrustedInput']);
  }
}

function ofStepRule(rule: StepRule, kinds: readonly ResourceKind[], add: Add): void {
  for (const field of Object.keys(DERIVED)) add(rule[field as keyof StepRule], kinds, DERIVED[field]!);
  for (const field of PLAIN_FIELDS) add(rule[field], kinds, [field]);
  for (const [property, source] of Object.entries(rule.extra ?? {})) add(source, kinds, [property]);
}

/** A resource that is not read itself is no join: where a type yields the kind from its own items, that is no business of this file. */
export function joinsOf({ emit, graphs, resources }: Pick<Manifest, 'emit' | 'graphs' | 'resources'>, steps: StepSources | null): Joins {
  const joins = new Map<string, Map<ResourceKind, Set<string>>>();
  const settings = emit.filter(({ kind }) => kind === 'platform-settings');
  const tellers = (place: string): string[] => settings.filter(({ properties }) => Object.hasOwn(properties, place.split('.')[1]!))
    .flatMap(({ from, properties }) => [from, ...typesIn(properties[place.split('.')[1]!], new Set())]);
  const put = (type: string, kind: ResourceKind, properties: readonly string[]): void => {
    const kinds = joins.get(type) ?? new Map<ResourceKind, Set<string>>();
    // a secret in what was joined is told by the resource that it was joined to
    const isOwn = graphs.some(({ from }) => from === type);
    const secrets = !isOwn && (resources[type]?.secrets.length ?? 0) > 0 ? ['inlineSecrets'] : [];
    joins.set(type, kinds.set(kind, new Set([...(kinds.get(kind) ?? []), ...properties, ...secrets])));
  };
  const add: Add = (source, kinds, properties) => {
    const types = [...typesIn(source, new Set())].flatMap((type) => (type.startsWith(PLATFORM) ? tellers(type) : [type]));
    for (const type of types) for (const kind of kinds) put(type, kind, properties);
  };
  for (const rule of emit) ofRecord(rule, add);
  for (const graph of graphs) ofGraph(graph, add);
  const shared = graphs.flatMap((graph) => (graph.layout === 'flat-by-id' ? [graph.shared.kind] : []));
  const rules = steps === null ? [] : [steps.shapes, steps.types, steps.prefixes].flatMap((group) => Object.values(group));
  for (const rule of rules) ofStepRule(rule, [...STEP_KINDS, ...shared], add);
  return joins;
}
