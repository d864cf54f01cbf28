/** Finds the files of an import. Owns which folders are looked into and the order. Reads no contents. */
import { readdirSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { basename, join } from 'node:path';
import { compareText } from '../expressions/scope.js';

export interface FoundFile {
  /** as a person would type it */
  readonly file: string;
  /** the path below the folder that was named: the same wherever the folder lies */
  readonly label: string;
  readonly bytes: number;
  /** named itself, not found in a folder: then it must be an export */
  readonly named: boolean;
}
export interface FileProblem {
  readonly file: string;
  readonly reason: string;
}

const SKIPPED_FOLDERS = new Set(['node_modules', '.git', '.plumbline']);
const MAX_FILES = 200_000;

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such file or folder';
  return code === 'EACCES' || code === 'EPERM' ? 'this user may not read it' : `it cannot be opened (${code ?? 'unknown error'})`;
}

interface Search {
  readonly files: FoundFile[];
  readonly problems: FileProblem[];
}

/** Links are not followed: a link to a parent folder would never end. */
function searchFolder(folder: string, label: string, search: Search): void {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    search.problems.push({ file: folder, reason: reasonOf(error) });
    return;
  }
  for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
    if (search.files.length >= MAX_FILES) return;
    const file = join(folder, entry.name);
    const below = label === '' ? entry.name : `${label}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!SKIPPED_FOLDERS.has(entry.name)) searchFolder(file, below, search);
    } else if (entry.isFile() && entry.name.toLowerCase().endsWith('.json')) {
      search.files.push({ file, label: below, bytes: -1, named: false });
    }
  }
}

export function findFiles(paths: readonly string[]): Search {
  const search: Search = { files: [], problems: [] };
  for (const path of paths) {
    try {
      const stat = statSync(path);
      if (stat.isDirectory()) searchFolder(path, '', search);
      else search.files.push({ file: path, label: basename(path), bytes: stat.size, named: true });
    } catch (error) {
      search.problems.push({ file: path, reason: reasonOf(error) });
    }
  }
  const seen = new Set<string>();
  return { problems: search.problems, files: search.files.filter(({ file }) => !seen.has(file) && seen.add(file)) };
}
