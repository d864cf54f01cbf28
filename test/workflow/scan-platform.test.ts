import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ScanActivities } from '../../src/contracts/activities.js';
import { deliveryWorkflowId } from '../../src/contracts/deliver-mails.js';
import { SCAN_PLATFORM, SCAN_PROGRESS_QUERY, type ScanPlatformInput, type ScanPlatformResult } from '../../src/contracts/scan-platform.js';
import { openTimeSkipping, withWorker } from '../support/temporal.js';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await openTimeSkipping(inject('testServerPath'));
});
afterAll(() => env.teardown());

const INPUT: ScanPlatformInput = { tenantId: 'ten_1', platformId: 'plt_1', trigger: 'person', requestedBy: 'per_1' };
const DONE: ScanPlatformResult = { scanId: 'scn_1', status: 'completed', resources: 12, findings: 3, drift: 1 };
const NONE = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };

function recording(overrides: Partial<ScanActivities> = {}) {
  const calls: string[] = [];
  const failures: { code: string; message: string }[] = [];
  const base: ScanActivities = {
    beginScan: async () => ({ scanId: 'scn_1', joined: false }),
    collectPlatform: async () => ({ resources: 12, complete: true }),
    compareWithBaseline: async () => ({ baselineId: 'bas_1', drift: 1 }),
    judgeSnapshot: async () => ({ findings: 3, bySeverity: { ...NONE, high: 3 } }),
    finishScan: async () => DONE,
    failScan: async ({ code, message }) => {
      failures.push({ code, message });
      return { ...DONE, status: 'failed', resources: 0, findings: 0, drift: 0 };
    },
    scanOutcome: async () => DONE,
  };
  const merged = { ...base, ...overrides } as Record<string, (input: never) => Promise<unknown>>;
  const activities = Object.fromEntries(Object.entries(merged).map(([name, activity]) => [name, (input: never) => (calls.push(name), activity(input))]));
  return { activities, calls, failures };
}

function scan(activities: object, during?: (workflowId: string) => Promise<void>): Promise<ScanPlatformResult> {
  return withWorker({ env, workflowBundlePath: inject('workflowBundlePath'), activities }, async (taskQueue) => {
    const workflowId = `scan-${randomUUID()}`;
    const handle = await env.client.workflow.start(SCAN_PLATFORM, { args: [INPUT], taskQueue, workflowId, workflowExecutionTimeout: '10 days' });
    await during?.(workflowId);
    return handle.result() as Promise<ScanPlatformResult>;
  });
}

describe('a scan', () => {
  it('reads, compares, judges and finishes, in this order and once each', async () => {
    const { activities, calls, failures } = recording({ finishScan: async ({ compared, judged }) => ({ ...DONE, drift: compared.drift!, findings: judged.findings }) });

    await expect(scan(activities)).resolves.toEqual(DONE);

    expect(calls).toEqual(['beginScan', 'collectPlatform', 'compareWithBaseline', 'judgeSnapshot', 'finishScan']);
    expect(failures).toEqual([]);
  });

  it('neither compares nor judges what is shared with an earlier scan, and finishes with that one\'s verdicts', async () => {
    const same = { compared: { baselineId: 'bas_1', drift: 7 }, judged: { findings: 4, bySeverity: { ...NONE, high: 4 }, judgedKey: 'k' } };
    const finished: unknown[] = [];
    const { activities, calls } = recording({
      collectPlatform: async () => ({ resources: 12, complete: true, same }),
      finishScan: async ({ compared, judged }) => {
        finished.push({ compared, judged });
        return DONE;
      },
    });

    await expect(scan(activities)).resolves.toEqual(DONE);

    expect(calls).toEqual(['beginScan', 'collectPlatform', 'finishScan']);
    expect(finished).toEqual([same]);
  });

  it.each([
    ['collectPlatform', 'PLB-COLLECT-002', 'n8n.example.org refused the key.'],
    ['judgeSnapshot', 'PLB-PACK-001', 'packs/policies/x.yaml, line 3: severity is missing.'],
  ] as const)('that fails in %s ends as failed with the code and words, as a result and not as a workflow error', async (step, code, message) => {
    const { activities, failures } = recording({
      [step]: async () => {
        throw ApplicationFailure.nonRetryable(message, code, { host: 'n8n.example.org' });
      },
    });

    await expect(scan(activities)).resolves.toMatchObject({ status: 'failed' });

    expect(failures).toEqual([{ code, message }]);
  });

  it('waits in a timer of its own when the platform asks for a pause, however long, then reads on', async () => {
    const startedAt: number[] = [];
    const { activities, failures } = recording({
      collectPlatform: async () => {
        startedAt.push(await env.currentTimeMs());
        if (startedAt.length < 3) throw ApplicationFailure.nonRetryable('asks to wait', 'PLB-COLLECT-006', { retryAfterMs: 20 * 60_000 });
        return { resources: 12, complete: true };
      },
    });

    await expect(scan(activities)).resolves.toEqual(DONE);

    expect(startedAt.map((at) => Math.round((at - startedAt[0]!) / 60_000))).toEqual([0, 20, 40]);
    expect(failures).toEqual([]);
  });

  it('gives up on a platform that only ever asks for pauses, with that code', async () => {
    const { activities, calls, failures } = recording({
      collectPlatform: async () => {
        throw ApplicationFailure.nonRetryable('asks to wait', 'PLB-COLLECT-006', { retryAfterMs: 1 });
      },
    });

    await expect(scan(activities)).resolves.toMatchObject({ status: 'failed' });

    expect(failures).toEqual([{ code: 'PLB-COLLECT-006', message: 'asks to wait' }]);
    expect(calls.filter((name) => name === 'collectPlatform')).toHaveLength(101);
  });

  it('tries again what may pass, and does not repeat what is too large for the engine', async () => {
    let tries = 0;
    const passing = recording({
      collectPlatform: async () => {
        tries += 1;
        if (tries < 3) throw ApplicationFailure.retryable('cannot be reached', 'PLB-COLLECT-001');
        return { resources: 12, complete: true };
      },
    });
    const tooLarge = recording({
      compareWithBaseline: async () => {
        throw ApplicationFailure.retryable('too large', 'PayloadsTooLarge');
      },
    });

    await expect(scan(passing.activities)).resolves.toEqual(DONE);
    await expect(scan(tooLarge.activities)).resolves.toMatchObject({ status: 'failed' });

    expect(tooLarge.calls.filter((name) => name === 'compareWithBaseline')).toHaveLength(1);
    expect(tooLarge.failures[0]?.code).toBe('PLB-INTERNAL-001');
  });

  it('leaves mails about how it ended to a workflow of their own, and waits for none of them', async () => {
    const handed: string[] = [];
    let release = (): void => undefined;
    const isAway = new Promise<void>((resolve) => (release = resolve));
    const notice = { id: `scn_${randomUUID()}`, mailIds: ['mail_1', 'mail_2'] };
    const { activities } = recording({ finishScan: async () => ({ ...DONE, notice }) });
    const sendMail = async ({ mailId }: { mailId: string }): Promise<{ sent: boolean }> => {
      await isAway;
      handed.push(mailId);
      if (mailId === 'mail_1') throw ApplicationFailure.nonRetryable('refused', 'PLB-MAIL-002');
      return { sent: true };
    };

    const outcome = await withWorker({ env, workflowBundlePath: inject('workflowBundlePath'), activities: { ...activities, sendMail } }, async (taskQueue) => {
      const start = (): Promise<ScanPlatformResult> => env.client.workflow.execute(SCAN_PLATFORM, { args: [INPUT], taskQueue, workflowId: `scan-${randomUUID()}`, workflowExecutionTimeout: '10 days' }) as Promise<ScanPlatformResult>;
      const results = [await start(), await start()];
      const before = [...handed];
      release();
      const delivered = await env.client.workflow.getHandle(deliveryWorkflowId(INPUT.tenantId, notice.id)).result();
      return { results, before, delivered };
    });

    expect(outcome).toEqual({ results: [DONE, DONE], before: [], delivered: { sent: 1 } });
    expect(handed.toSorted()).toEqual(['mail_1', 'mail_2']);
  });

  it('joins the scan of another workflow and gives its outcome', async () => {
    let asked = 0;
    const { activities, calls } = recording({
      beginScan: async () => ({ scanId: 'scn_other', joined: true }),
      scanOutcome: async () => (++asked < 4 ? null : { ...DONE, scanId: 'scn_other' }),
    });

    await expect(scan(activities)).resolves.toMatchObject({ scanId: 'scn_other' });

    expect(calls).not.toContain('collectPlatform');
    expect(calls).not.toContain('failScan');
  });

  it('that is cancelled is recorded as stopped', async () => {
    let reading: () => void;
    const isReading = new Promise<void>((resolve) => (reading = resolve));
    const { activities, failures } = recording({
      collectPlatform: async () => {
        reading();
        throw ApplicationFailure.nonRetryable('asks to wait', 'PLB-COLLECT-006', { retryAfterMs: 60 * 60_000 });
      },
    });

    const result = await scan(activities, async (workflowId) => {
      await isReading;
      const handle = env.client.workflow.getHandle(workflowId);
      expect(await handle.query(SCAN_PROGRESS_QUERY)).toEqual({ stage: 'reading' });
      await handle.cancel();
    });

    expect(result.status).toBe('failed');
    expect(failures).toEqual([{ code: 'PLB-SCAN-003', message: 'The scan was stopped before it was finished.' }]);
  });
});
