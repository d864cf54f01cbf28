/**
 * Reads the directory of a zip archive and says what is wrong with it, before a byte is unpacked. Owns: sizes, names, links,
 * passwords, overlaps, for archives of people and of platforms alike. Does not unpack (zip-members.ts).
 */
import { RefusedArchiveError, UnreadableFileError, megabytes } from './unreadable.js';

/** Bytes that can be read at any place: a file, or what a pipe brought. */
export interface ByteSource {
  readonly size: number;
  read(at: number, length: number): Buffer;
}

export interface ArchiveMember {
  readonly name: string;
  readonly method: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly crc: number;
  readonly headerAt: number;
  readonly encrypted: boolean;
  /** a link, a device: anything but a file or a folder */
  readonly special: boolean;
}

export const ZIP_LIMITS = {
  members: 10_000,
  /** unpacked against packed size of one member */
  ratio: 200,
  /** below this size a good ratio is normal; real exports of repeated text stay under 60 */
  ratioFrom: 1024 * 1024,
  /** an exported archive may grow to so many times the limit of a single file */
  growth: 4,
} as const;

const END_SIZE = 22;
const MAX_COMMENT = 65_535;
const MAX_DIRECTORY = 16 * 1024 * 1024;
const LARGE_FORM = 'it is a zip archive of the 64-bit form; pack it again without that';

export function isZip(start: Buffer): boolean {
  return start.length >= 4 && start[0] === 0x50 && start[1] === 0x4b && ((start[2] === 3 && start[3] === 4) || (start[2] === 5 && start[3] === 6));
}

function endRecord(source: ByteSource): { count: number; size: number; at: number } {
  const length = Math.min(source.size, END_SIZE + MAX_COMMENT);
  const tail = source.read(source.size - length, length);
  for (let at = tail.length - END_SIZE; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== 0x06054b50 || at + END_SIZE + tail.readUInt16LE(at + 20) !== tail.length) continue;
    const [count, size, directoryAt] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
    if (count === 0xffff || size === 0xffffffff || directoryAt === 0xffffffff) throw new UnreadableFileError(LARGE_FORM);
    if (tail.readUInt16LE(at + 4) !== 0 || tail.readUInt16LE(at + 8) !== count) throw new UnreadableFileError('it is one part of a zip archive in several parts');
    if (directoryAt + size !== source.size - length + at || size > MAX_DIRECTORY) break;
    return { count, size, at: directoryAt };
  }
  throw new UnreadableFileError('it is no zip archive that can be opened: its directory is missing or damaged');
}

function isSpecial(madeBy: number, attributes: number): boolean {
  const kind = (attributes >>> 16) & 0xf000;
  return madeBy >> 8 === 3 && kind !== 0 && kind !== 0x8000 && kind !== 0x4000;
}

function nameOf(bytes: Buffer): string {
  return bytes.toString('utf8');
}

/** Every entry but folders. Throws UnreadableFileError when the directory itself cannot be read. */
export function readDirectory(source: ByteSource): ArchiveMember[] {
  const end = endRecord(source);
  const directory = source.read(end.at, end.size);
  const members: ArchiveMember[] = [];
  let at = 0;
  for (let index = 0; index < end.count; index += 1) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50) throw new UnreadableFileError('it is a damaged zip archive: its directory ends too early');
    const flags = directory.readUInt16LE(at + 8);
    const nameLength = directory.readUInt16LE(at + 28);
    const member = {
      name: nameOf(directory.subarray(at + 46, at + 46 + nameLength)),
      method: directory.readUInt16LE(at + 10), crc: directory.readUInt32LE(at + 16),
      compressedSize: directory.readUInt32LE(at + 20), size: directory.readUInt32LE(at + 24), headerAt: directory.readUInt32LE(at + 42),
      // a password, the stronger kind of one, or a directory that is itself hidden
      encrypted: (flags & 0x2041) !== 0,
      special: isSpecial(directory.readUInt16LE(at + 4), directory.readUInt32LE(at + 38)),
    };
    if ([member.compressedSize, member.size, member.headerAt].includes(0xffffffff)) throw new UnreadableFileError(LARGE_FORM);
    if (!(member.name.endsWith('/') && member.size === 0)) members.push(member);
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return members;
}

/** A name that would leave the folder it is unpacked to. Nothing is ever written here, but such an archive is made to harm. */
function leavesFolder(name: string): boolean {
  return name.startsWith('/') || name.includes('\\') || /^[A-Za-z]:/.test(name) || /[\p{Cc}\ufffd]/u.test(name) || name.split('/').includes('..');
}

function shown(name: string): string {
  return name.slice(0, 80).replaceAll(/[^\x20-\x7e]/g, '?');
}

function problemOf(members: readonly ArchiveMember[], mostBytes: number): string | null {
  if (members.length > ZIP_LIMITS.members) return `it holds more than ${ZIP_LIMITS.members} files`;
  const names = new Set<string>();
  let total = 0;
  for (const member of members) {
    const { name, size, compressedSize } = member;
    if (member.encrypted) return `${shown(name)} is encrypted; export it again without a password`;
    if (leavesFolder(name)) return `the name ${shown(name)} leads out of the archive`;
    if (member.special) return `${shown(name)} is a link or a device, not a file`;
    if (names.has(name)) return `${shown(name)} stands in it twice`;
    names.add(name);
    if (size > ZIP_LIMITS.ratioFrom && size > compressedSize * ZIP_LIMITS.ratio) return `${shown(name)} grows to more than ${ZIP_LIMITS.ratio} times its packed size`;
    total += size;
    if (total > mostBytes) return `it grows to more than ${megabytes(mostBytes)}`;
  }
  const inOrder = members.toSorted((a, b) => a.headerAt - b.headerAt);
  const overlap = inOrder.find((member, index) => index > 0 && inOrder[index - 1]!.headerAt + 30 + inOrder[index - 1]!.compressedSize > member.headerAt);
  return overlap ? `${shown(overlap.name)} overlaps another file in it` : null;
}

/** `mostBytes`: after unpacking, of all members together. Throws RefusedArchiveError. */
export function checkArchive(members: readonly ArchiveMember[], mostBytes: number): void {
  const problem = problemOf(members, mostBytes);
  if (problem !== null) throw new RefusedArchiveError(`it is a zip archive that was refused: ${problem}`);
}
