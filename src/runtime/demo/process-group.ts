/** Owns: ending a process together with the children in its group. Does not own: telling it from a stranger (process-identity.ts). */
import { setTimeout as sleep } from 'node:timers/promises';
import { isSameProcess } from '../process-identity.js';

export interface GroupLeader {
  readonly pid: number;
  readonly startMark: string;
}

/** Asks the group to end, then insists. Resolves when its leader is gone; a stranger that got the number later is left alone. */
export async function endGroup({ pid, startMark }: GroupLeader, graceMs = 8_000): Promise<void> {
  if (!isSameProcess(pid, startMark)) return;
  signalGroup(pid, 'SIGTERM');
  // One that was suspended would never hear it.
  if (process.platform !== 'win32') signalGroup(pid, 'SIGCONT');
  await goneWithin({ pid, startMark }, graceMs);
  // Also after an orderly end: a child of the leader may still be there.
  signalGroup(pid, 'SIGKILL');
  await goneWithin({ pid, startMark }, 5_000);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

async function goneWithin({ pid, startMark }: GroupLeader, ms: number): Promise<void> {
  const until = Date.now() + ms;
  while (Date.now() < until && isSameProcess(pid, startMark)) await sleep(25);
}
