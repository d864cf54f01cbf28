/** Recognises a platform that hands out pages without end. Owns what counts as a loop and the words for it. Pure. */
import { NO_NODES, asText } from '../expressions/scope.js';
import type { CompiledResource } from '../manifest/connector.js';
import type { Page, PageEnd } from './pages.js';

export const LOOP: PageEnd = { state: 'partial', reason: 'the platform hands out the same page again and again (PLB-COLLECT-013)', missing: null };
/** Some platforms filter after paging, so that a page may be empty; more of them in a row lead nowhere. */
const EMPTY_IN_A_ROW = 10;
const UNPAGED_LIMIT = 4_000;

export interface LoopWatch {
  /** what the page just read, which points on, means: null = go on */
  judge(page: Page): PageEnd | null;
  /** whether the page that `next` points to is worth asking for before the one that told it is judged */
  mayFollow(next: string): boolean;
}

function idsOf(resource: CompiledResource, page: Page): string[] {
  const { key } = resource;
  return key ? page.items.flatMap((item) => asText(key({ root: item, variables: {}, nodes: NO_NODES })) ?? []) : [];
}

/** `pages`: those read before. */
export function watchLoops(resource: CompiledResource, pages: readonly Page[]): LoopWatch {
  const cursors = new Set<string | null>();
  const ids = new Set<string>();
  const marks = new Set<string>();
  let [count, empty] = [0, 0];
  const most = resource.rule.paging?.maxPages ?? UNPAGED_LIMIT;

  const judge = (page: Page): PageEnd | null => {
    count += 1;
    cursors.add(page.cursor);
    const found = idsOf(resource, page);
    const fresh = found.filter((id) => !ids.has(id));
    for (const id of fresh) ids.add(id);
    const isRepeated = page.mark !== null && marks.has(page.mark);
    if (page.mark !== null) marks.add(page.mark);
    empty = page.items.length === 0 ? empty + 1 : 0;
    if (page.next === null) return null;
    if (cursors.has(page.next) || isRepeated || (found.length > 0 && fresh.length === 0) || empty >= EMPTY_IN_A_ROW) return LOOP;
    return count < most ? null : { state: 'partial', reason: `only the first ${most} pages were read`, missing: null };
  };
  for (const page of pages) judge(page);
  return { judge, mayFollow: (next) => !cursors.has(next) && count + 1 < most };
}
