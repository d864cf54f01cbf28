/** One report: render, or record why not. Owns the order only. */
import { ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import type { ProduceReportInput, ProduceReportResult } from '../src/contracts/produce-report.js';
import { failureWords } from './failure-words.js';
import { long, record } from './steps.js';

export async function produceReport({ tenantId, reportId }: ProduceReportInput): Promise<ProduceReportResult> {
  try {
    const { sha256, pages } = await long.renderReport({ tenantId, reportId });
    return { reportId, sha256, pages };
  } catch (error) {
    const words = failureWords(error, 'report');
    await CancellationScope.nonCancellable(() => record.failReport({ tenantId, reportId, ...words }));
    throw ApplicationFailure.nonRetryable(words.message, words.code);
  }
}
