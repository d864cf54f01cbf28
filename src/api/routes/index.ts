/** Every route of the API, in the order of the document. Owns the list: what is not here does not exist. */
import type { Route } from '../route.js';
import { baselineRoutes } from './baselines.js';
import { linkRoutes } from './link.js';
import { observationRoutes } from './observations.js';
import { peopleRoutes } from './people.js';
import { platformAccessRoutes } from './platform-access.js';
import { platformRoutes } from './platforms.js';
import { recordRoutes } from './records.js';
import { reportRoutes } from './reports.js';
import { scanRoutes } from './scans.js';
import { scheduleRoutes } from './schedules.js';
import { signInRoutes } from './sign-in.js';
import { systemRoutes } from './system.js';
import { assessmentRoutes, vendorRoutes } from './vendors.js';

export const ROUTES: readonly Route[] = [
  ...systemRoutes, ...signInRoutes, ...peopleRoutes, ...platformRoutes, ...platformAccessRoutes, ...scanRoutes, ...observationRoutes, ...baselineRoutes, ...scheduleRoutes, ...vendorRoutes, ...assessmentRoutes, ...linkRoutes, ...reportRoutes,
  ...recordRoutes,
];
