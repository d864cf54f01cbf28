/** What every answer is made of: times, ids, lists and problems. Owns no noun. */
import { z } from 'zod';
import type { IdKind } from '../../model/ids.js';
import { ID_PREFIXES } from '../../model/ids.js';
import type { JsonValue } from '../../model/resource.js';

/** ISO 8601 in UTC. */
export const Time = z.iso.datetime();

/** Any JSON; checked where it was stored, so that an answer is not walked twice. */
export const AnyJson = z.unknown() as unknown as z.ZodType<JsonValue>;

export function idOf(kind: IdKind): z.ZodString {
  return z.string().regex(new RegExp(`^${ID_PREFIXES[kind]}_[0-9a-f]{32}$`), `is an id that begins with ${ID_PREFIXES[kind]}_`);
}

export function listOf<T extends z.ZodType>(item: T): z.ZodObject<{ items: z.ZodArray<T>; nextCursor: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** One line of text that a person typed: no line break may reach a mail header or a log line. */
export function line(maximum: number): z.ZodType<string, string> {
  return z.string().trim().min(1, 'must not be empty').max(maximum).refine(isOneLine, 'must be one line without control characters');
}

function isOneLine(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}

export const Email = z.string().trim().max(254).pipe(z.email('must be an e-mail address'));
export const Password = z.string().min(12, 'must have at least 12 characters').max(128, 'must have at most 128 characters');
export const Token = z.string().min(1).max(200);
export const Cursor = z.string().min(1).max(500);
export const PageQuery = z.object({ cursor: Cursor.optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });

/** application/problem+json (RFC 9457) with the code of the catalogue and the one next step. */
export const Problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    next: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

export const Empty = z.object({}).meta({ id: 'Empty' });
export type Empty = z.infer<typeof Empty>;
