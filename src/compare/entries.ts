/** The content-addressed list of a snapshot and its root. Owns what the root covers; storage keeps the rows. */
import { canonicalJson, resourceDigest, sha256 } from '../model/canonical.js';
import type { Resource } from '../model/resource.js';
import type { SnapshotEntry } from '../model/snapshot.js';

/** One line per resource, sorted by kind and key. */
export function toEntries(resources: readonly Resource[]): SnapshotEntry[] {
  return resources.map((resource) => ({ kind: resource.kind, key: resource.key, name: resource.name, digest: resourceDigest(resource) })).sort(byKindAndKey);
}

/** sha256 of the canonical JSON of the sorted list: two estates are equal when their roots are. */
export function snapshotRoot(entries: readonly SnapshotEntry[]): string {
  return sha256(canonicalJson([...entries].sort(byKindAndKey)));
}

function byKindAndKey(a: SnapshotEntry, b: SnapshotEntry): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
