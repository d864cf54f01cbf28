/** The stored form of one answer: redacted items and what is needed to go on after it. Owns its shape; the store keeps it as it is. */
import { z } from 'zod';
import { JsonValue } from '../../model/resource.js';

export const Page = z.object({
  /** `GET /workflows?limit=250`: without the host, without the key */
  request: z.string(),
  items: z.array(JsonValue),
  /** cursor of the page after this one, or null at the end */
  next: z.string().nullable(),
  /** cursor this page was asked with */
  cursor: z.string().nullable(),
  etag: z.string().nullable(),
  /** set on the last page of a type that could not be read as a whole */
  end: z.object({ state: z.enum(['empty', 'unavailable', 'forbidden', 'partial', 'failed']), reason: z.string().nullable(), missing: z.string().nullable() }).nullable(),
  /** what makes the answer ambiguous: doubled keys, numbers that lose digits */
  notes: z.array(z.string()),
});
export type Page = z.infer<typeof Page>;
export type PageEnd = NonNullable<Page['end']>;

export function blankPage(request: string, cursor: string | null): Page {
  return { request, items: [], next: null, cursor, etag: null, end: null, notes: [] };
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
