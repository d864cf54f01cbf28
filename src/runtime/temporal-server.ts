/**
 * The Temporal server of a single machine. Owns: its flags, ports, search attributes, health and end.
 * Does not own: finding the program (temporal-binary.ts), connecting (temporal-connection.ts).
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { PlumblineError } from '../model/errors.js';
import { logTail, startChild, type Child } from './child-process.js';
import type { Configuration } from './configuration.js';
import type { DataFolder } from './data-folder.js';
import { rememberedPort, requireFreePort } from './ports.js';
import { temporalUnreachable, type TemporalLink } from './temporal-connection.js';

export interface TemporalServer {
  readonly address: string;
  readonly version: string;
  readonly child: Child;
  stop(): Promise<void>;
}

/** 2 is Keyword in Temporal's own numbering. Values are opaque ids: they are stored in clear. */
const KEYWORD = 2;
export const SEARCH_ATTRIBUTES = ['TenantId', 'PlatformId', 'VendorId', 'Stage'] as const;

async function choosePort(configured: number | null, setting: string, folder: DataFolder): Promise<number> {
  if (configured === null) return rememberedPort(folder.run, setting);
  await requireFreePort(configured, '127.0.0.1', setting);
  return configured;
}

interface Ports {
  readonly grpc: number;
  readonly http: number;
  readonly metrics: number;
}

async function choosePorts(configuration: Configuration, folder: DataFolder): Promise<Ports> {
  const { port, httpPort, metricsPort } = configuration.temporal;
  return {
    grpc: await choosePort(port, 'PLUMBLINE_TEMPORAL_PORT', folder),
    http: await choosePort(httpPort, 'PLUMBLINE_TEMPORAL_HTTP_PORT', folder),
    metrics: await choosePort(metricsPort, 'PLUMBLINE_TEMPORAL_METRICS_PORT', folder),
  };
}

/** The file is in WAL mode with NORMAL sync: the default was measured several times slower and is no safer against a killed process. */
function serverArgs(ports: Ports, databaseFile: string): string[] {
  return [
    'server', 'start-dev', '--ip', '127.0.0.1', '--port', String(ports.grpc), '--headless',
    '--http-port', String(ports.http), '--metrics-port', String(ports.metrics),
    '--db-filename', databaseFile, '--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL',
    '--log-level', 'warn', '--log-format', 'json',
  ];
}

async function tryHealth(address: string): Promise<string | null> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: 1_000 });
    const link = connection;
    const info = await link.withDeadline(Date.now() + 2_000, () => link.workflowService.getSystemInfo({}));
    await link.withDeadline(Date.now() + 2_000, () => link.workflowService.describeNamespace({ namespace: 'default' }));
    return info.serverVersion ?? 'unknown';
  } catch {
    return null;
  } finally {
    await connection?.close().catch(() => undefined);
  }
}

async function awaitHealth(child: Child, address: string, deadlineMs: number): Promise<string> {
  const until = Date.now() + deadlineMs;
  let end: string | null = null;
  void child.ended.then((reason) => (end = reason));
  while (Date.now() < until && end === null) {
    const version = await tryHealth(address);
    if (version !== null) return version;
    await sleep(50);
  }
  const reason = end === null ? `did not become ready in ${deadlineMs / 1000} s` : `ended while starting (${end})`;
  const full = /disk is full|no space left/i.test(logTail(child.logFile));
  await child.stop({ graceMs: 2_000 });
  if (full) throw new PlumblineError('PLB-START-003', 'The disk that holds the Temporal database is full.', { logFile: child.logFile });
  throw new PlumblineError('PLB-START-008', `The Temporal server ${reason}; its log is ${child.logFile}.`, { address, logFile: child.logFile });
}

export interface TemporalStart {
  readonly configuration: Configuration;
  readonly folder: DataFolder;
  readonly cliPath: string;
  readonly deadlineMs?: number;
}

/** Starts the server on loopback and returns when it answers. */
export async function startTemporal(start: TemporalStart): Promise<TemporalServer> {
  const ports = await choosePorts(start.configuration, start.folder);
  const address = `127.0.0.1:${ports.grpc}`;
  const child = await startChild(start.folder, {
    name: 'temporal', command: start.cliPath, args: serverArgs(ports, join(start.folder.temporal, 'temporal.db')), env: serverEnvironment(),
  });
  const version = await awaitHealth(child, address, start.deadlineMs ?? 60_000);
  return { address, version, child, stop: () => child.stop({ graceMs: 10_000 }) };
}

/** The CLI reads TEMPORAL_* itself; settings meant for our client must not reach it. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TEMPORAL_|DATABASE_|SMTP_)/.test(name)));
}

/** Creates the search attributes that are missing; another server may have them already, or refuse us the right to look. */
export async function ensureSearchAttributes(link: TemporalLink, configuration: Configuration): Promise<readonly string[]> {
  const { namespace } = configuration.temporal;
  try {
    const present = await link.connection.operatorService.listSearchAttributes({ namespace });
    const missing = SEARCH_ATTRIBUTES.filter((name) => !(name in (present.customAttributes ?? {})));
    if (missing.length > 0) {
      const searchAttributes = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
      await link.connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
    }
    return missing;
  } catch (error) {
    throw temporalUnreachable(configuration, error, `does not let us create the search attributes ${SEARCH_ATTRIBUTES.join(', ')} (Keyword)`);
  }
}
