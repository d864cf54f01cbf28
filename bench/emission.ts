/**
 * Times what is made of pages once they are here: read as JSON, cleaned of secrets, told apart, turned into resources, digested; beside the
 * bare JSON.parse and SHA-256 of the same bytes, in processor time. Nothing is asked and nothing is stored. Each round has an estate of its own, so that nothing
 * is remembered of the one before. Run: npm run bench -- emission; or npx tsx bench/emission.ts [small|large|node-red] [rounds] [items]
 */
import { createHash, createHmac } from 'node:crypto';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fork } from 'node:child_process';
import { cleanItem } from '../src/collect/decode/clean-item.js';
import { emission } from '../src/collect/emit/emit.js';
import { itemsOf } from '../src/collect/engine/items.js';
import type { Page } from '../src/collect/engine/pages.js';
import { decodeUtf8, readJson } from '../src/collect/http/json-text.js';
import { DOOR_LIMITS } from '../src/collect/http/limits.js';
import type { Connector } from '../src/collect/manifest/connector.js';
import { loadConnector } from '../src/collect/index.js';
import { snapshotRoot, toEntries } from '../src/compare/index.js';
import type { JsonValue, Resource } from '../src/model/resource.js';
import type { SnapshotEntry } from '../src/model/snapshot.js';
import { estateWorkflow } from '../test/support/platforms/estate-n8n.js';
import { generateWorkflow } from './scan-folder-workflows.js';
import { manyFlows } from './many-flows.js';

const PAGE = 250;
const BATCH = 1_000;
const KEY = Buffer.alloc(32, 3);
const STAGES = ['parse', 'clean', 'items', 'emit', 'digest'] as const;
type Stage = (typeof STAGES)[number];

interface Estate {
  readonly title: string;
  readonly connectorId: string;
  readonly type: string;
  readonly count: number;
  /** the answers of a platform, as they come */
  readonly pages: (round: number, count: number) => Buffer[];
}

const n8nPages = (make: (index: number, mark: string) => unknown) => (round: number, count: number): Buffer[] => Array.from({ length: Math.ceil(count / PAGE) }, (_page, page) => {
  const size = Math.min(PAGE, count - page * PAGE);
  return Buffer.from(JSON.stringify({ data: Array.from({ length: size }, (_each, at) => make(round * count + page * PAGE + at, ` ${round}`)), nextCursor: null }));
});

const ESTATES: Record<string, Estate> = {
  small: { title: 'n8n workflows of 5 nodes', connectorId: 'n8n', type: 'workflows', count: 10_000, pages: n8nPages(estateWorkflow) },
  large: { title: 'n8n workflows of 6 to 15 nodes', connectorId: 'n8n', type: 'workflows', count: 2_000, pages: n8nPages(generateWorkflow) },
  'node-red': { title: 'Node-RED nodes', connectorId: 'node-red', type: 'flows', count: 5_000, pages: (round, count) => [Buffer.from(JSON.stringify({ rev: 'r', flows: manyFlows(count, ` ${round}`) }))] },
};

interface Round {
  readonly floor: number;
  readonly stages: Record<Stage, number>;
  readonly resources: number;
  readonly root: string;
  readonly heapMiB: number;
}

/** Milliseconds of processor time of all threads, so that whatever else runs on the machine counts little. */
function now(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function timer(): { readonly stages: Record<Stage, number>; time<T>(stage: Stage, work: () => T): T; heapMiB(): number } {
  const stages = Object.fromEntries(STAGES.map((stage) => [stage, 0])) as Record<Stage, number>;
  let heap = 0;
  return {
    stages,
    time(stage, work) {
      const began = now();
      const result = work();
      stages[stage] += now() - began;
      heap = Math.max(heap, process.memoryUsage().heapUsed);
      return result;
    },
    heapMiB: () => heap / 2 ** 20,
  };
}

function floorOf(pages: readonly Buffer[]): number {
  const began = now();
  for (const page of pages) {
    createHash('sha256').update(page).digest('hex');
    JSON.parse(page.toString('utf8'));
  }
  return now() - began;
}

/** As many as a store would take at once. */
function taken(resources: Iterator<Resource>): Resource[] {
  const batch: Resource[] = [];
  for (let next = resources.next(); !next.done; next = batch.length < BATCH ? resources.next() : { done: true, value: undefined }) batch.push(next.value);
  return batch;
}

function oursOf(connector: Connector, type: string, bodies: readonly Buffer[]): Omit<Round, 'floor'> {
  const resource = connector.resources.find((each) => each.type === type)!;
  const { stages, time, heapMiB } = timer();
  const pages = bodies.map((body): Page => {
    const { value, hash } = time('parse', () => {
      return { value: readJson(decodeUtf8(body), DOOR_LIMITS).value, hash: createHmac('sha256', KEY).update(body).digest('hex') };
    });
    const items = time('clean', () => (resource.items({ root: value, variables: {}, nodes: new Map() }) as JsonValue[]).map((item) => cleanItem(resource, item, { key: KEY, notes: [] })));
    return { request: 'GET /', items, next: null, cursor: null, etag: null, end: null, notes: [], total: null, mark: null, hash };
  });
  const { items } = time('items', () => itemsOf(resource, [pages]));
  const made = emission(connector, new Map([[type, items]]), { source: 'api', file: null, fileKey: '', suffix: '' });
  const resources = made.each([])[Symbol.iterator]();
  const entries: SnapshotEntry[] = [];
  for (let batch = time('emit', () => taken(resources)); batch.length > 0; batch = time('emit', () => taken(resources))) entries.push(...time('digest', () => toEntries(batch)));
  time('emit', () => made.unread());
  return { stages, resources: entries.length, root: snapshotRoot(entries), heapMiB: heapMiB() };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const write = (line: string): void => void process.stdout.write(`${line}\n`);

async function measure(estate: Estate, rounds: number, count: number): Promise<void> {
  const connector = await loadConnector(join(process.env['BENCH_PACKS'] ?? join(import.meta.dirname, '../packs'), 'connectors', estate.connectorId));
  const done: Round[] = [];
  let bytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    const pages = estate.pages(round, count);
    bytes = pages.reduce((sum, page) => sum + page.length, 0);
    done.push({ floor: floorOf(pages), ...oursOf(connector, estate.type, pages) });
  }
  const floor = median(done.map((each) => each.floor));
  const total = median(done.map(({ stages }) => STAGES.reduce((sum, stage) => sum + stages[stage], 0)));
  const row = (name: string, ms: number): void => write(`  ${name.padEnd(30)}${ms.toFixed(1).padStart(10)}${(bytes / 2 ** 20 / (ms / 1_000)).toFixed(1).padStart(10)}${((ms / total) * 100).toFixed(0).padStart(7)}%${(ms / floor).toFixed(2).padStart(10)}`);
  write(`${count} ${estate.title}: ${(bytes / 2 ** 20).toFixed(1)} MiB, ${done[0]!.resources} resources, digest of the first round ${done[0]!.root.slice(0, 12)}; median of ${rounds} rounds; load ${loadavg()[0]!.toFixed(1)}`);
  write(`  ${'what'.padEnd(30)}${'CPU ms'.padStart(10)}${'MiB/s'.padStart(10)}${'share'.padStart(8)}${'x floor'.padStart(10)}`);
  row('floor: JSON.parse, SHA-256', floor);
  for (const stage of STAGES) row(stage, median(done.map((each) => each.stages[stage])));
  row('all stages', total);
  write(`  first round, with nothing warm: ${STAGES.reduce((sum, stage) => sum + done[0]!.stages[stage], 0).toFixed(0)} ms beside ${done[0]!.floor.toFixed(0)} ms; largest heap ${Math.max(...done.map((each) => each.heapMiB)).toFixed(0)} MiB, largest resident set ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
}

/** In processes of their own: the heap of one is not that of the other. */
async function all(): Promise<void> {
  for (const name of Object.keys(ESTATES)) await new Promise((resolve) => fork(process.argv[1]!, [name]).once('exit', resolve));
}

const [name, rounds, count] = process.argv.slice(2);
if (name === undefined) await all();
else await measure(ESTATES[name]!, Number(rounds ?? 7), Number(count ?? ESTATES[name]!.count));
