/**
 * Reads one resource type to its end: pages, loops, moving lists, one request per item. Owns the walk and resuming after
 * the last stored page. Every page is redacted before it is stored.
 */
import { setTimeout as wait } from 'node:timers/promises';
import PQueue from 'p-queue';
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES, asText } from '../expressions/scope.js';
import type { CompiledResource } from '../manifest/connector.js';
import { blankPage, storedPages } from './pages.js';
import type { PageStore } from './page-store.js';
import type { Page, PageEnd } from './pages.js';
import { readPage } from './read-page.js';
import type { PageReader } from './read-page.js';

export interface TypeReader extends PageReader {
  readonly pages: PageStore;
  readonly onProgress: (progress: { type: string; title: string; page: number; read: number }) => void;
}

const MAX_PAGES = 4_000;
const MAX_ROUNDS = 3;
const PARALLEL_REQUESTS = 4;
const LOOP: PageEnd = { state: 'partial', reason: 'the platform hands out the same page again and again (PLB-COLLECT-013)', missing: null };

/** Before an optional type is given up: long enough for a restarting proxy, short enough to be waited out here. */
const PAUSES_MS = [500, 2_000];

/**
 * A required type that fails ends this try of the whole collection, which is made again later. An optional one would be
 * `failed` for this scan by a single cut connection, so what may pass is asked again at once.
 */
async function ask(resource: CompiledResource, reader: TypeReader, asked: Parameters<typeof readPage>[2]): Promise<Page | null> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await readPage(resource, reader, asked);
    } catch (error) {
      const pause = PAUSES_MS[tries];
      const mayPass = !resource.rule.required && error instanceof PlumblineError && error.retryable && error.code !== 'PLB-COLLECT-006';
      if (pause === undefined || !mayPass) throw error;
      await wait(pause);
    }
  }
}

function idsOf(resource: CompiledResource, page: Page): string[] {
  const { key } = resource;
  return key ? page.items.map((item) => asText(key({ root: item, variables: {}, nodes: NO_NODES })) ?? '') : [];
}

function reportOf(resource: CompiledResource, reader: TypeReader, pages: readonly Page[]): void {
  reader.onProgress({ type: resource.type, title: resource.rule.title, page: pages.length, read: pages.reduce((sum, page) => sum + page.items.length, 0) });
}

/** A cursor that was seen already, or a page that brings nothing new and still points on, is a loop. */
function isLoop(resource: CompiledResource, pages: readonly Page[], seenIds: Set<string>): boolean {
  const last = pages.at(-1)!;
  const fresh = idsOf(resource, last).filter((id) => !seenIds.has(id));
  for (const id of fresh) seenIds.add(id);
  if (last.next === null) return false;
  const cursors = pages.map((page) => page.cursor);
  return cursors.includes(last.next) || (resource.key !== null && fresh.length === 0) || pages.length >= MAX_PAGES;
}

/** Goes on after the pages given, storing each. */
async function readOn(resource: CompiledResource, reader: TypeReader, pages: Page[]): Promise<void> {
  const seenIds = new Set(pages.flatMap((page) => idsOf(resource, page)));
  while (pages.length === 0 || (pages.at(-1)!.next !== null && pages.at(-1)!.end === null)) {
    const cursor = pages.at(-1)?.next ?? null;
    const page = (await ask(resource, reader, { cursor }))!;
    pages.push(page);
    if (isLoop(resource, pages, seenIds)) pages[pages.length - 1] = { ...page, next: null, end: LOOP };
    await reader.pages.write(resource.type, pages.length - 1, pages.at(-1)! as JsonValue);
    reportOf(resource, reader, pages);
  }
}

/**
 * Lists paged by offset lose a row when an earlier one is deleted meanwhile. So every page but the last is asked again
 * with its entity tag: a page that moved is read anew together with all after it.
 */
async function firstMoved(resource: CompiledResource, reader: TypeReader, pages: readonly Page[]): Promise<{ index: number; page: Page } | null> {
  for (let index = 0; index < pages.length - 1; index += 1) {
    const before = pages[index]!;
    const page = await ask(resource, reader, { cursor: before.cursor, ...(before.etag === null ? {} : { unlessEtag: before.etag }) });
    if (page && JSON.stringify(page.items) !== JSON.stringify(before.items)) return { index, page };
  }
  return null;
}

async function settle(resource: CompiledResource, reader: TypeReader, pages: Page[]): Promise<void> {
  const written = pages.length;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const moved = await firstMoved(resource, reader, pages);
    if (!moved) return clearLeftovers(resource, reader, pages, written);
    pages.splice(moved.index, pages.length, moved.page);
    await reader.pages.write(resource.type, moved.index, moved.page as JsonValue);
    await readOn(resource, reader, pages);
  }
  const last = pages.length - 1;
  pages[last] = { ...pages[last]!, end: { state: 'partial', reason: 'the list kept changing while it was read', missing: null } };
  await reader.pages.write(resource.type, last, pages[last] as JsonValue);
  await clearLeftovers(resource, reader, pages, written);
}

async function clearLeftovers(resource: CompiledResource, reader: TypeReader, pages: readonly Page[], written: number): Promise<void> {
  for (let index = pages.length; index < written; index += 1) await reader.pages.write(resource.type, index, blankPage('(superseded)', null) as JsonValue);
}

/** One request per item of another type, a few at a time; stored as one page. */
async function readEach(resource: CompiledResource, reader: TypeReader, sources: readonly JsonValue[]): Promise<Page> {
  const loop = resource.forEach!;
  const wanted = sources.filter((item) => !loop.when || loop.when({ root: item, variables: {}, nodes: NO_NODES }) === true);
  const page = blankPage(`GET ${resource.rule.get ?? ''}`, null);
  const queue = new PQueue({ concurrency: PARALLEL_REQUESTS });
  let end: PageEnd | null = wanted.length > loop.limit ? { state: 'partial', reason: `only the first ${loop.limit} of ${wanted.length} were asked for`, missing: null } : null;
  const rows = await queue.addAll(wanted.slice(0, loop.limit).map((item) => async (): Promise<JsonValue | null> => {
    const bound = Object.fromEntries(loop.bind.map(([name, value]) => [name, asText(value({ root: item, variables: {}, nodes: NO_NODES })) ?? '']));
    const answer = (await ask(resource, reader, { cursor: null, bound }))!;
    if (answer.end && answer.end.state !== 'empty') end = answer.end;
    return answer.items.length === 0 ? null : { ...bound, fields: answer.items[0]! };
  }));
  return { ...page, items: rows.filter((row) => row !== null), end };
}

function failedEnd(resource: CompiledResource, error: unknown): PageEnd {
  const fatal = !(error instanceof PlumblineError) || resource.rule.required || error.code === 'PLB-COLLECT-002' || error.code === 'PLB-COLLECT-006';
  if (fatal) throw error;
  return { state: error.code === 'PLB-COLLECT-003' ? 'forbidden' : 'failed', reason: `${error.code} ${error.message}`, missing: error.code === 'PLB-COLLECT-003' ? resource.rule.right : null };
}

/**
 * All pages of the type. An optional type that fails ends `failed` and the rest goes on; a required one throws, with the
 * pages read so far stored.
 */
export async function readType(resource: CompiledResource, reader: TypeReader, sources: (type: string) => readonly JsonValue[]): Promise<Page[]> {
  const pages = storedPages(await reader.pages.read(resource.type)).filter((page) => page.request !== '(superseded)');
  const finished = pages.length > 0 && (pages.at(-1)!.next === null || pages.at(-1)!.end !== null);
  if (finished) return pages;
  try {
    if (resource.forEach) {
      pages.push(await readEach(resource, reader, sources(resource.forEach.of)));
      await reader.pages.write(resource.type, 0, pages[0] as JsonValue);
      reportOf(resource, reader, pages);
    } else {
      await readOn(resource, reader, pages);
      if (resource.rule.paging?.recheck === true && pages.length > 1 && pages.at(-1)!.end === null) await settle(resource, reader, pages);
    }
  } catch (error) {
    pages.push({ ...blankPage(`GET ${resource.rule.get ?? ''}`, null), end: failedEnd(resource, error) });
    await reader.pages.write(resource.type, pages.length - 1, pages.at(-1) as JsonValue);
  }
  return pages;
}
