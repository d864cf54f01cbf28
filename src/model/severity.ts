/** Severity and outcome: the two scales every verdict uses. Owns their order and words; does not decide a verdict. */
import { z } from 'zod';

/** From worst to least. The order is the sort order everywhere. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export const Severity = z.enum(SEVERITIES);
export type Severity = z.infer<typeof Severity>;

/** `could-not-verify` and `waived` never count as pass. */
export const OUTCOMES = ['pass', 'fail', 'not-applicable', 'could-not-verify', 'waived'] as const;
export const Outcome = z.enum(OUTCOMES);
export type Outcome = z.infer<typeof Outcome>;

/** 0 is worst. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** True when `severity` is as bad as `threshold` or worse. */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return severityRank(severity) <= severityRank(threshold);
}
