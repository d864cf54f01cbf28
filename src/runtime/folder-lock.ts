/**
 * One Plumbline per data folder. Owns: the lock file and taking it over from a dead holder.
 * Does not own: the locks of PostgreSQL and of Temporal inside the folder.
 */
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { PlumblineError } from '../model/errors.js';
import { createOnce } from './atomic-file.js';
import { isSameProcess, processStartMark } from './process-identity.js';

interface Holder {
  readonly pid: number;
  readonly startMark: string;
  readonly token: string;
}

export interface FolderLock {
  release(): void;
}

function readHolder(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

function isAlive(holder: Holder | null): boolean {
  return holder !== null && isSameProcess(holder.pid, holder.startMark);
}

/** Renaming first means that of two newcomers only one removes the dead lock; a fresh lock moved by mistake is put back. */
function removeDeadLock(file: string, dead: Holder | null): void {
  const aside = `${file}.${randomBytes(4).toString('hex')}.dead`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved?.token !== dead?.token && isAlive(moved)) createOnce(file, readFileSync(aside));
  rmSync(aside, { force: true });
}

/** Taken, or PLB-START-002 naming the process that holds it. A holder that died without letting go is no obstacle. */
export function lockFolder(home: string): FolderLock {
  const file = join(home, 'plumbline.lock');
  const mine: Holder = { pid: process.pid, startMark: processStartMark(process.pid) ?? 'unknown', token: randomBytes(12).toString('hex') };
  for (let attempt = 0; attempt < 5; attempt += 1) {
    createOnce(file, Buffer.from(JSON.stringify(mine)));
    const holder = readHolder(file);
    if (holder?.token === mine.token) return { release: () => releaseLock(file, mine.token) };
    if (isAlive(holder)) {
      throw new PlumblineError('PLB-START-002', `The data folder ${home} is in use by another Plumbline (process ${holder?.pid}).`, { folder: home, pid: holder?.pid ?? null });
    }
    removeDeadLock(file, holder);
  }
  throw new PlumblineError('PLB-START-002', `The data folder ${home} is being taken by another Plumbline at this moment.`, { folder: home });
}

function releaseLock(file: string, token: string): void {
  if (readHolder(file)?.token === token) rmSync(file, { force: true });
}

/** Process that holds the folder now, for `doctor` and for commands that need a running Plumbline. */
export function folderHolder(home: string): number | null {
  const holder = readHolder(join(home, 'plumbline.lock'));
  return isAlive(holder) ? (holder?.pid ?? null) : null;
}
