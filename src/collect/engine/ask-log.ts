/**
 * Keeps the answers of a looped type in chunks, as they come, so that a scan that is stopped among hundreds of requests goes
 * on where it was. Owns the chunks: a log in which a later answer to the same page replaces the earlier one and all behind it.
 */
import type { JsonValue } from '../../model/resource.js';
import { blankPage, storedPages } from './pages.js';
import type { Page, Part } from './pages.js';
import type { PageStore } from './page-store.js';
import type { ListKeeper } from './walk-list.js';

export interface AskLog {
  /** the pages of one list, as far as they are known */
  keeperOf(ask: string): ListKeeper;
  /** writes what is not written yet; throws when a write went wrong, now or before */
  flush(): Promise<void>;
  readonly since: string | null;
  /** every list that anything is known of */
  lists(): Page[][];
}

export interface AskLogOptions {
  readonly type: string;
  readonly pages: PageStore;
  readonly request: string;
  /** the time that events are asked from; the one of an earlier try wins */
  readonly since: string | null;
  readonly onKept: (answers: number, items: number) => void;
}

const CHUNK_ANSWERS = 50;
const CHUNK_ITEMS = 500;
const CHUNK_MS = 3_000;

function replay(chunks: readonly Page[]): Map<string, Page[]> {
  const lists = new Map<string, Page[]>();
  for (const chunk of chunks) {
    let at = 0;
    for (const { ask, index, count, ...answer } of chunk.parts ?? []) {
      const list = lists.get(ask) ?? [];
      list.splice(index, list.length, { ...answer, items: chunk.items.slice(at, at + count) });
      lists.set(ask, list);
      at += count;
    }
  }
  return lists;
}

function partOf(ask: string, index: number, page: Page): Part {
  const { request, next, cursor, etag, end, notes, total, mark } = page;
  return { request, next, cursor, etag, end, notes, total, mark, ask, index, count: page.items.length };
}

export async function openAskLog(options: AskLogOptions): Promise<AskLog> {
  const stored = storedPages(await options.pages.read(options.type));
  const lists = replay(stored);
  const since = stored[0]?.since ?? options.since;
  let written = stored.length;
  let [answers, items] = [0, 0];
  for (const page of [...lists.values()].flat()) { answers += 1; items += page.items.length; }
  let open: { parts: Part[]; items: JsonValue[]; since: number } = { parts: [], items: [], since: Date.now() };
  let writing: Promise<void> = Promise.resolve();

  const flush = (): Promise<void> => {
    if (open.parts.length > 0) {
      const chunk: Page = { ...blankPage(options.request, null), items: open.items, parts: open.parts, since };
      const index = written;
      written += 1;
      open = { parts: [], items: [], since: Date.now() };
      writing = writing.then(() => options.pages.write(options.type, index, chunk as JsonValue));
    }
    return writing;
  };

  return {
    since, flush,
    lists: () => [...lists.values()],
    keeperOf: (ask) => {
      const pages = lists.get(ask) ?? [];
      lists.set(ask, pages);
      return {
        pages,
        async keep(index, page) {
          open.parts.push(partOf(ask, index, page));
          open.items.push(...page.items);
          options.onKept((answers += 1), (items += page.items.length));
          if (open.parts.length >= CHUNK_ANSWERS || open.items.length >= CHUNK_ITEMS || Date.now() - open.since >= CHUNK_MS) await flush();
        },
      };
    },
  };
}
