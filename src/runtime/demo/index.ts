/**
 * Owns: the demo estate of a fresh Plumbline: a real Node-RED in its home folder, seeded once, stopped with us, removable.
 * Does not own: registering it as a platform and scanning it; the caller does that with what it gets back.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJson, replaceFile } from '../atomic-file.js';
import { freePort, portState } from '../ports.js';
import { forgetChild, leftovers, recordChild } from '../process-ledger.js';
import { DEMO_COMPANY, demoFlows } from './flows.js';
import { deployFlows, readFlows } from './node-red-admin.js';
import { type SignIn } from './node-red-access.js';
import { installNodeRed, nodeRedToken, startNodeRed, type RunningNodeRed } from './node-red.js';
import { type Progress } from './npm-install.js';
import { endGroup } from './process-group.js';

export interface DemoEstate {
  /** Begins with "Demo:", so that nobody takes it for theirs. */
  readonly name: string;
  readonly connectorId: 'node-red';
  /** The same at every start, unless the port was taken meanwhile. */
  readonly url: string;
  /** Reads and nothing else: for the scanner, which signs in with it. */
  readonly secret: SignIn;
  /** For the person who wants to change a flow in the editor. */
  readonly admin: SignIn;
  readonly editorUrl: string;
  readonly pid: number;
  readonly version: string;
  readonly readyMs: number;
  /** Resolves when the process is gone, wanted or not. */
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
}

export interface DemoStart {
  readonly home: string;
  readonly cacheFolder?: string | undefined;
  readonly port?: number | undefined;
  readonly onProgress?: Progress | undefined;
}

/** In the record of running processes (run/processes). */
const PROCESS_NAME = 'demo-node-red';

/** Tried in this order the first time; afterwards the demo keeps its port. */
const PORTS = [7081, 7082, 7083, 7084, 7085];

interface DemoState {
  readonly port: number;
  /** Set once the flows are in: from then on they are the person's, even when all of them are deleted. */
  readonly seeded: boolean;
}

/** Installs Node-RED when needed, clears away a leftover of a crash, starts it and seeds it the first time. */
export async function startDemoEstate({ home, cacheFolder, port, onProgress }: DemoStart): Promise<DemoEstate> {
  const say = onProgress ?? (() => {});
  await endLeftover(home);
  await rm(removedMark(home), { force: true });
  const installFolder = await installNodeRed({ cacheFolder, onProgress });
  const folder = join(home, 'demo', 'node-red');
  const state = readJson<DemoState>(stateFile(home));
  say('Starting the demo platform (Node-RED)');
  const wanted = port === undefined ? [...(state === null ? [] : [state.port]), ...PORTS] : [port];
  const run = runFolder(home);
  const running = await startNodeRed({
    folder,
    installFolder,
    port: await firstFree(wanted),
    onSpawn: (pid) => recordChild(run, PROCESS_NAME, pid),
  });
  try {
    if (state?.seeded !== true) await seedWhenEmpty(running, say);
    replaceFile(stateFile(home), JSON.stringify({ port: running.port, seeded: true } satisfies DemoState));
  } catch (error) {
    await running.stop();
    throw error;
  }
  return describe(running, home);
}

/** Stops the demo and deletes its folder. The next start can see that it was removed on purpose. */
export async function removeDemoEstate(home: string): Promise<void> {
  await endLeftover(home);
  await rm(join(home, 'demo', 'node-red'), { recursive: true, force: true, maxRetries: 3 });
  await mkdir(join(home, 'demo'), { recursive: true, mode: 0o700 });
  replaceFile(removedMark(home), '{"removed":true}');
}

/** True after `removeDemoEstate`, until somebody starts the demo again. */
export function wasDemoRemoved(home: string): boolean {
  return readJson(removedMark(home)) !== null;
}

async function seedWhenEmpty({ url, access }: RunningNodeRed, say: Progress): Promise<void> {
  const token = await nodeRedToken({ url, user: access.admin.username, password: access.admin.password, scope: '*' });
  const admin = { url, token };
  const { flows } = await readFlows(admin);
  // A fresh Node-RED may hold an empty first tab of its own.
  if (flows.some((item) => item.type !== 'tab')) return;
  say(`Filling it with the flows of ${DEMO_COMPANY}`);
  await deployFlows(admin, demoFlows());
}

function describe(running: RunningNodeRed, home: string): DemoEstate {
  return {
    name: `Demo: ${DEMO_COMPANY}`,
    connectorId: 'node-red',
    url: running.url,
    secret: running.access.reader,
    admin: running.access.admin,
    editorUrl: `${running.url}/`,
    pid: running.process.pid,
    version: running.version,
    readyMs: running.readyMs,
    exited: running.process.exited,
    stop: async () => {
      await running.stop();
      forgetChild(runFolder(home), PROCESS_NAME, running.process.pid);
    },
  };
}

/** After a kill -9 of ours the child ends by itself; one that hangs is ended here, and a stranger with its number is left alone. */
async function endLeftover(home: string): Promise<void> {
  const run = runFolder(home);
  for (const left of leftovers(run).filter((entry) => entry.name === PROCESS_NAME)) {
    await endGroup(left);
    forgetChild(run, PROCESS_NAME, left.pid);
    await portGivenBack(readJson<DemoState>(stateFile(home))?.port ?? 0);
  }
}

/** The last threads of a killed process may hold its port for a moment longer than it is seen. */
async function portGivenBack(port: number): Promise<void> {
  const until = Date.now() + 2_000;
  while ((await portState(port)) !== 'free' && Date.now() < until) await sleep(20);
}

async function firstFree(wanted: readonly number[]): Promise<number> {
  for (const port of wanted) {
    if ((await portState(port)) === 'free') return port;
  }
  return freePort();
}

function runFolder(home: string): { readonly run: string } {
  return { run: join(home, 'run') };
}

function stateFile(home: string): string {
  return join(home, 'demo', 'node-red', 'demo.json');
}

function removedMark(home: string): string {
  return join(home, 'demo', 'removed.json');
}
