/** All generated files about connectors, by path from the project. Owns the list; scripts/connector-pages.mjs writes, a test compares. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { connectorSchemas } from '../lint/json-schema.js';
import { loadConnector } from '../manifest/load-connectors.js';
import { connectorFolders } from '../manifest/own-connectors.js';
import { connectorIndex, connectorPage } from './connector-page.js';
import { fieldsPage } from './fields-page.js';

export async function generatedPages(packsRoot: string): Promise<Map<string, string>> {
  const connectors = await Promise.all(connectorFolders(join(packsRoot, 'connectors')).map((folder) => loadConnector(folder)));
  const pages = new Map(Object.entries(connectorSchemas()).map(([name, text]) => [`packs/connectors/${name}`, text]));
  pages.set('docs/connectors/README.md', connectorIndex(connectors));
  pages.set('docs/connectors/manifest-fields.md', fieldsPage());
  for (const connector of connectors) {
    const file = join(connector.folder, 'README.md');
    pages.set(`docs/connectors/${basename(connector.folder)}.md`, connectorPage(connector, existsSync(file) ? await readFile(file, 'utf8') : ''));
  }
  return pages;
}
