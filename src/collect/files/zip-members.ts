/** Opens archives and unpacks single members of them. Owns never unpacking more than the directory promised; archives inside are not opened. */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';
import { openAtOnce } from './read-document.js';
import { RefusedArchiveError, UnreadableFileError, megabytes } from './unreadable.js';
import { isZip } from './zip-directory.js';
import type { ArchiveMember, ByteSource } from './zip-directory.js';

export function sourceOfBytes(bytes: Buffer): ByteSource {
  return { size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) };
}

/** Runs `use` with the file as an archive; `null` when it is none. */
export function withArchive<T>(file: string, use: (source: ByteSource) => T): T | null {
  const handle = openAtOnce(file);
  try {
    const stat = fstatSync(handle);
    const read = (at: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(handle, bytes, 0, length, at));
    };
    if (!stat.isFile() || !isZip(read(0, 4))) return null;
    return use({ size: stat.size, read });
  } finally {
    closeSync(handle);
  }
}

function packedBytes(source: ByteSource, member: ArchiveMember): Buffer {
  const header = source.read(member.headerAt, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50) throw new UnreadableFileError('it is damaged: it does not stand where the directory says');
  const nameLength = header.readUInt16LE(26);
  if (source.read(member.headerAt + 30, nameLength).toString('utf8') !== member.name) throw new UnreadableFileError('it has another name inside the archive than in its directory');
  return source.read(member.headerAt + 30 + nameLength + header.readUInt16LE(28), member.compressedSize);
}

function inflated(packed: Buffer, size: number): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch (error) {
    const larger = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    if (larger) throw new RefusedArchiveError('it was refused: it is larger than the directory of the archive says');
    throw new UnreadableFileError('it is damaged: it cannot be unpacked');
  }
}

/** Throws UnreadableFileError with the reason. */
export function unpack(source: ByteSource, member: ArchiveMember, limit: number): Buffer {
  if (member.size > limit) throw new UnreadableFileError(`it is larger (${megabytes(member.size)}) than the limit of ${megabytes(limit)}`);
  if (member.method !== 0 && member.method !== 8) throw new UnreadableFileError('it is packed in a way that is not read here; pack the archive again as a plain zip');
  const packed = packedBytes(source, member);
  const bytes = member.method === 0 ? packed : inflated(packed, member.size);
  if (bytes.length !== member.size || crc32(bytes) !== member.crc) throw new UnreadableFileError('it is damaged: its contents are not those that were packed');
  return bytes;
}

/** `Workflows/*.json`: `*` stands for anything within one folder name. Linear: no regular expression is built from the pattern. */
export function nameMatches(pattern: string, name: string): boolean {
  const [wanted, given] = [pattern.split('/'), name.split('/')];
  return wanted.length === given.length && wanted.every((part, index) => partMatches(part, given[index]!));
}

function partMatches(pattern: string, text: string): boolean {
  const pieces = pattern.split('*');
  if (pieces.length === 1) return pattern === text;
  const [first, last] = [pieces[0]!, pieces.at(-1)!];
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}
