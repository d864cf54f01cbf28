/** Copies of the starter connector, each changed in one place, to see what a tool says of the change. Owns the copies and removing them. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConnector, testConnector } from '../../src/collect/index.js';
import type { Connector } from '../../src/collect/index.js';

export interface Copy {
  readonly folder: string;
  /** replaces in a file of the copy; throws when nothing is there to replace */
  edit(file: string, from: string | RegExp, to: string): void;
  change(file: string, change: (content: { exchanges: Record<string, unknown>[]; fields: Record<string, string> }) => void): void;
  load(): Promise<Connector>;
  remove(): void;
}

const SHARED = join(process.cwd(), 'packs', 'connectors');

export function copyStarter(id = 'acme-flow'): Copy {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-copy-'));
  const folder = join(root, id);
  mkdirSync(folder);
  cpSync('packs/connector-starter', folder, { recursive: true });
  const copy: Copy = {
    folder,
    edit(file, from, to) {
      const path = join(folder, file);
      const text = readFileSync(path, 'utf8');
      const changed = text.replace(from, to);
      if (changed === text) throw new Error(`${file} has no ${String(from)}`);
      writeFileSync(path, changed);
    },
    change(file, change) {
      const path = join(folder, file);
      const content = JSON.parse(readFileSync(path, 'utf8')) as Parameters<typeof change>[0];
      change(content);
      writeFileSync(path, JSON.stringify(content, null, 1));
    },
    load: () => loadConnector(folder, new Map(), SHARED),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  for (const file of ['manifest.yaml', 'steps.yaml', 'README.md', 'fixtures/estate.json']) {
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('__ID__', id).replaceAll('__TITLE__', 'Acme Flow'));
  }
  return copy;
}

/** The starter with a golden, as `connector new` leaves it. */
export async function freshStarter(): Promise<Copy> {
  const copy = copyStarter();
  await testConnector({ connector: await copy.load(), update: true });
  return copy;
}
