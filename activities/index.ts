/** Everything that workflows may ask of the world, over one set of dependencies. */
import { createAssessmentActivities } from './assessment.js';
import type { ActivityDeps } from './deps.js';
import { guardActivities } from './failures.js';
import { createMailActivities } from './mail.js';
import { createReportActivities } from './report.js';
import { createScanActivities } from './scan.js';
import type { Activities } from '../src/contracts/activities.js';

export type { ActivityDeps, ActivityLogger } from './deps.js';
export type { Activities } from '../src/contracts/activities.js';
export { toApplicationFailure } from './failures.js';

/** Failures are translated and heartbeats sent for all of them, so a worker needs no interceptor of its own. */
export function createActivities(deps: ActivityDeps): Activities {
  const activities: Activities = { ...createScanActivities(deps), ...createAssessmentActivities(deps), ...createMailActivities(deps), ...createReportActivities(deps) };
  return guardActivities(activities, deps.logger);
}
