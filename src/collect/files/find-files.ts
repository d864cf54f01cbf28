/**
 * Finds the files of an import. Owns which folders and links are looked into, the order, and saying what was left out. Reads no
 * contents.
 */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import type { Dirent, Stats } from 'node:fs';
import { basename, join } from 'node:path';
import { compareText } from '../expressions/scope.js';

export interface FoundFile {
  /** as a person would type it */
  readonly file: string;
  /** the path below the folder that was named: the same wherever the folder lies */
  readonly label: string;
  /** named itself, not found in a folder: then it must be an export */
  readonly named: boolean;
  /** only what is named may be a pipe: one found in a folder has nobody who writes */
  readonly pipe: boolean;
}
export interface FileProblem {
  readonly file: string;
  readonly reason: string;
}

const SKIPPED_FOLDERS = new Set(['node_modules', '.git', '.plumbline']);
export const MAX_FILES = 200_000;

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such file or folder';
  if (code === 'ELOOP') return 'the link leads to itself';
  return code === 'EACCES' || code === 'EPERM' ? 'this user may not read it' : `it cannot be opened (${code ?? 'unknown error'})`;
}

interface Found {
  readonly files: FoundFile[];
  /** what should have been read and was not */
  readonly problems: FileProblem[];
  /** what is no file to judge, though its name promised one */
  readonly ignored: FileProblem[];
}
export interface FindOptions {
  /** ends of file names, in lower case, that are looked at in folders */
  readonly names: readonly string[];
  readonly maxFiles?: number;
}
interface Search extends Found {
  readonly names: readonly string[];
  /** those of `files` that are links */
  readonly links: Set<FoundFile>;
  readonly maxFiles: number;
  full: boolean;
}

function isExportName(name: string, search: Search): boolean {
  const lower = name.toLowerCase();
  return search.names.some((end) => lower.endsWith(end));
}

/** What a path is when it is neither a file nor a folder. */
function otherThing(stat: Stats | Dirent): string {
  if (stat.isFIFO()) return 'it is a pipe; name it itself to have it read';
  return stat.isSocket() ? 'it is a socket, not a file' : 'it is a device, not a file';
}

function add(found: FoundFile, search: Search): void {
  if (search.files.length < search.maxFiles) search.files.push(found);
  else if (!search.full) {
    search.full = true;
    search.problems.push({ file: found.file, reason: `it and what follows were not looked at: one run reads at most ${search.maxFiles} files` });
  }
}

/** A link to a file is followed, wherever it leads; one to a folder is not, because a link to a parent would never end. */
function addLink(found: FoundFile, search: Search): void {
  const isExport = isExportName(found.file, search);
  let stat: Stats;
  try {
    stat = statSync(found.file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (!isExport) return;
    if (code === 'ENOENT' || code === 'ENOTDIR') search.ignored.push({ file: found.file, reason: 'it is a link that leads nowhere' });
    else (code === 'ELOOP' ? search.ignored : search.problems).push({ file: found.file, reason: reasonOf(error) });
    return;
  }
  if (stat.isDirectory()) {
    if (!SKIPPED_FOLDERS.has(basename(found.file))) search.ignored.push({ file: found.file, reason: 'it is a link to a folder; name that folder itself' });
  } else if (!isExport) return;
  else if (stat.isFile()) {
    search.links.add(found);
    add(found, search);
  }
  else search.ignored.push({ file: found.file, reason: otherThing(stat) });
}

function searchFolder(folder: string, label: string, search: Search): void {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    search.problems.push({ file: folder, reason: reasonOf(error) });
    return;
  }
  for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
    if (search.full) return;
    const file = join(folder, entry.name);
    const found = { file, label: label === '' ? entry.name : `${label}/${entry.name}`, named: false, pipe: false };
    if (entry.isDirectory()) {
      if (!SKIPPED_FOLDERS.has(entry.name)) searchFolder(file, found.label, search);
    } else if (entry.isSymbolicLink()) addLink(found, search);
    else if (!isExportName(entry.name, search)) continue;
    else if (entry.isFile()) add(found, search);
    else search.ignored.push({ file, reason: otherThing(entry) });
  }
}

function searchPath(path: string, search: Search): void {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) searchFolder(path, '', search);
    else if (stat.isFile() || stat.isFIFO()) add({ file: path, label: basename(path), named: true, pipe: stat.isFIFO() }, search);
    else search.problems.push({ file: path, reason: otherThing(stat) });
  } catch (error) {
    search.problems.push({ file: path, reason: reasonOf(error) });
  }
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** A file that a link leads to is judged once, and under its own name where it was found itself. */
function withoutSecondWays(files: readonly FoundFile[], search: Search): readonly FoundFile[] {
  if (search.links.size === 0) return files;
  const known = new Set(files.filter((found) => !found.pipe && !search.links.has(found)).map(({ file }) => realPath(file)));
  return files.filter((found) => {
    if (!search.links.has(found)) return true;
    const target = realPath(found.file);
    if (known.has(target)) search.ignored.push({ file: found.file, reason: 'it is a link to a file that was found already' });
    return !known.has(target) && known.add(target);
  });
}

export function findFiles(paths: readonly string[], { names, maxFiles = MAX_FILES }: FindOptions): Found {
  const search: Search = { files: [], problems: [], ignored: [], links: new Set(), names, maxFiles, full: false };
  for (const path of paths) searchPath(path, search);
  const seen = new Set<string>();
  const files = withoutSecondWays(search.files.filter(({ file }) => !seen.has(file) && seen.add(file)), search);
  return { problems: search.problems, ignored: search.ignored, files: [...files] };
}
