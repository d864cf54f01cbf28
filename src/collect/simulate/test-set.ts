/** The trials of one fixture set. Owns what a connector must hold; each trial says in lines what failed, and none passes by having nothing to try. */
import { PlumblineError } from '../../model/errors.js';
import { memoryPages } from '../engine/page-store.js';
import { unwatched } from '../lint/step-paths.js';
import type { Connector } from '../manifest/connector.js';
import { rowDifferences } from './differences.js';
import { MAIN_SET } from './fixture.js';
import type { FixtureSet } from './fixture.js';
import { goldenDifferences, goldenFile, goldenOf, readGolden, writeGolden } from './golden.js';
import { volatileChanged } from './noise.js';
import { otherPaperwork } from './paperwork.js';
import { itemsOfSet } from './places.js';
import { readSet, withoutPort } from './read-set.js';
import type { Outcome, ReadResult } from './read-set.js';
import { refusalTrial } from './refusal-trials.js';
import { secretTrials } from './secret-trials.js';
import { excusesOf, fuller, moved, turnedRound } from './shaken.js';
import type { Shaken } from './shaken.js';
import { nothing, trial } from './trial.js';
import type { Bench, Trial } from './trial.js';

export interface SetReport {
  readonly set: string;
  readonly about: string;
  readonly requests: number;
  readonly resources: number;
  readonly trials: readonly Trial[];
}

function outcomeDifferences(a: Outcome, b: Outcome, observed: boolean): string[] {
  const ending = a.error?.message === b.error?.message ? [] : [`one ended with ${a.error?.code ?? 'a result'}, the other with ${b.error ? `${b.error.code} ${b.error.message}` : 'a result'}`];
  const seen = observed ? rowDifferences(a.observations, b.observations) : [];
  return [...ending, ...rowDifferences(a.resources, b.resources), ...seen, ...rowDifferences(a.completeness, b.completeness)];
}

function requestTrials({ set, first }: Bench): Trial[] {
  const unmatched = [...new Set(first.unmatched)].map((label) => `asked, but there is no exchange for it: ${label}`);
  const refused = [...new Set(first.refused)].map((label) => `signed in wrongly, a required header is missing or differs: ${label}`);
  const unused = first.unused.map((label) => `nobody asks for it: ${label}`);
  const used = trial('every exchange is asked for', set === MAIN_SET ? unused : []);
  return [trial('every request has its exchange', unmatched), ...(set === MAIN_SET ? [trial('sign-in is as required', refused)] : []), unused.length > 0 && set !== MAIN_SET ? { ...used, lines: unused } : used];
}

async function goldenTrial({ connector, set, first }: Bench, update: boolean): Promise<Trial> {
  const file = goldenFile(connector.folder, set);
  const fresh = goldenOf(first.outcome, first.requests);
  const golden = await readGolden(file);
  const lines = golden === null ? [`there is no ${set}.golden.json; write it with --update and read it`] : goldenDifferences(golden, fresh);
  if (!update || lines.length === 0) return trial('the result equals the golden', lines);
  await writeGolden(file, fresh);
  return { name: 'the result equals the golden', state: 'written', lines };
}

function unmatchedLines({ unmatched }: ReadResult): string[] {
  return unmatched.map((label) => `it asks now: ${label}`);
}

/** What the manifest excuses must be there, or an excuse could hide what nobody ever looked at. */
function unusedExcuses({ connector, set, fixture }: Bench, kind: 'ordered' | 'steady', { excused }: Shaken): string[] {
  if (set !== MAIN_SET) return [];
  const read = new Set(itemsOfSet(connector, fixture.exchanges).map(({ resource }) => resource));
  return excusesOf([...read], kind).filter((excuse) => !excused.has(excuse)).map((excuse) => `\`${kind}\` of ${excuse} excuses nothing in these answers; remove it, or put such a value into them`);
}

async function shakenTrial(bench: Bench, name: string, { kind, shaken }: { kind: 'ordered' | 'steady'; shaken: Shaken }): Promise<Trial> {
  const unused = unusedExcuses(bench, kind, shaken);
  if (shaken.changed === 0 && unused.length === 0) return nothing(name, kind === 'ordered' ? 'no list holds more than one member' : 'no answer holds a time');
  const after = await readSet(bench.connector, shaken.fixture);
  const lines = [...unmatchedLines(after), ...outcomeDifferences(bench.first.outcome, after.outcome, kind === 'ordered'), ...unused];
  return trial(name, kind === 'steady' || lines.length > 0 ? lines : await fullerLines(bench));
}

/** The same with lists of one member made longer, which is an estate of its own: one read of it against another. */
async function fullerLines({ connector, fixture }: Bench): Promise<string[]> {
  const longer = fuller(connector, fixture);
  const [one, other] = [await readSet(connector, longer), await readSet(connector, turnedRound(connector, longer).fixture)];
  return outcomeDifferences(one.outcome, other.outcome, true).map((line) => `with a second member in each list: ${line}`);
}

async function noiseTrials(bench: Bench): Promise<Trial[]> {
  const { connector, fixture, first } = bench;
  const [again, otherwise] = [await readSet(connector, fixture), await readSet(connector, otherPaperwork(connector, fixture).fixture)];
  const volatile = volatileChanged(connector, fixture);
  const changed = volatile.fields === 0 ? null : await readSet(connector, volatile.fixture);
  return [
    trial('two reads are equal', outcomeDifferences(first.outcome, again.outcome, true)),
    await shakenTrial(bench, 'another order is no change', { kind: 'ordered', shaken: turnedRound(connector, fixture) }),
    await shakenTrial(bench, 'later times are no change', { kind: 'steady', shaken: moved(connector, fixture) }),
    trial('other cursors and tags are no change', [...unmatchedLines(otherwise), ...outcomeDifferences(first.outcome, otherwise.outcome, true)]),
    changed === null ? nothing('volatile fields are no change', 'no answer holds a field of `drop`') : trial('volatile fields are no change', [...unmatchedLines(changed), ...outcomeDifferences(first.outcome, changed.outcome, false)]),
  ];
}

/** Reads until so many pages are stored, is stopped, and goes on with the same pages. */
async function interrupted({ connector, fixture }: Bench, after: number): Promise<Outcome> {
  const stop = new AbortController();
  const pages = memoryPages();
  let written = 0;
  const counting = { ...pages, async write(...args: Parameters<typeof pages.write>) { await pages.write(...args); written += 1; if (written >= after) stop.abort(new PlumblineError('PLB-SCAN-003', 'Stopped by the test.')); } };
  const stopped = await readSet(connector, fixture, { pages: counting, signal: stop.signal });
  // what was stored before the stop names the simulator of then
  return withoutPort((await readSet(connector, fixture, { pages })).outcome, stopped.url, fixture);
}

async function countedPages({ connector, fixture }: Bench): Promise<number> {
  const pages = memoryPages();
  let written = 0;
  await readSet(connector, fixture, { pages: { ...pages, async write(...args) { await pages.write(...args); written += 1; } } });
  return written;
}

async function resumeTrial(bench: Bench): Promise<Trial> {
  const name = 'a read that was killed goes on to the same result';
  const pages = await countedPages(bench);
  if (pages < 2) return nothing(name, 'everything stands on one page');
  const lines: string[] = [];
  for (const after of new Set([1, Math.ceil(pages / 2), pages - 1])) {
    const outcome = await interrupted(bench, after);
    lines.push(...outcomeDifferences(bench.first.outcome, outcome, true).map((line) => `stopped after page ${after} of ${pages}: ${line}`));
  }
  return trial(name, lines);
}

/** All trials; only the main set must use every exchange and be signed in throughout. */
export async function testSet(watched: Connector, set: string, fixture: FixtureSet, update: boolean): Promise<SetReport> {
  const first = await readSet(watched, fixture);
  const connector = unwatched(watched);
  const bench: Bench = { connector, set, fixture, first };
  const trials = [...requestTrials(bench), await goldenTrial(bench, update), ...(await noiseTrials(bench)), ...(await refusalTrial(bench)), ...(await secretTrials(bench)), await resumeTrial(bench)];
  return { set, about: fixture.about, requests: first.requests.length, resources: first.outcome.resources.length, trials };
}
