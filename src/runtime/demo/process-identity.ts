/**
 * Owns: telling whether a process id still means the process we started, and ending it. Does not own: starting anything.
 *
 * A pid alone is not enough: after a crash or a reboot it may belong to a stranger, who must never be signalled.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessIdentity {
  readonly pid: number;
  /** What the system says about when it began; compared, never parsed. */
  readonly began: string;
}

const run = promisify(execFile);

/** The identity of a running process, or null when nothing (or only a zombie) has this pid. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  const began = process.platform === 'linux' ? await beganOnLinux(pid) : await beganByPs(pid);
  return began === null ? null : { pid, began };
}

export async function isSameProcess(known: ProcessIdentity): Promise<boolean> {
  return (await identify(known.pid))?.began === known.began;
}

/** Asks the process (and its group, where it leads one) to end, then insists. Resolves when it is gone. */
export async function endProcess(known: ProcessIdentity, graceMs = 8_000): Promise<void> {
  if (!(await isSameProcess(known))) return;
  signalGroup(known.pid, 'SIGTERM');
  if (await goneWithin(known, graceMs)) {
    signalGroup(known.pid, 'SIGKILL');
    return;
  }
  signalGroup(known.pid, 'SIGKILL');
  await goneWithin(known, 5_000);
}

/** The group carries the children of the process (a task runner, a shell); without a group the process itself is meant. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (process.platform !== 'win32' && trySignal(-pid, signal)) return;
  trySignal(pid, signal);
}

function trySignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

async function goneWithin(known: ProcessIdentity, ms: number): Promise<boolean> {
  const until = Date.now() + ms;
  while (Date.now() < until) {
    if (!(await isSameProcess(known))) return true;
    await sleep(50);
  }
  return !(await isSameProcess(known));
}

async function beganOnLinux(pid: number): Promise<string | null> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    ]);
    // The second field is the program name in brackets and may itself hold blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : `${boot.trim()}:${fields[19] ?? ''}`;
  } catch {
    return null;
  }
}

async function beganByPs(pid: number): Promise<string | null> {
  try {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() === '' ? null : stdout.trim();
  } catch {
    return null;
  }
}
