/** Says for each resource type how its read ended. Owns the states; "not read" is never told as "nothing there". Pure. */
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import type { CompletenessEntry } from '../../model/snapshot.js';
import { NO_NODES } from '../expressions/scope.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';
import { countOf } from './items.js';
import type { FoundItems } from './items.js';
import type { PageEnd } from './pages.js';
import type { Reading } from './type-reader.js';

type Outcome = Pick<CompletenessEntry, 'state' | 'expected' | 'reason' | 'missing' | 'because'>;
const UNCOUNTED = 'the platform did not tell how many there are, so the number read could not be compared';

type CheckedType = Pick<CompiledResource, 'type' | 'rule' | 'kinds' | 'joined' | 'key' | 'canary'>;

/** The platform's own count beside ours, over all lists for which it tells one. */
function reconciled(resource: CheckedType, lists: Reading['lists']): { expected: number | null; rows: number } {
  let expected: number | null = null;
  let rows = 0;
  for (const pages of lists) {
    const total = pages.findLast((page) => page.total !== null)?.total ?? null;
    if (total === null) continue;
    expected = (expected ?? 0) + total;
    // one list with more rows than it tells does not make up for another with fewer
    rows += Math.min(countOf(resource, pages), total);
  }
  return { expected, rows };
}

function stateOf(end: PageEnd | null, read: number): CompletenessEntry['state'] {
  if (!end) return read === 0 ? 'empty' : 'collected';
  if (end.state === 'empty') return read === 0 ? 'empty' : 'collected';
  return read > 0 ? 'partial' : end.state;
}

function outcomeOf(resource: CheckedType, reading: Reading, items: readonly JsonValue[]): Outcome {
  const { end, lists } = reading;
  const { expected, rows } = reconciled(resource, lists);
  const read = items.length;
  const told: Outcome = { state: stateOf(end, read), expected, reason: end?.reason ?? null, missing: end?.missing ?? null, ...(end?.because ? { because: end.because } : {}) };
  if (told.state !== 'collected' && told.state !== 'empty') return told;
  if (expected !== null && rows < expected) return { ...told, state: 'partial', reason: `${rows} were read of ${expected} that the platform counts` };
  const { canary, total } = resource.rule;
  // a loop over nothing asks nothing: that nothing came is no sign
  if (!canary || lists.length === 0 || items.some((item) => resource.canary!({ root: item, variables: {}, nodes: NO_NODES }) === true)) return total !== undefined && expected === null && read > 0 ? { ...told, reason: told.reason ?? UNCOUNTED } : told;
  return { ...told, state: read === 0 ? 'forbidden' : 'partial', reason: 'what every installation has is not in the list: rows are hidden from this key', missing: canary.missing };
}

/** Left out where there is nothing to say. */
export function joinedOf({ joined }: Pick<CompiledResource, 'joined'>): Pick<CompletenessEntry, 'joined'> {
  const lists: { [kind: string]: string[] } = {};
  for (const [kind, properties] of Object.entries(joined)) lists[kind] = [...properties];
  return Object.keys(lists).length === 0 ? {} : { joined: lists };
}

/** `found`: each once. */
export function completenessOf(resource: CheckedType, reading: Reading, found: FoundItems): CompletenessEntry {
  const items = found.items.map((item): JsonValue => item.value);
  const outcome = outcomeOf(resource, reading, items);
  const notes = [...new Set([...reading.lists.flat().flatMap((page) => page.notes), ...found.notes])];
  const reason = outcome.reason ?? (notes.length > 0 ? `Ambiguous document: ${notes.slice(0, 10).join('; ')}.` : null);
  return { type: resource.type, title: resource.rule.title, read: items.length, required: resource.rule.required, kinds: [...resource.kinds], ...joinedOf(resource), ...outcome, reason };
}

/** A type that loops over another one knows no more than that one. */
export function afterSource(entry: CompletenessEntry, source: CompletenessEntry | undefined): CompletenessEntry {
  if (!source || source.state === 'collected' || source.state === 'empty') return entry;
  if (entry.state !== 'collected' && entry.state !== 'empty') return entry;
  if (entry.read > 0 || source.read > 0) return { ...entry, state: 'partial', reason: `only what belongs to the part of "${source.title}" that could be read`, missing: source.missing };
  return { ...entry, state: source.state, reason: source.reason ?? `"${source.title}" could not be read`, missing: source.missing, ...(source.because ? { because: source.because } : {}) };
}

function slug(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '');
}

/** What the platform has and its API does not tell. */
export function notExposed({ manifest }: Connector): CompletenessEntry[] {
  return manifest.notExposed.map(({ title, reason, because, kinds }) => ({
    type: slug(title), title, state: 'unavailable', read: 0, expected: null, reason, missing: null, because, kinds: [...kinds], required: false,
  }));
}

/**
 * A key that sees only a part of the platform gets a clean answer with nothing in it. The manifest names the types whose
 * refusal gives such a key away. With nothing read at all this is PLB-COLLECT-009.
 */
export function applyNarrowView(entries: readonly CompletenessEntry[], resources: readonly CompiledResource[], host: string): CompletenessEntry[] {
  const forbidden = new Set(entries.filter((entry) => entry.state === 'forbidden').map((entry) => entry.type));
  return entries.map((entry) => {
    const rule = resources.find((resource) => resource.type === entry.type)?.rule.narrowView;
    if (!rule || !rule.whenForbidden.some((type) => forbidden.has(type))) return entry;
    if (entry.state === 'empty' && entry.required) {
      throw new PlumblineError('PLB-COLLECT-009', `The key for ${host} lists no ${entry.title.toLowerCase()} and may not read ${rule.whenForbidden.join(', ')}: it belongs to a member who sees only own items.`, { host, missing: rule.missing });
    }
    if (entry.state === 'empty') return { ...entry, state: 'forbidden' as const, missing: rule.missing };
    if (entry.state !== 'collected') return entry;
    return { ...entry, state: 'partial' as const, reason: 'the key may not read all, so it may belong to a member who sees only own items', missing: rule.missing };
  });
}
