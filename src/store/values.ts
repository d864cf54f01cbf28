/** How values cross between rows and plain objects. Owns the conversions and nothing about any one table. */
import { sha256 } from '../model/canonical.js';
import type { PageRequest } from './types.js';

export function iso(time: Date): string {
  return time.toISOString();
}
export function isoOrNull(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}

/**
 * Columns of type text cannot hold U+0000, nor half a character; what is shown instead is the replacement character, here and not on the
 * way to the database, so that what reads alike there reads alike here. Documents keep the original.
 */
export function columnText(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD').replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

/** In bytes: an index takes no more than 2,704 for a whole row. */
const LONGEST_KEY = 800;

/** A text that an index holds. Of one that is too long for it the beginning, and a digest that tells it from others that begin so. */
export function columnKey(text: string): string {
  const plain = columnText(text);
  if (Buffer.byteLength(plain) <= LONGEST_KEY) return plain;
  return `${columnText(plain.slice(0, LONGEST_KEY / 4))}...${sha256(plain)}`;
}

const [EARLIEST, LATEST] = [Date.parse('0001-01-01T00:00:00.000Z'), Date.parse('9999-12-31T23:59:59.999Z')];

/** A time as ISO that a column of times takes and that is read back as it was; null for what is none, and for years beyond four digits. */
export function columnTime(told: unknown): string | null {
  const time = typeof told === 'string' ? Date.parse(told) : Number.NaN;
  return time >= EARLIEST && time <= LATEST ? new Date(time).toISOString() : null;
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
