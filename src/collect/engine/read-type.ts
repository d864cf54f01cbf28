/** Reads one resource type to its end, in whatever way its manifest says, and tells how it ended. Owns the choice and resuming. */
import { canonicalJson, sha256 } from '../../model/canonical.js';
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';
import { openAskLog } from './ask-log.js';
import { isLooped, planAsks } from './asks.js';
import type { AskPlan } from './asks.js';
import { createByteBudget } from './byte-budget.js';
import { emptyFieldEnd } from './empty-fields.js';
import { readJob } from './job.js';
import { earlierPages, openList } from './list-store.js';
import { mayHaveMoved } from './moving.js';
import { blankPage } from './pages.js';
import type { PageEnd } from './pages.js';
import { PLAIN_ASK } from './read-page.js';
import { endOfLists } from './refusals.js';
import { sinceOf, sincePair } from './since.js';
import type { Reading, TypeReader } from './type-reader.js';
import { walkAsks } from './walk-asks.js';
import { isEnded, walkList } from './walk-list.js';

/** Raised when items are kept in another form by the same manifest: pages of earlier scans are not taken then. */
const CLEANING = 4;

function rulesOf({ rule }: CompiledResource, connector: Connector): string {
  return sha256(canonicalJson({ rule, redact: connector.manifest.redact, cleaning: CLEANING })).slice(0, 24);
}

/** Whoever is stopped ends with that, and not with a type that failed: the rest is read when it goes on. */
function failedEnd(resource: CompiledResource, error: unknown, signal: AbortSignal | undefined): PageEnd {
  const fatal = !(error instanceof PlumblineError) || signal?.aborted === true || resource.rule.required || error.code === 'PLB-SCAN-003' || error.code === 'PLB-COLLECT-002' || error.code === 'PLB-COLLECT-006';
  if (fatal) throw error;
  return { state: error.code === 'PLB-COLLECT-003' ? 'forbidden' : 'failed', reason: `${error.code} ${error.message}`, missing: error.code === 'PLB-COLLECT-003' ? resource.rule.right : null };
}

function progressOf({ type, rule }: CompiledResource, reader: TypeReader): (answers: number, items: number) => void {
  return (page, read) => reader.onProgress({ type, title: rule.title, page, read });
}

function sinceFor({ type, rule }: CompiledResource, reader: TypeReader): string | null {
  return rule.since ? sinceOf(rule.since, reader.bookmarks[type], reader.now()) : null;
}

function requestWords({ rule }: CompiledResource): string {
  return rule.get === undefined ? `POST ${rule.readOnlyPost?.path ?? rule.job?.submit?.path ?? ''}` : `GET ${rule.get}`;
}

async function readPlain(resource: CompiledResource, reader: TypeReader): Promise<Reading> {
  const { rule, type } = resource;
  const rules = rulesOf(resource, reader.connector);
  const started = sinceFor(resource, reader);
  const earlier = rule.since ? [] : await earlierPages(type, reader.pages, rules);
  const list = await openList({ type, pages: reader.pages, earlier, stamp: rule.since ? { since: started, rules } : { rules }, onKept: progressOf(resource, reader) });
  const since = list.pages[0]?.since ?? started;
  if (!isEnded(list.pages) || (!list.settled && mayHaveMoved(resource, list.pages))) {
    try {
      await walkList(resource, reader, rule.since && since !== null ? { ...PLAIN_ASK, more: [sincePair(rule.since, since)] } : PLAIN_ASK, list);
      if (mayHaveMoved(resource, list.pages)) await list.settle();
    } catch (error) {
      const page = { ...blankPage(requestWords(resource), null), end: failedEnd(resource, error, reader.signal) };
      await list.keep(list.pages.length, page);
      list.pages.push(page);
    }
  }
  return { lists: [list.pages], end: list.pages.at(-1)!.end };
}

async function readLooped(resource: CompiledResource, reader: TypeReader, sources: readonly JsonValue[]): Promise<Reading> {
  const { rule, type } = resource;
  const rules = rulesOf(resource, reader.connector);
  const earlier = rule.since ? [] : await earlierPages(type, reader.pages, rules);
  const log = await openAskLog({ type, pages: reader.pages, request: requestWords(resource), rules, earlier, since: sinceFor(resource, reader), onKept: progressOf(resource, reader) });
  const more = rule.since && log.since !== null ? [sincePair(rule.since, log.since)] : [];
  const base = planAsks(resource, sources, reader.fields);
  const plan: AskPlan = { ...base, asks: base.asks.map((ask) => ({ ...ask, more: [...ask.more, ...more] })) };
  try {
    const { lists, end } = await walkAsks(resource, reader, plan, log);
    return { lists, end: endOfLists(lists, end) };
  } catch (error) {
    return { lists: log.lists(), end: failedEnd(resource, error, reader.signal) };
  } finally {
    await log.flush();
  }
}

/**
 * All that there is of the type. An optional type that fails ends `failed` and the rest goes on; a required one throws, with
 * the answers up to then stored. `sources`: items of a type that stands before this one.
 */
export async function readType(resource: CompiledResource, of: TypeReader, sources: (type: string) => readonly JsonValue[]): Promise<Reading> {
  const reader: TypeReader = { ...of, budget: of.budget ?? createByteBudget(), sizes: { largest: 0 } };
  const empty = emptyFieldEnd(resource, reader.connector, reader.fields);
  if (empty) return { lists: [[{ ...blankPage(requestWords(resource), null), end: empty }]], end: empty };
  if (isLooped(resource)) return readLooped(resource, reader, resource.forEach ? sources(resource.forEach.of) : []);
  return resource.rule.job ? readJob(resource, reader, (job, error) => failedEnd(job, error, reader.signal)) : readPlain(resource, reader);
}
