/**
 * Whether a list that was read to its end may have moved meanwhile: a row that is deleted before the place of the next page makes the
 * first row of that page one that nobody reads. Owns what makes that possible, and what rules it out. Pure.
 */
import { NO_NODES, asText } from '../expressions/scope.js';
import type { CompiledResource } from '../manifest/connector.js';
import type { Page } from './pages.js';

/** Pages that are asked for by how many rows come before them. A cursor or a key leads on from a row; an address may do either, as the manifest says. */
const BY_PLACE: ReadonlySet<string> = new Set(['offset', 'page', 'scim']);

function hasTwice({ key }: CompiledResource, pages: readonly Page[]): boolean {
  if (!key) return false;
  const seen = new Set<string>();
  return pages.some((page) => page.items.some((item) => {
    const id = asText(key({ root: item, variables: {}, nodes: NO_NODES }));
    if (id === undefined || !seen.has(id)) return void (id !== undefined && seen.add(id));
    return true;
  }));
}

/**
 * `recheck` of the manifest decides; without it, lists that are paged by place are looked at again where the platform's own count does not
 * speak for them: it is not told, it changed from page to page, or an item came twice. Events come on top of a list that only grows.
 */
export function mayHaveMoved(resource: CompiledResource, pages: readonly Page[]): boolean {
  const { paging, since } = resource.rule;
  if (paging === undefined || pages.length < 2 || pages.at(-1)!.end !== null || paging.recheck === false) return false;
  if (paging.recheck === true) return true;
  if (!BY_PLACE.has(paging.kind) || since !== undefined) return false;
  const totals = new Set(pages.map((page) => page.total));
  return totals.has(null) || totals.size > 1 || hasTwice(resource, pages);
}
