/**
 * Loads connectors and checks for a terminal scan, from a cache beside the compiled code when no pack file changed: reading
 * YAML takes longer than judging a small folder. Owns the cache; what it holds was checked by the loaders before.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectorFolders, loadConnectors, ownConnectorsFolder } from '../../collect/index.js';
import type { CheckedDocuments, Connector } from '../../collect/index.js';
import { loadChecks } from '../../judge/index.js';
import type { Check } from '../../judge/index.js';
import { projectPaths } from '../../runtime/paths.js';

export interface Packs {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly checks: Check[];
}

interface CacheContent {
  readonly key: string;
  readonly checks: Check[];
  readonly documents: [string, unknown][];
}

/** Compiled code lies in dist/ and changes as a whole; sources run without a cache. */
const IS_COMPILED = import.meta.url.endsWith('.js');
const CODE_FOLDERS = ['src/collect/manifest', 'src/judge', 'src/model', 'src/cli/scan'];

function describeFiles(folder: string, wanted: RegExp, into: string[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) describeFiles(path, wanted, into);
    else if (wanted.test(entry.name)) {
      const { size, mtimeMs, ctimeMs } = statSync(path);
      into.push(`${path} ${size} ${mtimeMs} ${ctimeMs}`);
    }
  }
}

/** Changes with every pack file and every build of the code that reads them. */
function keyOf(packsRoot: string, dist: string): string {
  const files: string[] = [];
  for (const folder of ['connectors', 'policies']) describeFiles(join(packsRoot, folder), /\.ya?ml$/, files);
  for (const folder of connectorFolders(ownConnectorsFolder(packsRoot))) describeFiles(folder, /\.ya?ml$/, files);
  for (const folder of CODE_FOLDERS) describeFiles(join(dist, folder), /\.js$/, files);
  return createHash('sha256').update(files.sort().join('\n')).digest('hex');
}

function recall(file: string, key: string): CacheContent | null {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as CacheContent;
    return content.key === key ? content : null;
  } catch {
    return null;
  }
}

/** A cache that cannot be written only costs time. */
function keep(file: string, content: CacheContent): void {
  try {
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(content));
    renameSync(temporary, file);
  } catch {
    // a read-only installation: the packs are read anew each time
  }
}

async function load(packsRoot: string, documents: CheckedDocuments): Promise<Packs> {
  const [connectors, checks] = await Promise.all([loadConnectors(packsRoot, documents), loadChecks(packsRoot)]);
  return { connectors, checks };
}

/** Throws PLB-COLLECT-011 or PLB-PACK-001 for a mistake in a pack. */
export async function loadPacks(packsRoot: string): Promise<Packs> {
  const { dist } = projectPaths();
  if (!IS_COMPILED) return load(packsRoot, new Map());
  let key: string;
  try {
    key = keyOf(packsRoot, dist);
  } catch {
    return load(packsRoot, new Map());
  }
  const file = join(dist, 'pack-cache.json');
  const known = recall(file, key);
  if (known) return { checks: known.checks, connectors: await loadConnectors(packsRoot, new Map(known.documents)) };
  const documents: CheckedDocuments = new Map();
  const packs = await load(packsRoot, documents);
  keep(file, { key, checks: packs.checks, documents: [...documents] });
  return packs;
}
