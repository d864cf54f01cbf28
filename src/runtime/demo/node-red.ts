/**
 * Owns: installing a real Node-RED from npm and running it on loopback with sign-in switched on. Does not own: which flows
 * it holds (flows.ts) and its place in Plumbline's home (index.ts).
 */
import { createRequire } from 'node:module';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlumblineError } from '../../model/errors.js';
import { ensureAccess, type NodeRedAccess } from './node-red-access.js';
import { settingsText } from './node-red-settings.js';
import { installPackage, type Progress } from './npm-install.js';
import { freePort } from '../ports.js';
import { cleanEnvironment, startTethered, type TetheredProcess } from './tethered-process.js';

/** The newest line that runs on Node 20. */
export const NODE_RED_VERSION = '4.1.15';

export interface NodeRedInstall {
  /** Holds one folder per install; the user's cache folder when absent. */
  readonly cacheFolder?: string | undefined;
  readonly version?: string | undefined;
  readonly onProgress?: Progress | undefined;
}

/** Returns the folder that holds `node_modules/node-red`. Quick when it is there already. */
export function installNodeRed({ version = NODE_RED_VERSION, cacheFolder, onProgress }: NodeRedInstall = {}): Promise<string> {
  return installPackage({
    name: 'node-red',
    version,
    title: 'Node-RED',
    cacheFolder,
    // Its one optional part is a compiled bcrypt (a plain one comes along), and nothing in it needs install scripts.
    flags: ['--omit=optional', '--ignore-scripts'],
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

export interface NodeRedStart {
  /** Holds flows, credentials, passwords and the log; made with mode 0700. */
  readonly folder: string;
  /** What `installNodeRed` returned. */
  readonly installFolder: string;
  /** A free one is picked when absent. */
  readonly port?: number | undefined;
  /** The node that runs it; our own when absent. */
  readonly node?: string | undefined;
  /** More arguments for node, as a probe that a test preloads. */
  readonly nodeArgs?: readonly string[] | undefined;
  readonly readyWithinMs?: number | undefined;
  /** Told as soon as the process exists, so that it can be written down before anything can go wrong. */
  readonly onSpawn?: ((pid: number) => void) | undefined;
}

export interface RunningNodeRed {
  readonly url: string;
  readonly port: number;
  readonly version: string;
  readonly access: NodeRedAccess;
  readonly process: TetheredProcess;
  readonly readyMs: number;
  stop(): Promise<void>;
}

/** Starts Node-RED on 127.0.0.1 and waits until its API answers and its flows run. Nothing is left running on failure. */
export async function startNodeRed(start: NodeRedStart): Promise<RunningNodeRed> {
  const began = Date.now();
  await mkdir(start.folder, { recursive: true, mode: 0o700 });
  const access = ensureAccess(start.folder);
  const port = start.port ?? (await freePort());
  const load = createRequire(join(start.installFolder, 'package.json'));
  const { hashSync } = load('bcryptjs') as { hashSync(text: string, rounds: number): string };
  const { version } = load('node-red/package.json') as { version: string };
  // Not .js: the folder may lie inside a checkout whose package.json makes those ES modules.
  const settings = join(start.folder, 'settings.cjs');
  await writeFile(settings, settingsText({ port, access, hash: (text) => hashSync(text, 8) }), { mode: 0o600 });
  const child = await startTethered({
    node: start.node,
    script: join(start.installFolder, 'node_modules', 'node-red', 'red.js'),
    args: ['--userDir', start.folder, '--settings', settings],
    folder: start.folder,
    logFile: join(start.folder, 'node-red.log'),
    env: cleanEnvironment(SANDBOX),
    ...(start.nodeArgs === undefined ? {} : { nodeArgs: start.nodeArgs }),
  });
  const url = `http://127.0.0.1:${port}`;
  try {
    start.onSpawn?.(child.pid);
    await waitUntilReady(url, child, start.readyWithinMs ?? 90_000);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { url, port, version, access, process: child, readyMs: Date.now() - began, stop: () => child.stop() };
}

/**
 * Whatever somebody sets off in the demo by hand, its web requests end at a closed door of this machine: Node-RED's request
 * node honours these. Port 9 (discard) is served by nobody.
 */
const SANDBOX = {
  http_proxy: 'http://127.0.0.1:9',
  https_proxy: 'http://127.0.0.1:9',
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  all_proxy: undefined,
  ALL_PROXY: undefined,
  no_proxy: 'localhost,127.0.0.1',
  NO_PROXY: 'localhost,127.0.0.1',
};

async function waitUntilReady(url: string, child: TetheredProcess, withinMs: number): Promise<void> {
  const until = Date.now() + withinMs;
  let answersSince = 0;
  while (Date.now() < until) {
    if (child.hasExited()) throw startFailure('ended while starting', child);
    if (answersSince === 0 && (await answers(url))) answersSince = Date.now();
    if (answersSince > 0 && (await flowsStarted(child))) return;
    // A flow that names a node type which is not installed never starts; it can be read and mended all the same.
    if (answersSince > 0 && Date.now() - answersSince > 10_000) return;
    await sleep(50);
  }
  throw startFailure(`did not answer within ${Math.round(withinMs / 1000)} s`, child);
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/auth/login`, { signal: AbortSignal.timeout(2_000) });
    return answer.ok && ((await answer.json()) as { type?: string }).type === 'credentials';
  } catch {
    return false;
  }
}

/** The settings file fixes the language of the log, so this line reads the same everywhere. */
async function flowsStarted(child: TetheredProcess): Promise<boolean> {
  return (await readFile(child.logFile, 'utf8').catch(() => '')).includes('Started flows');
}

function startFailure(what: string, child: TetheredProcess): PlumblineError {
  return new PlumblineError('PLB-START-012', `Node-RED ${what}; its log is ${child.logFile}.`, { log: child.logFile });
}

export interface NodeRedSignIn {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** `read`, or `*` for everything the user may do. */
  readonly scope: 'read' | '*';
}

/** A bearer token. It outlives restarts of Node-RED for seven days; sign in again rather than keeping it. */
export async function nodeRedToken({ url, user, password, scope }: NodeRedSignIn): Promise<string> {
  const body = { client_id: 'node-red-admin', grant_type: 'password', scope, username: user, password };
  const answer = await fetch(`${url}/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const token = answer.ok ? ((await answer.json()) as { access_token?: string }).access_token : undefined;
  if (token === undefined) throw new PlumblineError('PLB-COLLECT-002', `Node-RED at ${url} refused the sign-in of ${user}.`, { status: answer.status });
  return token;
}
