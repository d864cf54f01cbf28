/**
 * Telling one process from another that got the same number later. Owns: the start mark of a process.
 * Does not own: what to do with a process (process-ledger.ts, child-process.ts).
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

function readQuietly(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

interface ProcStat {
  readonly state: string;
  readonly startTicks: string;
}

/** The command name may hold spaces and brackets, so fields are counted after its last bracket. */
function procStat(pid: number): ProcStat | null {
  const stat = readQuietly(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '?', startTicks: fields[19] ?? '?' };
}

function psStart(pid: number): string | null {
  try {
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return started === '' ? null : `ps:${started}`;
  } catch {
    return null;
  }
}

/** A text that differs for every process that ever had this number, or null when none lives. A zombie counts as dead. */
export function processStartMark(pid: number): string | null {
  if (process.platform !== 'linux') return psStart(pid);
  const stat = procStat(pid);
  if (stat === null || stat.state === 'Z' || stat.state === 'X') return null;
  const boot = readQuietly('/proc/sys/kernel/random/boot_id')?.trim() ?? 'boot';
  return `${boot}:${stat.startTicks}`;
}

export function isSameProcess(pid: number, startMark: string): boolean {
  return processStartMark(pid) === startMark;
}

/** Working folder of a process, null when it cannot be told (other systems, other users). */
export function processFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/** Short name of a process for messages: never its arguments, which may hold secrets. */
export function processName(pid: number): string | null {
  const fromProc = readQuietly(`/proc/${pid}/comm`)?.trim();
  if (fromProc) return fromProc;
  try {
    return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || null;
  } catch {
    return null;
  }
}
