/** Compares snapshots: drift in words, and the content-addressed list with its root. The door of this room. */
export { diffSnapshots, type DiffOptions } from './diff.js';
export { snapshotRoot, toEntries } from './entries.js';
