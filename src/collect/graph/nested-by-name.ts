/**
 * Layout operator `nested-by-name`: each item is a workflow that holds its steps, wires are kept by step names, and a
 * published version may stand beside the draft. Owns which version is live and which draft steps differ from it.
 */
import type { JsonValue } from '../../model/resource.js';
import { canonicalJson } from '../../model/canonical.js';
import { NO_NODES, asText, asYesNo, compilePath, isObject } from '../expressions/scope.js';
import type { JsonObject, Value } from '../expressions/scope.js';
import type { NestedGraph } from '../manifest/connector.js';
import { markReached, sortEdges } from './edges.js';
import { listReadable } from './readable.js';
import type { Readable } from './readable.js';
import { UNREAD } from './types.js';
import type { Edge, Graph, GraphContext, GraphNode, GraphWorkflow, SourceItem, Unread } from './types.js';

interface Version {
  readonly nodes: JsonObject[];
  readonly connections: JsonObject;
  readonly path: string;
  readonly readable: Readable;
  readonly isWired: boolean;
}

function at(root: JsonObject, path: string): Value {
  return compilePath(path)({ root, variables: {}, nodes: NO_NODES });
}

function versionAt(item: JsonObject, nodesPath: string, connectionsPath: string): Version | null {
  const nodes = at(item, nodesPath);
  const connections = at(item, connectionsPath);
  if (!Array.isArray(nodes)) return null;
  const readable = listReadable(nodes);
  return { nodes: readable === 'all' ? (nodes as JsonObject[]) : nodes.filter(isObject), connections: isObject(connections) ? connections : {}, isWired: isObject(connections), path: nodesPath, readable };
}

/** Ids are unique within a workflow; an export without ids falls back on the name, a doubled id is told apart by its name. */
function idsOf(version: Version, names: readonly (string | undefined)[], layout: NestedGraph): string[] {
  const taken = new Set<string>();
  return version.nodes.map((node, index) => {
    const name = names[index] ?? `step ${index + 1}`;
    let id = asText(layout.step.id({ root: node, variables: {}, nodes: NO_NODES })) ?? name;
    if (taken.has(id)) id = `${id}~${name}`;
    while (taken.has(id)) id += '~';
    taken.add(id);
    return id;
  });
}

function edgesOf(version: Version, keyByName: ReadonlyMap<string, string>): Edge[] {
  const edges: Edge[] = [];
  for (const [source, byType] of Object.entries(version.connections)) {
    const from = keyByName.get(source);
    if (from === undefined || !isObject(byType)) continue;
    for (const [type, outputs] of Object.entries(byType)) {
      (Array.isArray(outputs) ? outputs : []).forEach((targets: JsonValue, output) => {
        for (const target of Array.isArray(targets) ? targets : []) {
          const to = isObject(target) ? keyByName.get(asText(target['node']) ?? '') : undefined;
          if (to !== undefined && isObject(target)) edges.push({ from, to, type, output, input: Number(target['index'] ?? 0) });
        }
      });
    }
  }
  return sortEdges(edges);
}

function nodesOf(version: Version, keys: readonly string[], of: GraphNode['version'], item: SourceItem): GraphNode[] {
  return version.nodes.map((native, index) => ({
    native, key: keys[index]!, version: of, reached: false,
    evidence: { request: item.evidence.request, pageHash: item.evidence.pageHash, path: `${item.evidence.path}.${version.path}[${index}]` },
  }));
}

function sameNode(a: JsonObject, b: JsonObject): boolean {
  return JSON.stringify(a) === JSON.stringify(b) || canonicalJson(a) === canonicalJson(b);
}

function graphOf(version: Version, layout: NestedGraph, workflowKey: string): { ids: string[]; keys: string[]; edges: Edge[] } {
  const names = version.nodes.map((node) => asText(layout.step.name({ root: node, variables: {}, nodes: NO_NODES })));
  const ids = idsOf(version, names, layout);
  const keys = ids.map((id) => `${workflowKey}/${id}`);
  const keyByName = new Map(names.map((name, index) => [name ?? '', keys[index]!]));
  return { ids, keys, edges: edgesOf(version, keyByName) };
}

interface Versions {
  readonly draft: Version | null;
  readonly published: Version | null;
  readonly readable: Readable;
}

/** A published version that is there but cannot be read is what runs: the draft does not stand in for it. */
function versionsOf(native: JsonObject, layout: NestedGraph): Versions {
  const draft = versionAt(native, layout.rule.nodes, layout.rule.connections);
  const rule = layout.rule.published;
  const published = rule ? versionAt(native, rule.nodes, rule.connections) : null;
  const isLost = published === null && rule !== undefined && isObject(at(native, rule.mark));
  if (isLost || (!published && !draft)) return { draft, published, readable: 'none' };
  return { draft, published, readable: [draft, published].every((version) => (version ?? draft)?.readable === 'all') ? 'all' : 'some' };
}

function unreadable(item: SourceItem, key: string, layout: NestedGraph, context: GraphContext): GraphWorkflow {
  const scope = { root: item.value, variables: context.variables, nodes: NO_NODES };
  return {
    native: item.value, key, nodes: [], edges: [], evidence: item.evidence, stepsFollow: false, stepCount: null,
    name: asText(layout.workflow.name(scope)) ?? key,
    enabled: asYesNo(layout.workflow.enabled(scope)),
  };
}

function drawnOf(item: SourceItem, layout: NestedGraph, context: GraphContext): { workflow: GraphWorkflow | null; unread: readonly Unread[] } {
  const own = asText(layout.workflow.key({ root: item.value, variables: context.variables, nodes: NO_NODES }));
  if (own === undefined || own === '') return { workflow: null, unread: [UNREAD.key] };
  const key = `${own}${context.suffix}`;
  const versions = versionsOf(item.value, layout);
  const live = versions.readable === 'none' ? null : versions.published ?? versions.draft;
  if (!live) return { workflow: unreadable(item, key, layout, context), unread: [UNREAD.none] };
  const isWired = [versions.draft, versions.published].every((version) => version?.isWired !== false);
  return { workflow: workflowOf(item, { key, live, versions }, layout, context), unread: [...(versions.readable === 'all' ? [] : [UNREAD.some]), ...(isWired ? [] : [UNREAD.wires])] };
}

function workflowOf(item: SourceItem, { key, live, versions: { draft, published } }: { key: string; live: Version; versions: Versions }, layout: NestedGraph, context: GraphContext): GraphWorkflow {
  const native = item.value;
  const { published: rule } = layout.rule;
  const scope = { root: native, variables: context.variables, nodes: NO_NODES };
  const liveGraph = graphOf(live, layout, key);
  const nodes = nodesOf(live, liveGraph.keys, 'live', item);
  let differs = false;
  if (published && draft) {
    const draftGraph = graphOf(draft, layout, key);
    const liveById = new Map(live.nodes.map((node, index) => [liveGraph.ids[index]!, node]));
    const drafts = nodesOf(draft, draftGraph.keys.map((each) => `${each}@draft`), 'draft', item)
      .filter((node, index) => { const other = liveById.get(draftGraph.ids[index]!); return !other || !sameNode(other, node.native); });
    nodes.push(...drafts);
    differs = drafts.length > 0 || draft.nodes.length !== live.nodes.length || JSON.stringify(draftGraph.edges) !== JSON.stringify(liveGraph.edges);
  }
  const mark = rule ? at(native, rule.mark) : undefined;
  const typeOf = (node: GraphNode): string => asText(layout.step.type({ root: node.native, variables: {}, nodes: NO_NODES })) ?? '';
  markReached(nodes, liveGraph.edges, (node) => context.isOutside(typeOf(node)));
  const isReached = nodes.some((node) => node.reached);
  for (const node of nodes) if (node.version === 'draft') node.reached ||= isReached;
  return {
    native, key, nodes, edges: liveGraph.edges, evidence: item.evidence, stepsFollow: false, stepCount: live.nodes.length,
    name: asText(layout.workflow.name(scope)) ?? key,
    enabled: asYesNo(layout.workflow.enabled(scope)),
    ...(rule && mark !== undefined ? { published: published !== null, draftDiffers: differs } : {}),
  };
}

export function nestedByName(items: readonly SourceItem[], layout: NestedGraph, context: GraphContext): Graph {
  const drawn = items.map((item) => drawnOf(item, layout, context));
  return { workflows: drawn.flatMap(({ workflow }) => workflow ?? []), shared: [], nodesById: NO_NODES, unread: drawn.flatMap(({ unread }) => unread) };
}
