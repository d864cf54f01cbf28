/** The manifest language of connectors, as a schema. Owns the shapes of manifest.yaml and steps.yaml; expressions are compiled elsewhere. */
import { z } from 'zod';
import { JsonValue, RESOURCE_KINDS, STEP_CLASSES } from '../../model/resource.js';

/** A path, or an operator with its arguments; checked by the compiler. */
const expression = z.union([z.string(), z.record(z.string(), JsonValue)]);
const expressions = z.record(z.string(), expression);
const template = z.string().regex(/^\//, 'must begin with /');
const texts = z.record(z.string(), z.string());

const StatusRule = z.strictObject({
  status: z.array(z.number().int()).min(1),
  /** a text that the body must hold for the rule to apply */
  bodyHas: z.string().optional(),
  state: z.enum(['unavailable', 'forbidden', 'empty']),
  reason: z.string().optional(),
});

export const ResourceRule = z.strictObject({
  title: z.string(),
  get: template.optional(),
  /** a POST that only reads; `reason` is shown in the connector's README and to reviewers */
  readOnlyPost: z.strictObject({ path: template, body: JsonValue, reason: z.string().min(10) }).optional(),
  query: texts.optional(),
  headers: texts.optional(),
  /** where the items are in the body; absent = the body is the list */
  items: expression.optional(),
  /** the body is one object, not a list */
  single: z.boolean().default(false),
  key: expression.optional(),
  paging: z.strictObject({ kind: z.literal('cursor'), from: z.string(), to: z.string(), recheck: z.boolean().default(false) }).optional(),
  /** resource kinds whose facts come from here, where `emit` and `graph` do not show it */
  feeds: z.array(z.enum(RESOURCE_KINDS)).optional(),
  /** one request per item of another type */
  forEach: z.strictObject({ of: z.string(), when: expression.optional(), bind: expressions, limit: z.number().int().positive().default(500) }).optional(),
  required: z.boolean().default(false),
  /** the right that the key needs, by the platform's own name */
  right: z.string(),
  onStatus: z.array(StatusRule).default([]),
  /** how to tell that the key sees only a part: these types are then forbidden */
  narrowView: z.strictObject({ whenForbidden: z.array(z.string()).min(1), missing: z.string() }).optional(),
  drop: z.array(z.string()).default([]),
  secrets: z.array(z.strictObject({ path: z.string(), kind: z.string() })).default([]),
});
export type ResourceRule = z.infer<typeof ResourceRule>;

const headerAuth = z.strictObject({ kind: z.literal('header'), header: z.string(), prefix: z.string().default(''), secret: z.string() });
const loginAuth = z.strictObject({
  kind: z.literal('login'),
  /** asked first, without a key: no login is needed when the answer is an empty object */
  question: template,
  path: template,
  form: texts,
  reason: z.string().min(10),
  token: z.string(),
  header: z.string(),
  prefix: z.string().default(''),
  /** a field with a ready token, used instead of a login */
  readyToken: z.string().optional(),
});

const RecordRule = z.strictObject({
  kind: z.enum(RESOURCE_KINDS),
  from: z.string(),
  /** several items with the same value here become one resource; the first one is the root, `$group` holds all */
  groupBy: expression.optional(),
  where: expression.optional(),
  key: expression,
  name: expression,
  properties: expressions,
});

const graphStep = z.strictObject({
  id: expression, name: expression, type: expression, typeVersion: expression.optional(), disabled: expression, parameters: expression,
  onError: expression.optional(), credentials: expression.optional(),
  /** further properties of every step */
  extra: expressions.default({}),
});
const graphWorkflow = z.strictObject({ key: expression, name: expression, enabled: expression, properties: expressions });

export const GraphRule = z.discriminatedUnion('layout', [
  z.strictObject({
    /** each item is a workflow that holds its steps; wires are kept by the steps' names */
    layout: z.literal('nested-by-name'),
    from: z.string(), workflow: graphWorkflow, step: graphStep,
    nodes: z.string(), connections: z.string(),
    published: z.strictObject({ nodes: z.string(), connections: z.string(), mark: z.string() }).optional(),
  }),
  z.strictObject({
    /** one flat list of workflows, steps and shared configuration; wires are kept by id */
    layout: z.literal('flat-by-id'),
    from: z.string(), workflow: graphWorkflow, step: graphStep,
    workflowTypes: z.array(z.string()).min(1), parent: z.string(), type: z.string(), wires: z.string(), ignoredTypes: z.array(z.string()).default([]),
    /** further wires: a field with ids on steps of these types */
    links: z.strictObject({ field: z.string(), types: z.array(z.string()) }).optional(),
    /** steps that stand for a whole workflow: type prefix + its id, and the path of the ids it is entered at */
    instances: z.strictObject({ prefix: z.string(), entrances: z.string() }).optional(),
    shared: z.strictObject({ kind: z.enum(RESOURCE_KINDS), name: expression, parameters: expression }),
  }),
]);
export type GraphRule = z.infer<typeof GraphRule>;

const FileRule = z.strictObject({
  /** the document is one item, or a list of items, or holds them under one of these names */
  listUnder: z.array(z.string()).default([]),
  /** an item is of this platform when all of these are true */
  item: expression,
  /** a document claims to be of this platform when any of these is true, even if it is broken */
  claims: z.array(expression).default([]),
  /** the whole list is one document (true), or each item is one (false) */
  whole: z.boolean(),
  type: z.string(),
});

export const Manifest = z.strictObject({
  apiVersion: z.literal('connector/v1'),
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  about: z.string(),
  steps: z.string(),
  /** appended to the base URL unless it ends so already */
  basePath: z.string().default(''),
  secretFields: z.array(z.strictObject({ name: z.string(), label: z.string(), kind: z.enum(['password', 'text']), required: z.boolean().default(true) })),
  auth: z.discriminatedUnion('kind', [headerAuth, loginAuth]),
  headers: texts.default({}),
  /** the type that is asked when a platform is added */
  probe: z.strictObject({ types: z.array(z.string()).min(1) }),
  version: z.strictObject({ from: z.string(), take: expression }).optional(),
  tables: z.record(z.string(), z.record(z.string(), JsonValue)).default({}),
  redact: z.strictObject({ where: z.array(z.strictObject({ field: z.string(), equals: z.string(), redact: z.string() })).default([]) }).default({ where: [] }),
  resources: z.record(z.string(), ResourceRule),
  emit: z.array(RecordRule),
  graph: GraphRule,
  files: FileRule.optional(),
});
export type Manifest = z.infer<typeof Manifest>;

const stepFields = {
  class: z.enum(STEP_CLASSES),
  kind: z.enum(['step', 'entry-point', 'ai-step']).optional(),
  /** hosts that this type always talks to, unless an address of its own is set */
  hosts: z.array(z.string()).optional(),
  provider: z.string().optional(),
  model: expression.optional(),
  /** where addresses stand */
  urls: z.array(expression).optional(),
  /** the scheme that an address without one has; `plain` true = not encrypted */
  clearText: expression.optional(),
  tlsVerify: expression.optional(),
  authentication: expression.optional(),
  credentials: expression.optional(),
  code: z.array(z.string()).optional(),
  language: z.enum(['javascript', 'python', 'shell']).optional(),
  modules: expression.optional(),
  path: expression.optional(),
  method: expression.optional(),
  public: expression.optional(),
  corsOrigins: expression.optional(),
  /** texts that must not take caller data */
  sinks: z.array(expression).optional(),
  /** true when caller data gets in without an expression */
  implicitSink: expression.optional(),
  /** true = what starts here comes from outside */
  outside: z.boolean().optional(),
  extra: expressions.optional(),
};

export const StepRule = z.strictObject({ ...stepFields, class: stepFields.class.optional(), use: z.string().optional() });
export type StepRule = z.infer<typeof StepRule>;

export const StepsFile = z.strictObject({
  tables: z.record(z.string(), z.record(z.string(), JsonValue)).default({}),
  shapes: z.record(z.string(), StepRule).default({}),
  /** a text that shows that an expression takes data of the run */
  dataReferences: z.array(z.string()),
  types: z.record(z.string(), StepRule),
  /** for types not listed, by the beginning of their name */
  prefixes: z.record(z.string(), StepRule).default({}),
});
export type StepsFile = z.infer<typeof StepsFile>;
