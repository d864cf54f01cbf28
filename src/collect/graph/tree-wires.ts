/** Wires of the `tree` layout: by order, by names of predecessors or successors, or from a list of the workflow. Owns these four. Pure. */
import { asList, asText, compilePath, isObject, NO_NODES } from '../expressions/scope.js';
import type { JsonObject, Scope } from '../expressions/scope.js';
import type { TreeGraph } from '../manifest/connector.js';
import { sortEdges } from './edges.js';
import type { Edge, GraphNode } from './types.js';

export interface TreeBranch {
  /** where the steps stand, from the step or workflow that holds them: `else.actions`, `routes.0.flow` */
  readonly path: string;
  readonly steps: readonly TreeStep[];
}
export interface TreeStep {
  readonly id: string;
  readonly node: GraphNode;
  readonly scope: Scope;
  readonly branches: TreeBranch[];
}

function wire(from: TreeStep, to: TreeStep, type = 'main'): Edge {
  return { from: from.node.key, to: to.node.key, type, output: 0, input: 0 };
}

/** In the order of the document; what stands inside a step begins with it and does not lead on: the step itself does. */
function inSequence(steps: readonly TreeStep[], before: TreeStep | null, entry: string, into: Edge[]): TreeStep | null {
  let last = before;
  let type = entry;
  for (const step of steps) {
    if (last) into.push(wire(last, step, type));
    for (const branch of step.branches) inSequence(branch.steps, step, branch.path, into);
    last = step;
    type = 'main';
  }
  return last;
}

function idsFrom(layout: TreeGraph, step: TreeStep, byId: ReadonlyMap<string, TreeStep>): TreeStep[] {
  return asList(layout.wires?.(step.scope)).map((id) => byId.get(asText(id) ?? '')).filter((found) => found !== undefined && found !== step) as TreeStep[];
}

/** A step that no wire leads to begins with what holds it. */
function childEntries(steps: readonly TreeStep[], entered: ReadonlySet<string>): Edge[] {
  return steps.flatMap((parent) => parent.branches.flatMap((branch) => branch.steps.filter((step) => !entered.has(step.node.key)).map((step) => wire(parent, step, branch.path))));
}

/** Steps of a root that name no predecessor follow the roots before it: actions follow the triggers. */
function rootEntries(roots: readonly TreeBranch[], entered: ReadonlySet<string>): Edge[] {
  let earlier: readonly TreeStep[] = [];
  const edges: Edge[] = [];
  for (const { steps } of roots) {
    for (const step of steps) if (!entered.has(step.node.key)) edges.push(...earlier.map((before) => wire(before, step)));
    if (steps.length > 0) earlier = steps;
  }
  return edges;
}

function listed(native: JsonObject, steps: ReadonlyMap<string, TreeStep>, wires: Extract<TreeGraph['rule']['wires'], { kind: 'list' }>): Edge[] {
  const at = (root: JsonObject, path: string): string => asText(compilePath(path)({ root, variables: {}, nodes: NO_NODES })) ?? '';
  const list = asList(compilePath(wires.edges)({ root: native, variables: {}, nodes: NO_NODES })).filter(isObject);
  return list.flatMap((edge) => {
    const [from, to] = [steps.get(at(edge, wires.from)), steps.get(at(edge, wires.to))];
    return from && to ? [wire(from, to)] : [];
  });
}

/** A list of wires of the workflow is there, be it empty. */
export function hasWires(native: JsonObject, { rule: { wires } }: TreeGraph): boolean {
  return wires.kind !== 'list' || Array.isArray(compilePath(wires.edges)({ root: native, variables: {}, nodes: NO_NODES }));
}

function withoutRepeats(edges: readonly Edge[]): Edge[] {
  return sortEdges([...new Map(edges.map((edge) => [`${edge.from}\n${edge.to}\n${edge.type}`, edge])).values()]);
}

/** `roots` holds the branches of the workflow, `steps` every step at any depth. */
export function treeEdges(roots: readonly TreeBranch[], steps: readonly TreeStep[], native: JsonObject, layout: TreeGraph): Edge[] {
  const { wires } = layout.rule;
  const byId = new Map(steps.map((step) => [step.id, step]));
  if (wires.kind === 'list') return withoutRepeats(listed(native, byId, wires));
  const edges: Edge[] = [];
  if (wires.kind === 'sequence') {
    let last: TreeStep | null = null;
    for (const root of roots) last = inSequence(root.steps, last, 'main', edges);
    return withoutRepeats(edges);
  }
  for (const step of steps) {
    for (const other of idsFrom(layout, step, byId)) edges.push(wires.kind === 'after' ? wire(other, step) : wire(step, other));
  }
  const entered = new Set(edges.map((edge) => edge.to));
  return withoutRepeats([...edges, ...childEntries(steps, entered), ...(wires.kind === 'after' ? rootEntries(roots, entered) : [])]);
}
