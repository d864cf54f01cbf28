/**
 * Collection: reads a platform, or exported files, into resources. The door of this room; see docs/architecture.md.
 * What talks to the network is loaded on first use, so that a scan of files starts quickly.
 */
import type { CollectOptions, Collection, ProbeOptions } from './engine/collect.js';

export { loadConnector, loadConnectors } from './manifest/load-connectors.js';
export type { Connector, SecretField } from './manifest/connector.js';
export type { CheckedDocuments } from './manifest/yaml-file.js';
export type { Collection, CollectOptions, CollectProgress, ProbeOptions } from './engine/collect.js';
export { suspectShrink } from './engine/shrink.js';
export { memoryPages } from './engine/page-store.js';
export type { PageStore } from './engine/page-store.js';
export { MAX_FILE_BYTES, NOT_AN_EXPORT, importFiles } from './files/import-files.js';
export type { Import, ImportOptions } from './files/import-files.js';
export type { FileProblem } from './files/find-files.js';

/** Reads everything the manifest names. Coded errors PLB-COLLECT-001 ... 014; see engine/collect.ts. */
export async function collect(options: CollectOptions): Promise<Collection> {
  const engine = await import('./engine/collect.js');
  return engine.collect(options);
}

/** One look at a platform before it is added: does it answer, is the key good, does it see everything? */
export async function probe(options: ProbeOptions): Promise<{ platformVersion: string | null; title: string }> {
  const engine = await import('./engine/collect.js');
  return engine.probe(options);
}
