/** Reads what a terminal scan judges: files, or a live platform with a key from the environment or a file. Where keys come from is in fields.ts. */
import { randomBytes } from 'node:crypto';
import { collectPatiently, importFiles, memoryPages, undescribedSteps } from '../../collect/index.js';
import type { Connector, FileProblem } from '../../collect/index.js';
import { PlumblineError } from '../../model/errors.js';
import type { Resource } from '../../model/resource.js';
import type { CompletenessEntry } from '../../model/snapshot.js';
import { givenFields } from './fields.js';
import type { GivenFields } from './fields.js';

export interface FileSource {
  readonly kind: 'files';
  readonly paths: readonly string[];
  readonly connectorId: string | null;
  readonly maxBytes: number | null;
}
export interface PlatformSource extends GivenFields {
  readonly kind: 'platform';
  readonly connectorId: string;
  /** null for a platform with one fixed address */
  readonly url: string | null;
}

export interface Reading {
  readonly resources: Resource[];
  readonly completeness: CompletenessEntry[];
  /** what judging takes as not read: for files only what a file holds, so that not every file scan lists all that files never hold; but what was read in part, always */
  readonly judgedCompleteness: CompletenessEntry[];
  readonly unreadable: readonly FileProblem[];
  readonly ignored: readonly FileProblem[];
  readonly filesJudged: number;
  /** ids of the connectors that the resources came through */
  readonly connectorIds: readonly string[];
  /** in words: steps of types that no rule describes; null where there is none */
  readonly undescribed: string | null;
  readonly platform: { readonly connectorId: string; readonly version: string | null } | null;
}

/** Fingerprints of a terminal scan are compared with nothing, so their key may be gone after it. */
const fingerprintKey = (): Uint8Array => randomBytes(32);

function chosen(connectors: ReadonlyMap<string, Connector>, id: string): Connector {
  const connector = connectors.get(id);
  if (!connector) throw new PlumblineError('PLB-COLLECT-010', `There is no connector named ${id}; known are ${[...connectors.keys()].sort().join(', ')}.`, { connectorId: id });
  return connector;
}

function titlesOf(connectors: ReadonlyMap<string, Connector>): string {
  const titles = [...connectors.values()].filter(({ files }) => files !== null).map(({ title }) => title).sort();
  return titles.length < 2 ? titles.join('') : `${titles.slice(0, -1).join(', ')} or ${titles.at(-1)!}`;
}

async function readFiles(source: FileSource, connectors: ReadonlyMap<string, Connector>): Promise<Reading> {
  const wanted = source.connectorId === null ? connectors : new Map([[source.connectorId, chosen(connectors, source.connectorId)]]);
  const read = await importFiles(source.paths, { connectors: wanted, fingerprintKey: fingerprintKey(), ...(source.maxBytes === null ? {} : { maxBytes: source.maxBytes }) });
  const { resources, completeness, ignored, files } = read;
  // a pipeline that judges an empty folder has lost its exports: this must not look like a clean estate
  const isNothing = files.length === 0 && read.unreadable.length === 0;
  const unreadable = isNothing ? source.paths.map((file) => ({ file, reason: `no ${titlesOf(wanted)} export was found in it` })) : read.unreadable;
  const through = [...new Set(files.map(({ connectorId }) => connectorId))];
  const undescribed = undescribedSteps(through.flatMap((id) => connectors.get(id) ?? []), resources);
  return { resources, completeness, undescribed, judgedCompleteness: completeness.filter((entry) => entry.required || entry.state === 'partial' || entry.state === 'failed'), unreadable, ignored, filesJudged: files.length, connectorIds: through, platform: null };
}

/** Thrown for a live platform that has no fixed address and was given none. */
export function addressOf(connector: Connector, url: string | null): string {
  const { fixed, example } = connector.manifest.address;
  if (url !== null) return url;
  if (fixed !== undefined) return fixed;
  throw new PlumblineError('PLB-START-010', `${connector.title} needs its address in --url${example === undefined ? '' : `, e.g. ${example}`}.`, { connectorId: connector.id });
}

async function readPlatform(source: PlatformSource, connectors: ReadonlyMap<string, Connector>): Promise<Reading> {
  const connector = chosen(connectors, source.connectorId);
  if (!connector.liveSource) throw new PlumblineError('PLB-COLLECT-010', `${connector.title} is read from exported files only: name them instead of --url.`, { connectorId: connector.id });
  const quiet = process.stderr.isTTY !== true;
  const collection = await collectPatiently({
    connector, baseUrl: addressOf(connector, source.url), secret: await givenFields(connector, source), fingerprintKey: fingerprintKey(), pages: memoryPages(),
    // the person at the terminal may reach what the terminal reaches
    allowLoopback: true,
    onProgress: ({ title, read }) => { if (!quiet) process.stderr.write(`\r\u001b[K${title}: ${read}`); },
  }, (seconds) => process.stderr.write(`${quiet ? '' : '\r\u001b[K'}The platform asked for a pause of ${seconds} s; the scan goes on after it.\n`));
  if (!quiet) process.stderr.write('\r\u001b[K');
  const { resources, completeness, platformVersion } = collection;
  return { resources, completeness, undescribed: undescribedSteps([connector], resources), judgedCompleteness: completeness, unreadable: [], ignored: [], filesJudged: 0, connectorIds: [connector.id], platform: { connectorId: connector.id, version: platformVersion } };
}

export function readSource(source: FileSource | PlatformSource, connectors: ReadonlyMap<string, Connector>): Promise<Reading> {
  return source.kind === 'files' ? readFiles(source, connectors) : readPlatform(source, connectors);
}
