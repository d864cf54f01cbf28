/** Starting, finding and stopping scans. Owns "one running scan per platform"; the workflow owns the scan. */
import type { Client } from '@temporalio/client';
import { SCAN_PLATFORM, scanWorkflowId, type ScanPlatformInput } from '../../contracts/scan-platform.js';
import { TASK_QUEUE } from '../../contracts/task-queues.js';
import { isAlreadyStarted, orMissing, withDeadline } from './calls.js';

export interface StartedScan {
  readonly workflowId: string;
  readonly joined: boolean;
}

/** Starts a scan, or joins the one that runs: by hand, by schedule (`<id>-<slot>`) or at first. */
export async function startScan(client: Client, input: ScanPlatformInput): Promise<StartedScan> {
  const workflowId = scanWorkflowId(input.tenantId, input.platformId);
  const running = await livingScan(client, input);
  if (running !== null) return { workflowId: running, joined: true };
  try {
    await withDeadline(client, () =>
      client.workflow.start(SCAN_PLATFORM, { workflowId, taskQueue: TASK_QUEUE, args: [input], workflowIdConflictPolicy: 'FAIL', workflowIdReusePolicy: 'ALLOW_DUPLICATE' }),
    );
    return { workflowId, joined: false };
  } catch (error) {
    if (isAlreadyStarted(error)) return { workflowId, joined: true };
    throw error;
  }
}

/** Visibility lags behind: a scan that ended a moment ago is still listed, so each is asked before it is joined. */
async function livingScan(client: Client, of: { tenantId: string; platformId: string }): Promise<string | null> {
  for (const id of await runningScans(client, of)) {
    const described = await withDeadline(client, () => orMissing(client.workflow.getHandle(id).describe()));
    if (described?.status.name === 'RUNNING') return id;
  }
  return null;
}

/** The scan that a newly connected platform gets without being asked for. */
export function startFirstScan(client: Client, of: { tenantId: string; platformId: string }): Promise<StartedScan> {
  return startScan(client, { ...of, trigger: 'first', requestedBy: null });
}

/** Ids hold only our own characters, so they can stand in a visibility query as they are. */
export function runningScans(client: Client, of: { tenantId: string; platformId: string }): Promise<string[]> {
  const prefix = scanWorkflowId(of.tenantId, of.platformId);
  const query = `WorkflowId STARTS_WITH '${prefix}' AND ExecutionStatus = 'Running'`;
  return withDeadline(client, async () => {
    const ids: string[] = [];
    for await (const execution of client.workflow.list({ query })) ids.push(execution.workflowId);
    return ids;
  });
}

/** `workflowRun`: `<workflow id>#<run id>` as the scan holds it. A workflow ends only after its scan has. */
export async function isScanAlive(client: Client, workflowRun: string): Promise<boolean> {
  const [workflowId = '', runId] = workflowRun.split('#');
  const description = await withDeadline(client, () => orMissing(client.workflow.getHandle(workflowId, runId).describe()));
  return description?.status.name === 'RUNNING';
}

export async function cancelScans(client: Client, of: { tenantId: string; platformId: string }): Promise<void> {
  // Visibility lags behind: the id of a scan started a moment ago is asked for directly as well.
  const ids = new Set([scanWorkflowId(of.tenantId, of.platformId), ...(await runningScans(client, of))]);
  for (const id of ids) await withDeadline(client, () => orMissing(client.workflow.getHandle(id).cancel()));
}
