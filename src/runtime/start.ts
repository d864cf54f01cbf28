/**
 * Starting and stopping everything on one machine. Owns: the order, the supervision, and undoing a start that fails.
 * Does not own: how each part is started.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlumblineError } from '../model/errors.js';
import { replaceFile } from './atomic-file.js';
import type { Configuration } from './configuration.js';
import { openDataFolder } from './data-folder.js';
import { lockFolder } from './folder-lock.js';
import { rootKey } from './keys.js';
import { stopLeftovers } from './leftovers.js';
import { startNodeChild, type NodeChild } from './node-child.js';
import { projectPaths } from './paths.js';
import { requireFreePort } from './ports.js';
import { startPostgres, type PostgresServer } from './postgres-server.js';
import { silentProgress, type Progress } from './progress.js';
import type { PartVersions, RunningPlumbline, Start, StartOptions, Stoppable } from './running.js';
import { supervise, type PartEvents, type RunningPart, type SupervisedPart } from './supervised.js';
import { resolveTemporalCli } from './temporal-binary.js';
import { connectTemporal } from './temporal-connection.js';
import { ensureSearchAttributes, startTemporal } from './temporal-server.js';
import { FEW_ARENAS } from './thrift.js';

/** Longer than any part's own grace; whoever is not gone by then is found by the next start. */
const STOP_DEADLINE_MS = 45_000;

/** Newest first, and each even when the one before could not be stopped or never comes to an end. */
async function stopAll(started: Stoppable[]): Promise<void> {
  for (let part = started.pop(); part !== undefined; part = started.pop()) {
    await Promise.race([part.stop().catch(() => undefined), sleep(STOP_DEADLINE_MS, undefined, { ref: false })]);
  }
}

function events(progress: Progress): PartEvents {
  return {
    ended: (name, reason, pause) => progress.note(`${name} stopped (${reason}); starting it again in ${pause / 1000} s`),
    back: (name) => progress.note(`${name} is running again`),
  };
}

type DatabasePart = RunningPart & { readonly server: PostgresServer };
type EnginePart = RunningPart & { readonly address: string; readonly version: string };

async function keep<T extends RunningPart>(start: Start, name: string, run: () => Promise<T>): Promise<SupervisedPart<T>> {
  const part = await supervise(name, run, events(start.progress));
  start.started.push({ name, stop: () => part.stop() });
  return part;
}

const NEVER = new Promise<string>(() => undefined);

/** Others hold the address by then, so a server that is started again must have the port it had, or wait for it. */
function databaseStarter(start: Start): () => Promise<DatabasePart> {
  let { configuration } = start;
  return async () => {
    const server = await startPostgres(configuration, start.folder);
    if (server.child !== null) configuration = { ...configuration, database: { ...configuration.database, port: Number(new URL(server.appUrl).port) } };
    return { server, ended: server.child?.ended ?? NEVER, stop: () => server.stop() };
  };
}

async function startDatabase(start: Start): Promise<PostgresServer> {
  const part = await start.progress.step('PostgreSQL', () => keep(start, 'PostgreSQL', databaseStarter(start)), (kept) => kept.current().server.version);
  const { server } = part.current();
  if (server.notice !== null) start.progress.note(server.notice);
  return server;
}

function engineStarter(start: Start, cliPath: string): () => Promise<EnginePart> {
  let { configuration } = start;
  return async () => {
    const server = await startTemporal({ configuration, folder: start.folder, cliPath });
    configuration = { ...configuration, temporal: { ...configuration.temporal, port: Number(server.address.split(':')[1]) } };
    return { address: server.address, version: server.version, ended: server.child.ended, stop: () => server.stop() };
  };
}

/** Returns the settings with the address of the server that answers. */
async function startEngine(start: Start): Promise<{ configuration: Configuration; version: string }> {
  const { configuration, progress } = start;
  if (configuration.temporal.address !== null) return prepareNamespace(configuration, progress);
  const cli = await resolveTemporalCli({ cacheFolder: configuration.cacheFolder, explicitPath: configuration.temporal.cliPath, progress: (text) => progress.note(text) });
  const part = await progress.step('Temporal server', () => keep(start, 'Temporal server', engineStarter(start, cli.path)), (kept) => `${kept.current().version} (${kept.current().address})`);
  return prepareNamespace({ ...configuration, temporal: { ...configuration.temporal, address: part.current().address } }, progress);
}

async function prepareNamespace(configuration: Configuration, progress: Progress): Promise<{ configuration: Configuration; version: string }> {
  return progress.step('Temporal namespace', async () => {
    const link = await connectTemporal(configuration);
    try {
      await ensureSearchAttributes(link, configuration);
      return { configuration, version: link.serverVersion };
    } finally {
      await link.close();
    }
  }, (result) => result.configuration.temporal.namespace);
}

/** Both at once; when one fails the other is waited for, so that undoing finds it in the list. */
async function startServers(start: Start): Promise<{ database: PostgresServer; configuration: Configuration; temporalVersion: string }> {
  const [database, engine] = await Promise.allSettled([startDatabase(start), startEngine(start)]);
  if (database.status === 'rejected') throw database.reason;
  if (engine.status === 'rejected') throw engine.reason;
  const { server, settings } = { server: database.value, settings: engine.value.configuration };
  const configuration = { ...settings, database: { ...settings.database, appUrl: server.appUrl } };
  return { database: server, configuration, temporalVersion: engine.value.version };
}

/** Children get the application's role only: the owner of the tables is needed for migrating and for nothing else. */
function childEnvironment(configuration: Configuration): NodeJS.ProcessEnv {
  const { DATABASE_URL: _owner, ...env } = process.env;
  return {
    ...FEW_ARENAS,
    ...env,
    NODE_ENV: 'production',
    PLUMBLINE_HOME: configuration.home,
    PLUMBLINE_PORT: String(configuration.port),
    PLUMBLINE_HOST: configuration.host,
    PLUMBLINE_BASE_URL: configuration.baseUrl,
    TEMPORAL_ADDRESS: configuration.temporal.address ?? '',
    TEMPORAL_NAMESPACE: configuration.temporal.namespace,
    DATABASE_APP_URL: configuration.database.appUrl ?? '',
    ...(configuration.temporal.cliPath ? { TEMPORAL_CLI_PATH: configuration.temporal.cliPath } : {}),
    ...(configuration.chromiumPath ? { PUPPETEER_EXECUTABLE_PATH: configuration.chromiumPath } : {}),
  };
}

function startProcess(start: Start, configuration: Configuration, options: { name: 'worker' | 'portal'; label: string; script: string; graceMs: number }): Promise<SupervisedPart<NodeChild>> {
  const run = (): Promise<NodeChild> => startNodeChild(start.folder, { ...options, env: childEnvironment(configuration) });
  return start.progress.step(options.label, () => keep(start, options.label, run), (kept) => kept.current().detail);
}

/** Own processes in parallel: neither needs the other to start. */
async function startProcesses(start: Start, configuration: Configuration): Promise<string> {
  const { workerProcess, portalProcess } = projectPaths();
  const results = await Promise.allSettled([
    startProcess(start, configuration, { name: 'portal', label: 'Portal', script: portalProcess, graceMs: 10_000 }),
    startProcess(start, configuration, { name: 'worker', label: 'Worker', script: workerProcess, graceMs: 25_000 }),
  ]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return configuration.baseUrl;
}

async function bringUp(start: Start, demo: boolean): Promise<Omit<RunningPlumbline, 'stop'>> {
  // Loaded while the servers start: it brings half of the code along, and the servers take longer.
  const [{ database, configuration, temporalVersion }, { migrateDatabase, prepareInstallation }] = await Promise.all([startServers(start), import('./installation.js')]);
  const schema = await start.progress.step('Database schema', () => migrateDatabase(database), (version) => version);
  const parts: PartVersions = { temporal: temporalVersion, postgres: database.version, schema };
  replaceFile(join(start.folder.run, 'parts.json'), JSON.stringify(parts), 0o644);
  const address = await startProcesses(start, configuration);
  const installation = await prepareInstallation(start, { configuration, appUrl: database.appUrl, demo });
  return { configuration, folder: start.folder, address, ownerUrl: database.ownerUrl, appUrl: database.appUrl, ...installation, parts };
}

async function refuseHalfDatabase(configuration: Configuration): Promise<void> {
  if (configuration.database.appUrl === null || configuration.database.ownerUrl !== null) return;
  throw new PlumblineError('PLB-START-010', 'The setting DATABASE_URL is missing: DATABASE_APP_URL needs it.', { variable: 'DATABASE_URL' });
}

/** A part whose start was under way joins the list late, so the list is emptied again when the start has settled. */
async function untilAborted<T>(up: Promise<T>, started: Stoppable[], signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return up;
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => reject(new Error('The start was interrupted.'));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([up, aborted]);
  } catch (error) {
    const lock = started.shift();
    await stopAll(started);
    await up.catch(() => undefined);
    await stopAll(started);
    if (lock !== undefined) started.push(lock);
    throw error;
  }
}

/** Starts all parts and returns when the portal answers. Whatever a failed start has begun is stopped again. */
export async function startPlumbline(options: StartOptions): Promise<RunningPlumbline> {
  const { configuration } = options;
  const progress = options.progress ?? silentProgress();
  await refuseHalfDatabase(configuration);
  const folder = openDataFolder(configuration.home);
  const lock = lockFolder(configuration.home);
  const started: Stoppable[] = [{ name: 'lock', stop: async () => lock.release() }];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= stopAll(started));
  try {
    const left = await stopLeftovers(folder);
    if (left.length > 0) progress.note(`Stopped what an earlier start left running: ${left.join(', ')}`);
    rmSync(join(folder.run, 'parts.json'), { force: true });
    await requireFreePort(configuration.port, configuration.host, 'PLUMBLINE_PORT');
    rootKey(configuration.home);
    const up = bringUp({ configuration, folder, progress, started }, options.demo);
    return { ...(await untilAborted(up, started, options.signal)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
