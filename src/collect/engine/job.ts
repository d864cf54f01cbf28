/**
 * An export that the platform makes on demand: started once, looked at until it is done, read. Owns that it is not started
 * twice: the job's id is stored before the first look. Short waits are made here, long ones by the workflow.
 */
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES, asText, compilePath } from '../expressions/scope.js';
import type { DoorRequest } from '../http/door.js';
import { statusFailure } from '../http/failures.js';
import { toldPath } from '../http/told.js';
import type { CompiledResource } from '../manifest/connector.js';
import type { ResourceRule } from '../manifest/resource-schema.js';
import { againIfItMayPass } from './ask-page.js';
import { resultOf } from './job-result.js';
import { waitUntilStopped } from './pacing.js';
import { SUPERSEDED, blankPage, storedPages } from './pages.js';
import type { Page, PageEnd } from './pages.js';
import type { Values } from './places.js';
import { finishedItem, itemsIn, notesOf } from './read-page.js';
import type { Reading, TypeReader } from './type-reader.js';
import { jobRequest, labelOf, postOf } from './request.js';
import { sinceOf, sincePair } from './since.js';
import { statusEnd } from './status-rules.js';
import type { SessionAnswer } from './session.js';

type JobRule = NonNullable<ResourceRule['job']>;
type Started = NonNullable<Page['job']>;

const LONGEST_WAIT_HERE_MS = 20_000;

interface JobRun {
  readonly resource: CompiledResource;
  readonly reader: TypeReader;
  readonly rule: JobRule;
}

function truthy(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 'false';
}

async function send({ resource, reader }: JobRun, request: DoorRequest): Promise<SessionAnswer> {
  const { rule, type } = resource;
  return reader.session.ask(rule.host, request, rule.limit ? { name: type, rule: rule.limit } : undefined);
}

/** Looking may be repeated; anything but a success is a failure of the export. */
async function look(run: JobRun, request: DoorRequest): Promise<SessionAnswer> {
  return againIfItMayPass(run.reader.signal, async () => {
    const got = await send(run, request);
    if (got.status < 200 || got.status >= 300) throw statusFailure(got.facts, got.status, got.answer.headers['retry-after'] ?? null);
    return got;
  });
}

/** Exports of events are asked for from one time to another: `{since}` and `{now}` in what starts them. */
function timesOf({ resource, reader }: JobRun): Values {
  const rule = resource.rule.since;
  if (!rule) return {};
  const now = reader.now();
  const written = (iso: string): string => sincePair(rule, iso)[1];
  return { since: written(sinceOf(rule, reader.bookmarks[resource.type], now)), now: written(new Date(now).toISOString()) };
}

/** Never repeated by itself: each start is an export more on the platform. A refusal is judged by the manifest's onStatus. */
async function start(run: JobRun): Promise<Started | { readonly end: PageEnd; readonly label: string }> {
  const { rule, reader, resource } = run;
  const values = { ...reader.fields, ...timesOf(run) };
  const request: DoorRequest = rule.submit ? { ...jobRequest(resource.rule, rule.submit.path, values), readOnlyPost: postOf(rule.submit, values) } : jobRequest(resource.rule, rule.start ?? '/', values);
  const got = await send(run, request);
  const end = statusEnd(resource, got);
  if (end) return { end, label: labelOf(request) };
  const id = asText(compilePath(rule.id)({ root: reader.session.json(got).value, variables: {}, nodes: NO_NODES }));
  if (id === undefined || id === '') throw new PlumblineError('PLB-COLLECT-005', `${got.facts.host} started the export "${resource.rule.title}" without telling its id.`, { host: got.facts.host, request: got.facts.request });
  return { id, startedAt: new Date(reader.now()).toISOString() };
}

/** Waits here, or has the workflow wait: the stored id is then looked at again. */
async function pause({ rule, reader, resource }: JobRun): Promise<void> {
  const milliseconds = rule.every * 1000;
  if (milliseconds > LONGEST_WAIT_HERE_MS) {
    throw new PlumblineError('PLB-COLLECT-006', `${reader.session.host} still makes the export "${resource.rule.title}".`, { host: reader.session.host, retryAfterMs: milliseconds });
  }
  reader.onProgress({ type: resource.type, title: resource.rule.title, page: 1, read: 0 });
  await waitUntilStopped(milliseconds, reader.signal);
}

/** Another try starts another export. */
async function giveUp({ reader, resource }: JobRun, { facts }: SessionAnswer, why: string): Promise<never> {
  await reader.pages.write(resource.type, 0, blankPage(SUPERSEDED, null) as JsonValue);
  throw new PlumblineError('PLB-COLLECT-014', `The export "${resource.rule.title}": ${facts.host} ${why}.`, { host: facts.host, request: facts.request });
}

/** The last answer: the one that says that the export is done. */
async function poll(run: JobRun, job: Started, values: Values): Promise<{ got: SessionAnswer; body: JsonValue }> {
  const { rule, reader, resource } = run;
  const until = Date.parse(job.startedAt) + rule.atMost * 1000;
  for (;;) {
    const got = await look(run, jobRequest(resource.rule, rule.poll, values));
    const body = reader.session.json(got).value;
    const scope = { root: body, variables: {}, nodes: NO_NODES };
    if (truthy(resource.job!.failed?.(scope))) await giveUp(run, got, 'says that it failed');
    if (truthy(resource.job!.done(scope))) return { got, body };
    if (reader.now() + rule.every * 1000 > until) await giveUp(run, got, `did not finish it within ${rule.atMost} s`);
    await pause(run);
  }
}

function resultRequest({ rule, reader, resource }: JobRun, body: JsonValue, values: Values): DoorRequest | null {
  if (rule.result?.get !== undefined) return jobRequest(resource.rule, rule.result.get, values);
  if (rule.result?.url === undefined) return null;
  const address = asText(compilePath(rule.result.url)({ root: body, variables: {}, nodes: NO_NODES })) ?? '';
  const target = reader.session.resolve(address, resource.rule.host);
  if (address === '' || target.host !== resource.rule.host) throw new PlumblineError('PLB-COLLECT-007', `The export "${resource.rule.title}" lies at another host; it was not fetched there.`, { host: reader.session.host });
  return { ...jobRequest(resource.rule, '/', values), path: target.path, told: '/{result}', query: target.query, followed: true };
}

async function fetched(run: JobRun, last: { got: SessionAnswer; body: JsonValue }, values: Values): Promise<Page> {
  const { reader, resource, rule } = run;
  const request = resultRequest(run, last.body, values);
  const got = request ? await look(run, request) : last.got;
  const { value, notes: jsonNotes } = request ? resultOf(reader.session, got, rule.result?.as ?? 'json') : reader.session.json(got);
  const notes = notesOf(jsonNotes);
  const items = itemsIn(resource, value, got.facts).map((item) => finishedItem(resource, item, { bound: null, key: reader.fingerprintKey, notes }));
  return { ...blankPage(request ? `GET ${toldPath(request)}` : got.facts.request, null), items, notes: [...new Set(notes)] };
}

async function runJob(run: JobRun, stored: readonly Page[]): Promise<Page[]> {
  const { reader, resource } = run;
  const write = (index: number, page: Page): Promise<void> => reader.pages.write(resource.type, index, page as JsonValue);
  let job = stored[0]?.job;
  if (!job) {
    const started = await start(run);
    if ('end' in started) {
      const page = { ...blankPage(started.label, null), end: started.end };
      await write(0, page);
      return [page];
    }
    job = started;
    await write(0, { ...blankPage('(job)', null), next: job.id, job });
  }
  const values = { ...reader.fields, job: job.id };
  const page = await fetched(run, await poll(run, job, values), values);
  await write(1, page);
  reader.onProgress({ type: resource.type, title: resource.rule.title, page: 1, read: page.items.length });
  return [page];
}

/** `failedEnd` throws what ends the whole scan. */
export async function readJob(resource: CompiledResource, reader: TypeReader, failedEnd: (resource: CompiledResource, error: unknown) => PageEnd): Promise<Reading> {
  const stored = storedPages(await reader.pages.read(resource.type)).filter((page) => page.request !== SUPERSEDED);
  const last = stored.at(-1);
  if (last && last.job === undefined) return { lists: [[last]], end: last.end };
  try {
    const pages = await runJob({ resource, reader, rule: resource.rule.job! }, stored);
    return { lists: [pages], end: pages.at(-1)!.end };
  } catch (error) {
    const page = { ...blankPage('(job)', null), end: failedEnd(resource, error) };
    await reader.pages.write(resource.type, (await reader.pages.read(resource.type)).length, page as JsonValue);
    return { lists: [[page]], end: page.end };
  }
}
