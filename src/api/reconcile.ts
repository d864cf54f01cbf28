/**
 * Bringing Temporal in step with the store at start: the store is of record, and Temporal may be new, restored or have missed
 * news while the portal was away. Idempotent. Owns the comparison; temporal/ owns the calls.
 */
import { listAssessments, listPlatforms, listReports, loseScan, type Assessment, type PlatformSummary, type Scan, type TenantTx } from '../store/index.js';
import type { Portal } from './portal.js';
import { signalAssessment, startAssessment } from './temporal/assessments.js';
import { startReport } from './temporal/reports.js';
import { isScanAlive } from './temporal/scans.js';
import { deleteSchedule, describeSchedule, specNote, upsertSchedule } from './temporal/schedules.js';

export async function reconcile(portal: Portal): Promise<void> {
  const platforms = await portal.inTenant((tx) => listPlatforms(tx));
  for (const platform of platforms) await portal.news.tell(`schedule:${platform.id}`, () => reconcileSchedule(portal, platform));
  for (const { lastScan } of platforms) if (lastScan?.status === 'running') await portal.news.tell(`scan:${lastScan.id}`, () => reconcileScan(portal, lastScan));
  for (const assessment of await portal.inTenant(openAssessments)) await portal.news.tell(`assessment:${assessment.id}`, () => reconcileAssessment(portal, assessment));
  for (const reportId of await portal.inTenant(unfinishedReports)) await portal.news.tell(`report:${reportId}`, () => startReport(portal.temporal, { tenantId: portal.tenantId, reportId }));
}

/** A schedule that agrees is left alone: an update would drop the slots of an outage that Temporal is about to make up for. */
export async function reconcileSchedule(portal: Portal, platform: Pick<PlatformSummary, 'id' | 'schedule' | 'schedulePaused'>): Promise<void> {
  const of = { tenantId: portal.tenantId, platformId: platform.id };
  if (platform.schedule === null) return deleteSchedule(portal.temporal, of);
  const present = await describeSchedule(portal.temporal, of);
  if (present?.paused === platform.schedulePaused && present.note === specNote(platform.schedule)) return;
  await upsertSchedule(portal.temporal, of, { spec: platform.schedule, paused: platform.schedulePaused });
}

async function reconcileScan(portal: Portal, scan: Pick<Scan, 'id' | 'workflowRun'>): Promise<void> {
  if (await isScanAlive(portal.temporal, scan.workflowRun)) return;
  await portal.inTenant((tx) => loseScan(tx, scan.id));
}

export async function reconcileAssessment(portal: Portal, assessment: Pick<Assessment, 'id' | 'state' | 'dueAt'>): Promise<void> {
  const of = { tenantId: portal.tenantId, assessmentId: assessment.id };
  await startAssessment(portal.temporal, { ...of, dueAtMs: Date.parse(assessment.dueAt) });
  if (assessment.state === 'submitted') await signalAssessment(portal.temporal, of, 'submitted');
}

const OPEN = new Set<Assessment['state']>(['planned', 'sent', 'opened', 'in-progress', 'submitted', 'in-review']);

async function openAssessments(tx: TenantTx): Promise<Assessment[]> {
  const all = await everyPage((cursor) => listAssessments(tx, { cursor }));
  return all.filter((assessment) => OPEN.has(assessment.state));
}

async function unfinishedReports(tx: TenantTx): Promise<string[]> {
  const all = await everyPage((cursor) => listReports(tx, { cursor }));
  return all.filter((report) => report.status === 'queued' || report.status === 'rendering').map((report) => report.id);
}

async function everyPage<T>(read: (cursor: string | null) => Promise<{ items: T[]; nextCursor: string | null }>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = null;
  do {
    const page = await read(cursor);
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return all;
}
