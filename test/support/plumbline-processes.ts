/** What a started Plumbline consists of on this machine: processes and ports, as its folder records them. Owns looking and killing, no waiting. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSameProcess } from '../../src/runtime/process-identity.js';
import type { LedgerEntry } from '../../src/runtime/process-ledger.js';
import { projectPaths } from '../../src/runtime/paths.js';

function filesIn<T>(folder: string): T[] {
  return readdirSync(folder).filter((file) => file.endsWith('.json')).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as T);
}

export function recordedProcesses(home: string): LedgerEntry[] {
  return filesIn<LedgerEntry>(join(home, 'run', 'processes'));
}

export function recordedPorts(home: string): number[] {
  return filesIn<number>(join(home, 'run', 'ports'));
}

export function isRunning({ pid, startMark }: LedgerEntry): boolean {
  return isSameProcess(pid, startMark);
}

export function processNamed(home: string, name: string): LedgerEntry | null {
  return recordedProcesses(home).find((entry) => entry.name === name && isRunning(entry)) ?? null;
}

/** kill -9, as the kernel does it when memory is short. */
export function killPart(home: string, name: string): LedgerEntry {
  const entry = processNamed(home, name);
  if (entry === null) throw new Error(`no ${name} runs in ${home}`);
  process.kill(entry.pid, 'SIGKILL');
  return entry;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of ours that is expected to end by itself. */
export function runCommand(args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd?: string): Promise<Ended> {
  const bin = join(projectPaths().root, 'bin', 'plumbline');
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [bin, ...args], { env: { ...process.env, ...env }, cwd, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}
