/**
 * Layout operator `flat-by-id`: one list holds workflows, steps and shared configuration; a field names the parent, wires
 * are kept by id. Owns sorting the list apart. Order in the list never matters.
 */
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES, asText, asYesNo, compareText, compilePath, isObject } from '../expressions/scope.js';
import type { JsonObject } from '../expressions/scope.js';
import type { FlatGraph } from '../manifest/connector.js';
import { markReached, sortEdges } from './edges.js';
import { UNREAD } from './types.js';
import type { Edge, Graph, GraphContext, GraphNode, GraphWorkflow, SourceItem, Unread } from './types.js';

interface Entry {
  readonly id: string;
  readonly type: string;
  readonly parent: string | null;
  readonly item: SourceItem;
}

function entryOf(item: SourceItem, layout: FlatGraph, taken: Set<string>): Entry {
  const { value } = item;
  let id = asText(layout.step.id({ root: value, variables: {}, nodes: NO_NODES })) ?? 'without-id';
  while (taken.has(id)) id += '~';
  taken.add(id);
  return { id, type: asText(value[layout.rule.type]) ?? '', parent: asText(value[layout.rule.parent]) ?? null, item };
}

function unreadOf(items: readonly SourceItem[], layout: FlatGraph): Unread[] {
  return items.flatMap(({ value }) => {
    const id = asText(layout.step.id({ root: value, variables: {}, nodes: NO_NODES }));
    const wires = value[layout.rule.wires];
    return [...(id === undefined || id === '' || !asText(value[layout.rule.type]) ? [UNREAD.id] : []), ...(wires === undefined || isWires(wires) ? [] : [UNREAD.wires])];
  });
}

function isWires(value: JsonValue): boolean {
  return Array.isArray(value) && value.every((targets) => Array.isArray(targets));
}

function wiresOf(native: JsonObject, field: string): [string, number][] {
  const outputs = native[field];
  if (!Array.isArray(outputs)) return [];
  return outputs.flatMap((targets, output) => (Array.isArray(targets) ? targets : []).flatMap((id) => (typeof id === 'string' ? [[id, output] as [string, number]] : [])));
}

function linksOf(entry: Entry, layout: FlatGraph): string[] {
  const links = layout.rule.links;
  if (!links?.types.includes(entry.type)) return [];
  const ids = entry.item.value[links.field];
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
}

function edgesOf(step: Entry, layout: FlatGraph, keyOf: (id: string) => string): Edge[] {
  const from = keyOf(step.id);
  return [
    ...wiresOf(step.item.value, layout.rule.wires).map(([to, output]): Edge => ({ from, to: keyOf(to), type: 'main', output, input: 0 })),
    ...linksOf(step, layout).map((to): Edge => ({ from, to: keyOf(to), type: 'link', output: 0, input: 0 })),
  ];
}

/** A reusable workflow is entered where an instance of it stands. */
function instanceEdges(entries: readonly Entry[], byId: ReadonlyMap<string, JsonObject>, layout: FlatGraph, keyOf: (id: string) => string): { from: string; to: string }[] {
  const rule = layout.rule.instances;
  if (!rule) return [];
  const entrances = compilePath(rule.entrances);
  return entries.filter((entry) => entry.type.startsWith(rule.prefix)).flatMap((entry) => {
    const target = byId.get(entry.type.slice(rule.prefix.length));
    const ids = target ? entrances({ root: target, variables: {}, nodes: NO_NODES }) : [];
    return (Array.isArray(ids) ? (ids as unknown[]).flat(4) : []).filter((id): id is string => typeof id === 'string').map((to) => ({ from: keyOf(entry.id), to: keyOf(to) }));
  });
}

function workflowOf(entry: Entry, steps: readonly GraphNode[], edges: readonly Edge[], setting: { layout: FlatGraph; context: GraphContext; key: string }): GraphWorkflow {
  const { layout, context, key } = setting;
  const scope = { root: entry.item.value, variables: context.variables, nodes: NO_NODES };
  return {
    native: entry.item.value, key, nodes: steps, edges, evidence: entry.item.evidence, stepsFollow: true, stepCount: steps.length,
    name: asText(layout.workflow.name(scope)) || key,
    enabled: asYesNo(layout.workflow.enabled(scope)),
  };
}

export function flatById(items: readonly SourceItem[], layout: FlatGraph, context: GraphContext): Graph {
  const taken = new Set<string>();
  const { rule } = layout;
  const entries = items.filter((item) => isObject(item.value)).map((item) => entryOf(item, layout, taken)).filter((entry) => !rule.ignoredTypes.includes(entry.type));
  const nodesById = new Map(entries.map((entry) => [entry.id, entry.item.value]));
  const keyOf = (id: string): string => `${id}${context.suffix}`;
  const isWorkflow = (entry: Entry): boolean => rule.workflowTypes.includes(entry.type);
  const steps = entries.filter((entry) => !isWorkflow(entry) && entry.parent !== null);
  const nodes = new Map(steps.map((entry) => [entry.id, { native: entry.item.value, key: keyOf(entry.id), version: 'live' as const, evidence: entry.item.evidence, reached: false }]));
  const typeByKey = new Map(steps.map((entry) => [keyOf(entry.id), entry.type]));
  const edgesById = new Map(steps.map((step) => [step.id, edgesOf(step, layout, keyOf)]));
  const allEdges = [...[...edgesById.values()].flat(), ...instanceEdges(steps, nodesById, layout, keyOf)];
  markReached([...nodes.values()], allEdges, (node) => context.isOutside(typeByKey.get(node.key) ?? ''));
  const byParent = new Map<string, Entry[]>();
  for (const step of steps) {
    const own = byParent.get(step.parent!);
    if (own) own.push(step);
    else byParent.set(step.parent!, [step]);
  }
  const workflows = entries.filter(isWorkflow).sort((a, b) => compareText(a.id, b.id)).map((entry) => {
    const own = byParent.get(entry.id) ?? [];
    return workflowOf(entry, own.map((step) => nodes.get(step.id)!), sortEdges(own.flatMap((step) => edgesById.get(step.id)!)), { layout, context, key: keyOf(entry.id) });
  });
  const shared = entries.filter((entry) => !isWorkflow(entry) && entry.parent === null).map((entry) => ({ native: entry.item.value, key: keyOf(entry.id), evidence: entry.item.evidence }));
  return { workflows: [...workflows, ...orphans(byParent, nodes, nodesById, context)], shared, nodesById, unread: unreadOf(items, layout) };
}

/** Steps whose workflow is missing from the list are kept, under a workflow that says so. */
function orphans(byParent: ReadonlyMap<string, readonly Entry[]>, nodes: ReadonlyMap<string, GraphNode>, byId: ReadonlyMap<string, JsonObject>, context: GraphContext): GraphWorkflow[] {
  return [...byParent.keys()].filter((parent) => !byId.has(parent)).sort().map((parent) => {
    const own = byParent.get(parent)!.map((step) => nodes.get(step.id)!);
    return { native: { id: parent }, key: `${parent}${context.suffix}`, name: `(missing flow ${parent})`, enabled: true, evidence: own[0]!.evidence, nodes: own, edges: [], stepCount: own.length, stepsFollow: true };
  });
}
