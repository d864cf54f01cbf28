/**
 * What is on this machine and what to do about what is not. Owns: one check per part; changes and starts nothing lasting.
 * Does not own: how the answer is printed (src/cli/doctor.ts).
 */
import { connect } from 'node:net';

import { existsSync, statfsSync } from 'node:fs';
import { join, dirname } from 'node:path';
import { ERRORS, isErrorCode, PlumblineError } from '../model/errors.js';
import { serverVersion } from '../store/provision.js';
import { resolveChromium } from './chromium.js';
import type { Configuration } from './configuration.js';
import { folderUsable } from './data-folder.js';
import { folderHolder } from './folder-lock.js';
import { TEMPORAL_CLI } from './pinned-binaries.js';
import { portHolder, portState } from './ports.js';
import { withoutCredentials } from './postgres-server.js';
import { findPostgresPrograms } from './postgres-programs.js';
import { findProgram, runCommand } from './run-command.js';
import { resolveBinary } from './temporal-binary.js';
import { connectTemporal } from './temporal-connection.js';
import { configuredIndexes, findPip } from './wheel-download.js';

export type DoctorStatus = 'ok' | 'warning' | 'missing';

export interface DoctorPart {
  readonly name: string;
  readonly status: DoctorStatus;
  readonly found: string;
  readonly where: string;
  readonly version: string;
  /** The one thing to do; empty when there is nothing. */
  readonly next: string;
}

function ok(name: string, about: Partial<Omit<DoctorPart, 'name' | 'status'>>): DoctorPart {
  return { name, status: 'ok', found: '', where: '', version: '', next: '', ...about };
}

function broken(name: string, status: 'warning' | 'missing', about: Partial<Omit<DoctorPart, 'name' | 'status'>>): DoctorPart {
  return { name, status, found: '', where: '', version: '', next: '', ...about };
}

function fromError(name: string, error: unknown): DoctorPart {
  const code = error instanceof PlumblineError && isErrorCode(error.code) ? error.code : 'PLB-INTERNAL-001';
  return broken(name, 'missing', { found: error instanceof Error ? error.message : String(error), next: ERRORS[code].next });
}

function checkNode(): DoctorPart {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const about = { found: 'Node', where: process.execPath, version: process.versions.node };
  return major > 20 || (major === 20 && minor >= 19) ? ok('node', about) : broken('node', 'missing', { ...about, next: 'Install Node 20.19 or newer.' });
}

async function checkNpm(): Promise<DoctorPart> {
  const where = findProgram('npm');
  const answer = where === null ? null : await runCommand(where, ['--version'], { deadlineMs: 15_000 });
  if (where === null || !answer?.ok) return broken('npm', 'warning', { found: 'not on PATH', next: 'Install npm: it is needed for updates and for the demo platform.' });
  return ok('npm', { found: 'npm', where, version: answer.output.trim() });
}

async function checkTemporal(configuration: Configuration): Promise<DoctorPart> {
  const { address, cliPath } = configuration.temporal;
  if (address !== null) {
    const link = await connectTemporal(configuration);
    await link.close();
    return ok('temporal', { found: 'a server that exists (TEMPORAL_ADDRESS)', where: address, version: link.serverVersion });
  }
  const binary = await resolveBinary(TEMPORAL_CLI, { cacheFolder: configuration.cacheFolder, explicitPath: cliPath, fetch: false });
  if (binary !== null) return ok('temporal', { found: `Temporal CLI (${binary.source}${binary.pinned ? ', checksum as pinned' : ''})`, where: binary.path, version: binary.version });
  return broken('temporal', 'warning', { found: 'not fetched yet', next: 'Nothing, if a network is there: the first start fetches it. Otherwise set TEMPORAL_CLI_PATH or TEMPORAL_ADDRESS.' });
}

async function checkPostgres(configuration: Configuration): Promise<DoctorPart> {
  const { ownerUrl } = configuration.database;
  if (ownerUrl !== null) {
    const version = await serverVersion(ownerUrl).catch(() => null);
    const about = { found: 'a server that exists (DATABASE_URL)', where: withoutCredentials(ownerUrl) };
    return version === null ? broken('postgres', 'missing', { ...about, found: 'DATABASE_URL does not answer or refuses the sign-in', next: 'Check the address, the user and the password in DATABASE_URL.' }) : ok('postgres', { ...about, version });
  }
  const programs = findPostgresPrograms();
  if (programs === null) return broken('postgres', 'missing', { found: 'no embedded PostgreSQL for this machine', next: 'Run npm ci without --omit=optional, or set DATABASE_URL.' });
  const answer = await runCommand(join(programs.native, 'bin', 'postgres'), ['--version']);
  const about = { found: 'embedded (npm)', where: programs.native };
  const version = /(\d+(?:\.\d+)*)/.exec(answer.output)?.[1];
  return answer.ok && version !== undefined ? ok('postgres', { ...about, version }) : broken('postgres', 'missing', { ...about, found: 'the embedded PostgreSQL does not run here', next: ERRORS['PLB-START-005'].next });
}

async function checkChromium(configuration: Configuration): Promise<DoctorPart> {
  const install = await resolveChromium({ explicitPath: configuration.chromiumPath, cacheFolder: configuration.cacheFolder, unpack: false });
  const unpacked = existsSync(install.executablePath);
  return ok('chromium', { found: unpacked ? install.source : `${install.source}, unpacked at first use`, where: install.executablePath, version: install.version });
}

/** The greeting line of a mail server, and nothing sent but QUIT. */
function greeting(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (line: string | null): void => {
      socket.destroy();
      resolve(line);
    };
    socket.setTimeout(5_000, () => done(null));
    socket.once('error', () => done(null));
    socket.once('data', (data) => {
      socket.write('QUIT\r\n');
      done(data.toString('utf8').split('\r\n')[0] ?? '');
    });
  });
}

async function checkMail(configuration: Configuration): Promise<DoctorPart> {
  const { smtpUrl } = configuration.mail;
  if (smtpUrl === null) return broken('smtp', 'warning', { found: 'built-in mailbox: mail stays on this machine', next: 'Set SMTP_URL and MAIL_FROM to send mail to people.' });
  const url = new URL(smtpUrl);
  const secure = url.protocol === 'smtps:';
  const port = Number(url.port || (secure ? 465 : 587));
  const where = `${url.hostname}:${port}`;
  const reached = secure ? await reaches(url.hostname, port) : (await greeting(url.hostname, port))?.startsWith('220');
  return reached ? ok('smtp', { found: 'mail server', where }) : broken('smtp', 'missing', { found: 'the mail server does not answer', where, next: ERRORS['PLB-MAIL-001'].next });
}

function reaches(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (value: boolean): void => {
      socket.destroy();
      resolve(value);
    };
    socket.setTimeout(5_000, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

function checkFolder(configuration: Configuration): DoctorPart {
  const where = configuration.home;
  if (!folderUsable(where)) return broken('data folder', 'missing', { found: 'not writable', where, next: ERRORS['PLB-START-009'].next });
  const holder = folderHolder(where);
  const found = holder === null ? (existsSync(where) ? 'free' : 'made at the first start') : `in use by Plumbline (process ${holder})`;
  return ok('data folder', { found, where });
}

async function checkPort(configuration: Configuration): Promise<DoctorPart> {
  const { host, port, home } = configuration;
  const where = `${host}:${port}`;
  const state = await portState(port, host);
  if (state === 'free') return ok('port', { found: 'free', where });
  if (folderHolder(home) !== null) return ok('port', { found: 'used by this Plumbline', where });
  const holder = state === 'taken' ? `used by ${portHolder(port) ?? 'another program'}` : state === 'forbidden' ? 'not allowed for this user' : 'not an address of this machine';
  return broken('port', 'missing', { found: holder, where, next: ERRORS['PLB-START-001'].next });
}

const GIB = 1024 ** 3;

function checkDisk(configuration: Configuration): DoctorPart {
  let folder = configuration.home;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / GIB;
  const about = { found: `${free.toFixed(1)} GiB free`, where: folder };
  if (free < 0.2) return broken('disk space', 'missing', { ...about, next: ERRORS['PLB-START-003'].next });
  return free < 2 ? broken('disk space', 'warning', { ...about, next: 'Free some disk space: below 2 GiB a growing estate soon has no room.' }) : ok('disk space', about);
}

/** Only needed to fetch the Temporal CLI, and only where its own download site cannot be reached. */
async function checkPython(): Promise<DoctorPart> {
  const pip = await findPip();
  if (pip !== null) return ok('python pip', { found: pip.command.join(' '), where: findProgram(pip.command[0]) ?? '', version: pip.version });
  if (configuredIndexes().length > 0) return ok('python pip', { found: 'none; a package index is configured and used directly' });
  return broken('python pip', 'warning', { found: 'none', next: "Nothing, unless Temporal's download site cannot be reached from here; then install pip." });
}

/** All parts, in the order in which they are needed. Never throws: a check that fails is an answer. */
export async function examineMachine(configuration: Configuration): Promise<readonly DoctorPart[]> {
  const checks: readonly (readonly [string, () => DoctorPart | Promise<DoctorPart>])[] = [
    ['node', checkNode], ['npm', checkNpm], ['temporal', () => checkTemporal(configuration)], ['postgres', () => checkPostgres(configuration)],
    ['chromium', () => checkChromium(configuration)], ['smtp', () => checkMail(configuration)], ['data folder', () => checkFolder(configuration)],
    ['port', () => checkPort(configuration)], ['disk space', () => checkDisk(configuration)], ['python pip', checkPython],
  ];
  return Promise.all(checks.map(async ([name, check]) => {
    try {
      return await check();
    } catch (error) {
      return fromError(name, error);
    }
  }));
}
