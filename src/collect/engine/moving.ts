/**
 * Whether a list that was read to its end may have moved meanwhile: a row that is deleted before the place of the next page makes the
 * first row of that page one that nobody reads. Owns what makes that possible, and what rules it out. Pure.
 */
import { NO_NODES, asText } from '../expressions/scope.js';
import type { CompiledResource } from '../manifest/connector.js';
import { overlapOf } from './overlap.js';
import type { Page } from './pages.js';

/** Pages that are asked for by how many rows come before them. A cursor or a key leads on from a row; an address may do either, as the manifest says. */
const BY_PLACE: ReadonlySet<string> = new Set(['offset', 'page', 'scim']);

const ROW_COUNT = /(?:^|[^a-z])(?:offset|skip|page|page_?number|start|start_?index|start_?at)\]?$/i;

/** An address that names the next page by a number of rows or pages. Others may hide one: the manifest says so then. */
function countsRows({ cursor }: Page): boolean {
  const query = cursor?.startsWith('/') === true && cursor.includes('?') ? cursor.slice(cursor.indexOf('?') + 1) : '';
  return [...new URLSearchParams(query)].some(([name, value]) => ROW_COUNT.test(name) && /^\d{1,15}$/.test(value));
}

/** An item that came twice was moved by another one, unless pages are meant to overlap. */
function hasTwice({ key, rule }: CompiledResource, pages: readonly Page[]): boolean {
  if (!key || overlapOf(rule.paging) !== undefined) return false;
  const seen = new Set<string>();
  return pages.some((page) => page.items.some((item) => {
    const id = asText(key({ root: item, variables: {}, nodes: NO_NODES }));
    if (id === undefined || !seen.has(id)) return void (id !== undefined && seen.add(id));
    return true;
  }));
}

/**
 * `recheck` of the manifest decides. Without it, lists that are paged by place, also by an address that names one, are looked at again: a platform's count that stays the same
 * does not speak for them, since one row may come while another goes. Other lists are where their count changed or an item came twice.
 * Events come on top of a list that only grows.
 */
export function mayHaveMoved(resource: CompiledResource, pages: readonly Page[]): boolean {
  const { paging, since } = resource.rule;
  if (paging === undefined || pages.length < 2 || pages.at(-1)!.end !== null || paging.recheck === false) return false;
  if (paging.recheck === true) return true;
  if (since !== undefined) return false;
  // that nothing is behind a page that was shorter than asked for is no second page
  if (BY_PLACE.has(paging.kind)) return pages.some((page, index) => index > 0 && (page.items.length > 0 || pages[index - 1]!.follows !== 'short'));
  const totals = new Set(pages.flatMap((page) => page.total ?? []));
  return totals.size > 1 || pages.some(countsRows) || hasTwice(resource, pages);
}
