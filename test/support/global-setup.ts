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

interface Shared {
  readonly database: { readonly url: string; stop(): Promise<void> };
  readonly temporal: { readonly address: string; readonly workflowBundlePath: string; readonly testServerPath: string; stop(): Promise<void> };
}

/** Vitest sets up every project by itself; the servers are one for all of them, and the last project to end stops them. */
const run = globalThis as { plumblineTestServers?: { users: number; shared: Promise<Shared> } | undefined };

async function start(): Promise<Shared> {
  const started = await Promise.allSettled([startTestDatabaseServer(), startTestTemporal()]);
  const [database, temporal] = started;
  if (database.status === 'fulfilled' && temporal.status === 'fulfilled') return { database: database.value, temporal: temporal.value };
  await Promise.allSettled(started.map((part) => (part.status === 'fulfilled' ? part.value.stop() : Promise.resolve())));
  throw database.status === 'rejected' ? database.reason : (temporal as PromiseRejectedResult).reason;
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = (run.plumblineTestServers ??= { users: 0, shared: start() });
  servers.users += 1;
  const { database, temporal } = await servers.shared;
  project.provide('databaseServerUrl', database.url);
  project.provide('temporalAddress', temporal.address);
  project.provide('workflowBundlePath', temporal.workflowBundlePath);
  project.provide('testServerPath', temporal.testServerPath);
  return async () => {
    servers.users -= 1;
    if (servers.users > 0) return;
    run.plumblineTestServers = undefined;
    await Promise.allSettled([database.stop(), temporal.stop()]);
  };
}
