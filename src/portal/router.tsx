/** Paths and pages. Owns which page stands where; every page is loaded when it is first opened. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { findingsSearch, platformSearch, signInSearch } from './search.js';
import { Shell } from './shell.js';
import { NotFound } from './pages/not-found.js';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', validateSearch: signInSearch, component: lazyRouteComponent(() => import('./pages/sign-in.js'), 'SignIn') });
const setup = createRoute({ getParentRoute: () => root, path: '/setup', component: lazyRouteComponent(() => import('./pages/setup.js'), 'Setup') });
const invitation = createRoute({ getParentRoute: () => root, path: '/invitation', component: lazyRouteComponent(() => import('./pages/invitation.js'), 'Invitation') });
const answer = createRoute({ getParentRoute: () => root, path: '/answer', component: lazyRouteComponent(() => import('./pages/answer.js'), 'AnswerPage') });

/** Everything below needs an account. */
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });
const inside = [
  createRoute({ getParentRoute: () => shell, path: '/', component: lazyRouteComponent(() => import('./pages/overview.js'), 'Overview') }),
  createRoute({ getParentRoute: () => shell, path: '/platforms/$platformId', validateSearch: platformSearch, component: lazyRouteComponent(() => import('./pages/platform.js'), 'PlatformPage') }),
  createRoute({ getParentRoute: () => shell, path: '/scans/$scanId', component: lazyRouteComponent(() => import('./pages/scan.js'), 'ScanPage') }),
  createRoute({ getParentRoute: () => shell, path: '/findings', validateSearch: findingsSearch, component: lazyRouteComponent(() => import('./pages/findings.js'), 'FindingsPage') }),
  createRoute({ getParentRoute: () => shell, path: '/vendors', component: lazyRouteComponent(() => import('./pages/vendors.js'), 'VendorsPage') }),
  createRoute({ getParentRoute: () => shell, path: '/vendors/$vendorId', component: lazyRouteComponent(() => import('./pages/vendor.js'), 'VendorPage') }),
  createRoute({ getParentRoute: () => shell, path: '/assessments/$assessmentId', component: lazyRouteComponent(() => import('./pages/assessment.js'), 'AssessmentPage') }),
  createRoute({ getParentRoute: () => shell, path: '/reports', component: lazyRouteComponent(() => import('./pages/reports.js'), 'ReportsPage') }),
  createRoute({ getParentRoute: () => shell, path: '/people', component: lazyRouteComponent(() => import('./pages/people.js'), 'PeoplePage') }),
  createRoute({ getParentRoute: () => shell, path: '/mailbox', component: lazyRouteComponent(() => import('./pages/mailbox.js'), 'MailboxPage') }),
  createRoute({ getParentRoute: () => shell, path: '/audit', component: lazyRouteComponent(() => import('./pages/audit.js'), 'AuditPage') }),
];

export const router = createRouter({ routeTree: root.addChildren([signIn, setup, invitation, answer, shell.addChildren(inside)]), defaultPreload: 'intent' });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
