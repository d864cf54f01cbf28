/**
 * Where the parts of the checkout lie. Owns: finding the project folder from sources as well as from dist/.
 * Does not own: where data is kept (configuration.ts).
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ProjectPaths {
  readonly root: string;
  readonly packs: string;
  readonly templates: string;
  readonly dist: string;
  readonly portal: string;
  readonly workflowBundle: string;
  readonly workerProcess: string;
  readonly portalProcess: string;
  readonly failureConverter: string;
}

function isProjectRoot(folder: string): boolean {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return false;
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { name?: string };
  return manifest.name === 'plumbline';
}

export function findProjectRoot(from: string = dirname(fileURLToPath(import.meta.url))): string {
  let folder = from;
  while (!isProjectRoot(folder)) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('The folder of Plumbline was not found above its own code.');
    folder = parent;
  }
  return folder;
}

let cached: ProjectPaths | undefined;

/** The converter module is loaded by path from plain Node, so the compiled one is named where it exists. */
function failureConverterPath(root: string): string {
  const compiled = join(root, 'dist', 'src', 'runtime', 'failure-converter.js');
  return existsSync(compiled) ? compiled : join(root, 'src', 'runtime', 'failure-converter.ts');
}

export function projectPaths(): ProjectPaths {
  if (cached) return cached;
  const root = findProjectRoot();
  const dist = join(root, 'dist');
  cached = {
    root,
    dist,
    packs: join(root, 'packs'),
    templates: join(root, 'templates'),
    portal: join(dist, 'portal'),
    workflowBundle: join(dist, 'workflow-bundle.js'),
    workerProcess: join(dist, 'src', 'runtime', 'worker-process.js'),
    portalProcess: join(dist, 'src', 'runtime', 'portal-process.js'),
    failureConverter: failureConverterPath(root),
  };
  return cached;
}

export function projectVersion(): string {
  const manifest = JSON.parse(readFileSync(join(projectPaths().root, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
