/** Reading one file out of a zip archive. Owns: the few zip fields needed. Does not own: zip64, encryption, writing. */
import { inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;

function directoryStart(archive: Buffer): { offset: number; entries: number } {
  const lowest = Math.max(0, archive.length - 65_557);
  for (let at = archive.length - 22; at >= lowest; at -= 1) {
    if (archive.readUInt32LE(at) === END_OF_DIRECTORY) return { offset: archive.readUInt32LE(at + 16), entries: archive.readUInt16LE(at + 10) };
  }
  throw new Error('not a zip archive');
}

function inflateEntry(archive: Buffer, entry: number): Buffer {
  const method = archive.readUInt16LE(entry + 10);
  const packed = archive.readUInt32LE(entry + 20);
  const unpacked = archive.readUInt32LE(entry + 24);
  const local = archive.readUInt32LE(entry + 42);
  if (archive.readUInt32LE(local) !== LOCAL_ENTRY) throw new Error('damaged zip archive');
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const bytes = archive.subarray(start, start + packed);
  if (method === 0) return bytes;
  if (method === 8) return inflateRawSync(bytes, { maxOutputLength: unpacked });
  throw new Error(`zip method ${method} is not supported`);
}

/** Content of the first file whose name ends so, null when there is none. */
export function readFromZip(archive: Buffer, nameEnd: string): Buffer | null {
  const { offset, entries } = directoryStart(archive);
  let at = offset;
  for (let index = 0; index < entries; index += 1) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('damaged zip archive');
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    if (name.endsWith(nameEnd)) return inflateEntry(archive, at);
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return null;
}
