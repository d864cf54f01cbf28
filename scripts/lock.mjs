// One at a time: two commands on a fresh clone must not install or build over each other. Owns: the lock folder.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function holderOf(folder) {
  try {
    return Number(readFileSync(join(folder, 'pid'), 'utf8'));
  } catch {
    return null;
  }
}

/** Waits for a living holder; the lock of a dead one is taken over. A holder without a number for 5 s counts as dead. */
export async function withLock(folder, work) {
  for (let nameless = 0; ; ) {
    try {
      mkdirSync(folder);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = holderOf(folder);
    nameless = holder === null ? nameless + 1 : 0;
    if ((holder !== null && !isAlive(holder)) || nameless > 50) rmSync(folder, { recursive: true, force: true });
    else await sleep(100);
  }
  try {
    writeFileSync(join(folder, 'pid'), String(process.pid));
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
