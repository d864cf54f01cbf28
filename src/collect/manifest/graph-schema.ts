/** How items become resources: `emit` for plain ones, `graphs` for workflows with steps. Owns these shapes. */
import { z } from 'zod';
import { RESOURCE_KINDS } from '../../model/resource.js';
import { expression, expressions } from './expression-schema.js';

export const RecordRule = z.strictObject({
  kind: z.enum(RESOURCE_KINDS),
  from: z.string(),
  each: expression.optional().describe('One resource per member of this list; paths then start at the member, `$item` is the whole item.'),
  always: z.boolean().default(false).describe('With `each`: every item holds this list, be it empty. An item without it counts as not read.'),
  groupBy: expression.optional().describe('Several items with the same value here become one resource; the first one is the root, `$group` holds all.'),
  where: expression.optional(),
  key: expression,
  name: expression,
  properties: expressions.default({}),
  observed: expressions.optional().describe('What moves by itself: last use, counts of runs. Kept as run-stats, never compared.'),
});
export type RecordRule = z.infer<typeof RecordRule>;

const graphStep = z.strictObject({
  id: expression, name: expression, type: expression, typeVersion: expression.optional(), disabled: expression.default({ value: false }), parameters: expression,
  onError: expression.optional(), credentials: expression.optional(),
  extra: expressions.default({}).describe('Further properties of every step.'),
  objects: z.array(z.union([z.string(), z.strictObject({
    at: z.string().describe('Path, from the step.'), orNull: z.boolean().default(false).describe('Null is fine there, too.'), when: expression.optional().describe('Only of steps for which this is true.'),
  })])).optional()
    .describe('Paths, from the step, of what is an object where it is there: settings that expressions read below. A text, list or number there counts as not read, and null too, but where `orNull`; `when` names the steps that this holds for. Left out: the path of `parameters`, where that is a path.'),
});
const graphWorkflow = z.strictObject({ key: expression, name: expression, enabled: expression, properties: expressions.default({}), observed: expressions.optional() });
const base = {
  from: z.string(),
  where: expression.optional().describe('Leaves out items for which this is not true, e.g. those that another list tells better.'),
  workflow: graphWorkflow, step: graphStep,
};

export const GraphRule = z.discriminatedUnion('layout', [
  z.strictObject({
    layout: z.literal('nested-by-name').describe('Each item is a workflow that holds its steps; wires are kept by the steps\' names.'),
    ...base,
    nodes: z.string(), connections: z.string(),
    published: z.strictObject({ nodes: z.string(), connections: z.string(), mark: z.string() }).optional(),
  }),
  z.strictObject({
    layout: z.literal('flat-by-id').describe('One flat list of workflows, steps and shared configuration; wires are kept by id.'),
    ...base,
    workflowTypes: z.array(z.string()).min(1), parent: z.string(), type: z.string(), wires: z.string(), ignoredTypes: z.array(z.string()).default([]),
    links: z.strictObject({ field: z.string(), types: z.array(z.string()) }).optional().describe('Further wires: a field with ids on steps of these types.'),
    instances: z.strictObject({ prefix: z.string(), entrances: z.string() }).optional().describe('Steps that stand for a whole workflow: type prefix + its id, and the path of the ids it is entered at.'),
    shared: z.strictObject({ kind: z.enum(RESOURCE_KINDS), name: expression, parameters: expression }),
  }),
  z.strictObject({
    layout: z.literal('tree').describe('Each item is a workflow; its steps stand in lists or maps, and may hold further steps.'),
    ...base,
    roots: z.array(z.string()).min(1).describe('Paths of lists or maps of steps. A map\'s key is `$key` in expressions of the step; the path it came from is `$root`.'),
    single: z.array(z.string()).default([]).describe('Those of `roots` that are one step themselves, not a list or map of steps.'),
    optional: z.array(z.string()).default([]).describe('Those of `roots` that may be absent or null. Another one that is not there counts as not read.'),
    attach: z.array(z.strictObject({ from: z.string(), by: z.string(), on: z.string(), as: z.string() })).default([])
      .describe('Steps that the platform keeps as items of other types: those of `from` whose path `on` holds the value of the workflow\'s path `by` become its list `as`, which may be one of `roots`.'),
    order: z.string().default('order').describe('Of attached steps: the path of the number that they are sorted by.'),
    children: z.array(z.string()).default([]).describe('Paths, from a step, of lists or maps of further steps: `actions`, `cases.*.actions`, `routes.*.flow`. A path may be absent; what stands there and is none counts as not read, and so does a member of `*` without the rest.'),
    wires: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('sequence') }).describe('Each step follows the one before it; the first child follows its parent.'),
      z.strictObject({ kind: z.literal('after'), take: expression }).describe('The ids (within the same workflow) of the steps that it follows; none = it follows its parent, or the roots before it.'),
      z.strictObject({ kind: z.literal('next'), take: expression }).describe('The ids of the steps that follow it.'),
      z.strictObject({ kind: z.literal('list'), edges: z.string(), from: z.string(), to: z.string() }).describe('A list of wires of the workflow.'),
    ]),
  }),
]);
export type GraphRule = z.infer<typeof GraphRule>;
