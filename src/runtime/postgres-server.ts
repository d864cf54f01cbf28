/**
 * The PostgreSQL of a single machine. Owns: creating the cluster, starting, health, roles and end.
 * Does not own: the account it runs as (postgres-account.ts), tables (store).
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlumblineError } from '../model/errors.js';
import { ensureAppRole, provisionDatabase, serverVersion } from '../store/provision.js';
import { logTail, startChild, type Child } from './child-process.js';
import type { Configuration } from './configuration.js';
import type { DataFolder } from './data-folder.js';
import { storedPassword } from './keys.js';
import { rememberedPort, requireFreePort } from './ports.js';
import { postgresAccount, type Launch, type PostgresAccount } from './postgres-account.js';
import { clearLeftoverPostmaster } from './postgres-leftover.js';
import { requirePostgresPrograms } from './postgres-programs.js';

export const DATABASE_NAME = 'plumbline';
export const OWNER_ROLE = 'plumbline_owner';
export const APP_ROLE = 'plumbline_app';
const ADMIN_ROLE = 'postgres';

export interface PostgresServer {
  /** Address of the role that owns the schema and migrates. */
  readonly ownerUrl: string;
  /** Address of the role that the application works as. */
  readonly appUrl: string;
  readonly version: string;
  readonly notice: string | null;
  readonly child: Child | null;
  stop(): Promise<void>;
}

function urlOf(role: string, password: string, port: number, database: string): string {
  return `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

function runLaunch(launch: Launch): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const options = { timeout: 120_000, env: programEnvironment(), ...(launch.uid === undefined ? {} : { uid: launch.uid, gid: launch.gid }), cwd: '/' };
    execFile(launch.command, [...launch.args], options, (error, stdout, stderr) => resolve({ ok: error === null, output: `${stdout}${stderr}` }));
  });
}

/** PG* settings of the person who starts must not reach our own server. */
function programEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => ['PATH', 'LANG', 'TZ', 'TMPDIR', 'SystemRoot', 'TEMP', 'LD_LIBRARY_PATH'].includes(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', HOME: '/' };
}

const FULL = /no space left on device|disk quota exceeded/i;

function startError(message: string, logFile: string, log: string): PlumblineError {
  if (FULL.test(log)) return new PlumblineError('PLB-START-003', 'The disk that holds the database is full.', { logFile });
  return new PlumblineError('PLB-START-005', `${message}; its log is ${logFile}.`, { logFile });
}

/** The cluster is made beside its place and moved there when complete, so a start that dies here leaves nothing half. */
async function createCluster(account: PostgresAccount, folder: DataFolder, adminPassword: string): Promise<void> {
  const parent = dirname(account.data);
  mkdirSync(parent, { recursive: true });
  account.give(parent);
  const passwordFile = join(parent, 'initial-password');
  const unfinished = join(parent, 'unfinished');
  rmSync(unfinished, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, adminPassword, { mode: 0o600 });
  account.give(passwordFile);
  const seen = dirname(account.dataSeen);
  const answer = await runLaunch(account.launch('initdb', [
    '-D', join(seen, 'unfinished'), '--username', ADMIN_ROLE, '--auth', 'scram-sha-256', '--pwfile', join(seen, 'initial-password'),
    '--encoding', 'UTF8', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C', '--no-instructions',
  ]));
  rmSync(passwordFile, { force: true });
  if (!answer.ok) {
    const logFile = join(folder.logs, 'postgres.log');
    writeFileSync(logFile, answer.output, { flag: 'a', mode: 0o600 });
    rmSync(unfinished, { recursive: true, force: true });
    throw startError('PostgreSQL could not create its data folder', logFile, answer.output);
  }
  renameSync(unfinished, account.data);
}

function serverArgs(dataSeen: string, port: number): string[] {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', password_encryption: 'scram-sha-256',
    max_connections: '100', shared_buffers: '64MB', log_min_messages: 'warning', log_checkpoints: 'off', timezone: 'UTC', log_timezone: 'UTC',
    // A statement text in the log could hold what a person entered.
    log_min_error_statement: 'panic', log_parameter_max_length_on_error: '0',
  };
  return ['-D', dataSeen, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

async function awaitHealth(child: Child, url: string, deadlineMs: number): Promise<string> {
  const until = Date.now() + deadlineMs;
  let end: string | null = null;
  void child.ended.then((reason) => (end = reason));
  while (Date.now() < until && end === null) {
    const version = await serverVersion(url).catch((error: unknown) => refusePassword(error, child));
    if (version !== null) return version;
    await sleep(25);
  }
  const log = logTail(child.logFile);
  await child.stop({ signal: 'SIGINT', graceMs: 3_000 });
  throw startError(end === null ? `PostgreSQL did not become ready in ${deadlineMs / 1000} s` : `PostgreSQL ended while starting (${end})`, child.logFile, log);
}

/** A wrong password does not become right by waiting: keys/ was lost or belongs to another installation. */
async function refusePassword(error: unknown, child: Child): Promise<null> {
  if ((error as { code?: string } | null)?.code !== '28P01') return null;
  await child.stop({ signal: 'SIGINT', graceMs: 10_000 });
  throw new PlumblineError('PLB-START-005', 'The database does not accept the password in keys/: that folder and the database are not of the same installation. Put the matching keys/ folder back.');
}

async function launchServer(account: PostgresAccount, folder: DataFolder, port: number): Promise<Child> {
  const launch = account.launch('postgres', serverArgs(account.dataSeen, port));
  return startChild(folder, { name: 'postgres', ...launch, env: programEnvironment(), cwd: '/' });
}

/** After a crash the old backends can hold shared memory for a moment longer; that one refusal is worth another try. */
async function startServer(account: PostgresAccount, folder: DataFolder, url: { admin: string; port: number }): Promise<{ child: Child; version: string }> {
  for (let attempt = 1; ; attempt += 1) {
    const child = await launchServer(account, folder, url.port);
    try {
      return { child, version: await awaitHealth(child, url.admin, 120_000) };
    } catch (error) {
      const again = /pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(logTail(child.logFile, 600));
      if (!again || attempt === 10) throw error;
      await sleep(500);
    }
  }
}

async function choosePort(configuration: Configuration, folder: DataFolder): Promise<number> {
  const { port } = configuration.database;
  if (port === null) return rememberedPort(folder.run, 'PLUMBLINE_POSTGRES_PORT');
  await requireFreePort(port, '127.0.0.1', 'PLUMBLINE_POSTGRES_PORT');
  return port;
}

async function startEmbedded(configuration: Configuration, folder: DataFolder): Promise<PostgresServer> {
  const { native } = requirePostgresPrograms();
  const account = postgresAccount(native, join(folder.postgres, 'data'));
  const passwords = { admin: storedPassword(folder.home, 'postgres-admin'), owner: storedPassword(folder.home, 'postgres-owner'), app: storedPassword(folder.home, 'postgres-app') };
  if (!existsSync(join(account.data, 'PG_VERSION'))) await createCluster(account, folder, passwords.admin);
  await clearLeftoverPostmaster(account.data, account.dataSeen);
  const port = await choosePort(configuration, folder);
  const adminUrl = urlOf(ADMIN_ROLE, passwords.admin, port, 'postgres');
  const { child, version } = await startServer(account, folder, { admin: adminUrl, port });
  try {
    await provisionDatabase({ adminUrl, database: DATABASE_NAME, ownerRole: OWNER_ROLE, ownerPassword: passwords.owner, appRole: APP_ROLE, appPassword: passwords.app });
  } catch (error) {
    await child.stop({ signal: 'SIGINT' });
    throw new PlumblineError('PLB-START-005', `The database or its roles could not be made; the log is ${child.logFile}.`, { logFile: child.logFile }, error);
  }
  return {
    version, child, notice: account.notice,
    ownerUrl: urlOf(OWNER_ROLE, passwords.owner, port, DATABASE_NAME),
    appUrl: urlOf(APP_ROLE, passwords.app, port, DATABASE_NAME),
    stop: () => child.stop({ signal: 'SIGINT', graceMs: 15_000 }),
  };
}

/** `postgres://host:5432/db` without the user and password, for messages. */
export function withoutCredentials(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

function appUrlBeside(ownerUrl: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = APP_ROLE;
  url.password = encodeURIComponent(password);
  return url.toString();
}

/** A server that exists. Without DATABASE_APP_URL the owner must be able to create the role. */
async function useExisting(configuration: Configuration, folder: DataFolder, ownerUrl: string): Promise<PostgresServer> {
  const password = storedPassword(folder.home, 'postgres-app');
  const appUrl = configuration.database.appUrl ?? appUrlBeside(ownerUrl, password);
  try {
    if (configuration.database.appUrl === null) await ensureAppRole(ownerUrl, APP_ROLE, password);
    return { ownerUrl, appUrl, version: await serverVersion(appUrl), notice: null, child: null, stop: async () => undefined };
  } catch (error) {
    const code = (error as { code?: string } | null)?.code;
    const why = code === '42501' ? `may not create the role ${APP_ROLE}; create it and set DATABASE_APP_URL` : code === '28P01' ? 'refuses the password' : 'does not answer';
    throw new PlumblineError('PLB-START-005', `The PostgreSQL server ${withoutCredentials(ownerUrl)} ${why}.`, { server: withoutCredentials(ownerUrl) }, error);
  }
}

/** Starts our PostgreSQL, or checks the one that DATABASE_URL names. Idempotent over crashes. PLB-START-005 when it cannot. */
export function startPostgres(configuration: Configuration, folder: DataFolder): Promise<PostgresServer> {
  const { ownerUrl } = configuration.database;
  return ownerUrl === null ? startEmbedded(configuration, folder) : useExisting(configuration, folder, ownerUrl);
}
