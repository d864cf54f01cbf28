/** Owns: which npm is used and the environment it gets. Does not own: what it is asked to do. */
import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { PlumblineError } from '../../model/errors.js';

/** The script of the npm that runs us, else of the one beside our node, else of the one on PATH. Our own node runs it. */
export async function findNpm(): Promise<string> {
  for (const candidate of npmCandidates()) {
    const script = await readableScript(candidate);
    if (script !== null) return script;
  }
  throw new PlumblineError('PLB-START-013', 'npm was found neither beside node nor on PATH.');
}

function npmCandidates(): string[] {
  const beside = dirname(process.execPath);
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [
    process.env['npm_execpath'] ?? '',
    join(beside, 'npm'),
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ...path.map((folder) => join(folder, 'npm')),
  ];
}

/** `npm` in a bin folder is a link to npm-cli.js; another package manager or a shell wrapper is not what we want. */
async function readableScript(candidate: string): Promise<string | null> {
  if (candidate === '') return null;
  try {
    const script = await realpath(candidate);
    await access(script, constants.R_OK);
    return basename(script) === 'npm-cli.js' ? script : null;
  } catch {
    return null;
  }
}

/** What `npm start` and `npm install -g` leave in the environment would send an inner install to the wrong folder. */
const MISLEADING = /^npm_(lifecycle_|package_|command$|config_(global|location|prefix|local_prefix|dry_run|package_lock_only|workspace|workspaces|omit|include|production|ignore_scripts)$)/i;

export function npmEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !MISLEADING.test(name));
  return { ...Object.fromEntries(kept), NODE_ENV: undefined, ...extra };
}
