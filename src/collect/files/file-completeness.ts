/** Says of each resource type how much the files of one connector held. Owns: what a file never holds is unavailable, not empty. */
import type { CompletenessEntry, ReadState } from '../../model/snapshot.js';
import type { Connector } from '../manifest/connector.js';
import type { ItemsByType } from './file-items.js';

export interface FileCounts {
  readonly read: Map<string, number>;
  /** parts that could not be read, by type */
  readonly broken: Map<string, number>;
  /** some file was an archive; some was a plain document */
  archives: boolean;
  documents: boolean;
}

export function newCounts(): FileCounts {
  return { read: new Map(), broken: new Map(), archives: false, documents: false };
}

/** `problems` is given for archives only. */
export function addCounts(counts: FileCounts, items: ItemsByType, problems?: readonly { readonly type: string }[]): void {
  for (const [type, list] of items) counts.read.set(type, (counts.read.get(type) ?? 0) + list.length);
  for (const { type } of problems ?? []) counts.broken.set(type, (counts.broken.get(type) ?? 0) + 1);
  if (problems) counts.archives = true;
  else counts.documents = true;
}

/** The types that files of the kinds that were read can hold. */
function heldTypes(connector: Connector, { archives, documents }: FileCounts): ReadonlySet<string> {
  const { rule, more, parts } = connector.files!;
  const inDocuments = documents ? [rule.type ?? '', ...more.map(({ type }) => type)] : [];
  return new Set([...inDocuments, ...(archives ? parts.map(({ type }) => type) : [])]);
}

function stateOf(read: number, broken: number): ReadState {
  if (broken > 0) return read > 0 ? 'partial' : 'failed';
  return read > 0 ? 'collected' : 'empty';
}

function notExposed(connector: Connector): CompletenessEntry[] {
  return connector.manifest.notExposed.map(({ title, kinds, reason, because }) => ({
    type: title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'), title, state: 'unavailable' as const, read: 0, expected: null, reason, missing: null, because, required: false, kinds: [...kinds],
  }));
}

export function fileCompleteness(connector: Connector, counts: FileCounts): CompletenessEntry[] {
  const held = heldTypes(connector, counts);
  const entries = connector.resources.map(({ type, rule, kinds }): CompletenessEntry => {
    if (!held.has(type)) return { type, title: rule.title, state: 'unavailable', read: 0, expected: null, reason: 'not part of an exported file', missing: null, because: 'file', required: false, kinds: [...kinds] };
    const [read, broken] = [counts.read.get(type) ?? 0, counts.broken.get(type) ?? 0];
    const reason = broken === 0 ? null : `${broken} of the files in the archive could not be read`;
    return { type, title: rule.title, state: stateOf(read, broken), read, expected: null, reason, missing: null, required: type === connector.files!.rule.type || rule.required, kinds: [...kinds] };
  });
  return [...entries, ...notExposed(connector)];
}
