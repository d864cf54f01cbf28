/**
 * Loads connectors: reads packs/connectors/<id>/, checks what the schema cannot (names that must exist, one request per type)
 * and compiles. A mistake in a pack is PLB-COLLECT-011 with file, line and fix.
 */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PlumblineError, describeError } from '../../model/errors.js';
import { ExpressionError } from '../expressions/compile.js';
import { checkHostNames } from './host-rules.js';
import { compileManifest } from './compile-manifest.js';
import type { Connector } from './connector.js';
import type { ResourceRule } from './resource-schema.js';
import { connectorFolders, ownConnectorsFolder } from './own-connectors.js';
import { Manifest } from './schema.js';
import { loadSteps } from './load-steps.js';
import { checkRefusals } from './refusal-rules.js';
import { checkSendable } from './sendable-rules.js';
import { checkChoices } from './sign-ins.js';
import { keysOf, manifestError, readYaml } from './yaml-file.js';
import type { CheckedDocuments, YamlSource } from './yaml-file.js';

interface References {
  readonly manifest: Manifest;
  readonly source: YamlSource;
  readonly known: (type: string, path: PropertyKey[]) => void;
}

function checkResource(type: string, rule: ResourceRule, { manifest, source, known }: References): void {
  const at = ['resources', type];
  const requests = [rule.get, rule.readOnlyPost, rule.job].filter((each) => each !== undefined).length;
  const fileOnly = requests === 0 && manifest.files !== undefined;
  if (requests !== 1 && !fileOnly) throw manifestError(source, at, 'give one of `get`, `readOnlyPost` and `job`');
  if (rule.host !== 'main' && !Object.hasOwn(manifest.hosts, rule.host)) throw manifestError(source, [...at, 'host'], `there is no host named ${rule.host}`);
  if (rule.forEach) {
    known(rule.forEach.of, [...at, 'forEach', 'of']);
    const order = Object.keys(manifest.resources);
    if (order.indexOf(rule.forEach.of) >= order.indexOf(type)) throw manifestError(source, [...at, 'forEach', 'of'], `${rule.forEach.of} must stand before ${type}: it is read first`);
  }
  for (const other of rule.narrowView?.whenForbidden ?? []) known(other, [...at, 'narrowView']);
}

function checkFiles({ files }: Manifest, { source, known }: Pick<References, 'source' | 'known'>): void {
  if (files?.item !== undefined && files.type === undefined) throw manifestError(source, ['files'], 'give `type`: the resource type that an item is read as');
  if (files?.type !== undefined) known(files.type, ['files', 'type']);
  files?.more.forEach(({ type }, index) => known(type, ['files', 'more', index, 'type']));
  files?.archive?.parts.forEach(({ type, listed }, index) => {
    known(type, ['files', 'archive', 'parts', index, 'type']);
    if (listed) known(listed.in, ['files', 'archive', 'parts', index, 'listed', 'in']);
  });
}

function checkReferences(manifest: Manifest, source: YamlSource): void {
  const known = (type: string, path: PropertyKey[]): void => {
    if (!Object.hasOwn(manifest.resources, type)) throw manifestError(source, path, `there is no resource named ${type}`);
  };
  manifest.emit.forEach((rule, index) => known(rule.from, ['emit', index, 'from']));
  manifest.graphs.forEach((rule, index) => {
    known(rule.from, ['graphs', index, 'from']);
    if (rule.layout === 'tree') rule.attach.forEach(({ from }, at) => known(from, ['graphs', index, 'attach', at, 'from']));
  });
  manifest.probe.types.forEach((type, index) => known(type, ['probe', 'types', index]));
  if (manifest.version) known(manifest.version.from, ['version', 'from']);
  if (manifest.graphs.length > 0 && manifest.steps === undefined) throw manifestError(source, ['graphs'], 'a connector with `graphs` names its file of step types in `steps`');
  for (const [name, host] of Object.entries(manifest.hosts)) {
    if (host.learn && host.learn.from !== 'token') known(host.learn.from, ['hosts', name, 'learn', 'from']);
    if (host.limit?.learn) known(host.limit.learn.from, ['hosts', name, 'limit', 'learn', 'from']);
  }
  checkFiles(manifest, { source, known });
  for (const [type, rule] of Object.entries(manifest.resources)) checkResource(type, rule, { manifest, source, known });
}

function rethrow(error: unknown, source: YamlSource): never {
  if (error instanceof ExpressionError) throw manifestError(source, keysOf(error.at), error.message);
  throw error;
}

/** One connector from its folder. `shared` is where ai-hosts.yaml stands: beside the shipped connectors. Throws PLB-COLLECT-011. */
export async function loadConnector(folder: string, checked: CheckedDocuments = new Map(), shared = dirname(folder)): Promise<Connector> {
  const { value: manifest, source } = await readYaml(join(folder, 'manifest.yaml'), Manifest, checked);
  if (manifest.id !== basename(folder)) throw manifestError(source, ['id'], `the folder is named ${basename(folder)}; id and folder must be the same`);
  checkReferences(manifest, source);
  checkSendable(manifest, source);
  checkChoices(manifest, source);
  checkHostNames(manifest, source);
  checkRefusals(manifest, source);
  const steps = await loadSteps({ folder, shared }, manifest, checked);
  try { return compileManifest(manifest, steps, folder); } catch (error) { return rethrow(error, source); }
}

const told = new Set<string>();

/** A mistake in a connector of one's own must not take the others away: it is left out, and said so once per process. */
async function ownOnes(packsRoot: string, shipped: ReadonlyMap<string, Connector>, checked: CheckedDocuments): Promise<Connector[]> {
  const found = await Promise.all(connectorFolders(ownConnectorsFolder(packsRoot)).map(async (folder) => {
    try {
      if (shipped.has(basename(folder))) throw new PlumblineError('PLB-COLLECT-011', `${folder}: the id ${basename(folder)} belongs to a connector that Plumbline ships; choose another.`, { file: folder });
      return await loadConnector(folder, checked, join(packsRoot, 'connectors'));
    } catch (error) {
      if (!(error instanceof PlumblineError)) throw error;
      if (!told.has(error.message)) process.emitWarning(`${describeError(error)} This connector is left out until then.`);
      told.add(error.message);
      return null;
    }
  }));
  return found.filter((connector) => connector !== null);
}

/**
 * Every connector below `<packsRoot>/connectors`, and those of one's own (own-connectors.ts), by id. Throws PLB-COLLECT-011 for the
 * first mistake found in a shipped one. `checked` holds files that an earlier call accepted, by path, and takes up those of this
 * call: whoever keeps it must know that no file changed.
 */
export async function loadConnectors(packsRoot: string, checked: CheckedDocuments = new Map()): Promise<Map<string, Connector>> {
  const root = join(packsRoot, 'connectors');
  const entries = await readdir(root, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  const connectors = await Promise.all(folders.map((name) => loadConnector(join(root, name), checked)));
  const shipped = new Map(connectors.map((connector) => [connector.id, connector]));
  for (const connector of await ownOnes(packsRoot, shipped, checked)) shipped.set(connector.id, connector);
  return shipped;
}
