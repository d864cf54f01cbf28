/**
 * Owns: a child process that cannot outlive us: stopped on request, and ending by itself when we are killed. Does not own:
 * what the child is or when it is ready.
 *
 * The child leads its own group, so a Ctrl+C in the terminal reaches only us and we end it in order. Its standard input is
 * a pipe from us: when we die in whatever way, the pipe closes and a preloaded script ends the child.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processStartMark } from '../process-identity.js';
import { endGroup, type GroupLeader } from './process-group.js';

export interface TetheredProcess extends GroupLeader {
  readonly logFile: string;
  /** Resolves with the exit code (null after a signal) as soon as the process is gone. */
  readonly exited: Promise<number | null>;
  readonly hasExited: () => boolean;
  stop(): Promise<void>;
}

export interface TetheredStart {
  /** The node that runs it; our own when absent. */
  readonly node?: string | undefined;
  /** A script for node, and its arguments. */
  readonly script: string;
  readonly args: readonly string[];
  readonly nodeArgs?: readonly string[];
  /** Where it runs, and where the tether is written. */
  readonly folder: string;
  readonly logFile: string;
  /** All of its environment; see `cleanEnvironment`. */
  readonly env: NodeJS.ProcessEnv;
}

/** Left in the folder; whoever copies the folder may leave it out. */
export const TETHER_NAME = 'tether.cjs';

const TETHER = `// Ends this process when the program that started it is gone.
function end() {
  try {
    process.kill(-process.pid, 'SIGTERM');
  } catch {
    process.kill(process.pid, 'SIGTERM');
  }
  setTimeout(() => process.exit(1), 8000);
}
// Worker threads are given this script too, and a standard input of their own that is at its end from the start.
if (require('node:worker_threads').isMainThread) {
  process.stdin.on('end', end).on('error', end).resume();
  if (process.stdin.unref) process.stdin.unref();
}
`;

export async function startTethered(start: TetheredStart): Promise<TetheredProcess> {
  await mkdir(start.folder, { recursive: true, mode: 0o700 });
  const tether = join(start.folder, TETHER_NAME);
  await writeFile(tether, TETHER);
  const child = launch(start, tether);
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', () => resolve(1));
  });
  child.stdin?.on('error', () => {});
  // A process that is gone already gets a mark that no living one has.
  const leader = { pid: child.pid ?? 0, startMark: (child.pid === undefined ? null : processStartMark(child.pid)) ?? 'gone' };
  return {
    ...leader,
    logFile: start.logFile,
    exited,
    hasExited: () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined,
    stop: async () => {
      await endGroup(leader);
      if (child.pid !== undefined) await exited;
    },
  };
}

function launch({ node = process.execPath, script, args, nodeArgs = [], folder, logFile, env }: TetheredStart, tether: string) {
  const log = openSync(logFile, 'w', 0o600);
  try {
    const argv = ['--require', tether, ...nodeArgs, script, ...args];
    return spawn(node, argv, { cwd: folder, env, stdio: ['pipe', log, log], detached: process.platform !== 'win32' });
  } finally {
    closeSync(log);
  }
}

/** What npm, a test runner and a debugger leave in the environment is none of the child's business. */
export function cleanEnvironment(extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|NODE_OPTIONS$|NODE_ENV$)/i.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}
