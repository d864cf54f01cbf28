/** Finds connectors for the commands: by id among all, or by the path of a folder. Owns the errors for what is none. */
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { connectorFolders, loadConnector, loadConnectors, ownConnectorsFolder } from '../../collect/index.js';
import type { Connector } from '../../collect/index.js';
import { PlumblineError } from '../../model/errors.js';
import { projectPaths } from '../../runtime/paths.js';

export function allConnectors(): Promise<ReadonlyMap<string, Connector>> {
  return loadConnectors(projectPaths().packs);
}

/** Roots in which connectors are looked for: those shipped, then one's own. */
function roots(): string[] {
  const { packs } = projectPaths();
  return [join(packs, 'connectors'), ownConnectorsFolder(packs)];
}

/** Folders of every connector, shipped and own. */
export function allFolders(): string[] {
  return roots().flatMap(connectorFolders);
}

/** The folder of an id, or of a path to a folder or its manifest. Only the one that is meant is looked at, so that a mistake in another does not stand in the way. */
export function connectorFolder(named: string): string {
  const asPath = resolve(named.replace(/manifest\.ya?ml$/, ''));
  if (/[\\/]|\.ya?ml$/.test(named) && existsSync(join(asPath, 'manifest.yaml'))) return asPath;
  const found = allFolders().find((folder) => basename(folder) === named);
  if (found !== undefined) return found;
  throw new PlumblineError('PLB-COLLECT-010', `There is no connector named ${named}; known are ${allFolders().map(idOf).sort().join(', ')}.`, { connectorId: named });
}

/** What all connectors share stands beside the shipped ones. */
export function sharedFolder(): string {
  return join(projectPaths().packs, 'connectors');
}

export function loadFrom(folder: string): Promise<Connector> {
  return loadConnector(folder, new Map(), sharedFolder());
}

export function findConnector(named: string): Promise<Connector> {
  return loadFrom(connectorFolder(named));
}

/** Where `connector new` writes. */
export function ownFolder(): string {
  return ownConnectorsFolder(projectPaths().packs);
}

export function idOf(folder: string): string {
  return basename(folder);
}
