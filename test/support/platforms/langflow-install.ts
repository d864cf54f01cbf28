/**
 * Owns: getting a real Langflow from PyPI into the cache folder. Does not own: running it.
 *
 * It costs a minute or two and 2 GB once per user. `uv`, itself from PyPI, chooses the versions: pip alone tries for many minutes.
 */
import { execFile } from 'node:child_process';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installFolderOf } from '../../../src/runtime/demo/npm-install.js';

export const LANGFLOW_VERSION = '1.13.0';

const run = promisify(execFile);
const MARK = 'installed.json';

/** Why Langflow cannot be installed on this machine, or null. */
export async function langflowMissing(): Promise<string | null> {
  try {
    await run('python3', ['-c', 'import ensurepip, sys; sys.exit(0 if (3, 10) <= sys.version_info[:2] < (3, 15) else 1)']);
    return null;
  } catch {
    return 'Langflow needs python3 (3.10 to 3.14) with venv and pip; on Debian: apt-get install python3-venv';
  }
}

/** Returns the Python of the folder that holds Langflow. Quick when it is there already; an install that was cut short is made anew. */
export async function installLangflow(): Promise<string> {
  const folder = installFolderOf({ name: 'langflow', version: LANGFLOW_VERSION, cacheFolder: undefined });
  const python = join(folder, 'bin', 'python');
  if (await access(join(folder, MARK)).then(() => true, () => false)) return python;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const options = { maxBuffer: 64 * 1024 * 1024, timeout: 1_100_000 };
  await run('python3', ['-m', 'venv', folder], options);
  await run('nice', ['-n', '10', python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'uv'], options);
  await run('nice', ['-n', '10', join(folder, 'bin', 'uv'), 'pip', 'install', '--quiet', '--python', python, `langflow==${LANGFLOW_VERSION}`], options);
  await writeFile(join(folder, MARK), JSON.stringify({ version: LANGFLOW_VERSION }));
  return python;
}
