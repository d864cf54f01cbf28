/** The content-addressed list of a snapshot and its root. Owns what the root covers; storage keeps the rows. */
import { createHash } from 'node:crypto';
import { resourceDigest } from '../model/canonical.js';
import type { Resource } from '../model/resource.js';
import type { SnapshotEntry } from '../model/snapshot.js';

/** One line per resource, sorted by kind and key. */
export function toEntries(resources: readonly Resource[]): SnapshotEntry[] {
  return resources.map((resource) => ({ kind: resource.kind, key: resource.key, name: resource.name, digest: resourceDigest(resource) })).sort(byKindAndKey);
}

const ENTRIES_AT_ONCE = 512;

/** sha256 of the canonical JSON of the sorted list: two estates are equal when their roots are. */
export function snapshotRoot(entries: readonly SnapshotEntry[]): string {
  const sorted = [...entries].sort(byKindAndKey);
  const hash = createHash('sha256').update('[');
  for (let at = 0; at < sorted.length; at += ENTRIES_AT_ONCE) {
    const text = sorted.slice(at, at + ENTRIES_AT_ONCE).map(entryText).join(',');
    hash.update(at === 0 ? text : `,${text}`);
  }
  return hash.update(']').digest('hex');
}

/** As canonical JSON has it: keys in order, texts as JSON spells them. The text of a large estate is not made as a whole. */
function entryText({ kind, key, name, digest }: SnapshotEntry): string {
  return `{"digest":${JSON.stringify(digest)},"key":${JSON.stringify(key)},"kind":${JSON.stringify(kind)},"name":${JSON.stringify(name)}}`;
}

function byKindAndKey(a: SnapshotEntry, b: SnapshotEntry): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
