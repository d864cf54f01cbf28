/**
 * Connectors and checks, loaded once per process, and the digests of what decides how a platform is read and judged. Owns "has anything of
 * ours changed since the last scan?": what was made by another pack, key or program is never reused.
 */
import { createHmac } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConnectors, type Connector } from '../src/collect/index.js';
import { loadChecks, type Check } from '../src/judge/index.js';
import { canonicalJson, sha256 } from '../src/model/canonical.js';
import { PlumblineError } from '../src/model/errors.js';
import type { ActivityDeps } from './deps.js';

export interface Packs {
  connector(id: string): Promise<Connector>;
  checks(): Promise<readonly Check[]>;
  /**
   * changes with the connector's pack, the address, the fields it was given (another key sees other things), the fingerprint key and the
   * program: pages and snapshots of another one are of no use
   */
  reuseKey(connector: Connector, access: ReadWith): Promise<string>;
  /** what verdicts rest on; equal keys mean equal verdicts */
  judgedKey(of: JudgedOn): Promise<string>;
}

/** `fields`: all of them, those that are secret too. */
export interface ReadWith {
  readonly baseUrl: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface JudgedOn {
  readonly connectorId: string | null;
  readonly root: string;
  readonly completeness: unknown;
}

/** Rooms whose code decides what comes out of the same answers. */
const DECIDING = ['collect', 'compare', 'judge', 'map', 'model'];

export function openPacks({ packsRoot, keys, program: named }: Pick<ActivityDeps, 'packsRoot' | 'keys' | 'program'>): Packs {
  const connectors = once(() => loadConnectors(packsRoot));
  const checks = once(() => loadChecks(packsRoot));
  const program = once(() => (named === undefined ? digestOfProgram() : Promise.resolve(named)));
  const checksDigest = once(async () => sha256(canonicalJson(await checks())));
  const packDigests = new Map<string, Promise<string>>();
  const packDigest = ({ folder }: Connector): Promise<string> => {
    const known = packDigests.get(folder) ?? digestOfFolders([folder], /\.ya?ml$/);
    packDigests.set(folder, known);
    return known;
  };
  const shared = once(() => digestOfFolders([join(packsRoot, 'connectors')], /\.ya?ml$/, false));
  return {
    async connector(id) {
      const connector = (await connectors()).get(id);
      if (connector === undefined) throw new PlumblineError('PLB-COLLECT-010', `There is no connector ${id}.`, { connectorId: id });
      return connector;
    },
    checks,
    // of the keys only what tells them from others
    reuseKey: async (connector, access) => sha256([await packDigest(connector), await shared(), sha256(keys.fingerprints), await program(), accessDigest(access, keys.fingerprints)].join('|')),
    judgedKey: async (of) => sha256(canonicalJson({ ...of, checks: await checksDigest(), program: await program() })),
  };
}

/** Keyed, so that nobody finds a short password by trying. */
function accessDigest({ baseUrl, fields }: ReadWith, key: Uint8Array): string {
  return createHmac('sha256', key).update(`reuse ${canonicalJson({ baseUrl, fields })}`).digest('hex');
}

/** A failure is not kept: the next scan tries again. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}

function digestOfProgram(): Promise<string> {
  const source = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
  return digestOfFolders(DECIDING.map((room) => join(source, room)), /\.(ts|js)$/);
}

async function digestOfFolders(folders: readonly string[], wanted: RegExp, deep = true): Promise<string> {
  const parts: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: deep, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && wanted.test(entry.name)).map((entry) => join(entry.parentPath, entry.name)).sort();
    for (const file of files) parts.push(`${file.slice(folder.length)} ${sha256(await readFile(file))}`);
  }
  return sha256(parts.join('\n'));
}
