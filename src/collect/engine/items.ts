/** The items of what was read, each once, with where it was found. Owns identity within a type. Pure. */
import { canonicalJson, sha256 } from '../../model/canonical.js';
import type { JsonValue } from '../../model/resource.js';
import type { SourceItem } from '../emit/emit.js';
import { NO_NODES, asText, isObject } from '../expressions/scope.js';
import type { JsonObject } from '../expressions/scope.js';
import type { CompiledResource } from '../manifest/connector.js';
import type { Page } from './pages.js';

export interface FoundItems {
  readonly items: SourceItem[];
  /** ids that stand for different things */
  readonly notes: string[];
}

type Keyed = Pick<CompiledResource, 'key'>;
interface Row {
  readonly value: JsonObject;
  readonly page: Page;
  readonly index: number;
  /** of the manifest's key; undefined = it has none, or the item has none */
  readonly id: string | undefined;
}

function rowsOf({ key }: Keyed, page: Page): Row[] {
  return page.items.map((found, index) => {
    const value = isObject(found) ? found : { value: found };
    return { value, page, index, id: key ? asText(key({ root: value, variables: {}, nodes: NO_NODES })) : undefined };
  });
}

function contentOf({ value }: Row): string {
  const { bound: _bound, ...content } = value;
  return canonicalJson(content);
}

/**
 * A row that comes on two pages has moved, and the later one is right. One answer that has two different things under one id
 * has two things.
 */
function distinct(resource: Keyed, pages: readonly Page[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const [number, page] of pages.entries()) {
    for (const row of rowsOf(resource, page)) {
      const own = `${number}#${row.index}`;
      const id = row.id === undefined ? own : `=${row.id}`;
      const before = rows.get(id);
      rows.set(before?.page === page && contentOf(before) !== contentOf(row) ? own : id, row);
    }
  }
  return rows;
}

/** How many things a list has, without those that came twice. */
export function countOf(resource: Keyed, pages: readonly Page[]): number {
  return distinct(resource, pages).size;
}

/** Lists that tell the same of one id tell of one thing; a bare value becomes `{ value }`. */
export function itemsOf(resource: Keyed, lists: readonly (readonly Page[])[]): FoundItems {
  const all = new Map<string, Row>();
  const doubled = new Set<string>();
  for (const [number, pages] of lists.entries()) {
    for (const [id, row] of distinct(resource, pages)) {
      const isNamed = id.startsWith('=');
      const before = isNamed ? all.get(id) : undefined;
      const differs = before !== undefined && contentOf(before) !== contentOf(row);
      if (row.id !== undefined && (differs || !isNamed)) doubled.add(row.id);
      all.set(isNamed && !differs ? id : `${number} ${id}`, row);
    }
  }
  const hashes = new Map<Page, string>();
  const hashOf = (page: Page): string => {
    const hash = page.hash ?? hashes.get(page) ?? sha256(canonicalJson(page.items as JsonValue));
    hashes.set(page, hash);
    return hash;
  };
  const items = [...all.values()].map(({ value, page, index }) => ({ value, evidence: { request: page.request, pageHash: hashOf(page), path: `items[${index}]` } }));
  return { items, notes: [...doubled].slice(0, 5).map((id) => `the id "${id}" stands for different things`) };
}
