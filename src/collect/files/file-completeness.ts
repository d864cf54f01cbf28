/**
 * Says of each resource type how much the files of one connector held. Owns: what a file never holds is unavailable, not empty,
 * and what stands in a file and was not understood is counted in words.
 */
import type { CompletenessEntry, ReadState } from '../../model/snapshot.js';
import { undecodedIn } from '../decode/undecoded.js';
import type { UnreadPart } from '../emit/emit.js';
import { notExposed } from '../engine/completeness.js';
import { withUndecoded, withUnread } from '../engine/unread-entries.js';
import type { Connector } from '../manifest/connector.js';
import type { TypedItems } from './file-items.js';

export interface FileCounts {
  readonly read: Map<string, number>;
  /** parts that are no item, by type */
  readonly broken: Map<string, number>;
  /** files, or members of archives, of which nothing could be read, by type */
  readonly unopened: Map<string, number>;
  /** what could not be decoded, by type */
  readonly notes: Map<string, string[]>;
  readonly unread: UnreadPart[];
  /** some file was an archive; some was a plain document */
  archives: boolean;
  documents: boolean;
}

export function newCounts(): FileCounts {
  return { read: new Map(), broken: new Map(), unopened: new Map(), notes: new Map(), unread: [], archives: false, documents: false };
}

function add(counts: Map<string, number>, type: string, count: number): void {
  counts.set(type, (counts.get(type) ?? 0) + count);
}

export function addCounts(counts: FileCounts, types: TypedItems, unread: readonly UnreadPart[]): void {
  for (const [type, { items, broken, notes }] of types) {
    add(counts.read, type, items.length);
    add(counts.broken, type, broken);
    counts.notes.set(type, [...(counts.notes.get(type) ?? []), ...notes]);
  }
  counts.unread.push(...unread);
}

/** `type`: what the file should have held. */
export function addUnopened(counts: FileCounts, type: string): void {
  add(counts.unopened, type, 1);
}

/** The types that files of the kinds that were read can hold. */
function heldTypes(connector: Connector, { archives, documents }: FileCounts): ReadonlySet<string> {
  const { rule, more, parts } = connector.files!;
  const inDocuments = documents ? [rule.type ?? '', ...more.map(({ type }) => type)] : [];
  return new Set([...inDocuments, ...(archives ? parts.map(({ type }) => type) : [])]);
}

/** Of all files together: each tells of its own items only. */
export function joinedUnread(unread: readonly UnreadPart[], read: ReadonlyMap<string, number>): UnreadPart[] {
  const parts = new Map<string, UnreadPart>();
  for (const part of unread) {
    const name = `${part.type} ${part.what}`;
    parts.set(name, { ...part, of: read.get(part.type) ?? part.of, count: part.count + (parts.get(name)?.count ?? 0) });
  }
  return [...parts.values()];
}

function stateOf(read: number, lost: number): ReadState {
  if (lost > 0) return read > 0 ? 'partial' : 'failed';
  return read > 0 ? 'collected' : 'empty';
}

function heldEntry({ type, rule, kinds }: Connector['resources'][number], connector: Connector, counts: FileCounts): CompletenessEntry {
  const [read, broken, unopened] = [counts.read.get(type) ?? 0, counts.broken.get(type) ?? 0, counts.unopened.get(type) ?? 0];
  const reasons = [
    ...(unopened === 0 ? [] : [`${unopened} of the files that should hold them could not be read`]),
    ...(broken === 0 ? [] : [`${broken} of ${read + broken} have another shape than expected`]),
  ];
  return {
    type, title: rule.title, state: stateOf(read, broken + unopened), read, expected: null, reason: reasons.length === 0 ? null : reasons.join('; '), missing: null,
    required: type === connector.files!.rule.type || rule.required, kinds: [...kinds],
  };
}

export function fileCompleteness(connector: Connector, counts: FileCounts): CompletenessEntry[] {
  const held = heldTypes(connector, counts);
  const entries = connector.resources.map((resource): CompletenessEntry => {
    const { type, rule, kinds } = resource;
    if (!held.has(type)) return { type, title: rule.title, state: 'unavailable', read: 0, expected: null, reason: 'not part of an exported file', missing: null, because: 'file', required: false, kinds: [...kinds] };
    return withUndecoded(heldEntry(resource, connector, counts), undecodedIn(counts.notes.get(type) ?? []).failures);
  });
  return [...withUnread(entries, joinedUnread(counts.unread, counts.read)), ...notExposed(connector)];
}
