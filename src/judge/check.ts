/** The shape of a check file (packs/policies/<pack>/<check-id>.yaml). Owns the schema; loading and running are next door. */
import { z } from 'zod';
import { JsonValue, ResourceKind, StepClass } from '../model/resource.js';
import { Severity } from '../model/severity.js';

const Sentence = z.string().trim().min(3);
const Properties = z.record(z.string(), JsonValue);

/**
 * What must be known before the check may say anything, and what to tell people when it is not: a property that is there and
 * not `unknown`, or a CEL condition that holds.
 */
const Need = z.union([
  z.string().min(1).transform((property) => ({ property, condition: null as string | null, reason: null as string | null })),
  z.strictObject({ property: z.string().min(1), reason: Sentence }).transform((need) => ({ ...need, condition: null })),
  z.strictObject({ condition: z.string().min(1), reason: Sentence }).transform((need) => ({ ...need, property: null })),
]);
export type Need = z.output<typeof Need>;

/**
 * A resource fragment. `properties` of steps get the defaults that every step has, so that an example shows only what matters.
 * `steps` are the other steps of the same workflow, for checks that ask the graph.
 */
export const CheckExample = z.strictObject({
  name: Sentence,
  kind: ResourceKind,
  /** name of the resource; the words of the example otherwise */
  resource: z.string().optional(),
  properties: Properties,
  workflow: Properties.optional(),
  platform: Properties.optional(),
  steps: z.array(z.strictObject({ key: z.string(), kind: ResourceKind, properties: Properties })).optional(),
});
export type CheckExample = z.output<typeof CheckExample>;

export const Check = z.strictObject({
  id: z.string().regex(/^[A-Z]{2,4}-[A-Z]{3}-\d{2}$/, 'looks like NC-EPT-01'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'is a semantic version, e.g. 1.0.0'),
  lifecycle: z.enum(['draft', 'stable', 'deprecated']),
  title: Sentence,
  severity: Severity,
  rationale: Sentence,
  remediation: z.array(Sentence).min(1),
  mappings: z.strictObject({
    owaspCdSec: z.array(z.string().regex(/^CD-SEC-(0[1-9]|10)$/)).min(1),
    owaspLcnc: z.array(z.string().regex(/^LCNC-SEC-(0[1-9]|10)$/)).optional(),
    nist80053: z.array(z.string().regex(/^[A-Z]{2}-\d{1,2}(\(\d{1,2}\))?$/)).optional(),
    csf: z.array(z.string().regex(/^[A-Z]{2}\.[A-Z]{2}-\d{2}$/)).optional(),
    iso27001: z.array(z.string().regex(/^A\.[5-8]\.\d{1,2}$/)).optional(),
  }),
  appliesTo: z.strictObject({
    kinds: z.array(ResourceKind).min(1),
    classes: z.array(StepClass).optional(),
    /** ids of the connectors whose platforms have what the check asks about; all, where it is left out */
    connectors: z.array(z.string()).optional(),
    /** steps that are switched off do nothing; most checks leave them out */
    disabled: z.boolean().default(false),
  }),
  /** CEL; where it is not true the check does not apply */
  when: z.string().min(1).optional(),
  needs: z.array(Need).default([]),
  /** CEL; true when the check FAILS */
  expression: z.string().min(1),
  /** told for each failure; {name}, {workflowName}, {hosts} ... are filled in */
  message: Sentence,
  examples: z.strictObject({ allowed: z.array(CheckExample).min(1), disallowed: z.array(CheckExample).min(1) }),
});
/** A check as data, with the file it came from. */
export type Check = z.output<typeof Check> & { readonly pack: string; readonly file: string };

