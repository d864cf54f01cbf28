/** Sums up the ends of many lists of one type in one end. Owns the words: how many of how many, and why. Pure. */
import type { Page, PageEnd } from './pages.js';

/** An item that was listed a moment ago may be gone when it is asked for: so many, and such a part, are no sign of more. */
const MOST_GONE = 2;
const GONE_PART = 0.05;

function isGone(pages: readonly Page[]): boolean {
  const end = pages.at(-1)?.end;
  return end?.state === 'empty' && end.normal !== true;
}

function isRefused(pages: readonly Page[]): boolean {
  const end = pages.at(-1)?.end;
  return end !== null && end !== undefined && end.state !== 'empty';
}

function hasItems(pages: readonly Page[]): boolean {
  return pages.some((page) => page.items.length > 0);
}

function counted(states: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts.size === 1 ? states[0]! : [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}

function wordsOf(lists: readonly (readonly Page[])[]): { reason: string; missing: string | null } {
  const refused = lists.filter(isRefused);
  const cut = refused.filter(hasItems);
  const unread = refused.filter((pages) => !hasItems(pages)).map((pages) => pages.at(-1)!.end!);
  const parts: string[] = [];
  if (unread.length > 0) parts.push(`${unread.length} of ${lists.length} could not be read: ${counted(unread.map((end) => end.state))}`);
  if (cut.length > 0) parts.push(`${cut.length} of ${lists.length} ${cut.length === 1 ? 'was' : 'were'} read only in part`);
  const told = refused.map((pages) => pages.at(-1)!.end!.reason).find((reason) => reason !== null);
  const missing = refused.map((pages) => pages.at(-1)!.end!.missing).find((each) => each !== null) ?? null;
  return { reason: `${parts.join('; ')}${told === undefined || told === null ? '' : ` (${told})`}`, missing };
}

/** `empty` = so few that it is no sign; the words stand in the report all the same. */
function goneEnd(lists: readonly (readonly Page[])[]): PageEnd | null {
  const gone = lists.filter(isGone).length;
  if (gone === 0) return null;
  const isFew = gone <= MOST_GONE && gone < lists.length * GONE_PART;
  return { state: isFew ? 'empty' : 'partial', reason: `${gone} of ${lists.length} were listed and then not found`, missing: null };
}

function together(first: PageEnd | null, second: PageEnd | null): PageEnd | null {
  if (!first || !second) return first ?? second;
  const worse = first.state === 'empty' ? second : first;
  return { ...worse, reason: [first.reason, second.reason].filter((reason) => reason !== null).join('; '), missing: first.missing ?? second.missing };
}

/** `planned`: set when not all lists were asked for. All refused alike = that state; some = partial. */
export function endOfLists(lists: readonly (readonly Page[])[], planned: PageEnd | null): PageEnd | null {
  const limit = together(goneEnd(lists), planned);
  const refused = lists.filter(isRefused);
  if (refused.length === 0) return limit;
  const states = new Set(refused.map((pages) => pages.at(-1)!.end!.state));
  const words = wordsOf(lists);
  if (refused.length < lists.length || refused.some(hasItems) || states.size > 1) {
    return { state: 'partial', reason: limit === null ? words.reason : `${words.reason}; ${limit.reason}`, missing: words.missing };
  }
  const first = refused[0]!.at(-1)!.end!;
  return lists.length === 1 ? first : { ...first, reason: first.reason ?? words.reason };
}
