/** How values cross between rows and plain objects. Owns the conversions and nothing about any one table. */
import type { PageRequest } from './types.js';

export function iso(time: Date): string {
  return time.toISOString();
}
export function isoOrNull(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}

/** Columns of type text cannot hold U+0000; what is shown instead is the replacement character. Documents keep the original. */
export function columnText(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD');
}

export const PAGE_LIMIT = 100;
const MAX_LIMIT = 500;

export function pageLimit(request: PageRequest): number {
  return Math.min(Math.max(1, Math.trunc(request.limit ?? PAGE_LIMIT)), MAX_LIMIT);
}

/** A cursor is the sort key of the last row of a page. It is opaque to callers and holds nothing that they have not seen. */
export function makeCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Null for no cursor and for one we did not make: a list then starts at its beginning. */
export function readCursor(cursor: string | null | undefined, types: readonly ('string' | 'number')[]): (string | number)[] | null {
  if (!cursor) return null;
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const fits = Array.isArray(parts) && parts.length === types.length && parts.every((part, index) => typeof part === types[index]);
    return fits ? (parts as (string | number)[]) : null;
  } catch {
    return null;
  }
}

/** Rows were asked one more than the limit: tells whether there is a next page. */
export function toPage<Row, Item>(rows: readonly Row[], limit: number, map: { item: (row: Row) => Item; key: (row: Row) => (string | number)[] }): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(map.item), nextCursor: rows.length > limit && last ? makeCursor(map.key(last)) : null };
}

/** Set-based statements go out in pieces of this size. */
export const CHUNK = 1000;

export function chunks<T>(items: readonly T[], size = CHUNK): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}
