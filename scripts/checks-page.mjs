/** Writes docs/checks.md from packs/policies. Run it after a check was added or changed: `node scripts/checks-page.mjs`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';

const { checksPage, loadChecks } = await tsImport('../src/judge/index.ts', import.meta.url);
const root = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const checks = await loadChecks(root('packs'));
writeFileSync(root('docs/checks.md'), checksPage(checks));
console.log(`docs/checks.md: ${checks.length} checks`);
