/**
 * The ways in which platforms hand out lists in pieces. Owns, for each kind: where the cursor of a page goes in the request,
 * and the cursor of the page after it. A cursor is always a text, so that every kind can go on after a stored page.
 */
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES, asText, isBlank } from '../expressions/scope.js';
import type { Value } from '../expressions/scope.js';
import type { CompiledResource } from '../manifest/connector.js';
import type { PagingRule } from '../manifest/resource-schema.js';
import { nextLink } from './link-header.js';
import { followsBy, isLast, numberAt, pointer, saysMore, valueAt } from './list-end.js';
import type { PageFacts } from './list-end.js';
import { oneEarlier } from './overlap.js';
import type { Follows } from './pages.js';

/** What a cursor adds to a request. `address` replaces path and query. */
export interface Placed {
  readonly query: readonly (readonly [string, string])[];
  readonly body: readonly (readonly [path: string, value: string | number])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly address: { readonly path: string; readonly query: readonly (readonly [string, string])[] } | null;
}

export interface PagedAnswer extends PageFacts {
  readonly headers: Readonly<Record<string, string>>;
  readonly cursor: string | null;
  /** an address that the platform handed out, as a path of the same host; throws PLB-COLLECT-007 */
  readonly resolve: (address: string) => { readonly path: string; readonly query: readonly (readonly [string, string])[] };
}

/** `cursor` null = nothing leads on. That is the end of the list, unless the platform tells that more follows. */
export interface Onward {
  readonly cursor: string | null;
  readonly follows: Follows | null;
}
const END: Onward = { cursor: null, follows: null };

function onward(cursor: string | null, facts: PageFacts, { more, size }: { readonly more: boolean | null; readonly size?: number | undefined }): Onward {
  return { cursor, follows: followsBy(facts, size, more) };
}

type Pair = readonly [name: string, value: string | number];
const NOTHING: Placed = { query: [], body: [], headers: {}, address: null };

function placed(pairs: readonly Pair[], where: 'query' | 'body' | 'header'): Placed {
  if (where === 'body') return { ...NOTHING, body: pairs };
  const texts = pairs.map(([name, value]) => [name, String(value)] as const);
  return where === 'header' ? { ...NOTHING, headers: Object.fromEntries(texts) } : { ...NOTHING, query: texts };
}

function addressOf(cursor: string): NonNullable<Placed['address']> {
  const at = cursor.indexOf('?');
  return at === -1 ? { path: cursor, query: [] } : { path: cursor.slice(0, at), query: [...new URLSearchParams(cursor.slice(at + 1))] };
}

/** `cursor` null = the first page. An offset is sent from the second page on, a page number always. */
export function placeCursor(paging: PagingRule | undefined, cursor: string | null): Placed {
  switch (paging?.kind) {
    case undefined: return NOTHING;
    case 'cursor': return cursor === null ? NOTHING : placed([[paging.to, cursor]], paging.in);
    case 'offset': return placed([[paging.size.name, paging.size.value], ...(cursor === null ? [] : [[paging.offset, Number(cursor)] as const])], paging.in);
    case 'page': return placed([[paging.page, cursor === null ? paging.first : Number(cursor)], ...(paging.size ? [[paging.size.name, paging.size.value] as const] : [])], paging.in);
    case 'keyset': return placed([[paging.size.name, paging.size.value], ...(cursor === null ? [] : [[paging.to, cursor] as const])], 'query');
    case 'scim': return placed([['startIndex', cursor === null ? 1 : Number(cursor)], ['count', paging.size]], 'query');
    case 'next-url':
    case 'link-header': return cursor === null ? NOTHING : { ...NOTHING, address: addressOf(cursor) };
  }
}

function reference(value: Value, from: string, answer: PagedAnswer): string | null {
  const address = pointer(value, from);
  if (address === null) return null;
  const { path, query } = answer.resolve(address);
  return query.length === 0 ? path : `${path}?${new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString()}`;
}

function afterOffset(paging: Extract<PagingRule, { kind: 'offset' }>, answer: PagedAnswer): Onward {
  const more = saysMore(paging, answer);
  if (paging.next !== undefined) return onward(more === false ? null : pointer(valueAt(paging.next, answer.body), paging.next), answer, { more });
  if (isLast(answer, paging.size.value, more)) return END;
  // a platform that hands out fewer than asked for goes on after what it gave; a page that it emptied itself is passed over
  const step = answer.items.length || Math.min(paging.size.value, answer.largest || paging.size.value);
  return onward(String(Number(answer.cursor ?? '0') + step), answer, { more, size: paging.size.value });
}

function afterPage(paging: Extract<PagingRule, { kind: 'page' }>, answer: PagedAnswer): Onward {
  const page = answer.cursor === null ? paging.first : Number(answer.cursor);
  const more = saysMore(paging, { ...answer, page: page - paging.first + 1 });
  return isLast(answer, paging.size?.value, more) ? END : onward(String(page + 1), answer, { more, size: paging.size?.value });
}

function compareKeys(a: string, b: string): number {
  const numbers = /^-?\d+(?:\.\d+)?$/.test(a) && /^-?\d+(?:\.\d+)?$/.test(b);
  return numbers ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0;
}

function afterKeyset(resource: CompiledResource, paging: Extract<PagingRule, { kind: 'keyset' }>, given: PagedAnswer): Onward {
  const answer = { ...given, total: null };
  if (isLast(answer, paging.size.value, null)) return END;
  const keys = answer.items.flatMap((item) => asText(resource.keyset!({ root: item, variables: {}, nodes: NO_NODES })) ?? []);
  const sorted = keys.toSorted(compareKeys);
  const key = (paging.order === 'ascending' ? sorted.at(-1) : sorted[0]) ?? null;
  return key === null ? { cursor: null, follows: 'told' } : onward(key, answer, { more: null, size: paging.size.value });
}

function afterScim(paging: Extract<PagingRule, { kind: 'scim' }>, answer: PagedAnswer): Onward {
  return isLast(answer, paging.size, null) ? END : onward(String(Number(answer.cursor ?? '1') + answer.items.length), answer, { more: null, size: paging.size });
}

function afterCursor(paging: Extract<PagingRule, { kind: 'cursor' }>, answer: PagedAnswer): Onward {
  const more = saysMore(paging, answer);
  const next = more === false ? null : pointer(valueAt(paging.from, answer.body), paging.from);
  return onward(next === null ? null : oneEarlier(next, paging.overlap), answer, { more });
}

function afterAddress(paging: Extract<PagingRule, { kind: 'next-url' | 'link-header' }>, answer: PagedAnswer): Onward {
  if (paging.kind === 'link-header') return { cursor: reference(nextLink(answer.headers['link']), 'Link', answer), follows: null };
  const path = paging.from.find((each) => !isBlank(valueAt(each, answer.body)));
  return { cursor: path === undefined ? null : reference(valueAt(path, answer.body), path, answer), follows: null };
}

/** Where the list goes on after this page. */
export function nextCursor(resource: CompiledResource, answer: PagedAnswer): Onward {
  const { paging } = resource.rule;
  switch (paging?.kind) {
    case undefined: return END;
    case 'cursor': return afterCursor(paging, answer);
    case 'offset': return afterOffset(paging, answer);
    case 'page': return afterPage(paging, answer);
    case 'next-url':
    case 'link-header': return afterAddress(paging, answer);
    case 'keyset': return afterKeyset(resource, paging, answer);
    case 'scim': return afterScim(paging, answer);
  }
}

/** The platform's own count: of the manifest's `total`, or of SCIM, which always has one. */
export function totalOf({ rule }: CompiledResource, body: JsonValue, headers: Readonly<Record<string, string>>): number | null {
  const total = rule.total ?? (rule.paging?.kind === 'scim' ? 'totalResults' : undefined);
  if (total === undefined) return null;
  if (typeof total === 'string') return numberAt(total, body);
  const text = headers[total.header.toLowerCase()]?.trim() ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
