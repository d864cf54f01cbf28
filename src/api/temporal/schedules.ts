/**
 * Temporal schedules of scans: at most one per platform. Owns policies and the picture of what runs next and what was
 * missed. The store holds the schedule of record; reconcile.ts brings the two together.
 */
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client, type ScheduleHandle, type ScheduleOptions } from '@temporalio/client';
import { SCAN_PLATFORM, scanScheduleId, scanWorkflowId, type ScanPlatformInput } from '../../contracts/scan-platform.js';
import { TASK_QUEUE } from '../../contracts/task-queues.js';
import { canonicalJson } from '../../model/canonical.js';
import { PlumblineError } from '../../model/errors.js';
import type { ScheduleSpec } from '../../model/schedule.js';
import { orMissing, refusedSchedule, withDeadline } from './calls.js';
import { neverRuns, toTemporalSpec } from './schedule-spec.js';

export interface ScheduleOf {
  readonly tenantId: string;
  readonly platformId: string;
}

export interface ScheduleState {
  readonly paused: boolean;
  /** `specNote` of what it was made from; null when somebody else made it */
  readonly note: string | null;
  readonly nextRuns: Date[];
  readonly lastRuns: Date[];
  readonly missed: number;
  readonly skipped: number;
}

/** A longer outage than a day is reported as missed slots, not made up for by scans of a past that is gone. */
const CATCHUP_WINDOW = '1 day';

export async function upsertSchedule(client: Client, of: ScheduleOf, wanted: { spec: ScheduleSpec; paused: boolean }): Promise<void> {
  if (neverRuns(wanted.spec)) throw new PlumblineError('PLB-SCHEDULE-001', 'The field spec: no month has such a day, so it would never run.', { field: 'spec' });
  const options = scheduleOptions(of, wanted);
  try {
    await withDeadline(client, () => createOrUpdate(client, options));
  } catch (error) {
    const reason = refusedSchedule(error);
    if (reason === null) throw error;
    throw new PlumblineError('PLB-SCHEDULE-001', `The field spec: ${reason.slice(0, 300).replace(/\.$/, '')}.`, { field: 'spec' }, error);
  }
}

async function createOrUpdate(client: Client, options: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, policies, action, state } = options;
    await client.schedule.getHandle(options.scheduleId).update((previous) => ({ ...previous, spec, policies, action, state: { ...previous.state, ...state } }) as never);
  }
}

/** Temporal rewrites what it is given (a cron comes back as calendars), so the schedule carries what it was made from, to be compared. */
export function specNote(spec: ScheduleSpec): string {
  return canonicalJson(spec);
}

function scheduleOptions(of: ScheduleOf, wanted: { spec: ScheduleSpec; paused: boolean }): ScheduleOptions {
  const input: ScanPlatformInput = { ...of, trigger: 'schedule', requestedBy: null };
  return {
    scheduleId: scanScheduleId(of.tenantId, of.platformId),
    spec: toTemporalSpec(wanted.spec),
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP_WINDOW, pauseOnFailure: false },
    action: { type: 'startWorkflow', workflowType: SCAN_PLATFORM, args: [input], taskQueue: TASK_QUEUE, workflowId: scanWorkflowId(of.tenantId, of.platformId) },
    state: { paused: wanted.paused, note: specNote(wanted.spec) },
  };
}

function handleOf(client: Client, of: ScheduleOf): ScheduleHandle {
  return client.schedule.getHandle(scanScheduleId(of.tenantId, of.platformId));
}

export async function triggerSchedule(client: Client, of: ScheduleOf): Promise<void> {
  await withDeadline(client, () => handleOf(client, of).trigger(ScheduleOverlapPolicy.SKIP));
}

export async function deleteSchedule(client: Client, of: ScheduleOf): Promise<void> {
  await withDeadline(client, () => orMissing(handleOf(client, of).delete()));
}

/** `null` when Temporal has no such schedule. */
export async function describeSchedule(client: Client, of: ScheduleOf): Promise<ScheduleState | null> {
  const description = await withDeadline(client, () => orMissing(handleOf(client, of).describe()));
  if (description === null) return null;
  const { info, state } = description;
  return {
    paused: state.paused,
    note: state.note ?? null,
    nextRuns: state.paused ? [] : info.nextActionTimes,
    lastRuns: info.recentActions.map((action) => action.scheduledAt),
    missed: info.numActionsMissedCatchupWindow,
    skipped: info.numActionsSkippedOverlap,
  };
}
