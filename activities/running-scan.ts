/**
 * One scan per platform at a time. Owns: finding another scan that runs, and ending one whose workflow is gone, so that a platform is
 * never "being scanned" for ever.
 */
import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import { getScan, listScans, loseScan, type Scan } from '../src/store/index.js';
import type { ActivityDeps } from './deps.js';
import type { BeginScanInput, ScanRef } from '../src/contracts/activities.js';

/** The id of a scan that another workflow is doing now; null when this one may begin. */
export async function otherRunningScan(deps: ActivityDeps, { tenantId, platformId, workflowRun }: BeginScanInput): Promise<string | null> {
  const { items } = await deps.store.tenant(tenantId, (tx) => listScans(tx, { platformId, limit: 50 }));
  // Begun before by this very workflow: the answer was lost, the scan is its own.
  if (items.some((scan) => scan.workflowRun === workflowRun)) return null;
  for (const scan of items.filter((candidate) => candidate.status === 'running')) {
    if (await isAlive(scan)) return scan.id;
    await deps.store.tenant(tenantId, (tx) => loseScan(tx, scan.id));
  }
  return null;
}

/** How the scan stands, for one who waits for it: a wait for a workflow that is gone would never end. */
export async function settledScan(deps: ActivityDeps, { tenantId, scanId }: ScanRef): Promise<Scan> {
  const scan = await deps.store.tenant(tenantId, (tx) => getScan(tx, scanId));
  if (scan.status !== 'running' || (await isAlive(scan))) return scan;
  return deps.store.tenant(tenantId, (tx) => loseScan(tx, scanId));
}

async function isAlive(scan: Scan): Promise<boolean> {
  const [workflowId = '', runId] = scan.workflowRun.split('#');
  try {
    const description = await Context.current().client.workflow.getHandle(workflowId, runId).describe();
    return description.status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
