/** Counts of each type what was read and could not be understood. Owns the counts; what is unreadable the layouts and records say. Pure. */
import type { Value } from '../expressions/scope.js';
import { UNREAD } from '../graph/types.js';
import type { SourceItem, Unread } from '../graph/types.js';
import type { CompiledRecord } from '../manifest/connector.js';
import { hasNoLists, itemsWithout, unkeyedItems } from './records.js';

export interface UnreadPart {
  readonly type: string;
  /** native items */
  readonly count: number;
  readonly of: number;
  /** words that follow on "2 of 8 workflows: " */
  readonly what: string;
}

export function countUnread(type: string, of: number, unread: readonly Unread[]): UnreadPart[] {
  return [...new Set(unread)].map((what) => ({ type, of, what, count: unread.filter((each) => each === what).length }));
}

export interface RecordsOfType {
  readonly rules: readonly CompiledRecord[];
  readonly variables: Readonly<Record<string, Value>>;
  /** a graph is drawn from the type too */
  readonly isDrawn: boolean;
  /** how many items had no key, where this was noted while resources were made of them */
  readonly unkeyed?: number | undefined;
}

/** Items without a list that each of them holds. */
function withoutParts(type: string, list: Iterable<SourceItem> & { readonly length: number }, { rules, variables }: RecordsOfType): UnreadPart[] {
  const needing = rules.filter((rule) => rule.always);
  if (needing.length === 0) return [];
  const items = [...list];
  const count = new Set(needing.flatMap((rule) => itemsWithout(rule, items, variables))).size;
  return count === 0 ? [] : [{ type, of: list.length, count, what: UNREAD.part }];
}

/** An item counts once, however many rules draw from it. What `where` leaves out is meant to be left out. */
export function unreadRecords(type: string, list: Iterable<SourceItem> & { readonly length: number }, of: RecordsOfType): UnreadPart[] {
  const { rules, variables, isDrawn, unkeyed } = of;
  if (list.length === 0 || rules.length === 0) return [];
  const items = unkeyed === undefined || !isDrawn ? [...list] : [];
  const count = unkeyed ?? new Set(rules.flatMap((rule) => unkeyedItems(rule, items, variables))).size;
  const parts = withoutParts(type, list, of);
  if (count > 0) return [{ type, of: list.length, count, what: UNREAD.key }, ...parts];
  if (parts.length > 0) return parts;
  const isLost = !isDrawn && rules.every((rule) => hasNoLists(rule, items, variables));
  return isLost ? [{ type, of: list.length, count: list.length, what: UNREAD.nothing }] : [];
}
