/**
 * Pages that overlap by one entry: where a cursor is an offset in disguise, each page is asked for from the last entry of the page before.
 * Owns that cursor, and telling by it that no entry slipped through between two pages. Pure.
 */
import { canonicalJson } from '../../model/canonical.js';
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES, asText, isObject } from '../expressions/scope.js';
import type { CompiledResource } from '../manifest/connector.js';
import type { PagingRule } from '../manifest/resource-schema.js';
import type { Page } from './pages.js';

type Json = { readonly [name: string]: JsonValue };

/** Base64 of a JSON object, to the letter as the platform spells it. */
function decoded(cursor: string): Json | null {
  try {
    const value = JSON.parse(Buffer.from(cursor, 'base64').toString('utf8')) as JsonValue;
    return isObject(value) && encoded(value) === cursor ? value : null;
  } catch {
    return null;
  }
}

function encoded(value: Json): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}

function offsetIn(cursor: string | null, member: string): number | null {
  const offset = cursor === null ? undefined : decoded(cursor)?.[member];
  return typeof offset === 'number' && Number.isSafeInteger(offset) ? offset : null;
}

/** The cursor one entry earlier; one of another make is given back as it is, and so is one that would lead back to the beginning. */
export function oneEarlier(cursor: string, member: string | undefined): string {
  const offset = member === undefined ? null : offsetIn(cursor, member);
  return offset === null || offset < 2 ? cursor : encoded({ ...decoded(cursor), [member!]: offset - 1 });
}

function sameEntry({ key }: CompiledResource, a: JsonValue, b: JsonValue): boolean {
  const [one, other] = [a, b].map((root) => (key ? asText(key({ root, variables: {}, nodes: NO_NODES })) : undefined));
  return one === undefined || other === undefined ? canonicalJson(a) === canonicalJson(b) : one === other;
}

export function overlapOf(paging: PagingRule | undefined): string | undefined {
  return paging?.kind === 'cursor' ? paging.overlap : undefined;
}

/**
 * True when every page begins with the entry that the page before ends with. In a list whose entries keep their order, as the manifest
 * warrants with `overlap`, whatever stood behind that entry stands behind it still: nothing was passed over, and no page need be asked again.
 */
export function isSeamless(resource: CompiledResource, pages: readonly Page[]): boolean {
  const { paging } = resource.rule;
  const member = overlapOf(paging);
  if (member === undefined) return false;
  let last = -1;
  return pages.every(({ cursor, items }, index) => {
    const before = pages[index - 1]?.items.at(-1);
    const joined = index === 0 || (items.length > 0 && before !== undefined && offsetIn(cursor, member) === last && sameEntry(resource, before, items[0]!));
    last += items.length - (index === 0 ? 0 : 1);
    return joined;
  });
}
