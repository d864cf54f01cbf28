/** What a layout makes of native documents, before steps become resources. Owns the shapes between layout and emission. */
import type { Resource } from '../../model/resource.js';
import type { JsonObject, Value } from '../expressions/scope.js';

/** One native thing with the place it came from. */
export interface SourceItem {
  readonly value: JsonObject;
  readonly evidence: Resource['evidence'];
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly type: string;
  readonly output: number;
  readonly input: number;
}

export interface GraphNode {
  readonly native: JsonObject;
  /** resource key */
  readonly key: string;
  readonly version: 'live' | 'draft';
  readonly evidence: Resource['evidence'];
  /** what `$name` stands for in expressions of this step, where it differs from that of others */
  readonly variables?: Readonly<Record<string, Value>>;
  /** caller data can get here: a webhook, form, chat or queue stands upstream */
  reached: boolean;
}

export interface GraphWorkflow {
  readonly native: JsonObject;
  /** the native workflow without its steps, where the layout knows where they stand */
  readonly own?: JsonObject;
  /** its steps by id, where ids are unique within the workflow only */
  readonly nodesById?: ReadonlyMap<string, JsonObject>;
  readonly key: string;
  readonly name: string;
  /** undefined = the platform does not tell */
  readonly enabled: boolean | undefined;
  readonly evidence: Resource['evidence'];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly Edge[];
  /** null = its steps could not be read */
  readonly stepCount: number | null;
  readonly published?: boolean;
  readonly draftDiffers?: boolean;
  /** a step is off when its workflow is off */
  readonly stepsFollow: boolean;
}

export interface Graph {
  readonly workflows: readonly GraphWorkflow[];
  /** shared configuration that belongs to no workflow */
  readonly shared: readonly { readonly native: JsonObject; readonly key: string; readonly evidence: Resource['evidence'] }[];
  readonly nodesById: ReadonlyMap<string, JsonObject>;
  /** one for each native item that could not be read as it should */
  readonly unread: readonly Unread[];
}

/** Why a native item is not, or not wholly, in the graph, in words for people. */
export const UNREAD = {
  none: 'their steps could not be read',
  some: 'some of their steps could not be read',
  key: 'what tells them apart could not be read',
  id: 'their id or type could not be read',
  type: 'the type of some of their steps could not be read',
  settings: 'what some of their steps do could not be read',
  wires: 'how some of their steps are joined could not be read',
  part: 'a part of them could not be read',
  nothing: 'nothing was found in them',
} as const;
export type Unread = (typeof UNREAD)[keyof typeof UNREAD];

/** How keys are made, and which types start from outside. */
export interface GraphContext {
  /** appended to keys when two files of one import hold the same ids */
  readonly suffix: string;
  readonly variables: Readonly<Record<string, Value>>;
  isOutside(type: string): boolean;
}
