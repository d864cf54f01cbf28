/** Unpacking a tar archive that we shipped ourselves. Owns: files, folders and links. Does not own: foreign archives. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';

const BLOCK = 512;

function field(archive: Buffer, start: number, length: number): string {
  const bytes = archive.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? length : end);
}

function inside(folder: string, name: string): string {
  const target = normalize(join(folder, name));
  if (target !== normalize(folder) && !target.startsWith(normalize(folder) + sep)) throw new Error(`archive entry outside its folder: ${name}`);
  return target;
}

function writeEntry(target: string, type: string, content: Buffer, about: { mode: number; link: string }): void {
  if (type === '5') mkdirSync(target, { recursive: true });
  if (type === '0' || type === '\0' || type === '') {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content, { mode: about.mode & 0o777 });
  }
  if (type === '2') {
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(about.link, target);
  }
}

export function unpackTar(archive: Buffer, folder: string): void {
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
    const prefix = field(archive, at + 345, 155);
    const name = field(archive, at, 100);
    const size = Number.parseInt(field(archive, at + 124, 12).trim() || '0', 8);
    const mode = Number.parseInt(field(archive, at + 100, 8).trim() || '644', 8);
    const type = String.fromCharCode(archive[at + 156] ?? 0);
    const target = inside(folder, prefix === '' ? name : `${prefix}/${name}`);
    writeEntry(target, type, archive.subarray(at + BLOCK, at + BLOCK + size), { mode, link: field(archive, at + 157, 100) });
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}
