/** Starting the cycle of an assessment and telling it what was stored. The store is the record; a signal only wakes. */
import type { Client } from '@temporalio/client';
import {
  ANSWERS_SUBMITTED_SIGNAL, ASSESSMENT_CANCELLED_SIGNAL, ASSESS_VENDOR, DECISION_RECORDED_SIGNAL, assessmentWorkflowId, type AssessVendorInput,
} from '../../contracts/assess-vendor.js';
import { TASK_QUEUE } from '../../contracts/task-queues.js';
import { isAlreadyStarted, orMissing, withDeadline } from './calls.js';

export const ASSESSMENT_NEWS = { submitted: ANSWERS_SUBMITTED_SIGNAL, decided: DECISION_RECORDED_SIGNAL, cancelled: ASSESSMENT_CANCELLED_SIGNAL } as const;
export type AssessmentNews = keyof typeof ASSESSMENT_NEWS;

/** Idempotent: a cycle that runs or has come to its end is left alone; one that failed or was terminated is begun again. */
export async function startAssessment(client: Client, input: AssessVendorInput): Promise<void> {
  const workflowId = assessmentWorkflowId(input.tenantId, input.assessmentId);
  try {
    await withDeadline(client, () =>
      client.workflow.start(ASSESS_VENDOR, { workflowId, taskQueue: TASK_QUEUE, args: [input], workflowIdConflictPolicy: 'USE_EXISTING', workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' }),
    );
  } catch (error) {
    if (!isAlreadyStarted(error)) throw error;
  }
}

/** A cycle that has ended needs no news; one that never started is started by the reconciliation. */
export async function signalAssessment(client: Client, of: Pick<AssessVendorInput, 'tenantId' | 'assessmentId'>, news: AssessmentNews): Promise<void> {
  const handle = client.workflow.getHandle(assessmentWorkflowId(of.tenantId, of.assessmentId));
  await withDeadline(client, () => orMissing(handle.signal(ASSESSMENT_NEWS[news])));
}

export async function assessmentCycle(client: Client, of: Pick<AssessVendorInput, 'tenantId' | 'assessmentId'>): Promise<'running' | 'ended'> {
  const handle = client.workflow.getHandle(assessmentWorkflowId(of.tenantId, of.assessmentId));
  const description = await withDeadline(client, () => orMissing(handle.describe()));
  return description?.status.name === 'RUNNING' ? 'running' : 'ended';
}
