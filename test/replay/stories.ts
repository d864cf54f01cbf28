/** The lives of workflows that are recorded as golden histories. Owns the stories; record.ts runs them, replay.test.ts replays the recordings. */
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Activities, AssessmentStanding } from '../../src/contracts/activities.js';
import { ASSESS_VENDOR } from '../../src/contracts/assess-vendor.js';
import { DELIVER_MAILS } from '../../src/contracts/deliver-mails.js';
import { PRODUCE_REPORT } from '../../src/contracts/produce-report.js';
import { SCAN_PLATFORM } from '../../src/contracts/scan-platform.js';
import { DAY_MS } from '../../src/remind/ladder.js';

export interface Story {
  workflow: string;
  input(nowMs: number): object;
  activities(desk: Desk): Partial<Activities>;
  /** what people do meanwhile */
  during?(handle: WorkflowHandle, env: TestWorkflowEnvironment, desk: Desk): Promise<void>;
}

export interface Desk {
  standing: AssessmentStanding;
}

const SCAN_INPUT = { tenantId: 'ten_1', platformId: 'plt_1', trigger: 'person', requestedBy: 'per_1' };
const SCAN_RESULT = { scanId: 'scn_1', status: 'completed', resources: 12, findings: 3, drift: 1 } as const;
const NONE = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };

const SCAN: Partial<Activities> = {
  beginScan: async () => ({ scanId: 'scn_1', joined: false }),
  collectPlatform: async () => ({ resources: 12, complete: true }),
  compareWithBaseline: async () => ({ baselineId: 'bas_1', drift: 1 }),
  judgeSnapshot: async () => ({ findings: 3, bySeverity: NONE }),
  finishScan: async () => SCAN_RESULT,
  failScan: async () => ({ ...SCAN_RESULT, status: 'failed' }),
  scanOutcome: async () => SCAN_RESULT,
};

function pausedOnce(): Partial<Activities> {
  let asked = false;
  return {
    ...SCAN,
    collectPlatform: async () => {
      if (asked) return { resources: 12, complete: true };
      asked = true;
      throw ApplicationFailure.nonRetryable('asks to wait 90 s', 'PLB-COLLECT-006', { retryAfterMs: 90_000 });
    },
  };
}

async function refuse(): Promise<never> {
  throw ApplicationFailure.nonRetryable('refused', 'PLB-MAIL-002');
}

function assessment(desk: Desk): Partial<Activities> {
  return {
    openRequest: async () => ({ mailId: 'mail_request' }),
    queueMail: async ({ kind, sequence }) => ({ mailId: `mail_${kind}_${sequence}` }),
    sendMail: async () => ({ sent: true }),
    readStanding: async () => desk.standing,
    startReview: async () => undefined,
    closeAssessment: async () => ({ standing: desk.standing }),
  };
}

/** The answers come between the last look and the closing. */
function submittedAtTheEnd(desk: Desk): Partial<Activities> {
  return {
    ...assessment(desk),
    closeAssessment: async ({ expired }) => {
      if (expired) desk.standing = 'submitted';
      return { standing: desk.standing };
    },
  };
}

function assessInput(days: number): Story['input'] {
  return (nowMs) => ({ tenantId: 'ten_1', assessmentId: 'asm_1', dueAtMs: nowMs + days * DAY_MS });
}

/** The name is the file's; add a story when a workflow gets a new way through it. */
export const STORIES: Readonly<Record<string, Story>> = {
  'scan-completed': { workflow: SCAN_PLATFORM, input: () => SCAN_INPUT, activities: () => SCAN },
  'scan-paused-by-platform': { workflow: SCAN_PLATFORM, input: () => SCAN_INPUT, activities: pausedOnce },
  'scan-failed': {
    workflow: SCAN_PLATFORM, input: () => SCAN_INPUT,
    activities: () => ({ ...SCAN, collectPlatform: async () => Promise.reject(ApplicationFailure.nonRetryable('refused the key', 'PLB-COLLECT-002')) }),
  },
  'scan-unchanged': {
    workflow: SCAN_PLATFORM, input: () => SCAN_INPUT,
    activities: () => ({ ...SCAN, collectPlatform: async () => ({ resources: 12, complete: true, same: { compared: { baselineId: 'bas_1', drift: 1 }, judged: { findings: 3, bySeverity: NONE } } }) }),
  },
  'scan-key-refused': {
    workflow: SCAN_PLATFORM, input: () => SCAN_INPUT,
    activities: () => ({
      ...SCAN, collectPlatform: async () => Promise.reject(ApplicationFailure.nonRetryable('refused the key', 'PLB-COLLECT-002')), sendMail: async () => ({ sent: true }),
      failScan: async () => ({ ...SCAN_RESULT, status: 'failed', notice: { id: 'scn_1-key-refused', mailIds: ['mail_1', 'mail_2'] } }),
    }),
  },
  'mails-delivered': { workflow: DELIVER_MAILS, input: () => ({ tenantId: 'ten_1', mailIds: ['mail_1', 'mail_2'] }), activities: () => ({ sendMail: async ({ mailId }) => (mailId === 'mail_1' ? refuse() : { sent: true }) }) },
  'scan-joined': { workflow: SCAN_PLATFORM, input: () => SCAN_INPUT, activities: () => ({ ...SCAN, beginScan: async () => ({ scanId: 'scn_2', joined: true }) }) },
  'assessment-accepted': {
    workflow: ASSESS_VENDOR, input: assessInput(20), activities: assessment,
    async during(handle, env, desk) {
      await env.sleep(8 * DAY_MS);
      desk.standing = 'submitted';
      await handle.signal('answersSubmitted');
      await env.sleep(2.5 * DAY_MS);
      desk.standing = 'accepted';
      await handle.signal('decisionRecorded');
    },
  },
  'assessment-expired': { workflow: ASSESS_VENDOR, input: assessInput(3), activities: assessment },
  'assessment-submitted-at-the-end': {
    workflow: ASSESS_VENDOR, input: assessInput(3), activities: submittedAtTheEnd,
    async during(handle, env, desk) {
      await env.sleep(35 * DAY_MS);
      desk.standing = 'accepted';
      await handle.signal('decisionRecorded');
    },
  },
  'assessment-address-refused': { workflow: ASSESS_VENDOR, input: assessInput(3), activities: (desk) => ({ ...assessment(desk), sendMail: refuse }) },
  'report-ready': { workflow: PRODUCE_REPORT, input: () => ({ tenantId: 'ten_1', reportId: 'rep_1' }), activities: () => ({ renderReport: async () => ({ sha256: 'ab', pages: 7 }) }) },
  'report-failed': {
    workflow: PRODUCE_REPORT, input: () => ({ tenantId: 'ten_1', reportId: 'rep_1' }),
    activities: () => ({ renderReport: async () => Promise.reject(ApplicationFailure.nonRetryable('differs', 'PLB-REPORT-002')), failReport: async () => undefined }),
  },
};
