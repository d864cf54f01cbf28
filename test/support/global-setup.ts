/**
 * Starts what a whole run shares and tells the tests where it is (vitest `inject`). Owns the order; database.ts and
 * temporal.ts own the servers. Everything started here is gone after the run.
 */
import type { TestProject } from 'vitest/node';
import { startTestDatabaseServer } from './database.js';
import { startTestTemporal } from './temporal.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** superuser address of the run's PostgreSQL, database `postgres` */
    databaseServerUrl: string;
    /** host:port of the run's Temporal dev server */
    temporalAddress: string;
    /** path of the workflow bundle built once for the run */
    workflowBundlePath: string;
    /** path of the time-skipping Temporal test server */
    testServerPath: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = await Promise.allSettled([startTestDatabaseServer(), startTestTemporal()]);
  const [database, temporal] = started;
  const stopAll = async (): Promise<void> => {
    await Promise.allSettled(started.map((part) => (part.status === 'fulfilled' ? part.value.stop() : Promise.resolve())));
  };
  if (database.status === 'rejected' || temporal.status === 'rejected') {
    await stopAll();
    throw database.status === 'rejected' ? database.reason : (temporal as PromiseRejectedResult).reason;
  }
  project.provide('databaseServerUrl', database.value.url);
  project.provide('temporalAddress', temporal.value.address);
  project.provide('workflowBundlePath', temporal.value.workflowBundlePath);
  project.provide('testServerPath', temporal.value.testServerPath);
  return stopAll;
}
