/** Checks and findings. Owns shapes; packs/policies holds the checks and src/judge runs them. */
import { z } from 'zod';
import { Location, ResourceKind } from './resource.js';
import { Outcome, Severity } from './severity.js';

/** One check x one resource. `fingerprint` is stable: hash of check id, kind and key. */
export const Judgement = z.object({
  checkId: z.string(),
  checkVersion: z.string(),
  title: z.string(),
  severity: Severity,
  outcome: Outcome,
  resource: z.object({ kind: ResourceKind, key: z.string(), name: z.string() }),
  location: Location,
  /** what is the case, on what, in words; for could-not-verify the reason and the missing right */
  message: z.string(),
  fingerprint: z.string(),
});
export type Judgement = z.infer<typeof Judgement>;

/** Counts per check over one snapshot; `couldNotVerify` carries its reason. */
export const CheckResult = z.object({
  checkId: z.string(),
  checkVersion: z.string(),
  title: z.string(),
  severity: Severity,
  outcome: Outcome,
  counts: z.object({ pass: z.number(), fail: z.number(), notApplicable: z.number(), couldNotVerify: z.number() }),
  reason: z.string().nullable(),
});
export type CheckResult = z.infer<typeof CheckResult>;
