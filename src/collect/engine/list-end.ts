/**
 * Where a list ends: what the platform says of what follows a page, and what is made of its silence. Owns no request and no cursor. Pure.
 */
import type { JsonValue } from '../../model/resource.js';
import { PlumblineError } from '../../model/errors.js';
import { NO_NODES, asText, compilePath, isBlank } from '../expressions/scope.js';
import type { Value } from '../expressions/scope.js';
import type { PagingRule } from '../manifest/resource-schema.js';
import type { Follows, PageEnd } from './pages.js';

/** What is known of a page, and of those before it. */
export interface PageFacts {
  readonly body: JsonValue;
  /** as they came, before redaction */
  readonly items: readonly JsonValue[];
  readonly total: number | null;
  /** items of the pages before this one */
  readonly before: number;
  /** items on the largest page of this type so far, in whatever list of it; 0 = this is the first */
  readonly largest: number;
  /** the number of this page, from 1; of page numbers only */
  readonly page?: number;
}

/** No platform cuts its pages below this. */
const SMALLEST_CUT = 10;
/** What a request for a page comes to that is not there. */
const NO_SUCH_PAGE: readonly number[] = [400, 404, 416, 422];
export const NOWHERE: PageEnd = { state: 'partial', reason: 'the platform says that more follows, and not where', missing: null };
export const A_PART: PageEnd = { state: 'partial', reason: 'the platform said (206) that this is only a part of the list', missing: null };

export function valueAt(path: string, body: JsonValue): Value {
  return compilePath(path)({ root: body, variables: {}, nodes: NO_NODES });
}

export function numberAt(path: string | undefined, body: JsonValue): number | null {
  const text = path === undefined ? undefined : asText(valueAt(path, body));
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** `false` and null are the end; a list or an object is another shape than the manifest's, and not the end. */
export function pointer(value: Value, path: string): string | null {
  if (isBlank(value) || value === false) return null;
  const text = asText(value);
  if (text !== undefined) return text;
  throw new PlumblineError('PLB-COLLECT-005', `What points to the next page (${path}) is ${Array.isArray(value) ? 'a list' : 'an object'}, where a text was expected.`, { path });
}

/** What the `more` flag or the number of pages says: null = nothing. Platforms spell the flag true, "true" or 1; one that is missing says nothing. */
export function saysMore(paging: PagingRule, { body, page }: Pick<PageFacts, 'body' | 'page'>): boolean | null {
  const pages = paging.kind === 'page' ? numberAt(paging.pages, body) : null;
  if (pages !== null && page !== undefined) return page < pages;
  const path = 'more' in paging ? paging.more : undefined;
  const value = path === undefined ? undefined : valueAt(path, body);
  if (value === undefined || value === null) return null;
  return !isBlank(value) && value !== false && value !== 0 && value !== 'false' && value !== '0';
}

/**
 * Shorter than was asked for, and nothing says whether that is all. It may be that the platform gives no more than so many at once, unless it
 * gave more on another page of this type: one request tells. A loop over thousands of short lists costs so no more than a few.
 */
function perhapsCut({ items, largest }: PageFacts): boolean {
  return items.length >= SMALLEST_CUT && items.length >= largest;
}

/** The platform's word first, then its count, then how long the page is. */
export function isLast(facts: PageFacts, size: number | undefined, more: boolean | null): boolean {
  if (more !== null) return !more;
  if (facts.items.length === 0) return true;
  if (facts.total !== null) return facts.before + facts.items.length >= facts.total;
  return size !== undefined && facts.items.length < size && !perhapsCut(facts);
}

/** Whose word it is that another page follows one that is not the last. */
export function followsBy(facts: PageFacts, size: number | undefined, more: boolean | null): Follows | null {
  if (more === true) return 'told';
  return more === null && facts.total === null && size !== undefined && facts.items.length < size ? 'short' : null;
}

/** A page that was asked for only to see whether there is one, and is not there. */
export function isNoPage(status: number, follows: Follows | undefined): boolean {
  return follows === 'short' && NO_SUCH_PAGE.includes(status);
}

/** Nothing is behind a short page: the same came again, or there is no such page. Then it is all, unless so many are where platforms cut. */
export function isAllThere(items: number, follows: Follows | undefined): boolean {
  return follows === 'short' && items % 5 !== 0;
}

export function unknownEnd(status: number, before: number): PageEnd {
  return { state: 'partial', reason: `the platform answered ${status} when asked for what comes after ${before}: whether that is all is not known (\`pastEnd\` in the manifest can say so)`, missing: null };
}
