/**
 * The one folder that holds all data. Owns: its layout, its rights, and the sentence when it cannot be used.
 * Does not own: keys (keys.ts), the lock (folder-lock.ts), the files of PostgreSQL and Temporal in it.
 */
import { accessSync, chmodSync, closeSync, constants, existsSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { PlumblineError } from '../model/errors.js';

export interface DataFolder {
  readonly home: string;
  readonly keys: string;
  readonly run: string;
  readonly logs: string;
  readonly temporal: string;
  readonly postgres: string;
  readonly blobs: string;
}

export function dataFolderLayout(home: string): DataFolder {
  return {
    home,
    keys: join(home, 'keys'),
    run: join(home, 'run'),
    logs: join(home, 'logs'),
    temporal: join(home, 'temporal'),
    postgres: join(home, 'postgres'),
    blobs: join(home, 'blobs'),
  };
}

const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'ELOOP', 'ENAMETOOLONG']);
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** The coded error of a failed write under the data folder, or the error itself when it is of another sort. */
export function folderError(error: unknown, folder: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  if (FULL.has(code)) return new PlumblineError('PLB-START-003', `The disk that holds ${folder} is full.`, { folder, cause: code });
  if (NOT_WRITABLE.has(code)) return new PlumblineError('PLB-START-009', `The folder ${folder} cannot be written (${code}).`, { folder, cause: code });
  return error;
}

/** Creating a file needs no block on some file systems; only written bytes show that the disk has room. */
function proveWritable(folder: string): void {
  const probe = join(folder, `.probe-${randomBytes(4).toString('hex')}`);
  const descriptor = openSync(probe, 'wx', 0o600);
  try {
    const block = Buffer.alloc(64 * 1024, 1);
    if (writeSync(descriptor, block) < block.length) throw Object.assign(new Error('short write'), { code: 'ENOSPC' });
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
    rmSync(probe, { force: true });
  }
}

/** Makes the folder and its parts, 0700 where secrets are; refuses with PLB-START-003 (full) or PLB-START-009 (rights). */
export function openDataFolder(home: string): DataFolder {
  const layout = dataFolderLayout(home);
  try {
    for (const folder of [home, layout.run, layout.logs, layout.temporal, layout.postgres, layout.blobs]) mkdirSync(folder, { recursive: true });
    mkdirSync(layout.keys, { recursive: true, mode: 0o700 });
    chmodSync(layout.keys, 0o700);
    proveWritable(home);
  } catch (error) {
    throw folderError(error, home);
  }
  return layout;
}

/** For `doctor`: can the folder be used, or its nearest existing parent when it is not made yet? Changes nothing. */
export function folderUsable(home: string): boolean {
  let folder = home;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
