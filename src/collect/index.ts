/** Collection: reads a platform, or exported files, into resources. The door of this room; see docs/architecture.md. */
export { loadConnectors } from './manifest/connector.js';
export type { Connector, SecretField } from './manifest/connector.js';
export { collect, probe } from './engine/collect.js';
export type { Collection, CollectOptions, CollectProgress, ProbeOptions } from './engine/collect.js';
export { memoryPages } from './engine/pages.js';
export type { PageStore } from './engine/pages.js';
export { MAX_FILE_BYTES, importFiles } from './files/import-files.js';
export type { Import, ImportOptions } from './files/import-files.js';
export type { FileProblem } from './files/find-files.js';
