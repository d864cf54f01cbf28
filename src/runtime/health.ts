/** How each part is doing, for the health page. Owns: asking them, each with a deadline. Says nothing that an outsider could use. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { HealthPart } from '../api/index.js';
import { TASK_QUEUE } from '../contracts/task-queues.js';
import type { Store } from '../store/index.js';
import type { Configuration } from './configuration.js';
import { projectVersion } from './paths.js';
import type { PartVersions } from './running.js';

const DEADLINE_MS = 2_000;
/** Pollers are remembered by the server for five minutes; one that has not asked for so long has gone. */
const POLLER_GONE_MS = 75_000;

export interface HealthSources {
  readonly configuration: Configuration;
  readonly store: Store;
  readonly temporal: Client;
}

function down(name: string, detail: string): HealthPart {
  return { name, status: 'down', version: null, detail };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('late')), DEADLINE_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function database({ store }: HealthSources): Promise<HealthPart> {
  try {
    return { name: 'PostgreSQL', status: 'ok', version: (await inTime(store.health())).version, detail: 'answers' };
  } catch {
    return down('PostgreSQL', 'does not answer');
  }
}

async function engine({ temporal, configuration }: HealthSources): Promise<HealthPart[]> {
  const { connection } = temporal;
  try {
    const info = await inTime(connection.workflowService.getSystemInfo({}));
    const queue = await inTime(connection.workflowService.describeTaskQueue({ namespace: configuration.temporal.namespace, taskQueue: { name: TASK_QUEUE }, taskQueueType: 1 }));
    const newest = Math.max(0, ...(queue.pollers ?? []).map((poller) => Number(poller.lastAccessTime?.seconds ?? 0) * 1000));
    const working = Date.now() - newest < POLLER_GONE_MS;
    return [
      { name: 'Temporal', status: 'ok', version: info.serverVersion ?? null, detail: 'answers' },
      working ? { name: 'Worker', status: 'ok', version: projectVersion(), detail: 'takes work' } : down('Worker', 'no worker takes work'),
    ];
  } catch {
    return [down('Temporal', 'does not answer'), down('Worker', 'cannot be seen while Temporal does not answer')];
  }
}

/** The schema's version is written by the supervisor at start. */
function schemaVersion(configuration: Configuration): string | null {
  try {
    return (JSON.parse(readFileSync(join(configuration.home, 'run', 'parts.json'), 'utf8')) as PartVersions).schema;
  } catch {
    return null;
  }
}

export async function healthParts(sources: HealthSources): Promise<HealthPart[]> {
  const [postgres, engineParts] = await Promise.all([database(sources), engine(sources)]);
  const { mail } = sources.configuration;
  return [
    postgres,
    { name: 'Schema', status: postgres.status, version: schemaVersion(sources.configuration), detail: 'migrated at start' },
    ...engineParts,
    { name: 'Portal', status: 'ok', version: projectVersion(), detail: 'answers' },
    { name: 'Mail', status: 'ok', version: null, detail: mail.smtpUrl === null ? 'built-in catcher: no mail leaves this machine' : 'SMTP server configured' },
  ];
}
