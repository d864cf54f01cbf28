/** Finds connectors for the commands: by id among all, or by the path of a folder. Owns the errors for what is none. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { loadConnector, loadConnectors } from '../../collect/index.js';
import type { Connector } from '../../collect/index.js';
import { PlumblineError } from '../../model/errors.js';
import { projectPaths } from '../../runtime/paths.js';

export function allConnectors(): Promise<ReadonlyMap<string, Connector>> {
  return loadConnectors(projectPaths().packs);
}

function foldersIn(root: string): string[] {
  return existsSync(root) ? readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name) : [];
}

/** The folder of an id, or of a path to a folder or its manifest. Only the one that is meant is looked at, so that a mistake in another does not stand in the way. */
export function connectorFolder(named: string): string {
  const asPath = resolve(named.replace(/manifest\.ya?ml$/, ''));
  if (/[\\/]|\.ya?ml$/.test(named) && existsSync(join(asPath, 'manifest.yaml'))) return asPath;
  const root = join(projectPaths().packs, 'connectors');
  if (/^[a-z0-9-]+$/.test(named) && existsSync(join(root, named, 'manifest.yaml'))) return join(root, named);
  throw new PlumblineError('PLB-COLLECT-010', `There is no connector named ${named}; known are ${foldersIn(root).sort().join(', ')}.`, { connectorId: named });
}

export function findConnector(named: string): Promise<Connector> {
  return loadConnector(connectorFolder(named));
}

/** Folders of every connector. */
export function allFolders(): string[] {
  const root = join(projectPaths().packs, 'connectors');
  return foldersIn(root).filter((name) => existsSync(join(root, name, 'manifest.yaml'))).sort().map((name) => join(root, name));
}

export function idOf(folder: string): string {
  return basename(folder);
}
