import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectorFolders } from '../../../src/collect/index.js';
import { generatedPages } from '../../../src/collect/pages/generated.js';

const root = join(import.meta.dirname, '../../..');
const pages = await generatedPages(join(root, 'packs'));
const WRITTEN_BY_HAND = ['language.md', 'your-own-platform.md'];

describe('the generated files about connectors', () => {
  it.each([...pages.keys()])('%s is as `node scripts/connector-pages.mjs` writes it', (path) => {
    const file = join(root, path);

    expect(existsSync(file) ? readFileSync(file, 'utf8') : '(missing)').toBe(pages.get(path));
  });

  it('has a page for each connector, and none for one that is gone', () => {
    const ids = connectorFolders(join(root, 'packs/connectors')).map((folder) => basename(folder));
    const found = readdirSync(join(root, 'docs/connectors')).filter((name) => !WRITTEN_BY_HAND.includes(name)).sort();

    expect(found).toEqual([...ids.map((id) => `${id}.md`), 'README.md', 'manifest-fields.md'].sort());
  });

  it('says on each page what is read, with which right, and what cannot be seen', () => {
    for (const folder of connectorFolders(join(root, 'packs/connectors'))) {
      const page = pages.get(`docs/connectors/${basename(folder)}.md`)!;

      expect([basename(folder), page.includes('## What is read') || page.includes('## Exported files'), /cannot be seen|does not tell/.test(page)]).toEqual([basename(folder), true, true]);
    }
  });

  it('says of every field what it means', () => {
    const rows = pages.get('docs/connectors/manifest-fields.md')!.split('\n').filter((line) => line.startsWith('| `'));

    expect(rows.length).toBeGreaterThan(150);
    expect(rows.filter((row) => /\|\s*\|$/.test(row))).toEqual([]);
  });

  it('begins each manifest and each list of steps with its schema, so that editors know them', () => {
    const without = connectorFolders(join(root, 'packs/connectors')).flatMap((folder) => ['manifest.yaml', 'steps.yaml'].map((name) => join(folder, name)))
      .filter((file) => existsSync(file) && !readFileSync(file, 'utf8').startsWith('# yaml-language-server: $schema=../'));

    expect(without.map((file) => file.slice(root.length + 1))).toEqual([]);
  });
});
