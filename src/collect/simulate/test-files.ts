/** The trials of exported files that a connector ships. Owns the same questions as for answers, as far as a file can show them. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, resourceBody } from '../../model/canonical.js';
import type { JsonValue } from '../../model/resource.js';
import { importFiles } from '../files/import-files.js';
import { unwatched } from '../lint/step-paths.js';
import type { Connector } from '../manifest/connector.js';
import { findSecrets } from '../redact/detectors.js';
import { fingerprintOf } from '../redact/marks.js';
import { changedDocument } from './answer-walk.js';
import { changedRows, rowDifferences } from './differences.js';
import { itemsOfDocument } from './document-places.js';
import { goldenDifferences, readGolden, writeGolden } from './golden.js';
import type { Golden } from './golden.js';
import { leavesOf } from './places.js';
import { FINGERPRINT_KEY } from './read-set.js';
import { candidates, holdersOf, otherSecret, rotatedBody } from './rotation.js';
import { lengthening, moving, turning } from './shaken.js';
import type { SetReport } from './test-set.js';
import { trial } from './trial.js';
import type { Trial } from './trial.js';

interface FileResult {
  readonly golden: Golden;
  readonly unread: readonly string[];
}

async function readFileAs(connector: Connector, file: string): Promise<FileResult> {
  const read = await importFiles([file], { connectors: new Map([[connector.id, connector]]), fingerprintKey: FINGERPRINT_KEY });
  const rows = read.resources.map((resource) => JSON.parse(canonicalJson(resourceBody(resource))) as { kind: string; key: string }).sort((a, b) => (`${a.kind} ${a.key}` < `${b.kind} ${b.key}` ? -1 : 1));
  const golden: Golden = { resources: rows as unknown as JsonValue[], observations: [], completeness: read.completeness as unknown as JsonValue[], error: null, requests: [] };
  return { golden, unread: [...read.unreadable, ...read.ignored].map(({ reason }) => reason) };
}

async function jsonOf(file: string): Promise<JsonValue | null> {
  try { return JSON.parse(await readFile(file, 'utf8')) as JsonValue; } catch { return null; }
}

/** The document, changed, read under the same name. */
async function readChanged(connector: Connector, name: string, document: JsonValue): Promise<Golden> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-files-'));
  try {
    await writeFile(join(folder, name), JSON.stringify(document));
    return (await readFileAs(connector, join(folder, name))).golden;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const NO_JSON = 'the file is no JSON';

async function orderTrial(connector: Connector, name: string, document: JsonValue | null, golden: Golden): Promise<Trial> {
  const title = 'another order is no change';
  if (document === null) return { name: title, state: 'nothing', lines: [NO_JSON] };
  const found = itemsOfDocument(connector, document);
  const turned = (whole: JsonValue): JsonValue => changedDocument(whole, itemsOfDocument(connector, whole), turning(connector).change);
  const lines = rowDifferences(golden.resources, (await readChanged(connector, name, turned(document))).resources);
  if (lines.length > 0) return trial(title, lines);
  const longer = changedDocument(document, found, lengthening);
  const [one, other] = [await readChanged(connector, name, longer), await readChanged(connector, name, turned(longer))];
  return trial(title, rowDifferences(one.resources, other.resources).map((line) => `with a second member in each list: ${line}`));
}

async function timesTrial(connector: Connector, name: string, document: JsonValue | null, golden: Golden): Promise<Trial> {
  const title = 'later times are no change';
  const { change, changed } = moving();
  const later = document === null ? null : changedDocument(document, itemsOfDocument(connector, document), change);
  if (later === null || changed() === 0) return { name: title, state: 'nothing', lines: [document === null ? NO_JSON : 'the file holds no time'] };
  return trial(title, rowDifferences(golden.resources, (await readChanged(connector, name, later)).resources));
}

async function rotationTrial(connector: Connector, name: string, document: JsonValue | null, golden: Golden): Promise<Trial> {
  const title = 'a rotated secret shows where it belongs';
  const leaves = document === null ? [] : leavesOf(document);
  const texts = new Set(leaves.flatMap(({ value }) => candidates(String(value))));
  const secrets = [...texts].map((text) => ({ text, holders: holdersOf(golden.resources, fingerprintOf(text, FINGERPRINT_KEY)) })).filter(({ holders }) => holders.length > 0);
  if (document === null || secrets.length === 0) return { name: title, state: 'nothing', lines: [document === null ? NO_JSON : 'the file holds no secret'] };
  const lines: string[] = [];
  for (const { text, holders } of secrets) {
    const within = String(leaves.find(({ value }) => String(value).includes(text))?.value ?? text);
    const after = await readChanged(connector, name, rotatedBody(document, text, otherSecret(text, within)));
    const changed = changedRows(golden.resources, after.resources);
    lines.push(...holders.filter((each) => !changed.includes(each)).map((each) => `after a rotation ${each} is unchanged`), ...changed.filter((each) => !holders.includes(each)).map((each) => `a rotation also changes ${each}`));
  }
  return trial(title, lines);
}

function leakLines(document: JsonValue | null, golden: Golden): string[] {
  if (document === null) return [];
  const text = JSON.stringify(golden);
  const secrets = leavesOf(document).flatMap(({ place, value }) => findSecrets(String(value)).map(({ start, end, kind }) => ({ secret: String(value).slice(start, end), where: `${kind} at ${place.join('.')}` })));
  return secrets.filter(({ secret }) => secret.length >= 6 && text.includes(JSON.stringify(secret).slice(1, -1))).map(({ where }) => `the ${where} stands in the result`);
}

async function testFile(watched: Connector, name: string, update: boolean): Promise<SetReport> {
  const folder = join(watched.folder, 'fixtures', 'files');
  const first = await readFileAs(watched, join(folder, name));
  const connector = unwatched(watched);
  const goldenFile = join(folder, `${name}.golden.json`);
  const golden = await readGolden(goldenFile);
  const lines = golden === null ? [`there is no ${name}.golden.json; write it with --update and read it`] : goldenDifferences(golden, first.golden);
  if (update && lines.length > 0) await writeGolden(goldenFile, first.golden);
  const document = await jsonOf(join(folder, name));
  const again = await readFileAs(connector, join(folder, name));
  const trials: Trial[] = [
    trial('the file is an export of this platform', first.unread),
    update && lines.length > 0 ? { name: 'the result equals the golden', state: 'written', lines } : trial('the result equals the golden', lines),
    trial('no secret comes through', leakLines(document, first.golden)),
    trial('two reads are equal', rowDifferences(first.golden.resources, again.golden.resources)),
    await orderTrial(connector, name, document, first.golden),
    await timesTrial(connector, name, document, first.golden),
    await rotationTrial(connector, name, document, first.golden),
  ];
  return { set: `files/${name}`, about: 'exported file', requests: 0, resources: first.golden.resources.length, trials };
}

export async function testFiles(connector: Connector, update: boolean): Promise<SetReport[]> {
  const folder = join(connector.folder, 'fixtures', 'files');
  if (!existsSync(folder)) return [];
  const names = (await readdir(folder)).filter((name) => !name.endsWith('.golden.json') && !name.startsWith('.')).sort();
  const reports: SetReport[] = [];
  for (const name of names) reports.push(await testFile(connector, name, update));
  return reports;
}
