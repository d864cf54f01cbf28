/** One database and the worker's own steps, called without an engine: what is timed is the step, not the way to it. Owns making and closing them. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities, type Activities, type ActivityDeps } from '../activities/index.js';
import { SYSTEM } from '../src/model/identity.js';
import { APP_ROLE } from '../src/runtime/postgres-server.js';
import { addPlatform, beginScan, createTenant, newId, openStore, putSecret, type Store } from '../src/store/index.js';
import { startTestDatabaseServer, withClient } from '../test/support/database.js';

export interface Collected {
  /** of the step that reads and stores, alone */
  readonly seconds: number;
  /** of this process, all its threads, in the same time: on a busy machine it tells more than the clock */
  readonly cpuSeconds: number;
  readonly resources: number;
  /** that the whole scan wrote, with its begin and its end */
  readonly rows: number;
  /** snapshot and verdicts are those of the scan before */
  readonly shared: boolean;
  /** largest resident set of this process so far: after the step, and after the whole scan */
  readonly rssMiB: number;
  readonly rssOfScanMiB: number;
}

export interface BenchPlatform {
  readonly tenantId: string;
  readonly platformId: string;
}

export interface CollectBench {
  /** each in a tenant of its own, so that no snapshot is there already */
  addPlatform(connectorId: string, baseUrl: string, secret: Record<string, string>): Promise<BenchPlatform>;
  collect(platform: BenchPlatform): Promise<Collected>;
}

const ROOT = join(import.meta.dirname, '..');
const DATABASE = 'bench';

async function rowsIn(adminUrl: string): Promise<number> {
  return withClient(adminUrl, async (client) => {
    // A session tells its figures at its end, or some ten seconds later; the pool opens new ones.
    await client.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()');
    const { rows } = await client.query<{ sum: string }>("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) AS sum FROM pg_stat_user_tables WHERE schemaname = 'public'");
    return Number(rows[0]!.sum);
  });
}

function depsOver(store: Store): ActivityDeps {
  const nothing = (): undefined => undefined;
  return {
    store, packsRoot: join(ROOT, 'packs'), templatesRoot: join(ROOT, 'templates'), blobFolder: '/nowhere', baseUrl: 'https://plumbline.example.org',
    keys: { secrets: Buffer.alloc(32, 1), links: Buffer.alloc(32, 2), fingerprints: Buffer.alloc(32, 3) },
    mailTransport: () => Promise.reject(new Error('no mail here')), mailFrom: 'Plumbline <plumbline@example.org>', renderer: () => Promise.reject(new Error('no reports here')), signing: () => Promise.reject(new Error('no reports here')),
    allowLoopback: true, now: () => new Date(), logger: { debug: nothing, warn: nothing, error: (facts, message) => console.error(message, facts) },
  };
}

async function collectOnce(activities: Activities, given: { store: Store; tenantId: string; adminUrl: string; platformId: string }): Promise<Collected> {
  const { store, tenantId, adminUrl, platformId } = given;
  const step = <I, R>(activity: (input: I) => Promise<R>, input: I): Promise<R> => new MockActivityEnvironment({ heartbeatTimeoutMs: 15_000 }).run(activity, input) as Promise<R>;
  const before = await rowsIn(adminUrl);
  // A first question opens the connection again.
  await store.health();
  const { id: scanId } = await store.tenant(tenantId, (tx) => beginScan(tx, { platformId, workflowRun: randomUUID(), trigger: 'api', requestedBy: null, slotAt: null }));
  const ref = { tenantId, scanId };
  const [began, cpuBefore] = [performance.now(), process.cpuUsage()];
  const { resources, same } = await step(activities.collectPlatform, ref);
  const [seconds, cpu] = [(performance.now() - began) / 1_000, process.cpuUsage(cpuBefore)];
  const rssMiB = largestRss();
  const compared = same?.compared ?? (await step(activities.compareWithBaseline, ref));
  const judged = same?.judged ?? (await step(activities.judgeSnapshot, ref));
  await step(activities.finishScan, { ...ref, compared, judged });
  const rssOfScanMiB = largestRss();
  return { seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6, resources, rows: (await rowsIn(adminUrl)) - before, shared: same !== undefined, rssMiB, rssOfScanMiB };
}

function largestRss(): number {
  return process.resourceUsage().maxRSS / 1024;
}

export async function withCollectBench(work: (bench: CollectBench) => Promise<void>): Promise<void> {
  const server = await startTestDatabaseServer();
  try {
    const url = new URL(server.url);
    await withClient(server.url, async (client) => {
      await client.query(`CREATE DATABASE ${DATABASE} TEMPLATE plumbline_template`);
      await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${DATABASE} TO ${APP_ROLE}`);
    });
    const store = await openStore({ appUrl: `postgres://${APP_ROLE}:${url.password}@${url.host}/${DATABASE}` });
    const adminUrl = `postgres://postgres:${url.password}@${url.host}/${DATABASE}`;
    try {
      const deps = depsOver(store);
      const activities = createActivities(deps);
      await work({
        addPlatform: (connectorId, baseUrl, secret) => {
          const tenantId = newId('tenant');
          return store.tenant(tenantId, async (tx) => {
            await createTenant(tx, SYSTEM, 'Bench');
            const secretId = newId('secret');
            await putSecret(tx, deps.keys.secrets, secretId, secret);
            return { tenantId, platformId: (await addPlatform(tx, SYSTEM, { name: `Bench ${randomUUID()}`, connectorId, baseUrl, secretId })).id };
          });
        },
        collect: (platform) => collectOnce(activities, { store, adminUrl, ...platform }),
      });
    } finally {
      await store.close();
    }
  } finally {
    await server.stop();
  }
}
