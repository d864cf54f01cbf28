/**
 * Owns: putting one npm package of one version into a cache folder, whole or not at all. Does not own: what is done with it.
 *
 * The install happens in `<folder>.installing` and is renamed at the end, so a killed install never looks finished; whoever
 * comes next sees that its owner is gone and clears it away.
 */
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlumblineError } from '../../model/errors.js';
import { readJson, replaceFile } from '../atomic-file.js';
import { cacheFolderOf } from '../configuration.js';
import { isSameProcess, processStartMark } from '../process-identity.js';
import { findNpm, npmEnvironment } from './npm-command.js';
import { endGroup, type GroupLeader } from './process-group.js';
import { startTethered, TETHER_NAME } from './tethered-process.js';

export type Progress = (message: string) => void;

export interface NpmInstallRequest {
  readonly name: string;
  readonly version: string;
  /** Holds one folder `<name>-<version>` per install, beside whatever else is kept there. */
  readonly cacheFolder?: string | undefined;
  /** What a person calls it, for progress and errors. */
  readonly title: string;
  readonly overrides?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The node that npm runs under, for a package that needs another one than ours. */
  readonly node?: string | undefined;
  /** Packages whose install scripts are run after an install without any. */
  readonly rebuild?: readonly string[];
  /** For installs that take minutes: everything else on the machine goes first. */
  readonly lowPriority?: boolean;
  readonly onProgress?: Progress;
}

interface Install extends NpmInstallRequest {
  /** Ours alone: it is replaced as a whole. */
  readonly folder: string;
}

/** The folder whose `node_modules` holds, or will hold, the package. Outside the checkout, shared by every clone of this user. */
export function installFolderOf({ name, version, cacheFolder }: Pick<NpmInstallRequest, 'name' | 'version' | 'cacheFolder'>): string {
  return join(cacheFolder ?? cacheFolderOf(process.env), `${name}-${version}`);
}

/** Installs once; returns the folder at once when the very version is there already. */
export async function installPackage(request: NpmInstallRequest): Promise<string> {
  const install = { ...request, folder: installFolderOf(request) };
  try {
    return await installUnlessThere(install);
  } catch (error) {
    throw folderFailure(error, install);
  }
}

async function installUnlessThere(request: Install): Promise<string> {
  const say = request.onProgress ?? (() => {});
  while (!(await isInstalled(request))) {
    const work = await claim(request, say);
    if (work === null) continue;
    try {
      // Somebody may have finished it between our look and our claim.
      if (await isInstalled(request)) break;
      await runInstall(request, work, say);
      await Promise.all([OWNER, TETHER_NAME].map((name) => rm(join(work, name), { force: true })));
      await rm(request.folder, { recursive: true, force: true });
      await rename(work, request.folder);
    } finally {
      await rm(work, { recursive: true, force: true, maxRetries: 5 });
    }
  }
  return request.folder;
}

async function isInstalled({ folder, name, version }: Install): Promise<boolean> {
  try {
    const text = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8');
    return (JSON.parse(text) as { version?: string }).version === version;
  } catch {
    return false;
  }
}

const OWNER = 'owner.json';

/** Our own working folder, or null after waiting for another install that is under way or clearing a dead one. */
async function claim({ folder, title }: Install, say: Progress): Promise<string | null> {
  const work = `${folder}.installing`;
  await mkdir(dirname(folder), { recursive: true });
  try {
    await mkdir(work);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (await isAbandoned(work)) await rm(work, { recursive: true, force: true, maxRetries: 5 });
    else {
      say(`Waiting for another install of ${title}`);
      await sleep(1_000);
    }
    return null;
  }
  writeOwner(work);
  return work;
}

interface Owner extends GroupLeader {
  /** Ends with its owner; a moment may pass. */
  readonly npm?: GroupLeader;
}

function writeOwner(work: string, npm?: GroupLeader): void {
  const owner: Owner = {
    pid: process.pid,
    startMark: processStartMark(process.pid) ?? '',
    ...(npm === undefined ? {} : { npm: { pid: npm.pid, startMark: npm.startMark } }),
  };
  replaceFile(join(work, OWNER), JSON.stringify(owner));
}

/** True once nobody works there any more: a npm whose owner was killed is ended first. */
async function isAbandoned(work: string): Promise<boolean> {
  const owner = readJson<Owner>(join(work, OWNER));
  if (owner === null) {
    // No owner yet: either it is being written this very moment, or the owner died before it could.
    const age = await stat(work).then((s) => Date.now() - s.ctimeMs, () => 0);
    return age > 10_000;
  }
  if (isSameProcess(owner.pid, owner.startMark)) return false;
  if (owner.npm !== undefined) await endGroup(owner.npm);
  return true;
}

async function runInstall(request: Install, work: string, say: Progress): Promise<void> {
  const { name, version, title } = request;
  await writeFile(join(work, 'package.json'), JSON.stringify({ private: true, overrides: request.overrides ?? {} }));
  say(`Installing ${title} ${version} from npm (once for this user)`);
  const began = Date.now();
  const tick = setInterval(() => say(`Installing ${title} ${version}, ${Math.round((Date.now() - began) / 1000)} s`), 5_000);
  const log = `${request.folder}.log`;
  try {
    const flags = ['--no-audit', '--no-fund', '--no-save', '--no-package-lock', '--prefer-offline', '--loglevel=error',
      '--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000', ...(request.flags ?? [])];
    const commands = [['install', `${name}@${version}`, ...flags], ...(request.rebuild ? [['rebuild', ...request.rebuild, '--ignore-scripts=false', '--foreground-scripts']] : [])];
    for (const command of commands) if ((await runNpm(request, work, { log, command })) !== 0) throw await installFailure(request, log);
    if (!(await isInstalled({ ...request, folder: work }))) throw await installFailure(request, log);
  } finally {
    clearInterval(tick);
  }
  say(`Installed ${name} ${version} in ${Math.round((Date.now() - began) / 1000)} s`);
}

async function runNpm(request: Install, work: string, { log, command }: { log: string; command: readonly string[] }): Promise<number> {
  const npm = await startTethered({
    node: request.node,
    script: await findNpm(),
    args: [...command, '--prefix', work],
    folder: work,
    logFile: log,
    env: npmEnvironment(request.env),
  });
  if (request.lowPriority === true) lowerPriority(npm.pid);
  writeOwner(work, npm);
  return (await npm.exited) ?? 1;
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, 10);
  } catch {
    // It may be gone already, or the system does not let us: both harmless.
  }
}

function folderFailure(error: unknown, { folder, title }: Install): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOSPC') return new PlumblineError('PLB-START-003', `The disk is full: ${title} could not be installed.`, { folder }, error);
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) return error;
  return new PlumblineError('PLB-START-009', `The cache folder ${dirname(folder)} cannot be written (XDG_CACHE_HOME chooses another).`, { folder }, error);
}

const OFFLINE = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT)\b/;

async function installFailure({ title, version, name }: Install, log: string): Promise<PlumblineError> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const details = { package: `${name}@${version}`, log };
  if (/\bENOSPC\b/.test(text)) return new PlumblineError('PLB-START-003', `The disk is full: ${title} could not be installed.`, details);
  if (OFFLINE.test(text)) return new PlumblineError('PLB-START-011', `The npm registry cannot be reached, so ${title} ${version} was not installed.`, details);
  return new PlumblineError('PLB-START-012', `npm could not install ${title} ${version}; its log is ${log}.`, details);
}
