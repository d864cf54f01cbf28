/** The shape of steps.yaml: what each native step type does, and where its facts stand. Owns this shape only. */
import { z } from 'zod';
import { JsonValue, STEP_CLASSES } from '../../model/resource.js';
import { expression, expressions } from './expression-schema.js';

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
  source: z.string().optional().describe('Where the list of types comes from: package and version, or a page.'),
  include: z.array(z.string().regex(/^[a-z0-9-]+\.yaml$/)).default([]).describe('Further files of this folder with `types` and `prefixes`; shapes and tables of this file hold there too.'),
  sameWithout: z.array(z.string()).default([]).describe('Endings that change nothing: with `Tool`, the type `slackTool` is what `slack` is, unless it is listed itself.'),
  tables: z.record(z.string(), z.record(z.string(), JsonValue)).default({}),
  shapes: z.record(z.string(), StepRule).default({}),
  /** a text that shows that an expression takes data of the run */
  dataReferences: z.array(z.string()),
  expressionMarks: z.strictObject({ begins: z.array(z.string().min(1)).default([]).describe('What an expression begins with, e.g. `=`.'), holds: z.array(z.string().min(1)).default([]).describe('What stands before an expression inside of a text, e.g. `@{`.') }).optional()
    .describe('Where the platform reads a text as an expression only when it begins with, or holds, one of these: in other texts `dataReferences` do not count.'),
  types: z.record(z.string(), StepRule),
  /** for types not listed, by the beginning of their name */
  prefixes: z.record(z.string(), StepRule).default({}),
});
export type StepsFile = z.infer<typeof StepsFile>;

/** A part of a steps.yaml, named there in `include`. */
export const StepsPart = StepsFile.pick({ source: true, shapes: true, types: true, prefixes: true });
export type StepsPart = z.infer<typeof StepsPart>;

/** packs/connectors/ai-hosts.yaml: host -> AI provider, for all connectors. `*` stands for any text, once in a name. */
export const AiHostsFile = z.strictObject({ source: z.string().optional(), hosts: z.record(z.string().regex(/^[a-z0-9.-]*\*?[a-z0-9.-]+$/), z.string()) });
