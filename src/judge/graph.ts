/** What leads to a step inside its workflow. Owns the walk over a workflow's edges; checks ask it as `graph`. */
import type { JsonValue, Resource } from '../model/resource.js';
import type { GraphContext } from './expression.js';

interface Edge {
  from: string;
  to: string;
  type: string;
}

interface WorkflowGraph {
  into: Map<string, Edge[]>;
  out: Map<string, Edge[]>;
}

export type GraphOf = (resource: Resource) => GraphContext;

/** Graphs are built on first use, per workflow; a draft step stands in the place of the live one. A workflow leads to all its steps. */
export function createGraphs(resources: readonly Resource[], workflows: ReadonlyMap<string, Resource>): GraphOf {
  const steps = new Map<string, Resource>();
  const graphs = new Map<string, WorkflowGraph>();
  for (const resource of resources) if (resource.properties['workflow'] !== undefined) steps.set(resource.key, resource);
  const byWorkflow = new Map<string, string[]>();
  for (const step of steps.values()) {
    const key = String(step.properties['workflow']);
    const classes = byWorkflow.get(key) ?? [];
    byWorkflow.set(key, classes);
    classes.push(String(step.properties['class']));
  }
  return (resource) => {
    if (resource.kind === 'workflow') return { upstream: [], downstream: unique(byWorkflow.get(resource.key) ?? []), inputs: [], openEntry: false };
    const workflow = resource.properties['workflow'];
    const owner = typeof workflow === 'string' ? workflows.get(workflow) : undefined;
    if (owner === undefined) return { upstream: [], downstream: [], inputs: [], openEntry: false };
    let graph = graphs.get(owner.key);
    if (graph === undefined) graphs.set(owner.key, (graph = buildGraph(owner.properties['edges'])));
    return describe({ key: placeOf(resource.key), graph, steps });
  };
}

/** `<key>@draft` is the unpublished version of `<key>`. */
function placeOf(key: string): string {
  return key.endsWith('@draft') ? key.slice(0, -'@draft'.length) : key;
}

function buildGraph(edges: JsonValue | undefined): WorkflowGraph {
  const graph: WorkflowGraph = { into: new Map(), out: new Map() };
  for (const edge of Array.isArray(edges) ? edges : []) {
    const { from, to, type } = edge as unknown as Edge;
    push(graph.into, to, { from, to, type });
    push(graph.out, from, { from, to, type });
  }
  return graph;
}

function push(map: Map<string, Edge[]>, key: string, edge: Edge): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [edge]);
  else list.push(edge);
}

function describe({ key, graph, steps }: { key: string; graph: WorkflowGraph; steps: ReadonlyMap<string, Resource> }): GraphContext {
  const before = walk(key, (at) => (graph.into.get(at) ?? []).map((edge) => edge.from));
  const after = walk(key, (at) => (graph.out.get(at) ?? []).map((edge) => edge.to));
  const classes = (keys: readonly string[]): string[] => unique(keys.map((at) => String(steps.get(at)?.properties['class'] ?? 'other')));
  return {
    upstream: classes(before),
    downstream: classes(after),
    inputs: unique((graph.into.get(key) ?? []).map((edge) => edge.type)),
    openEntry: before.some((at) => isOpenEntry(steps.get(at))),
  };
}

/** Everything reachable from `start`, without it; safe on cycles. */
function walk(start: string, next: (key: string) => string[]): string[] {
  const seen = new Set([start]);
  const queue = [start];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const key of next(at)) {
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(key);
    }
  }
  seen.delete(start);
  return [...seen];
}

function isOpenEntry(step: Resource | undefined): boolean {
  if (step?.kind !== 'entry-point') return false;
  const { enabled, authentication, public: open } = step.properties;
  return enabled !== false && authentication === 'none' && open !== false;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
