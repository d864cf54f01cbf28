/** The items of what was read, each once, with where it was found. Owns identity within a type. */
import { canonicalJson, sha256 } from '../../model/canonical.js';
import type { SourceItem } from '../emit/emit.js';
import { NO_NODES, asText, isObject } from '../expressions/scope.js';
import type { CompiledResource } from '../manifest/connector.js';
import type { Page } from './pages.js';

/** Where an id stands twice the later page is right. A bare value becomes `{ value }`. */
export function itemsOf(resource: CompiledResource, pages: readonly Page[]): SourceItem[] {
  const byKey = new Map<string, SourceItem>();
  for (const [number, page] of pages.entries()) {
    const pageHash = page.items.length === 0 ? '' : sha256(canonicalJson(page.items));
    page.items.forEach((found, index) => {
      const value = isObject(found) ? found : { value: found };
      const id = resource.key ? asText(resource.key({ root: value, variables: {}, nodes: NO_NODES })) : undefined;
      byKey.set(id === undefined ? `${number}#${index}` : `=${id}`, { value, evidence: { request: page.request, pageHash, path: `items[${index}]` } });
    });
  }
  return [...byKey.values()];
}
