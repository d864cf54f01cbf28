/**
 * One scan of one platform: begin, read, compare, judge, finish; or fail with a code and words. Owns the order and the waiting.
 * A failed scan is a result, not a workflow error: the snapshot before it stays current.
 */
import { defineSearchAttributeKey } from '@temporalio/common';
import { CancellationScope, defineQuery, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import { SCAN_PROGRESS_QUERY, type ScanPlatformInput, type ScanPlatformResult, type ScanProgress } from '../src/contracts/scan-platform.js';
import type { CollectedScan, ScanRef } from '../src/contracts/activities.js';
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
    return result;
  } catch (error) {
    const failed = await CancellationScope.nonCancellable(() => record.failScan({ ...scan, ...failureWords(error, 'scan') }));
    stage = 'finished';
    return failed;
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

/** Joining: waits for the scan that another workflow is doing, looking less and less often. */
async function outcomeOf(scan: ScanRef): Promise<ScanPlatformResult> {
  for (let wait = 2_000; ; wait = Math.min(wait * 1.5, MINUTE_MS)) {
    const outcome = await record.scanOutcome(scan);
    if (outcome !== null) return outcome;
    await sleep(wait);
  }
}
