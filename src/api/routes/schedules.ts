/**
 * When a platform is scanned. Temporal is told first, then the store: an engine that is away leaves nothing half set. Where
 * the store fails after that, the schedule of record is put back.
 */
import { PlumblineError } from '../../model/errors.js';
import type { ScheduleSpec } from '../../model/schedule.js';
import { getPlatform, setSchedule, setSchedulePaused, type PlatformSummary } from '../../store/index.js';
import type { Portal } from '../portal.js';
import { reconcileSchedule } from '../reconcile.js';
import { personRoute, type Route } from '../route.js';
import { Empty, Schedule, ScheduleRequest } from '../schemas.js';
import { deleteSchedule, describeSchedule, triggerSchedule, upsertSchedule } from '../temporal/schedules.js';
import { PlatformParams } from './platforms.js';

async function platformOf(portal: Portal, platformId: string): Promise<PlatformSummary> {
  return portal.inTenant((tx) => getPlatform(tx, platformId));
}

async function scheduledPlatform(portal: Portal, platformId: string): Promise<PlatformSummary & { schedule: ScheduleSpec }> {
  const platform = await platformOf(portal, platformId);
  const { schedule } = platform;
  if (schedule === null) throw new PlumblineError('PLB-API-002', 'This platform has no schedule.');
  return { ...platform, schedule };
}

async function scheduleView(portal: Portal, platformId: string): Promise<Schedule> {
  const platform = await platformOf(portal, platformId);
  const state = platform.schedule === null ? null : await describeSchedule(portal.temporal, { tenantId: portal.tenantId, platformId });
  return {
    spec: platform.schedule,
    paused: platform.schedulePaused,
    nextRuns: (state?.nextRuns ?? []).map((time) => time.toISOString()),
    lastRuns: (state?.lastRuns ?? []).map((time) => time.toISOString()),
    missed: state?.missed ?? 0,
    skipped: state?.skipped ?? 0,
  };
}

async function thenStore(portal: Portal, platformId: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    await portal.news.tell(`schedule:${platformId}`, async () => reconcileSchedule(portal, await platformOf(portal, platformId)));
    throw error;
  }
}

async function setPaused(portal: Portal, platformId: string, by: { actor: Parameters<typeof setSchedulePaused>[1]; paused: boolean }): Promise<Schedule> {
  const { schedule } = await scheduledPlatform(portal, platformId);
  await upsertSchedule(portal.temporal, { tenantId: portal.tenantId, platformId }, { spec: schedule, paused: by.paused });
  await thenStore(portal, platformId, () => portal.inTenant((tx) => setSchedulePaused(tx, by.actor, { platformId, paused: by.paused })));
  return scheduleView(portal, platformId);
}

const URL = '/platforms/:id/schedule';
const params = PlatformParams;

export const scheduleRoutes: readonly Route[] = [
  personRoute('scans.read', { method: 'GET', url: URL, tag: 'schedules', summary: 'The schedule, its next runs, and what was missed', params, response: Schedule }, (call) => scheduleView(call.portal, call.params.id)),
  personRoute('schedules.manage', { method: 'PUT', url: URL, tag: 'schedules', summary: 'Set or replace the schedule; it is not paused then', params, body: ScheduleRequest, response: Schedule }, async (call) => {
    const { portal, actor, body } = call;
    const { id: platformId } = await platformOf(portal, call.params.id);
    await upsertSchedule(portal.temporal, { tenantId: portal.tenantId, platformId }, { spec: body.spec, paused: false });
    await thenStore(portal, platformId, () => portal.inTenant((tx) => setSchedule(tx, actor, { platformId, spec: body.spec })));
    return scheduleView(portal, platformId);
  }),
  personRoute('schedules.manage', { method: 'DELETE', url: URL, tag: 'schedules', summary: 'Take the schedule away', params, response: Empty }, async (call) => {
    const { portal, actor } = call;
    const { id: platformId } = await platformOf(portal, call.params.id);
    await deleteSchedule(portal.temporal, { tenantId: portal.tenantId, platformId });
    await thenStore(portal, platformId, () => portal.inTenant((tx) => setSchedule(tx, actor, { platformId, spec: null })));
    return {};
  }),
  personRoute('schedules.manage', { method: 'POST', url: `${URL}/pause`, tag: 'schedules', summary: 'Pause', params, response: Schedule }, (call) => setPaused(call.portal, call.params.id, { actor: call.actor, paused: true })),
  personRoute('schedules.manage', { method: 'POST', url: `${URL}/resume`, tag: 'schedules', summary: 'Resume', params, response: Schedule }, (call) => setPaused(call.portal, call.params.id, { actor: call.actor, paused: false })),
  personRoute('schedules.manage', { method: 'POST', url: `${URL}/trigger`, tag: 'schedules', summary: 'Run the scheduled scan now, unless one runs', params, response: Schedule, status: 202 }, async (call) => {
    const { portal } = call;
    const platform = await scheduledPlatform(portal, call.params.id);
    await reconcileSchedule(portal, platform);
    await triggerSchedule(portal.temporal, { tenantId: portal.tenantId, platformId: platform.id });
    return scheduleView(portal, platform.id);
  }),
];
