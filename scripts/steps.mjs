// From a bare clone to something that runs. Owns: `npm ci` when it is needed and calling the build.
// Uses nothing outside Node itself, because nothing else may be there yet.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { INSTALL_STAMP, isBuilt, isInstalled, lockSum } from './freshness.mjs';
import { withLock } from './lock.mjs';

/** npm tells its own script when it runs us; else it lies beside node, else PATH decides. */
function npmCommand() {
  const fromNpm = process.env['npm_execpath'];
  if (fromNpm?.endsWith('npm-cli.js') && existsSync(fromNpm)) return [process.execPath, fromNpm];
  const beside = join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return existsSync(beside) ? [process.execPath, beside] : ['npm'];
}

function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => { output = (output + chunk).slice(-8000); };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code, signal) => (code === 0 ? resolve() : reject(new Error(`${output}\n(ended with ${signal ?? `code ${code}`})`))));
  });
}

async function install(root, say) {
  say('Installing packages (about a minute, once)');
  const [command, ...first] = npmCommand();
  // Settings of a surrounding npm or of production images must not leave out what the build needs.
  const env = { ...process.env, NODE_ENV: 'development', npm_config_omit: '', npm_config_production: '' };
  const flags = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    await run(command, [...first, ...flags], { cwd: root, env });
  } catch (error) {
    throw new Error(`npm ci failed: ${error.message}`, { cause: error });
  }
  writeFileSync(join(root, INSTALL_STAMP), lockSum(root));
}

/** The lock for installing cannot lie in node_modules, which npm removes. */
export async function ensureInstalled(root, say) {
  if (isInstalled(root)) return false;
  let installed = false;
  mkdirSync(join(root, 'dist'), { recursive: true });
  await withLock(join(root, 'dist', '.install-lock'), async () => {
    if (isInstalled(root)) return;
    await install(root, say);
    installed = true;
  });
  return installed;
}

export async function ensureBuilt(root, say) {
  if (isBuilt(root)) return;
  const { build } = await import('./build.mjs');
  await build({ say });
}

/** Lines on stderr; stdout belongs to the command that the person typed. */
export function say(text) {
  process.stderr.write(`${text} ...\n`);
}
