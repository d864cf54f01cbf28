/** Reads the connectors' own fixtures through the same path as an import. Owns nothing but that. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { importFiles, loadConnectors } from '../../../src/collect/index.js';
import type { Connector, Import } from '../../../src/collect/index.js';
import type { Resource } from '../../../src/model/resource.js';

export const PACKS = 'packs';
export const KEY = new Uint8Array(32).fill(7);
let loaded: Map<string, Connector> | undefined;

export async function connectors(): Promise<Map<string, Connector>> {
  loaded ??= await loadConnectors(PACKS);
  return loaded;
}

/** Exported files stand in a folder of their own. */
function fixtureFile(connector: string, name: string): string {
  const folder = join(PACKS, 'connectors', connector, 'fixtures');
  const exported = join(folder, 'files', `${name}.json`);
  return existsSync(exported) ? exported : join(folder, `${name}.json`);
}

export function fixture(connector: string, name: string): unknown {
  return JSON.parse(readFileSync(fixtureFile(connector, name), 'utf8'));
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-collect-'));
  folders.push(folder);
  return folder;
}

/** Files by name (text as it is, everything else as JSON) imported from one folder. */
export async function importAll(files: Readonly<Record<string, unknown>>, maxBytes?: number): Promise<Import> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return importFiles([folder], { connectors: await connectors(), fingerprintKey: KEY, ...(maxBytes === undefined ? {} : { maxBytes }) });
}

export async function resourcesOf(document: unknown): Promise<Resource[]> {
  return (await importAll({ 'export.json': document })).resources;
}

export function named(resources: readonly Resource[], name: string): Resource {
  const found = resources.find((resource) => resource.name === name);
  if (!found) throw new Error(`no resource named ${name}; there are ${resources.map((resource) => resource.name).join(', ')}`);
  return found;
}

/** One n8n workflow around one node. */
export function n8nWorkflow(type: string, parameters: unknown, more: Record<string, unknown> = {}): unknown {
  return { id: 'one', name: 'One', active: false, settings: {}, connections: {}, nodes: [{ id: 'n', name: 'Step', type, typeVersion: 1, position: [0, 0], parameters, ...more }] };
}

export async function n8nStep(type: string, parameters: unknown, more: Record<string, unknown> = {}): Promise<Resource> {
  return named(await resourcesOf(n8nWorkflow(type, parameters, more)), 'Step');
}
