/** Keeps the pages of a plain list, one row each. Owns the marks that tell pages that count from those a later reading replaced. */
import type { JsonValue } from '../../model/resource.js';
import { tagsTell } from './entity-tags.js';
import { SETTLED, SUPERSEDED, blankPage, storedPages } from './pages.js';
import type { Page } from './pages.js';
import type { PageStore } from './page-store.js';
import type { ListKeeper } from './walk-list.js';

export interface StoredList extends ListKeeper {
  /** an earlier try has read the list to its end, and asked again where the manifest wants that */
  readonly settled: boolean;
  settle(): Promise<void>;
}

export interface StoredListOptions {
  readonly type: string;
  readonly pages: PageStore;
  /** pages of the last scan that may stand for an unchanged answer */
  readonly earlier: readonly Page[];
  /** added to every page that is kept */
  readonly stamp: Pick<Page, 'since' | 'rules'>;
  readonly onKept: (answers: number, items: number) => void;
}

function isMark({ request }: Page): boolean {
  return request === SUPERSEDED || request === SETTLED;
}

export async function openList(options: StoredListOptions): Promise<StoredList> {
  const stored = storedPages(await options.pages.read(options.type));
  const firstMark = stored.findIndex(isMark);
  const pages = firstMark === -1 ? stored : stored.slice(0, firstMark);
  /** rows that hold no mark */
  let written = pages.length;
  const write = (index: number, page: Page): Promise<void> => options.pages.write(options.type, index, page as JsonValue);

  return {
    pages,
    settled: stored[firstMark]?.request === SETTLED,
    earlier: (index) => options.earlier[index],
    async keep(index, page) {
      // first what is void, from the end: stopped at any point, old pages without a gap are left, read on from, and looked at again
      for (let old = written - 1; old > index; old -= 1) await write(old, blankPage(SUPERSEDED, null));
      await write(index, { ...page, ...options.stamp });
      written = index + 1;
      options.onKept(index + 1, pages.slice(0, index).reduce((sum, each) => sum + each.items.length, page.items.length));
    },
    async settle() {
      await write(pages.length, blankPage(SETTLED, null));
    },
  };
}

/** Pages of the last finished scan that went through the same rules, where their entity tags can be believed. */
export async function earlierPages(type: string, pages: PageStore, rules: string): Promise<Page[]> {
  const stored = storedPages((await pages.previous?.(type)) ?? []).filter((page) => !isMark(page));
  const isSame = stored.every((page) => page.rules === rules && page.end === null);
  return isSame && tagsTell(stored.flatMap(answersOf)) ? stored : [];
}

/** The answers of one stored page: itself, or those of a chunk. */
function answersOf({ etag, items, parts }: Page): { etag: string | null; items: readonly JsonValue[] }[] {
  let at = 0;
  return parts?.map((part) => ({ etag: part.etag, items: items.slice(at, (at += part.count)) })) ?? [{ etag, items }];
}
