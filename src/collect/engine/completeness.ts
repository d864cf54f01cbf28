/** Says for each resource type how its read ended. Owns the states; "not read" is never told as "nothing there". Pure. */
import { PlumblineError } from '../../model/errors.js';
import type { CompletenessEntry, ReadState } from '../../model/snapshot.js';
import type { CompiledResource } from '../manifest/connector.js';
import type { Page } from './pages.js';

function stateOf(pages: readonly Page[], read: number): ReadState {
  const end = pages.at(-1)?.end;
  if (!end) return read === 0 ? 'empty' : 'collected';
  return end.state === 'failed' && read > 0 ? 'partial' : end.state;
}

export function completenessOf(resource: CompiledResource, pages: readonly Page[], read: number): CompletenessEntry {
  const end = pages.at(-1)?.end ?? null;
  const notes = [...new Set(pages.flatMap((page) => page.notes))];
  const reason = end?.reason ?? (notes.length > 0 ? `Ambiguous document: ${notes.join('; ')}.` : null);
  return { type: resource.type, title: resource.rule.title, state: stateOf(pages, read), read, expected: null, reason, missing: end?.missing ?? null, required: resource.rule.required, kinds: [...resource.kinds] };
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
