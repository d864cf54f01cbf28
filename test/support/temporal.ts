/**
 * Temporal for tests. Owns: the run's one dev server and bundle (global-setup.ts), time-skipping environments, workers that always end.
 * Payloads are in clear here: histories can be read and replayed without a key.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { cacheFolderOf } from '../../src/runtime/configuration.js';
import { resolveTemporalCli, resolveTestServer } from '../../src/runtime/temporal-binary.js';
import { SEARCH_ATTRIBUTES } from '../../src/runtime/temporal-server.js';

export interface TestTemporal {
  address: string;
  workflowBundlePath: string;
  testServerPath: string;
  stop(): Promise<void>;
}

const KEYWORD = 2;
const SILENT = new DefaultLogger('ERROR', () => undefined);

/** Once per run: a dev server in memory with our search attributes, and the bundle of the workflows as they are in the sources. */
export async function startTestTemporal(): Promise<TestTemporal> {
  const cacheFolder = cacheFolderOf(process.env);
  const [cli, testServer, folder] = [await resolveTemporalCli({ cacheFolder }), await resolveTestServer({ cacheFolder }), await mkdtemp(join(tmpdir(), 'plumbline-bundle-'))];
  quietRuntime();
  const [workflowBundlePath, env] = await Promise.all([writeBundle(folder), TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path: cli.path } } })]);
  await addSearchAttributes(env);
  return {
    address: env.address, workflowBundlePath, testServerPath: testServer.path,
    async stop() {
      await env.teardown();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function writeBundle(folder: string): Promise<string> {
  const { code } = await bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)), logger: SILENT });
  const path = join(folder, 'workflow-bundle.js');
  await writeFile(path, code);
  return path;
}

async function addSearchAttributes(env: TestWorkflowEnvironment): Promise<void> {
  await env.connection.operatorService.addSearchAttributes({ namespace: 'default', searchAttributes: Object.fromEntries(SEARCH_ATTRIBUTES.map((name) => [name, KEYWORD])) });
}

let installed = false;
/** The SDK refuses a second time in one process. */
export function quietRuntime(): void {
  if (installed) return;
  installed = true;
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } });
}

/** One per file, tests in it one after the other: they share its clock. Anchor on `env.currentTimeMs()` and give every start a timeout. */
export async function openTimeSkipping(testServerPath: string): Promise<TestWorkflowEnvironment> {
  quietRuntime();
  const env = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path: testServerPath } } });
  await addSearchAttributes(env);
  return env;
}

export interface TestWorker {
  env: TestWorkflowEnvironment;
  workflowBundlePath: string;
  activities: object;
  taskQueue?: string;
  options?: Partial<WorkerOptions>;
}

/** Runs `work` beside a worker and ends the worker whatever happens; a hang fails before vitest's own limit and so leaves nothing behind. */
export async function withWorker<T>(setup: TestWorker, work: (taskQueue: string) => Promise<T>, limitMs = 40_000): Promise<T> {
  const taskQueue = setup.taskQueue ?? `test-${randomUUID()}`;
  const worker = await Worker.create({
    connection: setup.env.nativeConnection, namespace: setup.env.namespace ?? 'default', taskQueue, workflowBundle: { codePath: setup.workflowBundlePath },
    activities: setup.activities, shutdownGraceTime: '1s', shutdownForceTime: '5s', ...setup.options,
  });
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the work did not end within ${limitMs} ms`)), limitMs);
  });
  return worker.runUntil(Promise.race([work(taskQueue), limit])).finally(() => clearTimeout(timer));
}
