/** The stored form of one answer: redacted items and what is needed to go on after it. Owns its shape; the store keeps it as it is. */
import { z } from 'zod';
import type { JsonValue } from '../../model/resource.js';
import { BECAUSE } from '../manifest/resource-schema.js';

const PageEnd = z.object({
  state: z.enum(['empty', 'unavailable', 'forbidden', 'partial', 'failed']),
  reason: z.string().nullable(),
  missing: z.string().nullable(),
  because: z.enum(BECAUSE).nullable().optional(),
  /** of `empty`: most lists of a loop may end so */
  normal: z.boolean().optional(),
});
/** Why a list could not be read as a whole. */
export type PageEnd = z.infer<typeof PageEnd>;

/**
 * Why a page follows, where that is not a pointer's or the length's doing. `told`: the platform says that more follows. `short`: this page is shorter
 * than was asked for, and the next one is asked for to see whether there is one.
 */
const Follows = z.enum(['told', 'short']);
export type Follows = z.infer<typeof Follows>;

const answer = {
  /** `GET /workflows?limit=250`: without the host, without the key */
  request: z.string(),
  /** cursor of the page after this one, or null at the end */
  next: z.string().nullable(),
  follows: Follows.optional(),
  /** cursor this page was asked with */
  cursor: z.string().nullable(),
  etag: z.string().nullable(),
  /** set on the last page of a list that could not be read as a whole */
  end: PageEnd.nullable(),
  /** what makes the answer ambiguous: doubled keys, numbers that lose digits */
  notes: z.array(z.string()),
  /** how many there are by the platform's own count */
  total: z.number().nullable().default(null),
  /** keyed hash of the answer, where items have no key: tells a page that comes twice */
  mark: z.string().nullable().default(null),
  /** on the last page of a list that was asked for again and had not moved (looped types; plain ones have a row for it) */
  settled: z.boolean().optional(),
};

/** One answer within a stored chunk of many: whose it is, and how many of the chunk's items are its. */
const Part = z.object({ ...answer, ask: z.string(), index: z.number().int(), count: z.number().int() });
export type Part = z.infer<typeof Part>;

export const Page = z.object({
  ...answer,
  /** not looked into: items were redacted by the same program, and a deep check of thousands costs seconds */
  items: z.array(z.custom<JsonValue>(() => true)),
  /** of types that are asked many times (forEach, matrix, recurse): the answers that this chunk holds */
  parts: z.array(Part).optional(),
  /** of exports made on demand: the job, so that it is not started twice */
  job: z.object({ id: z.string(), startedAt: z.string() }).optional(),
  /** events are asked from this time on, in every try of this scan */
  since: z.string().nullable().optional(),
  /** digest of the rules that the items went through */
  rules: z.string().optional(),
  /** keyed hash of the answer as it came: what the evidence of its items points to */
  hash: z.string().optional(),
});
export type Page = z.infer<typeof Page>;

/** Stands where a page stood that a later reading replaced. */
export const SUPERSEDED = '(superseded)';
/** Stands after the last page of a list that was asked for again and had not moved. */
export const SETTLED = '(settled)';

export function blankPage(request: string, cursor: string | null): Page {
  return { request, items: [], next: null, cursor, etag: null, end: null, notes: [], total: null, mark: null };
}

/** Pages of an earlier try; anything that is no page (another version wrote it) is read again. */
export function storedPages(stored: readonly JsonValue[]): Page[] {
  const pages: Page[] = [];
  for (const body of stored) {
    const parsed = Page.safeParse(body);
    if (!parsed.success) return [];
    pages.push(parsed.data);
  }
  return pages;
}
