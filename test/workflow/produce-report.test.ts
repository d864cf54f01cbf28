import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ReportActivities } from '../../src/contracts/activities.js';
import { PRODUCE_REPORT } from '../../src/contracts/produce-report.js';
import { openTimeSkipping, withWorker } from '../support/temporal.js';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await openTimeSkipping(inject('testServerPath'));
});
afterAll(() => env.teardown());

function produce(activities: ReportActivities): Promise<unknown> {
  return withWorker({ env, workflowBundlePath: inject('workflowBundlePath'), activities }, (taskQueue) =>
    env.client.workflow.execute(PRODUCE_REPORT, { args: [{ tenantId: 'ten_1', reportId: 'rep_1' }], taskQueue, workflowId: `report-${randomUUID()}`, workflowExecutionTimeout: '2 days' }),
  );
}

describe('a report', () => {
  it('carries only the hash and the number of pages', async () => {
    const result = await produce({ renderReport: async () => ({ sha256: 'ab', pages: 7 }), failReport: async () => undefined });

    expect(result).toEqual({ reportId: 'rep_1', sha256: 'ab', pages: 7 });
  });

  it('whose text differs from its data is not published and says so', async () => {
    const failed: unknown[] = [];

    const error: unknown = await produce({
      renderReport: async () => {
        throw ApplicationFailure.nonRetryable('The text of report rep_1 differs.', 'PLB-REPORT-002');
      },
      failReport: async (failure) => void failed.push(failure),
    }).catch((caught: unknown) => caught);

    expect(failed).toEqual([{ tenantId: 'ten_1', reportId: 'rep_1', code: 'PLB-REPORT-002', message: 'The text of report rep_1 differs.' }]);
    expect(error).toMatchObject({ cause: { type: 'PLB-REPORT-002' } });
  });
});
