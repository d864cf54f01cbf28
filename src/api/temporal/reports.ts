/** Starting the making of a report. Idempotent by the report's id; one that failed or was terminated may be begun again. */
import type { Client } from '@temporalio/client';
import { PRODUCE_REPORT, reportWorkflowId, type ProduceReportInput } from '../../contracts/produce-report.js';
import { TASK_QUEUE } from '../../contracts/task-queues.js';
import { isAlreadyStarted, withDeadline } from './calls.js';

export async function startReport(client: Client, input: ProduceReportInput): Promise<void> {
  const workflowId = reportWorkflowId(input.tenantId, input.reportId);
  try {
    await withDeadline(client, () =>
      client.workflow.start(PRODUCE_REPORT, { workflowId, taskQueue: TASK_QUEUE, args: [input], workflowIdConflictPolicy: 'USE_EXISTING', workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' }),
    );
  } catch (error) {
    if (!isAlreadyStarted(error)) throw error;
  }
}
