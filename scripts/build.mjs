// Builds what runs: compiled code, portal, workflow bundle. Owns: what each part depends on, so that an unchanged part is
// skipped. Does not own: installing packages (steps.mjs). Usage: node scripts/build.mjs [--force]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILD_STAMP } from './freshness.mjs';
import { withLock } from './lock.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

function filesOf(path, skip = () => false) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry === undefined || skip(path)) return [];
  if (!entry.isDirectory()) return [path];
  return readdirSync(path).sort().flatMap((name) => filesOf(join(path, name), skip));
}

function sumOf(paths, skip) {
  const hash = createHash('sha256').update(process.version);
  for (const file of paths.flatMap((path) => filesOf(join(root, path), skip))) {
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

const isPortal = (path) => path === join(root, 'src', 'portal');
const COMMON = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.mjs'];

function runTool(packageName, program, args) {
  const manifest = require.resolve(`${packageName}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  const script = join(dirname(manifest), typeof bin === 'string' ? bin : bin[program]);
  const result = spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (result.status !== 0) throw new Error(`${program} failed:\n${result.stdout ?? ''}${result.stderr ?? ''}`);
}

/** Data files beside the code (SQL and the like) go along; what has no source any more goes away. */
function mirrorAssets() {
  const codeFolders = ['src', 'workflows', 'activities'];
  for (const file of codeFolders.flatMap((folder) => filesOf(join(root, folder), isPortal))) {
    if (/\.[cm]?tsx?$/.test(file)) continue;
    const target = join(dist, relative(root, file));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target);
  }
  for (const file of codeFolders.flatMap((folder) => filesOf(join(dist, folder)))) {
    const source = join(root, relative(dist, file));
    const code = source.replace(/\.js(\.map)?$/, '.ts');
    if (!existsSync(source) && !existsSync(code)) rmSync(file);
  }
}

function compile() {
  runTool('typescript', 'tsc', ['-p', 'tsconfig.build.json']);
  mirrorAssets();
}

function buildPortal() {
  runTool('vite', 'vite', ['build', '--config', 'src/portal/vite.config.ts', '--logLevel', 'warn']);
}

async function bundleWorkflows() {
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const errors = [];
  const quiet = () => undefined;
  const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: (message, meta) => errors.push(`${message} ${meta?.error ?? ''}`) };
  try {
    const { code } = await bundleWorkflowCode({
      workflowsPath: join(dist, 'workflows', 'index.js'),
      // With a prebuilt bundle the converter must be known here, not only to the worker.
      failureConverterPath: join(dist, 'src', 'runtime', 'failure-converter.js'),
      logger,
    });
    const target = join(dist, 'workflow-bundle.js');
    writeFileSync(`${target}.tmp`, code);
    renameSync(`${target}.tmp`, target);
  } catch (error) {
    throw new Error(`The workflow bundle failed:\n${errors.join('\n')}\n${error.message}`, { cause: error });
  }
}

function parts() {
  const code = sumOf([...COMMON, 'src', 'workflows', 'activities'], isPortal);
  const list = [{ name: 'code', label: 'Compiling', sum: code, output: join(dist, 'src'), run: compile }];
  if (existsSync(join(root, 'workflows', 'index.ts'))) list.push({ name: 'workflows', label: 'Bundling workflows', sum: code, output: join(dist, 'workflow-bundle.js'), run: bundleWorkflows });
  if (existsSync(join(root, 'src', 'portal', 'index.html'))) {
    const sum = sumOf([...COMMON, 'src/portal', 'src/model', 'src/api', 'src/contracts']);
    list.push({ name: 'portal', label: 'Building the portal', sum, output: join(dist, 'portal', 'index.html'), run: buildPortal });
  }
  return list;
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(join(root, BUILD_STAMP), 'utf8'));
  } catch {
    return {};
  }
}

/** `say(text)` is told of each part that is really built. Throws with the tool's own words when one fails. */
export async function build({ say = () => undefined, force = false } = {}) {
  mkdirSync(dist, { recursive: true });
  await withLock(join(dist, '.lock'), async () => {
    // A source saved while we build must count as newer than this build.
    const startedAt = new Date();
    const stamp = force ? {} : readStamp();
    for (const part of parts()) {
      if (stamp[part.name] === part.sum && existsSync(part.output)) continue;
      say(part.label);
      await part.run();
      stamp[part.name] = part.sum;
      writeFileSync(join(root, BUILD_STAMP), JSON.stringify(stamp));
    }
    utimesSync(join(root, BUILD_STAMP), startedAt, startedAt);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  build({ say: (text) => process.stderr.write(`${text}\n`), force: process.argv.includes('--force') }).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
