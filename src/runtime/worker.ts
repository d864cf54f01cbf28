/**
 * The Temporal worker of this process. Owns: its options (bundle, codec, grace, concurrency) and its life.
 * Does not own: the activities it is given, or what they depend on.
 */
import { existsSync } from 'node:fs';
import { DefaultLogger, NativeConnection, Runtime, Worker, type LogLevel } from '@temporalio/worker';
import type { DataConverter } from '@temporalio/common';
import type { Logger } from 'pino';
import { TASK_QUEUE } from '../contracts/task-queues.js';
import { PlumblineError } from '../model/errors.js';
import type { Configuration } from './configuration.js';
import { projectPaths } from './paths.js';
import { temporalTarget, temporalUnreachable } from './temporal-connection.js';

export interface WorkerDeps {
  readonly configuration: Configuration;
  readonly activities: object;
  readonly dataConverter: DataConverter;
  readonly logger: Logger;
  readonly taskQueue?: string;
}

export interface RunningWorker {
  /** Resolves when the worker has drained and stopped; rejects when it failed. */
  readonly finished: Promise<void>;
  shutdown(): Promise<void>;
}

/** Longest wait for running activities at a stop; then they are cancelled and go on elsewhere from their heartbeat. */
export const SHUTDOWN_GRACE = '10s';
export const SHUTDOWN_FORCE = '20s';

function pinoLevel(level: LogLevel): 'trace' | 'debug' | 'info' | 'warn' | 'error' {
  return level.toLowerCase() as 'trace' | 'debug' | 'info' | 'warn' | 'error';
}

let installed = false;

/** Once per process: the SDK refuses a second time. */
function installRuntime(logger: Logger): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => logger[pinoLevel(level)]({ ...meta }, message)),
    // Ends are decided by the process that owns us (child-messages.ts), in one place.
    shutdownSignals: [],
  });
}

async function connect(configuration: Configuration): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(temporalTarget(configuration));
  } catch (error) {
    throw error instanceof PlumblineError ? error : temporalUnreachable(configuration, error);
  }
}

function requireBundle(): string {
  const { workflowBundle } = projectPaths();
  if (!existsSync(workflowBundle)) throw new PlumblineError('PLB-INTERNAL-001', `The workflow bundle ${workflowBundle} is missing; run npm run build.`);
  return workflowBundle;
}

export async function runWorker(deps: WorkerDeps): Promise<RunningWorker> {
  installRuntime(deps.logger);
  const codePath = requireBundle();
  const connection = await connect(deps.configuration);
  const worker = await Worker.create({
    connection,
    namespace: deps.configuration.temporal.namespace,
    taskQueue: deps.taskQueue ?? TASK_QUEUE,
    workflowBundle: { codePath },
    activities: deps.activities,
    dataConverter: deps.dataConverter,
    shutdownGraceTime: SHUTDOWN_GRACE,
    shutdownForceTime: SHUTDOWN_FORCE,
    // Where a scan is reaches the server soon enough to be of use to the next worker.
    maxHeartbeatThrottleInterval: '3s',
    maxConcurrentActivityTaskExecutions: 20,
    maxCachedWorkflows: 200,
  });
  const run = worker.run().finally(() => connection.close().catch(() => undefined));
  run.catch(() => undefined);
  return {
    finished: run,
    async shutdown() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await run;
    },
  };
}
