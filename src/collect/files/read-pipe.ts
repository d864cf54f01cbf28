/**
 * Reads a pipe that was given by name to its end, under a byte limit and two deadlines. Owns never waiting for ever: a pipe that
 * nobody writes to would otherwise hold the command, and even its end.
 */
import { closeSync, readSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { openAtOnce } from './read-document.js';
import { UnreadableFileError, megabytes } from './unreadable.js';

export interface PipeLimits {
  readonly bytes: number;
  /** without a single byte */
  readonly silentMs: number;
  readonly totalMs: number;
}

export const PIPE_DEADLINES = { silentMs: 30_000, totalMs: 120_000 };
const LOOK_AGAIN_MS = 10;
const PIECE = 64 * 1024;

/** Bytes read; 0 = nobody writes (yet, or any more); null = somebody may still write. */
function readPiece(handle: number, into: Buffer): number | null {
  try {
    return readSync(handle, into, 0, into.length, null);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
    throw error;
  }
}

/** The pipe of `<(command)` is open before this command begins: nobody there means its end. */
function isOpenAlready(file: string): boolean {
  return /^\/(?:dev\/(?:fd\/|stdin)|proc\/)/.test(file);
}

async function readOpen(handle: number, limits: PipeLimits, hadWriter: boolean): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const started = performance.now();
  let [size, heard, writer] = [0, started, hadWriter];
  for (;;) {
    const piece = Buffer.allocUnsafe(PIECE);
    const got = readPiece(handle, piece);
    const now = performance.now();
    if (got === 0 && writer) return Buffer.concat(pieces, size);
    if (got !== 0) writer = true;
    if (got !== null && got > 0) {
      size += got;
      heard = now;
      if (size > limits.bytes) throw new UnreadableFileError(`it is larger than the limit of ${megabytes(limits.bytes)}`);
      pieces.push(piece.subarray(0, got));
    }
    if (now - started > limits.totalMs) throw new UnreadableFileError(`it is a pipe that did not end within ${limits.totalMs / 1000} s`);
    if (now - heard > limits.silentMs) throw new UnreadableFileError(`it is a pipe, and nothing was written to it for ${limits.silentMs / 1000} s`);
    if (got === null || got === 0) await wait(LOOK_AGAIN_MS);
  }
}

/** Throws UnreadableFileError with the reason. */
export async function readPipe(file: string, limits: PipeLimits): Promise<Buffer> {
  let handle: number | null = null;
  try {
    handle = openAtOnce(file);
    return await readOpen(handle, limits, isOpenAlready(file));
  } catch (error) {
    if (error instanceof UnreadableFileError) throw error;
    throw new UnreadableFileError(`it cannot be opened (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  } finally {
    if (handle !== null) closeSync(handle);
  }
}
