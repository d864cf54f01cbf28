/** The items of what was read, each once, with where it was found. Owns identity within a type. Pure. */
import { canonicalJson, sha256 } from '../../model/canonical.js';
import type { JsonValue } from '../../model/resource.js';
import type { SourceItem } from '../emit/emit.js';
import { NO_NODES, asText, isObject } from '../expressions/scope.js';
import type { JsonObject } from '../expressions/scope.js';
import type { CompiledResource } from '../manifest/connector.js';
import { overlapOf } from './overlap.js';
import type { Page } from './pages.js';

export interface FoundItems {
  readonly items: SourceItem[];
  /** ids that stand for different things */
  readonly notes: string[];
}

type Keyed = Pick<CompiledResource, 'key'> & { readonly rule?: Pick<CompiledResource['rule'], 'paging' | 'since'> };
interface Row {
  readonly value: JsonObject;
  readonly page: Page;
  /** of the page in its list */
  readonly number: number;
  readonly index: number;
  /** of the manifest's key; undefined = it has none, or the item has none */
  readonly id: string | undefined;
}

function rowsOf({ key }: Keyed, page: Page, number: number): Row[] {
  return page.items.map((found, index) => {
    const value = isObject(found) ? found : { value: found };
    return { value, page, number, index, id: key ? asText(key({ root: value, variables: {}, nodes: NO_NODES })) : undefined };
  });
}

function contentOf({ value }: Row): string {
  const { bound: _bound, ...content } = value;
  return canonicalJson(content);
}

/** Rows each once, where they came first. `isSame` is asked of two with one id; the later one is right then. */
function merged(rows: Iterable<Row>, isSame: (before: Row, row: Row) => boolean): { all: Row[]; byId: Map<string, number[]> } {
  const all: Row[] = [];
  const byId = new Map<string, number[]>();
  for (const row of rows) {
    const places = row.id === undefined ? [] : (byId.get(row.id) ?? []);
    const known = places.find((place) => isSame(all[place]!, row));
    if (known !== undefined) all[known] = row;
    else if (row.id !== undefined) byId.set(row.id, [...places, all.push(row) - 1]);
    else all.push(row);
  }
  return { all, byId };
}

/**
 * The same row again: with the same content; at the seam of two pages that overlap; or on two pages of a list that moved, or of which nobody
 * knows whether it did. Otherwise a list was looked at again, and what it has twice with different content are two things.
 */
function isSameRow({ rule }: Keyed, pages: readonly Page[]): (before: Row, row: Row) => boolean {
  const overlaps = overlapOf(rule?.paging) !== undefined;
  const mayMove = rule?.since !== undefined || pages.at(-1)?.end !== null;
  return (before, row) => {
    if (contentOf(before) === contentOf(row)) return true;
    if (before.page === row.page) return false;
    return mayMove || (overlaps && row.index === 0 && before.number === row.number - 1 && before.index === before.page.items.length - 1);
  };
}

function distinct(resource: Keyed, pages: readonly Page[]): Row[] {
  return merged(pages.flatMap((page, number) => rowsOf(resource, page, number)), isSameRow(resource, pages)).all;
}

/** How many things a list has, without those that came twice. */
export function countOf(resource: Keyed, pages: readonly Page[]): number {
  return distinct(resource, pages).length;
}

/** What stands for different things takes its places by content: which one came first is chance. */
function settleOrder(all: Row[], places: readonly number[]): void {
  const sorted = places.map((place) => ({ row: all[place]!, content: `${contentOf(all[place]!)} ${canonicalJson(all[place]!.value)}` })).sort((a, b) => (a.content < b.content ? -1 : a.content > b.content ? 1 : 0));
  for (const [index, place] of places.entries()) all[place] = sorted[index]!.row;
}

/** Lists that tell the same of one id tell of one thing; a bare value becomes `{ value }`. */
export function itemsOf(resource: Keyed, lists: readonly (readonly Page[])[]): FoundItems {
  const { all, byId } = merged(lists.flatMap((pages) => distinct(resource, pages)), (before, row) => contentOf(before) === contentOf(row));
  const doubled = [...byId].filter(([, places]) => places.length > 1);
  for (const [, places] of doubled) settleOrder(all, places);
  const hashes = new Map<Page, string>();
  const hashOf = (page: Page): string => {
    const hash = page.hash ?? hashes.get(page) ?? sha256(canonicalJson(page.items as JsonValue));
    hashes.set(page, hash);
    return hash;
  };
  const items = all.map(({ value, page, index }) => ({ value, evidence: { request: page.request, pageHash: hashOf(page), path: `items[${index}]` } }));
  return { items, notes: doubled.map(([id]) => id).sort().slice(0, 5).map((id) => `the id "${id}" stands for different things`) };
}
