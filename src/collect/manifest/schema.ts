/**
 * The manifest language of connectors: the shape of manifest.yaml as a whole. Its parts stand beside it, one file each.
 * Owns no meaning: expressions are compiled in src/collect/expressions, the rest in connector.ts.
 */
import { z } from 'zod';
import { JsonValue, RESOURCE_KINDS } from '../../model/resource.js';
import { HostRule, SignInRule } from './auth-schema.js';
import { expression, texts } from './expression-schema.js';
import { FileRule } from './file-schema.js';
import { GraphRule, RecordRule } from './graph-schema.js';
import { BECAUSE, ResourceRule } from './resource-schema.js';

/** What a person is asked for. `password` fields are secret; `text` and `choice` may stand in addresses. */
const Field = z.strictObject({
  name: z.string().regex(/^[a-zA-Z][a-zA-Z0-9]*$/),
  label: z.string(),
  kind: z.enum(['password', 'text', 'choice']),
  options: z.array(z.string()).optional(),
  means: z.record(z.string(), z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9]*$/), z.string().regex(/^[A-Za-z0-9.:/_-]+$/))).optional().describe('Of a choice: the texts that each option stands for, e.g. the hosts of a cloud. `{name}` takes them wherever it takes a text field; every option has the same names.'),
  pattern: z.string().optional().describe('What the whole value must match, e.g. "[a-z0-9-]{1,63}". Needed for a text that stands in a host name.'),
  hint: z.string().optional(),
  required: z.boolean().default(true),
});

const NotExposed = z.strictObject({
  title: z.string(),
  kinds: z.array(z.enum(RESOURCE_KINDS)).default([]),
  because: z.enum(BECAUSE).default('api'),
  reason: z.string().min(10),
});

export const Manifest = z.strictObject({
  apiVersion: z.literal('connector/v1'),
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  about: z.string(),
  evidence: z.enum(['live', 'recorded', 'constructed']).describe('What the fixtures are: the connector is tested against the real platform, on answers recorded from it, or on answers built from published shapes.'),
  sources: z.array(z.string()).default([]).describe('Where the shapes come from: addresses of documentation, specifications, packages with version.'),
  unconfirmed: z.array(z.string()).default([]).describe('What could not be confirmed and a user should know.'),
  steps: z.string().optional().describe('The step types, for connectors with `graphs`.'),
  address: z.strictObject({
    label: z.string().default('Address'),
    example: z.string().optional(),
    fixed: z.string().optional().describe('The one address of a SaaS platform: filled in for the person.'),
    suffixes: z.array(z.string()).default([]).describe('Allowed ends of the host name; none = a platform that people host themselves.'),
    path: z.string().default('').describe('Appended to the address unless it ends so already, e.g. /api/v1.'),
  }).default({ label: 'Address', suffixes: [], path: '' }),
  secretFields: z.array(Field),
  auth: SignInRule,
  hosts: z.record(z.string(), HostRule).default({}).describe('Further hosts by name; `main`, the address that the person gave, need not be named.'),
  headers: texts.default({}).describe('Sent with every request to every host.'),
  probe: z.strictObject({ types: z.array(z.string()).min(1) }).describe('The types that are asked when a platform is added.'),
  version: z.strictObject({ from: z.string(), take: expression }).optional(),
  tables: z.record(z.string(), z.record(z.string(), JsonValue)).default({}),
  redact: z.strictObject({
    where: z.array(z.strictObject({ field: z.string(), equals: z.union([z.string(), z.boolean()]), redact: z.string() })).default([]).describe('Objects in which one field says that another is a secret.'),
    references: z.array(z.strictObject({ field: z.string(), equals: z.union([z.string(), z.boolean()]), names: z.string() })).default([]).describe('Objects in which one field says that another holds the name of a stored secret: the name stays, unless it looks like a secret itself.'),
    names: z.array(z.string()).default([]).describe('Further names of fields whose literal values are secrets, beside those the engine knows.'),
  }).describe('Required, even when empty: whoever writes a manifest has thought about secrets. The engine\'s own rules cannot be turned off.'),
  resources: z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9]*$/), ResourceRule),
  notExposed: z.array(NotExposed).default([]).describe('What the platform has and its API does not tell: shown as unavailable in each scan.'),
  emit: z.array(RecordRule).default([]),
  graphs: z.array(GraphRule).default([]),
  files: FileRule.optional(),
});
export type Manifest = z.infer<typeof Manifest>;
