/** Wires between steps. Owns their order and who is reached from outside. Pure. */
import { compareText } from '../expressions/scope.js';
import type { Edge, GraphNode } from './types.js';

export function sortEdges(edges: Edge[]): Edge[] {
  return edges.sort((a, b) => compareText(a.from, b.from) || compareText(a.type, b.type) || a.output - b.output || compareText(a.to, b.to) || a.input - b.input);
}

/** Marks every node that data from outside can get to along the wires. */
export function markReached(nodes: readonly GraphNode[], edges: readonly Pick<Edge, 'from' | 'to'>[], isStart: (node: GraphNode) => boolean): void {
  const queue = nodes.filter(isStart);
  if (queue.length === 0) return;
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const list = next.get(from);
    if (list) list.push(to);
    else next.set(from, [to]);
  }
  for (const node of queue) node.reached = true;
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (const key of next.get(node.key) ?? []) {
      const target = byKey.get(key);
      if (target && !target.reached) {
        target.reached = true;
        queue.push(target);
      }
    }
  }
}
