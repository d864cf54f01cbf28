/**
 * The contract of the workflow `assessVendor`: one assessment of one vendor, from the request to the decision.
 * Submissions are stored first and signalled after, so an answer is never lost while no worker runs.
 */

export interface AssessVendorInput {
  tenantId: string;
  assessmentId: string;
  /** epoch milliseconds */
  dueAtMs: number;
}

export interface AssessVendorResult {
  assessmentId: string;
  outcome: 'accepted' | 'rejected' | 'cancelled' | 'expired';
  remindersSent: number;
}

export const ASSESS_VENDOR = 'assessVendor';

/** Signal after the answers were stored as submitted. No payload: the store is the record. */
export const ANSWERS_SUBMITTED_SIGNAL = 'answersSubmitted';
/** Signal after the officer's decision was stored. */
export const DECISION_RECORDED_SIGNAL = 'decisionRecorded';
/** Signal after the officer cancelled. */
export const ASSESSMENT_CANCELLED_SIGNAL = 'assessmentCancelled';
export const ASSESSMENT_STAGE_QUERY = 'stage';
export type AssessmentStage = 'requesting' | 'waiting-for-answers' | 'in-review' | 'closed';

export function assessmentWorkflowId(tenantId: string, assessmentId: string): string {
  return `assess:${tenantId}:${assessmentId}`;
}

export function parseAssessmentWorkflowId(id: string): { tenantId: string; assessmentId: string } | null {
  const match = /^assess:(ten_[0-9a-f]{32}):(asm_[0-9a-f]{32})$/.exec(id);
  return match ? { tenantId: match[1]!, assessmentId: match[2]! } : null;
}
