/**
 * Walks one list to its end: page after page, and over again where it moved meanwhile. Owns the order; where pages are kept
 * is the keeper's.
 */
import { canonicalJson } from '../../model/canonical.js';
import { isObject } from '../expressions/scope.js';
import type { CompiledResource } from '../manifest/connector.js';
import { askPage, sentPage } from './ask-page.js';
import type { AskReader } from './ask-page.js';
import { tagsTell } from './entity-tags.js';
import { isAllThere } from './list-end.js';
import { LOOP, watchLoops } from './loops.js';
import { mayHaveMoved } from './moving.js';
import { isSeamless } from './overlap.js';
import { blankPage } from './pages.js';
import type { Follows, Page } from './pages.js';
import type { Ask, OnNext } from './read-page.js';

/** The pages of one list, in order, and the place where they are kept. */
export interface ListKeeper {
  /** what is known of the list so far; changed by the walk */
  readonly pages: Page[];
  /** takes the page at `index`; pages after it are void from now on */
  keep(index: number, page: Page): Promise<void>;
  /** the page at `index` as the last finished scan read it */
  earlier?(index: number): Page | undefined;
}

interface ListWalk {
  readonly resource: CompiledResource;
  readonly reader: AskReader;
  readonly ask: Ask;
  readonly keeper: ListKeeper;
}

/** Where a page stands: behind how many pages, and how many items on them. */
interface NextPlace {
  readonly cursor: string | null;
  readonly count: number;
  readonly before: number;
  readonly follows: Follows | undefined;
}

/** A page that was asked for. */
interface NextPage {
  readonly cursor: string | null;
  readonly answered: (onNext: OnNext) => Promise<Page>;
}

const MAX_ROUNDS = 3;

function countOf(pages: readonly Page[]): number {
  return pages.reduce((sum, page) => sum + page.items.length, 0);
}

export function isEnded(pages: readonly Page[]): boolean {
  const last = pages.at(-1);
  return last !== undefined && (last.next === null || last.end !== null);
}

async function put(keeper: ListKeeper, index: number, page: Page): Promise<void> {
  await keeper.keep(index, page);
  keeper.pages.splice(index, keeper.pages.length, page);
}

/** Asks for the page after `count` pages with `before` items. The page of the last scan is taken when the platform says, by its entity tag, that it is the same still. */
function sendNext({ resource, reader, ask, keeper }: ListWalk, { count, ...place }: NextPlace): NextPage {
  const { cursor } = place;
  const earlier = keeper.earlier?.(count);
  const usable = earlier !== undefined && earlier.cursor === cursor && earlier.etag !== null ? earlier : undefined;
  const asked = { ask, ...place };
  const sent = sentPage(resource, reader, usable ? { ...asked, unlessEtag: usable.etag! } : asked);
  const answered = async (onNext: OnNext): Promise<Page> => {
    const page = await sent.page(onNext);
    if (page !== null) return page;
    // "unchanged" is refused as an answer to this one
    if (!usable) return (await askPage(resource, reader, asked))!;
    if (usable.next !== null) onNext(usable.next, { items: usable.items.length, follows: usable.follows });
    return rebound(usable, ask);
  };
  return { cursor, answered };
}

/** What was bound then may be another name today. */
function rebound(page: Page, { bound }: Ask): Page {
  const same = bound === null || page.items.every((item) => isObject(item) && canonicalJson(item['bound'] ?? null) === canonicalJson(bound));
  return same ? page : { ...page, items: page.items.map((item) => (isObject(item) ? { ...item, bound } : item)) };
}

/**
 * true = every page is the one of the last scan. The platform makes the next page while this one is being looked into and kept. Where that
 * turns out to be the end of the list, one page was asked for in vain.
 */
async function readOn(resource: CompiledResource, reader: AskReader, ask: Ask, keeper: ListKeeper): Promise<boolean> {
  const walk: ListWalk = { resource, reader, ask, keeper };
  const { pages } = keeper;
  const watch = watchLoops(resource, pages);
  let unchanged = pages.length === 0;
  const sent: { ahead?: NextPage } = {};
  while (!isEnded(pages)) {
    const [cursor, before, follows] = [pages.at(-1)?.next ?? null, countOf(pages), pages.at(-1)?.follows];
    const coming = sent.ahead?.cursor === cursor ? sent.ahead : sendNext(walk, { cursor, count: pages.length, before, follows });
    delete sent.ahead;
    const page = await coming.answered((next, of) => {
      if (watch.mayFollow(next) && !reader.budget?.end()) sent.ahead = sendNext(walk, { cursor: next, count: pages.length + 1, before: before + of.items, follows: of.follows });
    });
    unchanged &&= page === keeper.earlier?.(pages.length);
    const judged = watch.judge(page);
    if (judged === LOOP && isAllThere(page.items.length, follows)) {
      await put(keeper, pages.length, blankPage(page.request, cursor));
      continue;
    }
    const end = page.end ?? judged ?? (page.next === null ? null : reader.budget?.end() ?? null);
    await put(keeper, pages.length, end ? { ...page, next: null, end } : page);
  }
  return unchanged;
}

/**
 * Lists paged by offset lose a row when an earlier one is deleted meanwhile. So every page but the last is asked again
 * with its entity tag: a page that moved is read anew together with all after it.
 */
async function firstMoved(resource: CompiledResource, reader: AskReader, ask: Ask, pages: readonly Page[]): Promise<{ index: number; page: Page } | null> {
  const believed = tagsTell(pages);
  for (let index = 0; index < pages.length - 1; index += 1) {
    const before = pages[index]!;
    const page = await askPage(resource, reader, { ask, cursor: before.cursor, before: countOf(pages.slice(0, index)), follows: pages[index - 1]?.follows, ...(before.etag === null || !believed ? {} : { unlessEtag: before.etag }) });
    // stored pages come back with their keys in another order
    if (page && canonicalJson(page.items) !== canonicalJson(before.items)) return { index, page };
  }
  return null;
}

async function settle(resource: CompiledResource, reader: AskReader, ask: Ask, keeper: ListKeeper): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const moved = await firstMoved(resource, reader, ask, keeper.pages);
    if (!moved) return;
    await put(keeper, moved.index, moved.page);
    await readOn(resource, reader, ask, keeper);
  }
  const last = keeper.pages.at(-1)!;
  if (last.end === null) await put(keeper, keeper.pages.length - 1, { ...last, end: { state: 'partial', reason: 'the list kept changing while it was read', missing: null } });
}

/** An end, and where the list may have moved meanwhile, a second look too. */
export function isDone(resource: CompiledResource, pages: readonly Page[]): boolean {
  return isEnded(pages) && (pages.at(-1)!.settled === true || !mayHaveMoved(resource, pages));
}

/** Goes on after the pages that the keeper knows. What it throws leaves these pages kept, and never old ones behind them. */
export async function walkList(resource: CompiledResource, reader: AskReader, ask: Ask, keeper: ListKeeper): Promise<void> {
  const unchanged = await readOn(resource, reader, ask, keeper);
  // Pages were asked one after the other: had a row gone meanwhile, a later page would have moved.
  if (!unchanged && mayHaveMoved(resource, keeper.pages) && !isSeamless(resource, keeper.pages)) await settle(resource, reader, ask, keeper);
}
