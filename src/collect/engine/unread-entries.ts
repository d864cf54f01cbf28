/** Makes a type partial of which items were read and not understood, with their number in words. Owns these words. Pure. */
import type { CompletenessEntry } from '../../model/snapshot.js';
import { undecodedIn } from '../decode/undecoded.js';
import type { Undecoded } from '../decode/undecoded.js';
import type { UnreadPart } from '../emit/emit.js';
import type { Reading } from './type-reader.js';

/** What could not be decoded, with the number of items, and the reading without its notes about that. */
export function withoutUndecoded(reading: Reading): { readonly reading: Reading; readonly failures: readonly Undecoded[] } {
  const { failures } = undecodedIn(reading.lists.flat().flatMap((page) => page.notes));
  if (failures.length === 0) return { reading, failures };
  const lists = reading.lists.map((pages) => pages.map((page) => ({ ...page, notes: undecodedIn(page.notes).others })));
  return { reading: { ...reading, lists }, failures };
}

/** `Workflows` goes on in a sentence as `workflows`, `API tokens` as it is. */
function inSentence(title: string): string {
  return /^[A-Z][^A-Z]*$/.test(title.split(' ')[0] ?? '') ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}

/** `2 of 8 workflows: their steps could not be read`. */
export function unreadWords(title: string, { count, of, what }: Omit<UnreadPart, 'type'>): string {
  return `${Math.min(count, of)} of ${of} ${inSentence(title)}: ${what}`;
}

function partial(entry: CompletenessEntry, parts: readonly Omit<UnreadPart, 'type'>[]): CompletenessEntry {
  if (parts.length === 0 || (entry.state !== 'collected' && entry.state !== 'partial')) return entry;
  const words = parts.map((part) => unreadWords(entry.title, part));
  return { ...entry, state: 'partial', reason: [...(entry.reason === null ? [] : [entry.reason]), ...words].join('; ') };
}

export function withUndecoded(entry: CompletenessEntry, failures: readonly Undecoded[]): CompletenessEntry {
  return partial(entry, failures.map(({ failure, reason, count }) => ({ count, of: entry.read, what: `${failure}: ${reason}` })));
}

export function withUnread(entries: readonly CompletenessEntry[], unread: readonly UnreadPart[]): CompletenessEntry[] {
  return entries.map((entry) => partial(entry, unread.filter(({ type }) => type === entry.type)));
}
