/**
 * Starting and stopping programs. Owns: log files, polite then firm ends, and the record of each in the ledger.
 * Does not own: what the programs are.
 */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readSync, renameSync, fstatSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSameProcess, processStartMark } from './process-identity.js';
import { forgetChild, recordChild } from './process-ledger.js';
import type { DataFolder } from './data-folder.js';

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Opens a channel that closes when we die, so the child can go too. Node children only. */
  readonly ipc?: boolean;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly process: ChildProcess;
  readonly logFile: string;
  /** Resolves once, when the program has ended by itself or by us. */
  readonly ended: Promise<string>;
  stop(options?: StopOptions): Promise<void>;
}

export interface StopOptions {
  readonly signal?: NodeJS.Signals;
  readonly graceMs?: number;
}

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/** One older log is kept; a log that grows for ever would fill the disk that the data is on. */
function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  try {
    if (statSync(file).size > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`);
  } catch {
    // No log yet.
  }
  return openSync(file, 'a', 0o600);
}

function waitForSpawn(child: ChildProcess, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => (child.pid === undefined ? reject(new Error(`${command} has no process number`)) : resolve(child.pid)));
  });
}

/** A process that outlives us keeps its own group, so a Ctrl+C in the terminal reaches only us and the order of stopping is ours. */
export async function startChild(folder: DataFolder, options: ChildOptions): Promise<Child> {
  const logFile = join(folder.logs, `${options.name}.log`);
  const log = openLog(logFile);
  const stdio: StdioOptions = options.ipc ? ['ignore', log, log, 'ipc'] : ['ignore', log, log];
  const child = spawn(options.command, [...options.args], {
    stdio, detached: true, env: options.env ?? process.env, cwd: options.cwd,
    ...(options.uid === undefined ? {} : { uid: options.uid }), ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  closeSync(log);
  const pid = await waitForSpawn(child, options.command);
  recordChild(folder, options.name, pid);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      forgetChild(folder, options.name, pid);
      resolve(signal ?? `exit code ${code}`);
    });
  });
  return { name: options.name, pid, process: child, logFile, ended, stop: (stop) => stopChild({ pid, ended }, stop) };
}

async function stopChild(child: { pid: number; ended: Promise<string> }, options: StopOptions = {}): Promise<void> {
  signalQuietly(child.pid, options.signal ?? 'SIGTERM');
  const gone = await Promise.race([child.ended.then(() => true), sleep(options.graceMs ?? 10_000, false, { ref: false })]);
  if (gone) return;
  signalQuietly(child.pid, 'SIGKILL');
  await child.ended;
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

/** Ends a process that is not our child (a leftover), only while it is still the one that was meant. */
export async function stopProcess(pid: number, startMark: string, options: StopOptions = {}): Promise<void> {
  if (!isSameProcess(pid, startMark)) return;
  signalQuietly(pid, options.signal ?? 'SIGTERM');
  if (await waitUntilGone(pid, startMark, options.graceMs ?? 10_000)) return;
  signalQuietly(pid, 'SIGKILL');
  await waitUntilGone(pid, startMark, 5_000);
}

async function waitUntilGone(pid: number, startMark: string, deadlineMs: number): Promise<boolean> {
  const until = Date.now() + deadlineMs;
  while (Date.now() < until) {
    if (processStartMark(pid) !== startMark) return true;
    await sleep(25);
  }
  return processStartMark(pid) !== startMark;
}

/** Last lines of a log file, for the message of a part that did not start. */
export function logTail(file: string, bytes = 2000): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const { size } = fstatSync(descriptor);
      const buffer = Buffer.alloc(Math.min(bytes, size));
      readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString('utf8');
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}
