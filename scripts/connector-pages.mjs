/** Writes docs/connectors/ and the JSON Schemas of packs/connectors. Run it after a manifest, a README or the language changed. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';

const { generatedPages } = await tsImport('../src/collect/pages/generated.ts', import.meta.url);
const root = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const pages = await generatedPages(root('packs'));
for (const [path, text] of pages) writeFileSync(root(path), text);
console.log(`${pages.size} files about connectors written`);
