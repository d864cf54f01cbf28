/**
 * Owns: getting a real n8n from npm into the cache folder, with what its one compiled part needs. Does not own: running it.
 *
 * It costs minutes and 2 GB once per user. A machine that cannot build it is told what is missing: that is a failure, never
 * a skipped test.
 */
import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { installNode24 } from './node-24.js';
import { findNpm, npmEnvironment } from '../../../src/runtime/demo/npm-command.js';
import { installFolderOf, installPackage, type Progress } from '../../../src/runtime/demo/npm-install.js';

/** The newest whose engines admit Node 20. */
export const N8N_VERSION = '2.8.4';
/** The newest that the registry holds whole (2.41.3 names packages that are not there); it needs Node 24. */
export const NEWEST_N8N_VERSION = '2.41.1';

export interface N8nInstall {
  readonly version?: string | undefined;
  readonly cacheFolder?: string | undefined;
  readonly onProgress?: Progress | undefined;
}

/** Returns the folder that holds `node_modules/n8n`. Quick when it is there already. */
export async function installN8n(install: N8nInstall = {}): Promise<string> {
  return (install.version ?? N8N_VERSION) === N8N_VERSION ? installForNode20(install) : installForNode24(install);
}

/**
 * One of its packages (Kafka) downloads from outside the registry when its scripts run, so none runs but the two that n8n
 * cannot do without; Kafka nodes have no native part then.
 */
async function installForNode24({ version = NEWEST_N8N_VERSION, cacheFolder, onProgress }: N8nInstall): Promise<string> {
  const folder = installFolderOf({ name: 'n8n', version, cacheFolder });
  const present = await access(join(folder, 'node_modules', 'n8n', 'package.json')).then(() => true, () => false);
  if (!present) await ensureCompiler(onProgress);
  const { prefix, node } = await installNode24(onProgress);
  return installPackage({
    name: 'n8n', version, title: 'n8n', cacheFolder, node,
    flags: ['--ignore-scripts', '--omit=optional'],
    rebuild: ['sqlite3', 'isolated-vm'],
    lowPriority: true,
    env: { npm_config_nodedir: prefix, PATH: `${join(prefix, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` },
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

async function installForNode20({ version = N8N_VERSION, cacheFolder, onProgress }: N8nInstall = {}): Promise<string> {
  const folder = installFolderOf({ name: 'n8n', version, cacheFolder });
  const present = await access(join(folder, 'node_modules', 'n8n', 'package.json')).then(() => true, () => false);
  if (!present) await ensureCompiler(onProgress);
  return installPackage({
    name: 'n8n',
    version,
    title: 'n8n',
    cacheFolder,
    // n8n 2.8 asks for xlsx at an address outside the npm registry; this is the same release, published there.
    overrides: { xlsx: 'npm:@e965/xlsx@0.20.2' },
    flags: ['--omit=optional', '--ignore-scripts=false'],
    lowPriority: true,
    ...(present ? {} : { env: await headerEnvironment() }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

const run = promisify(execFile);
const TOOLS = ['gcc', 'g++', 'make', 'python3'];

async function ensureCompiler(onProgress?: Progress): Promise<void> {
  let missing = await missingTools();
  if (missing.length === 0) return;
  const debianRoot = process.getuid?.() === 0 && (await onPath('apt-get'));
  if (debianRoot) {
    onProgress?.(`Installing the compiler n8n needs (${missing.join(', ')} missing)`);
    const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 64 * 1024 * 1024 };
    await run('apt-get', ['update', '-qq'], options).catch(() => {});
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'build-essential', 'python3'], options).catch(() => {});
    missing = await missingTools();
  }
  if (missing.length > 0) {
    throw new Error(`n8n cannot be built here: ${missing.join(', ')} missing. Install a C++ compiler, make and Python 3 (on Debian: apt-get install build-essential python3), then run again.`);
  }
}

async function missingTools(): Promise<string[]> {
  const found = await Promise.all(TOOLS.map(onPath));
  return TOOLS.filter((_, index) => found[index] !== true);
}

async function onPath(tool: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const hits = await Promise.all(folders.map((folder) => access(join(folder, tool)).then(() => true, () => false)));
  return hits.includes(true);
}

/**
 * The compile needs Node's header files. Where they lie neither beside node nor where npm is told to look, the build would
 * fetch them from nodejs.org, which many networks do not reach; the npm registry has them too.
 */
async function headerEnvironment(): Promise<NodeJS.ProcessEnv> {
  const beside = join(dirname(process.execPath), '..');
  if (await hasHeaders(beside)) return { npm_config_nodedir: beside };
  const npm = await findNpm();
  const told = await run(process.execPath, [npm, 'config', 'get', 'nodedir'], { env: npmEnvironment() }).then(({ stdout }) => stdout.trim(), () => '');
  if (told !== '' && told !== 'undefined' && (await hasHeaders(told))) return { npm_config_nodedir: told };
  const name = `node-${process.platform}-${process.arch}`;
  const version = process.versions.node;
  try {
    const folder = await installPackage({ name, version, title: 'Node header files' });
    return { npm_config_nodedir: join(folder, 'node_modules', name) };
  } catch {
    return {};
  }
}

async function hasHeaders(prefix: string): Promise<boolean> {
  const text = await readFile(join(prefix, 'include', 'node', 'node_version.h'), 'utf8').catch(() => '');
  return text.includes(`#define NODE_MAJOR_VERSION ${process.versions.node.split('.')[0]}\n`);
}
