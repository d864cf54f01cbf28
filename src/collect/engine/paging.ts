/**
 * The ways in which platforms hand out lists in pieces. Owns, for each kind: where the cursor of a page goes in the request,
 * and the cursor of the page after it. A cursor is always a text, so that every kind can go on after a stored page.
 */
import type { JsonValue } from '../../model/resource.js';
import { PlumblineError } from '../../model/errors.js';
import { NO_NODES, asText, compilePath, isBlank } from '../expressions/scope.js';
import type { Value } from '../expressions/scope.js';
import type { CompiledResource } from '../manifest/connector.js';
import type { PagingRule } from '../manifest/resource-schema.js';
import { nextLink } from './link-header.js';
import { oneEarlier } from './overlap.js';

/** What a cursor adds to a request. `address` replaces path and query. */
export interface Placed {
  readonly query: readonly (readonly [string, string])[];
  readonly body: readonly (readonly [path: string, value: string | number])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly address: { readonly path: string; readonly query: readonly (readonly [string, string])[] } | null;
}

export interface PagedAnswer {
  readonly body: JsonValue;
  readonly headers: Readonly<Record<string, string>>;
  /** as they came, before redaction */
  readonly items: readonly JsonValue[];
  readonly cursor: string | null;
  readonly total: number | null;
  /** items of the pages before this one */
  readonly before: number;
  /** an address that the platform handed out, as a path of the same host; throws PLB-COLLECT-007 */
  readonly resolve: (address: string) => { readonly path: string; readonly query: readonly (readonly [string, string])[] };
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

function at(path: string, body: JsonValue): Value {
  return compilePath(path)({ root: body, variables: {}, nodes: NO_NODES });
}

function numberAt(path: string | undefined, body: JsonValue): number | null {
  const text = path === undefined ? undefined : asText(at(path, body));
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** What the `more` flag says: null = there is none. Platforms spell it true, "true" or 1. */
function saysMore(path: string | undefined, body: JsonValue): boolean | null {
  if (path === undefined) return null;
  const value = at(path, body);
  return !isBlank(value) && value !== false && value !== 0 && value !== 'false' && value !== '0';
}

/** `false` and null are the end; a list or an object is another shape than the manifest's, and not the end. */
function pointer(value: Value, path: string): string | null {
  if (isBlank(value) || value === false) return null;
  const text = asText(value);
  if (text !== undefined) return text;
  throw new PlumblineError('PLB-COLLECT-005', `What points to the next page (${path}) is ${Array.isArray(value) ? 'a list' : 'an object'}, where a text was expected.`, { path });
}

function reference(value: Value, from: string, answer: PagedAnswer): string | null {
  const address = pointer(value, from);
  if (address === null) return null;
  const { path, query } = answer.resolve(address);
  return query.length === 0 ? path : `${path}?${new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString()}`;
}

/** Sizes at which platforms cap their pages, whatever is asked for. */
const CAPS = [20, 25, 30, 40, 50, 75, 100, 150, 200, 250, 300, 400, 500, 1_000, 2_000];

/** As many on this page as on each before it, and a number that caps are made of: perhaps no end, but a page cut short by the platform. */
function looksCapped({ items, before }: PagedAnswer): boolean {
  return CAPS.includes(items.length) && before % items.length === 0;
}

/** A page that is shorter than asked for is the last, unless the platform says that more are there. */
function isLast(answer: PagedAnswer, size: number | undefined, more: boolean | null): boolean {
  if (answer.items.length === 0 || more === false) return true;
  if (more === true) return false;
  if (answer.total !== null) return answer.before + answer.items.length >= answer.total;
  return size !== undefined && answer.items.length < size && !looksCapped(answer);
}

function afterOffset(paging: Extract<PagingRule, { kind: 'offset' }>, answer: PagedAnswer): string | null {
  if (paging.next !== undefined) {
    return saysMore(paging.more, answer.body) === false ? null : pointer(at(paging.next, answer.body), paging.next);
  }
  // a platform that hands out fewer than asked for goes on after what it gave
  return isLast(answer, paging.size.value, saysMore(paging.more, answer.body)) ? null : String(Number(answer.cursor ?? '0') + answer.items.length);
}

function afterPage(paging: Extract<PagingRule, { kind: 'page' }>, answer: PagedAnswer): string | null {
  const page = answer.cursor === null ? paging.first : Number(answer.cursor);
  const pages = numberAt(paging.pages, answer.body);
  const more = pages === null ? saysMore(paging.more, answer.body) : page - paging.first + 1 < pages;
  return isLast(answer, paging.size?.value, more) ? null : String(page + 1);
}

function compareKeys(a: string, b: string): number {
  const numbers = /^-?\d+(?:\.\d+)?$/.test(a) && /^-?\d+(?:\.\d+)?$/.test(b);
  return numbers ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0;
}

function afterKeyset(resource: CompiledResource, paging: Extract<PagingRule, { kind: 'keyset' }>, answer: PagedAnswer): string | null {
  if (isLast({ ...answer, total: null }, paging.size.value, null)) return null;
  const keys = answer.items.flatMap((item) => asText(resource.keyset!({ root: item, variables: {}, nodes: NO_NODES })) ?? []);
  const sorted = keys.toSorted(compareKeys);
  return (paging.order === 'ascending' ? sorted.at(-1) : sorted[0]) ?? null;
}

function afterScim(paging: Extract<PagingRule, { kind: 'scim' }>, answer: PagedAnswer): string | null {
  return isLast(answer, paging.size, null) ? null : String(Number(answer.cursor ?? '1') + answer.items.length);
}

function afterCursor(paging: Extract<PagingRule, { kind: 'cursor' }>, answer: PagedAnswer): string | null {
  const next = saysMore(paging.more, answer.body) === false ? null : pointer(at(paging.from, answer.body), paging.from);
  return next === null ? null : oneEarlier(next, paging.overlap);
}

/** null = this was the last page */
export function nextCursor(resource: CompiledResource, answer: PagedAnswer): string | null {
  const { paging } = resource.rule;
  switch (paging?.kind) {
    case undefined: return null;
    case 'cursor': return afterCursor(paging, answer);
    case 'offset': return afterOffset(paging, answer);
    case 'page': return afterPage(paging, answer);
    case 'next-url': {
      const path = paging.from.find((each) => !isBlank(at(each, answer.body)));
      return path === undefined ? null : reference(at(path, answer.body), path, answer);
    }
    case 'link-header': return reference(nextLink(answer.headers['link']), 'Link', answer);
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
