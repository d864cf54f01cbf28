// Is what is installed and built up to date? Owns: those two questions, answered in milliseconds and without a package.
// Does not own: installing and building (steps.mjs, build.mjs).
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

export const INSTALL_STAMP = join('node_modules', '.plumbline-installed');
export const BUILD_STAMP = join('dist', '.build.json');
const SOURCES = ['src', 'workflows', 'activities', 'tsconfig.json', 'tsconfig.build.json', 'package.json', join('scripts', 'build.mjs')];

function mtime(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

export function lockSum(root) {
  return createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}

/** By our own stamp, or by npm's record being newer than the lock file when somebody installed by hand. */
export function isInstalled(root) {
  const stamp = join(root, INSTALL_STAMP);
  if (existsSync(stamp) && mtime(stamp) >= mtime(join(root, 'package-lock.json'))) return true;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockSum(root)) return true;
  return mtime(join(root, 'node_modules', '.package-lock.json')) > mtime(join(root, 'package-lock.json'));
}

function newestIn(path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return 0;
  if (!entry.isDirectory()) return entry.mtimeMs;
  let newest = entry.mtimeMs;
  for (const name of readdirSync(path)) newest = Math.max(newest, newestIn(join(path, name)));
  return newest;
}

/** Times only: a touched file costs one look at the sums by build.mjs, which then sets the stamp anew. */
export function isBuilt(root) {
  const stamp = mtime(join(root, BUILD_STAMP));
  if (stamp === 0) return false;
  if (!existsSync(join(root, 'src'))) return true;
  return SOURCES.every((source) => newestIn(join(root, source)) <= stamp);
}
