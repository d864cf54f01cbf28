/**
 * One scan of one platform: begin, read, compare, judge, finish; or fail with a code and words. Owns the order and the waiting.
 * A failed scan is a result, not a workflow error: the snapshot before it stays current.
 */
import { WorkflowExecutionAlreadyStartedError, defineSearchAttributeKey } from '@temporalio/common';
import { CancellationScope, ParentClosePolicy, defineQuery, setHandler, sleep, startChild, workflowInfo } from '@temporalio/workflow';
import { SCAN_PROGRESS_QUERY, type ScanPlatformInput, type ScanPlatformResult, type ScanProgress } from '../src/contracts/scan-platform.js';
import type { CollectedScan, ScanEnd, ScanRef } from '../src/contracts/activities.js';
import { DELIVER_MAILS, deliveryWorkflowId } from '../src/contracts/deliver-mails.js';
import { failureWords, pauseAskedFor } from './failure-words.js';
import { long, record, step } from './steps.js';

const progressQuery = defineQuery<ScanProgress>(SCAN_PROGRESS_QUERY);
const SCHEDULED_START = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

const MINUTE_MS = 60_000;
/** A pause shorter than this would be a busy loop; one longer than that hides a dead platform. */
const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60 * MINUTE_MS;
const MOST_PAUSES = 100;

export async function scanPlatform(input: ScanPlatformInput): Promise<ScanPlatformResult> {
  let stage: ScanProgress['stage'] = 'starting';
  setHandler(progressQuery, () => ({ stage }));
  const { workflowId, runId, typedSearchAttributes } = workflowInfo();
  const slotAt = typedSearchAttributes.get(SCHEDULED_START)?.toISOString() ?? null;
  const begun = await record.beginScan({ ...input, workflowRun: `${workflowId}#${runId}`, slotAt });
  const scan: ScanRef = { tenantId: input.tenantId, scanId: begun.scanId };
  if (begun.joined) return outcomeOf(scan);
  try {
    stage = 'reading';
    const { same } = await collect(scan);
    stage = 'comparing';
    const compared = same?.compared ?? (await long.compareWithBaseline(scan));
    stage = 'judging';
    const judged = same?.judged ?? (await long.judgeSnapshot(scan));
    const result = await step.finishScan({ ...scan, compared, judged });
    stage = 'finished';
    return await CancellationScope.nonCancellable(() => told(scan.tenantId, result));
  } catch (error) {
    return await CancellationScope.nonCancellable(async () => {
      const failed = await record.failScan({ ...scan, ...failureWords(error, 'scan') });
      stage = 'finished';
      return told(scan.tenantId, failed);
    });
  }
}

/** When the platform asks for a pause, the wait is a timer of the workflow: no worker is held, and a restart does not forget it. */
async function collect(scan: ScanRef): Promise<CollectedScan> {
  for (let pauses = 0; ; pauses++) {
    try {
      return await long.collectPlatform(scan);
    } catch (error) {
      const asked = pauseAskedFor(error);
      if (asked === null || pauses >= MOST_PAUSES) throw error;
      await sleep(Math.min(Math.max(asked, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS));
    }
  }
}

/**
 * Mails go by a workflow of their own, which may wait for the mail server for days while the platform is scanned on. Histories of before
 * hold no notice and come by here without a step, so that they replay as they were.
 */
async function told(tenantId: string, { notice, ...result }: ScanEnd): Promise<ScanPlatformResult> {
  if (notice === undefined) return result;
  try {
    await startChild(DELIVER_MAILS, {
      workflowId: deliveryWorkflowId(tenantId, notice.id), args: [{ tenantId, mailIds: notice.mailIds }], parentClosePolicy: ParentClosePolicy.ABANDON, workflowIdReusePolicy: 'REJECT_DUPLICATE', workflowExecutionTimeout: '5 days',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return result;
}

/** Joining: waits for the scan that another workflow is doing, looking less and less often. */
async function outcomeOf(scan: ScanRef): Promise<ScanPlatformResult> {
  for (let wait = 2_000; ; wait = Math.min(wait * 1.5, MINUTE_MS)) {
    const outcome = await record.scanOutcome(scan);
    if (outcome !== null) return outcome;
    await sleep(wait);
  }
}
