/**
 * Keeps the answers of a looped type in chunks, as they come, so that a scan that is stopped among hundreds of requests goes
 * on where it was. Owns the chunks: a log in which a later answer to the same page replaces the earlier one and all behind it.
 * Lists are chunked by their place in the plan and not by when they came, so that an unchanged platform gives the same chunks.
 */
import type { JsonValue } from '../../model/resource.js';
import { blankPage, storedPages } from './pages.js';
import type { Page, Part } from './pages.js';
import type { PageStore } from './page-store.js';
import type { ListKeeper } from './walk-list.js';

export interface AskLog {
  /** the pages of one list, as far as they are known */
  keeperOf(ask: string): ListKeeper;
  /** lists that are walked next, in the order of the plan */
  begin(asks: readonly string[]): void;
  /** the list has come to its end */
  close(ask: string): Promise<void>;
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
  readonly rules: string;
  /** chunks of the last scan that may stand for unchanged answers */
  readonly earlier: readonly Page[];
  /** the time that events are asked from; the one of an earlier try wins */
  readonly since: string | null;
  readonly onKept: (answers: number, items: number) => void;
}

const CHUNK_LISTS = 50;
/** One list with more is written before the others of its chunk. */
const CHUNK_ITEMS = 1_000;
/** A slow platform's answers are not kept back for long. */
const CHUNK_MS = 15_000;

interface Kept { readonly index: number; readonly page: Page }
interface Chunk {
  readonly open: Set<string>;
  readonly answers: Map<string, Kept[]>;
  since: number;
}

export function replay(chunks: readonly Page[]): Map<string, Page[]> {
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

function partOf(ask: string, { index, page }: Kept): Part {
  const { request, next, cursor, etag, end, notes, total, mark, settled, follows } = page;
  return { request, next, cursor, etag, end, notes, total, mark, ask, index, count: page.items.length, ...(settled ? { settled } : {}), ...(follows ? { follows } : {}) };
}

/** The body of one chunk; null = nothing to write. What is in it is taken out of `answers`. */
function bodyOf(chunk: Chunk, only?: string): Pick<Page, 'parts' | 'items'> | null {
  const parts: Part[] = [];
  const items: JsonValue[] = [];
  for (const [ask, kept] of chunk.answers) {
    if (only !== undefined && ask !== only) continue;
    for (const answer of kept.splice(0)) {
      parts.push(partOf(ask, answer));
      for (const item of answer.page.items) items.push(item);
    }
  }
  return parts.length === 0 ? null : { parts, items };
}

function isHeavy(kept: readonly Kept[]): boolean {
  return kept.reduce((sum, { page }) => sum + page.items.length, 0) >= CHUNK_ITEMS;
}

export async function openAskLog(options: AskLogOptions): Promise<AskLog> {
  const { type, pages: store } = options;
  const stored = storedPages(await store.read(type));
  const lists = replay(stored);
  const earlier = replay(options.earlier);
  const since = stored[0]?.since ?? options.since;
  const known = [...lists.values()].flat();
  let [answers, items] = [known.length, known.reduce((sum, page) => sum + page.items.length, 0)];
  let written = stored.length;
  let writing: Promise<void> = Promise.resolve();
  let chunks: Chunk[] = [];

  const write = (body: ReturnType<typeof bodyOf>): Promise<void> => {
    if (body === null) return writing;
    const index = written;
    written += 1;
    const chunk: Page = { ...blankPage(options.request, null), ...body, rules: options.rules, ...(since === null ? {} : { since }) };
    writing = writing.then(() => store.write(type, index, chunk as JsonValue));
    return writing;
  };
  /** finished chunks, in the order of the plan */
  const writeFinished = async (): Promise<void> => {
    while (chunks[0]?.open.size === 0) void write(bodyOf(chunks.shift()!));
    await writing;
  };
  const flush = async (): Promise<void> => {
    for (const chunk of chunks) void write(bodyOf(chunk));
    await writing;
  };
  const chunkOf = (ask: string): Chunk => chunks.find((chunk) => chunk.open.has(ask))!;

  return {
    since, flush,
    lists: () => [...lists.values()],
    begin(asks) {
      chunks = Array.from({ length: Math.ceil(asks.length / CHUNK_LISTS) }, (_each, number) => {
        const own = asks.slice(number * CHUNK_LISTS, (number + 1) * CHUNK_LISTS);
        return { open: new Set(own), answers: new Map(own.map((ask): [string, Kept[]] => [ask, []])), since: Date.now() };
      });
    },
    async close(ask) {
      chunkOf(ask).open.delete(ask);
      await writeFinished();
    },
    keeperOf: (ask) => {
      const pages = lists.get(ask) ?? [];
      lists.set(ask, pages);
      return {
        pages,
        earlier: (index) => earlier.get(ask)?.[index],
        async keep(index, page) {
          const chunk = chunkOf(ask);
          const kept = chunk.answers.get(ask)!;
          // what this answer makes void need not be written
          while (kept.length > 0 && kept.at(-1)!.index >= index) kept.pop();
          kept.push({ index, page });
          options.onKept((answers += 1), (items += page.items.length));
          const isLate = Date.now() - chunk.since >= CHUNK_MS;
          if (isLate) chunk.since = Date.now();
          if (isLate) await write(bodyOf(chunk));
          else if (isHeavy(kept)) await write(bodyOf(chunk, ask));
        },
      };
    },
  };
}
