/** Whether the entity tags of a platform can be believed: some give every answer the same. Pure. */
import { canonicalJson } from '../../model/canonical.js';
import type { JsonValue } from '../../model/resource.js';
import { isObject } from '../expressions/scope.js';

function contentOf(items: readonly JsonValue[]): string {
  return canonicalJson(items.map((item) => (isObject(item) ? { ...item, bound: null } : item)));
}

/** A platform that gives different answers one entity tag does not mean "unchanged" by it. */
export function tagsTell(answers: readonly { readonly etag: string | null; readonly items: readonly JsonValue[] }[]): boolean {
  const byTag = new Map<string, readonly JsonValue[]>();
  return answers.every(({ etag, items }) => {
    const other = etag === null ? undefined : byTag.get(etag);
    if (etag !== null) byTag.set(etag, items);
    return other === undefined || contentOf(other) === contentOf(items);
  });
}
