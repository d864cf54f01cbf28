/**
 * Layout operator `tree`: each item is a workflow; its steps stand in lists or maps and may hold further steps. Owns ids, the
 * place of each step and what of a step is its own; wires are drawn in tree-wires.ts.
 */
import { containersAt, singleAt, withoutPaths } from '../expressions/containers.js';
import type { Container } from '../expressions/containers.js';
import { NO_NODES, asText, asYesNo } from '../expressions/scope.js';
import type { JsonObject, Scope, Value } from '../expressions/scope.js';
import type { TreeGraph } from '../manifest/connector.js';
import { markReached } from './edges.js';
import { treeReadable } from './readable.js';
import { hasWires, treeEdges } from './tree-wires.js';
import type { TreeBranch, TreeStep } from './tree-wires.js';
import { UNREAD } from './types.js';
import type { Graph, GraphContext, GraphNode, GraphWorkflow, SourceItem, Unread } from './types.js';

/** JSON is refused before it gets this deep; a step at the cap keeps what is below it in its own parameters, so nothing is lost. */
const DEEPEST = 64;

interface Drawing {
  readonly layout: TreeGraph;
  readonly context: GraphContext;
  readonly item: SourceItem;
  readonly key: string;
  readonly variables: Readonly<Record<string, Value>>;
  readonly taken: Set<string>;
  readonly steps: TreeStep[];
}

function idOf(wanted: string, taken: Set<string>): string {
  let id = wanted;
  while (taken.has(id)) id += '~';
  taken.add(id);
  return id;
}

interface Place {
  /** from the item: `blueprint.flow[2].routes.0.flow` */
  readonly path: string;
  readonly root: string;
  readonly depth: number;
}

function branchOf(container: Container, place: Place, drawing: Drawing): TreeBranch {
  return { path: container.path, steps: container.members.map((member) => stepOf(member, { ...place, path: `${place.path}${member.place}` }, drawing)) };
}

function stepOf({ key: name, step }: Container['members'][number], place: Place, drawing: Drawing): TreeStep {
  const { layout, item, taken, key } = drawing;
  const children = place.depth < DEEPEST ? layout.rule.children : [];
  const native = withoutPaths(step, children);
  const variables = { ...drawing.variables, root: place.root, whole: step, ...(name === null ? {} : { key: name }) };
  const scope: Scope = { root: native, variables, nodes: NO_NODES };
  const id = idOf(asText(layout.step.id(scope)) || name || place.path, taken);
  const node: GraphNode = { native, key: `${key}/${id}`, version: 'live', reached: false, variables, evidence: { ...item.evidence, path: `${item.evidence.path}.${place.path}` } };
  const drawn: TreeStep = { id, node, scope, branches: [] };
  drawing.steps.push(drawn);
  for (const path of children) {
    for (const container of containersAt(step, path)) drawn.branches.push(branchOf(container, { path: `${place.path}.${container.path}`, root: place.root, depth: place.depth + 1 }, drawing));
  }
  return drawn;
}

function rootsOf(drawing: Drawing): TreeBranch[] {
  const { layout: { rule }, item } = drawing;
  return rule.roots.flatMap((root) => {
    const containers = rule.single.includes(root) ? singleAt(item.value, root) : containersAt(item.value, root);
    return containers.map((container) => branchOf(container, { path: container.path, root, depth: 0 }, drawing));
  });
}

function workflowOf(item: SourceItem, layout: TreeGraph, context: GraphContext): { workflow: GraphWorkflow | null; unread: readonly Unread[] } {
  const native = item.value;
  const scope: Scope = { root: native, variables: context.variables, nodes: NO_NODES };
  const own = asText(layout.workflow.key(scope));
  if (own === undefined || own === '') return { workflow: null, unread: [UNREAD.key] };
  const key = `${own}${context.suffix}`;
  const readable = treeReadable(native, layout.rule, DEEPEST);
  const drawing: Drawing = { layout, context, item, key, variables: { ...context.variables, workflow: native }, taken: new Set(), steps: [] };
  const branches = rootsOf(drawing);
  const { steps } = drawing;
  const nodes = steps.map((step) => step.node);
  const edges = treeEdges(branches, steps, native, layout);
  const outside = new Set(steps.filter((step) => context.isOutside(asText(layout.step.type(step.scope)) ?? '')).map((step) => step.node));
  markReached(nodes, edges, (node) => outside.has(node));
  const nodesById = new Map<string, JsonObject>(steps.map((step) => [step.id, step.node.native]));
  const workflow: GraphWorkflow = {
    native, own: withoutPaths(native, layout.rule.roots), key, nodes, edges, nodesById,
    evidence: item.evidence, stepsFollow: false, stepCount: readable === 'none' ? null : nodes.length,
    name: asText(layout.workflow.name(scope)) || key,
    enabled: asYesNo(layout.workflow.enabled(scope)),
  };
  return { workflow, unread: [...(readable === 'all' ? [] : [UNREAD[readable]]), ...(hasWires(native, layout) ? [] : [UNREAD.wires])] };
}

export function tree(items: readonly SourceItem[], layout: TreeGraph, context: GraphContext): Graph {
  const drawn = items.map((item) => workflowOf(item, layout, context));
  return { workflows: drawn.flatMap(({ workflow }) => workflow ?? []), shared: [], nodesById: NO_NODES, unread: drawn.flatMap(({ unread }) => unread) };
}
