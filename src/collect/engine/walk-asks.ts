/**
 * Walks the lists of a looped type, a few at a time, and into what they lead on to. Owns what one refused list means for the
 * whole: the others are read, and it is counted.
 */
import PQueue from 'p-queue';
import { PlumblineError } from '../../model/errors.js';
import type { CompiledResource } from '../manifest/connector.js';
import type { AskLog } from './ask-log.js';
import type { AskReader } from './ask-page.js';
import { deeperAsks } from './asks.js';
import type { AskPlan, PlannedAsk } from './asks.js';
import { blankPage } from './pages.js';
import type { Page, PageEnd } from './pages.js';
import { labelOf, requestOf } from './request.js';
import { isDone, walkList } from './walk-list.js';
import type { ListKeeper } from './walk-list.js';

const PARALLEL_LISTS = 4;
/** Of one type, however they came about. */
const MOST_LISTS = 20_000;
/** So many lists in a row that fail for want of an answer: the platform is gone, not the lists. */
const FAILED_IN_A_ROW = 5;
const WORLD_FAILURES: readonly string[] = ['PLB-COLLECT-001', 'PLB-COLLECT-014'];
/** What is wrong with the key or the platform as a whole, or only with the moment. */
const FOR_ALL: readonly string[] = ['PLB-COLLECT-002', 'PLB-COLLECT-006', 'PLB-COLLECT-009', 'PLB-SCAN-003'];

export interface WalkedAsks {
  /** each list's pages, in the order in which the lists are planned */
  readonly lists: readonly (readonly Page[])[];
  readonly end: PageEnd | null;
}

interface Walk {
  readonly resource: CompiledResource;
  readonly reader: AskReader;
  readonly log: AskLog;
  failedInARow: number;
}

/** null = it ends the whole walk. What fails because the scan is stopped says nothing about the item: it is asked again when the scan goes on. */
function refusal({ resource, reader }: Walk, error: unknown): PageEnd | null {
  if (reader.signal?.aborted === true || !(error instanceof PlumblineError) || FOR_ALL.includes(error.code)) return null;
  const isForbidden = error.code === 'PLB-COLLECT-003';
  return { state: isForbidden ? 'forbidden' : 'failed', reason: `${error.code} ${error.message}`, missing: isForbidden ? resource.rule.right : null };
}

function labelFor({ resource, reader }: Walk, ask: PlannedAsk): string {
  try {
    return labelOf(requestOf(resource.rule, { ...reader.fields, ...ask.bound }, { cursor: null, more: ask.more }));
  } catch {
    return `GET ${resource.rule.get ?? resource.rule.readOnlyPost?.path ?? ''}`;
  }
}

async function walkOne(walk: Walk, ask: PlannedAsk, keeper: ListKeeper): Promise<void> {
  try {
    await walkList(walk.resource, walk.reader, ask, keeper);
    const last = keeper.pages.length - 1;
    if (!isDone(walk.resource, keeper.pages)) {
      keeper.pages[last] = { ...keeper.pages[last]!, settled: true };
      await keeper.keep(last, keeper.pages[last]);
    }
    walk.failedInARow = 0;
  } catch (error) {
    const end = refusal(walk, error);
    if (!end) throw error;
    walk.failedInARow = WORLD_FAILURES.includes((error as PlumblineError).code) ? walk.failedInARow + 1 : 0;
    if (walk.failedInARow >= FAILED_IN_A_ROW) throw error;
    const page = { ...blankPage(labelFor(walk, ask), null), end };
    await keeper.keep(keeper.pages.length, page);
    keeper.pages.push(page);
  }
}

/** What one level leads on to; `seen` makes a circle of folders end. */
function nextLevel(walk: Walk, level: readonly PlannedAsk[], seen: Set<string>): PlannedAsk[] {
  const found = level.flatMap((ask) => deeperAsks(walk.resource, ask, walk.log.keeperOf(ask.id).pages.flatMap((page) => page.items), walk.reader.fields));
  return found.filter((ask) => !seen.has(ask.id) && seen.add(ask.id));
}

/** Level by level. An error that ends the walk lets requests on their way come home, so that they are kept. */
async function walkLevel(walk: Walk, level: readonly PlannedAsk[]): Promise<void> {
  const { resource } = walk;
  const queue = new PQueue({ concurrency: PARALLEL_LISTS });
  const failures: unknown[] = [];
  const open = level.filter((ask) => !isDone(resource, walk.log.keeperOf(ask.id).pages));
  walk.log.begin(open.map((ask) => ask.id));
  for (const ask of open) {
    void queue.add(async () => {
      if (failures.length > 0 || walk.reader.budget?.end()) return;
      await walkOne(walk, ask, walk.log.keeperOf(ask.id)).then(() => walk.log.close(ask.id)).catch((error: unknown) => { failures.push(error); });
    });
  }
  await queue.onIdle();
  if (failures.length > 0) throw failures[0];
}

/** Throws what ends the whole type, with all answers up to then kept. */
export async function walkAsks(resource: CompiledResource, reader: AskReader, plan: AskPlan, log: AskLog): Promise<WalkedAsks> {
  const walk: Walk = { resource, reader, log, failedInARow: 0 };
  const seen = new Set(plan.asks.map((ask) => ask.id));
  const all: PlannedAsk[] = [];
  const deepest = resource.rule.recurse?.depth ?? 0;
  let end = plan.end;
  for (let level = [...plan.asks], depth = 0; level.length > 0; depth += 1) {
    await walkLevel(walk, level);
    all.push(...level);
    const spent = reader.budget?.end() ?? null;
    if (spent && level.some((ask) => !isDone(resource, log.keeperOf(ask.id).pages))) return { lists: all.map((ask) => log.keeperOf(ask.id).pages), end: spent };
    level = nextLevel(walk, level, seen);
    if (level.length === 0) break;
    if (depth >= deepest) end = { state: 'partial', reason: `what lies deeper than ${deepest} levels was not read`, missing: null };
    else if (all.length + level.length > MOST_LISTS) end = { state: 'partial', reason: `only the first ${MOST_LISTS} lists were read`, missing: null };
    else continue;
    break;
  }
  return { lists: all.map((ask) => log.keeperOf(ask.id).pages), end };
}
