/** Layout operator `tree`: steps stand in lists or maps and may hold further steps. */
import { NO_NODES } from '../expressions/scope.js';
import type { TreeGraph } from '../manifest/connector.js';
import type { Graph, GraphContext, SourceItem } from './types.js';

export function tree(_items: readonly SourceItem[], _layout: TreeGraph, _context: GraphContext): Graph {
  return { workflows: [], shared: [], nodesById: NO_NODES };
}
