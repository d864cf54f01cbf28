/**
 * The typeface of every report, so that a report looks the same whatever Chromium and whatever machine made it.
 * Owns: reading Open Sans (SIL Open Font License) out of the npm package that ships it. Does not own: how it is laid out.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import fontkit from '@pdf-lib/fontkit';

export interface ReportFonts {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
  readonly italic: Uint8Array;
  /** false: the embedded faces have no glyph for this code point */
  readonly covers: (codePoint: number) => boolean;
}

const FACES = { regular: 'OpenSans-Regular.ttf', bold: 'OpenSans-Bold.ttf', italic: 'OpenSans-Italic.ttf' } as const;
const TAR_BLOCK = 512;

let loaded: Promise<ReportFonts> | null = null;

/** Read once per process. */
export function loadReportFonts(): Promise<ReportFonts> {
  loaded ??= readFonts();
  return loaded;
}

async function readFonts(): Promise<ReportFonts> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const archive = path.join(entry, '..', '..', '..', 'bin', 'fonts.tar.br');
  const files = untar(brotliDecompressSync(await readFile(archive)));
  const regular = face(files, FACES.regular);
  const bold = face(files, FACES.bold);
  const italic = face(files, FACES.italic);
  const sets = [regular, bold].map((bytes) => new Set(fontkit.create(bytes).characterSet));
  return { regular, bold, italic, covers: (codePoint) => sets.every((set) => set.has(codePoint)) };
}

function face(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  for (const [file, bytes] of files) if (file.endsWith(`/${name}`)) return bytes;
  throw new Error(`The font package no longer holds ${name}.`);
}

/** Plain ustar: name at 0, size in octal at 124, contents padded to 512 bytes. */
function untar(archive: Uint8Array): Map<string, Uint8Array> {
  const text = new TextDecoder('latin1');
  const files = new Map<string, Uint8Array>();
  let at = 0;
  while (at + TAR_BLOCK <= archive.length && archive[at] !== 0) {
    const name = text.decode(archive.subarray(at, at + 100)).replace(/\0.*$/s, '');
    const size = Number.parseInt(text.decode(archive.subarray(at + 124, at + 136)), 8);
    files.set(name, archive.slice(at + TAR_BLOCK, at + TAR_BLOCK + size));
    at += TAR_BLOCK + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
  }
  return files;
}
