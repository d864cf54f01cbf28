/** Where an organisation keeps connectors of its own, outside of the project. Owns that folder's place; load-connectors.ts reads it. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** PLUMBLINE_CONNECTORS, or `connectors` in the data folder, which lies beside the packs unless PLUMBLINE_HOME says otherwise. */
export function ownConnectorsFolder(packsRoot: string, env: NodeJS.ProcessEnv = process.env): string {
  const named = env['PLUMBLINE_CONNECTORS']?.trim();
  if (named) return resolve(named);
  const home = env['PLUMBLINE_HOME']?.trim();
  return join(home ? resolve(home) : join(dirname(resolve(packsRoot)), '.plumbline'), 'connectors');
}

/** Folders with a manifest, by name; none when the folder does not exist. */
export function connectorFolders(root: string): string[] {
  if (!existsSync(root)) return [];
  const names = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return names.filter((name) => existsSync(join(root, name, 'manifest.yaml'))).sort().map((name) => join(root, name));
}
