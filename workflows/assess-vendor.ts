/**
 * One assessment of one vendor: ask, remind by the ladder, thank, wait for the decision. Owns the order and the waiting; the
 * store owns the state. Signals only wake this workflow: what happened is read from the store, at the latest a day later.
 */
import { allHandlersFinished, condition, defineQuery, defineSignal, setHandler } from '@temporalio/workflow';
import {
  ANSWERS_SUBMITTED_SIGNAL, ASSESSMENT_CANCELLED_SIGNAL, ASSESSMENT_STAGE_QUERY, DECISION_RECORDED_SIGNAL,
  type AssessmentStage, type AssessVendorInput, type AssessVendorResult,
} from '../src/contracts/assess-vendor.js';
import { DAY_MS, dueNow, dueRungs, LADDER, LINK_OPEN_DAYS, type PlannedRung } from '../src/remind/ladder.js';
import type { AssessmentStanding } from '../src/contracts/activities.js';
import { openPost } from './post.js';
import { record } from './steps.js';

const submitted = defineSignal(ANSWERS_SUBMITTED_SIGNAL);
const decided = defineSignal(DECISION_RECORDED_SIGNAL);
const cancelled = defineSignal(ASSESSMENT_CANCELLED_SIGNAL);
const stageQuery = defineQuery<AssessmentStage>(ASSESSMENT_STAGE_QUERY);

export async function assessVendor(input: AssessVendorInput): Promise<AssessVendorResult> {
  const assessment = { tenantId: input.tenantId, assessmentId: input.assessmentId };
  const post = openPost(assessment);
  let stage: AssessmentStage = 'requesting';
  let woken = false;
  for (const signal of [submitted, decided, cancelled]) setHandler(signal, () => void (woken = true));
  setHandler(stageQuery, () => stage);

  /** Sleeps until a signal, `ms` or a day, whichever is first, and tells how the assessment stands then. */
  async function standingAfter(ms: number): Promise<AssessmentStanding> {
    await condition(() => woken, Math.min(ms, DAY_MS));
    woken = false;
    return record.readStanding(assessment);
  }

  async function waitForAnswers(requestedAtMs: number): Promise<AssessmentStanding> {
    const closesAtMs = input.dueAtMs + LINK_OPEN_DAYS * DAY_MS;
    let plan: PlannedRung[] = dueRungs(LADDER, input.dueAtMs, requestedAtMs);
    let standing = await record.readStanding(assessment);
    while (standing === 'open' && Date.now() < closesAtMs) {
      const due = dueNow(plan, Date.now());
      for (const planned of due.send) await post.remind(planned);
      plan = due.later;
      standing = await standingAfter(Math.min(plan[0]?.atMs ?? closesAtMs, closesAtMs) - Date.now());
    }
    return standing;
  }

  /** Until the decision. */
  async function review(): Promise<void> {
    stage = 'in-review';
    await post.thank();
    await record.startReview(assessment);
    let standing: AssessmentStanding = 'submitted';
    while (standing === 'submitted') standing = await standingAfter(DAY_MS);
  }

  const { mailId } = await record.openRequest(assessment);
  post.send(mailId, 'request');
  stage = 'waiting-for-answers';
  const standing = await waitForAnswers(Date.now());
  post.dropReminders();
  let expired = standing === 'open';
  if (standing === 'submitted') await review();
  let closed = await record.closeAssessment({ ...assessment, expired });
  if (closed.standing === 'submitted') {
    // The answers came between the last look and the closing, which leaves them be.
    expired = false;
    await review();
    closed = await record.closeAssessment({ ...assessment, expired });
  }
  await post.delivered();
  stage = 'closed';
  await condition(allHandlersFinished);
  return { assessmentId: input.assessmentId, outcome: outcomeOf(closed.standing, expired), remindersSent: post.remindersSent() };
}

function outcomeOf(standing: AssessmentStanding, expired: boolean): AssessVendorResult['outcome'] {
  if (standing === 'accepted' || standing === 'rejected') return standing;
  return expired ? 'expired' : 'cancelled';
}
