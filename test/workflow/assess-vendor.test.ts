import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AssessmentActivities, AssessmentStanding, MailActivities } from '../../src/contracts/activities.js';
import { ASSESS_VENDOR, type AssessVendorInput, type AssessVendorResult } from '../../src/contracts/assess-vendor.js';
import { DAY_MS } from '../../src/remind/ladder.js';
import { openTimeSkipping, withWorker } from '../support/temporal.js';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await openTimeSkipping(inject('testServerPath'));
});
afterAll(() => env.teardown());

interface Sent {
  kind: string;
  day: number;
}

/** Stands for the store and the mail server, on the environment's clock: days since the start. */
function deskOf(startMs: number, options: { refuse?: readonly string[]; state?: AssessmentStanding } = {}) {
  const sent: Sent[] = [];
  const kinds = new Map<string, string>();
  const desk = { state: options.state ?? ('open' as AssessmentStanding), sent, asked: 0, closed: null as { expired: boolean; day: number } | null };
  const today = async (): Promise<number> => Math.round(((await env.currentTimeMs()) - startMs) / DAY_MS);
  const activities: AssessmentActivities & MailActivities = {
    openRequest: async () => {
      kinds.set('request|0', 'request');
      return { mailId: 'request|0' };
    },
    queueMail: async ({ kind, sequence }) => {
      const mailId = `${kind}|${sequence}`;
      kinds.set(mailId, kind);
      return { mailId };
    },
    sendMail: async ({ mailId }) => {
      const kind = kinds.get(mailId)!;
      if (options.refuse?.includes(kind)) throw ApplicationFailure.nonRetryable('refused', 'PLB-MAIL-002');
      sent.push({ kind, day: await today() });
      return { sent: true };
    },
    readStanding: async () => {
      desk.asked += 1;
      return desk.state;
    },
    startReview: async () => undefined,
    closeAssessment: async ({ expired }) => {
      desk.closed = { expired, day: await today() };
      return { standing: desk.state };
    },
  };
  return { desk, activities };
}

async function begin(taskQueue: string, dueAtMs: number): Promise<WorkflowHandle> {
  const input: AssessVendorInput = { tenantId: 'ten_1', assessmentId: 'asm_1', dueAtMs };
  return env.client.workflow.start(ASSESS_VENDOR, { args: [input], taskQueue, workflowId: `assess-${randomUUID()}`, workflowExecutionTimeout: '400 days' });
}

function run<T>(activities: object, work: (taskQueue: string) => Promise<T>): Promise<T> {
  return withWorker({ env, workflowBundlePath: inject('workflowBundlePath'), activities }, work);
}

describe('an assessment of 40 days', () => {
  it('asks at once, reminds on exact days, escalates, and closes as expired when nobody answers', async () => {
    const start = await env.currentTimeMs();
    const { desk, activities } = deskOf(start);

    const result = await run(activities, async (queue) => (await begin(queue, start + 40 * DAY_MS)).result() as Promise<AssessVendorResult>);

    expect(desk.sent).toEqual([
      { kind: 'request', day: 0 }, { kind: 'reminder', day: 26 }, { kind: 'reminder', day: 33 }, { kind: 'final-reminder', day: 39 }, { kind: 'overdue', day: 41 }, { kind: 'escalation', day: 47 },
    ]);
    expect(result).toEqual({ assessmentId: 'asm_1', outcome: 'expired', remindersSent: 4 });
    expect(desk.closed).toEqual({ expired: true, day: 70 });
  });

  it('stops reminding when the answers come, thanks, tells the officer, and waits for the decision', async () => {
    const start = await env.currentTimeMs();
    const { desk, activities } = deskOf(start);

    const result = await run(activities, async (queue) => {
      const handle = await begin(queue, start + 40 * DAY_MS);
      await env.sleep(30 * DAY_MS);
      desk.state = 'submitted';
      await handle.signal('answersSubmitted');
      await env.sleep(5 * DAY_MS);
      expect(await handle.query('stage')).toBe('in-review');
      desk.state = 'accepted';
      await handle.signal('decisionRecorded');
      return handle.result() as Promise<AssessVendorResult>;
    });

    expect(desk.sent).toEqual([{ kind: 'request', day: 0 }, { kind: 'reminder', day: 26 }, { kind: 'receipt', day: 30 }, { kind: 'submitted-notice', day: 30 }]);
    expect(result).toMatchObject({ outcome: 'accepted', remindersSent: 1 });
  });

  it('notices a submission whose signal was lost within a day', async () => {
    const start = await env.currentTimeMs();
    const { desk, activities } = deskOf(start);

    await run(activities, async (queue) => {
      const handle = await begin(queue, start + 40 * DAY_MS);
      await env.sleep(3.5 * DAY_MS);
      desk.state = 'submitted';
      await env.sleep(DAY_MS);
      desk.state = 'rejected';
      return handle.result();
    });

    expect(desk.sent.map((mail) => mail.kind)).toEqual(['request', 'receipt', 'submitted-notice']);
  });

  it('takes a submission of the last moment, after the last look, like any other: receipt, notice, review', async () => {
    const start = await env.currentTimeMs();
    const { desk, activities } = deskOf(start);
    const closings: boolean[] = [];
    const closeAssessment: AssessmentActivities['closeAssessment'] = async ({ expired }) => {
      closings.push(expired);
      if (closings.length === 1) desk.state = 'submitted';
      return { standing: desk.state };
    };

    const result = await run({ ...activities, closeAssessment }, async (queue) => {
      const handle = await begin(queue, start + 40 * DAY_MS);
      await env.sleep(72 * DAY_MS);
      expect(await handle.query('stage')).toBe('in-review');
      desk.state = 'accepted';
      await handle.signal('decisionRecorded');
      return handle.result() as Promise<AssessVendorResult>;
    });

    expect(desk.sent.slice(-2)).toEqual([{ kind: 'receipt', day: 70 }, { kind: 'submitted-notice', day: 70 }]);
    expect(result).toMatchObject({ outcome: 'accepted' });
    expect(closings).toEqual([true, false]);
  });

  it('says nothing more after it was cancelled', async () => {
    const start = await env.currentTimeMs();
    const { desk, activities } = deskOf(start);

    const result = await run(activities, async (queue) => {
      const handle = await begin(queue, start + 40 * DAY_MS);
      await env.sleep(10 * DAY_MS);
      desk.state = 'cancelled';
      await handle.signal('assessmentCancelled');
      return handle.result();
    });

    expect(desk.sent).toEqual([{ kind: 'request', day: 0 }]);
    expect(result).toMatchObject({ outcome: 'cancelled', remindersSent: 0 });
    expect(desk.closed).toEqual({ expired: false, day: 10 });
  });

  it('goes on with another worker and repeats no mail', async () => {
    const start = await env.currentTimeMs();
    const { desk, activities } = deskOf(start);
    const taskQueue = `restart-${randomUUID()}`;
    // Without a cache the server hands every task to whichever worker asks: it does not time out the queue of a worker that is gone.
    const worker = { env, workflowBundlePath: inject('workflowBundlePath'), activities, taskQueue, options: { maxCachedWorkflows: 0 } };

    const handle = await withWorker(worker, async (queue) => {
      const begun = await begin(queue, start + 10 * DAY_MS);
      await env.sleep(4 * DAY_MS);
      return begun;
    });
    await withWorker(worker, async () => {
      await env.sleep(5.5 * DAY_MS);
      desk.state = 'cancelled';
      await handle.signal('assessmentCancelled');
      await handle.result();
    });

    expect(desk.sent).toEqual([{ kind: 'request', day: 0 }, { kind: 'reminder', day: 3 }, { kind: 'final-reminder', day: 9 }]);
  });

  it('tells the officer once when the address is refused, and writes to it no more', async () => {
    const start = await env.currentTimeMs();
    const { desk, activities } = deskOf(start, { refuse: ['request', 'reminder', 'final-reminder', 'overdue'] });

    const result = await run(activities, async (queue) => (await begin(queue, start + 20 * DAY_MS)).result());

    expect(desk.sent).toEqual([{ kind: 'escalation', day: 0 }, { kind: 'escalation', day: 27 }]);
    expect(result).toMatchObject({ outcome: 'expired', remindersSent: 0 });
  });

  it('accepts a decision without answers', async () => {
    const start = await env.currentTimeMs();
    const { desk, activities } = deskOf(start);

    const result = await run(activities, async (queue) => {
      const handle = await begin(queue, start + 20 * DAY_MS);
      await env.sleep(DAY_MS / 2);
      desk.state = 'rejected';
      await handle.signal('decisionRecorded');
      return handle.result();
    });

    expect(result).toMatchObject({ outcome: 'rejected' });
    expect(desk.sent.map((mail) => mail.kind)).toEqual(['request']);
  });
});
