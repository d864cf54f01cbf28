/**
 * Times a collection from the first request to the stored snapshot, by the step that the worker runs, beside two floors: the bare download
 * of the large lists, and all that an honest reader asks for, with the sign-in (bench/floor.ts). Of a live n8n (BENCH_WORKFLOWS, default 1,000;
 * BENCH_N8N_FOLDER keeps what was made for the next run), an estate of 10,000 workflows on loopback, a live Node-RED with 5,000 nodes. Then the
 * same again with nothing changed, with the rows that this wrote. Prints a table. Run: npm run bench -- collect [n8n|large|node-red]
 */
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { fork } from 'node:child_process';
import { createManyWorkflows, installN8n, N8N_VERSION, seedN8n, startN8n, type RunningN8n } from '../test/support/platforms/n8n.js';
import { startEstateN8n } from '../test/support/platforms/estate-n8n.js';
import { nodeRedToken } from '../src/runtime/demo/node-red.js';
import { startTestNodeRed } from '../test/support/platforms/node-red.js';
import { floorOf, N8N_ALL, N8N_BARE, NODE_RED_ALL, NODE_RED_BARE, type Floor, type FloorRequest } from './floor.js';
import { manyFlows } from './many-flows.js';
import { withCollectBench, type CollectBench, type Collected } from './collect-bench.js';

const WORKFLOWS = Number(process.env['BENCH_WORKFLOWS'] ?? 1_000);
const LARGE = Number(process.env['BENCH_LARGE'] ?? 10_000);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);

interface Estate {
  readonly name: string;
  readonly connectorId: string;
  readonly url: string;
  readonly secret: Record<string, string>;
  readonly bare: readonly FloorRequest[];
  readonly all: readonly FloorRequest[];
  /** made beforehand for the bare floor, and within it for the other */
  readonly signIn: () => Promise<Record<string, string>>;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const write = (line: string): void => void process.stdout.write(`${line}\n`);

interface Timed {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

interface Measured {
  readonly bare: Floor[];
  readonly all: Floor[];
  readonly firsts: Collected[];
  readonly agains: Collected[];
}

async function measured(bench: CollectBench, estate: Estate): Promise<Measured> {
  const found: Measured = { bare: [], all: [], firsts: [], agains: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    const headers = await estate.signIn();
    found.bare.push(await floorOf(estate.url, () => Promise.resolve(headers), estate.bare));
    found.all.push(await floorOf(estate.url, estate.signIn, estate.all));
    const platform = await bench.addPlatform(estate.connectorId, estate.url, estate.secret);
    found.firsts.push(await bench.collect(platform));
    found.agains.push(await bench.collect(platform));
  }
  return found;
}

async function measure(bench: CollectBench, estate: Estate): Promise<void> {
  const { bare, all, firsts, agains } = await measured(bench, estate);
  const of = (timed: readonly Timed[]): number => median(timed.map((each) => each.seconds));
  const row = (name: string, timed: readonly Timed[], more = ''): void => {
    const figures = [of(timed), Math.min(...timed.map((each) => each.seconds)), median(timed.map((each) => each.cpuSeconds))].map((value) => value.toFixed(3).padStart(10));
    const ratios = [bare, all].map((floor) => (of(timed) / of(floor)).toFixed(2).padStart(9));
    write(`  ${name.padEnd(44)}${figures.join('')}${ratios.join('')}  ${more}`);
  };
  write(`${estate.name}: ${bare[0]!.requests} and ${all[0]!.requests} requests, ${(all[0]!.bytes / 2 ** 20).toFixed(1)} MiB, ${firsts[0]!.resources} resources; median of ${ROUNDS} rounds; load ${loadavg()[0]!.toFixed(1)}`);
  write(`  ${'what'.padEnd(44)}${'median s'.padStart(10)}${'best s'.padStart(10)}${'own CPU s'.padStart(10)}${'of bare'.padStart(9)}${'of all'.padStart(9)}`);
  row('bare: large lists downloaded, parsed, hashed', bare);
  row('all: the sign-in and each list likewise', all);
  row('first collection to stored snapshot', firsts, `${median(firsts.map((each) => each.rows))} rows`);
  row('the same again, nothing changed', agains, `${median(agains.map((each) => each.rows))} rows${agains.every((each) => each.shared) ? '' : ' (NOT SHARED)'}`);
  const most = (rss: (each: Collected) => number): string => `${Math.max(...[...firsts, ...agains].map(rss)).toFixed(0)} MiB`;
  write(`  largest resident set of the process: ${firsts[0]!.rssMiB.toFixed(0)} MiB after the first collection, ${most((each) => each.rssMiB)} after all, ${most((each) => each.rssOfScanMiB)} with comparing and judging`);
}

/** Those that an earlier run made count. */
async function fill(running: RunningN8n): Promise<void> {
  const { count } = await downloadAll(running);
  if (count === 0) await seedN8n(running);
  if (count < WORKFLOWS) await createManyWorkflows(running, WORKFLOWS - count);
}

async function downloadAll({ url, apiKey }: RunningN8n): Promise<{ count: number }> {
  let count = 0;
  for (let cursor: string | null = ''; cursor !== null;) {
    const answer = await fetch(`${url}/api/v1/workflows?limit=250${cursor === '' ? '' : `&cursor=${cursor}`}`, { headers: { 'x-n8n-api-key': apiKey } });
    const page = (await answer.json()) as { data: unknown[]; nextCursor: string | null };
    count += page.data.length;
    cursor = page.nextCursor;
  }
  return { count };
}

function n8nEstate(name: string, { url, apiKey }: { readonly url: string; readonly apiKey: string }): Estate {
  return { name, connectorId: 'n8n', url, secret: { apiKey }, bare: N8N_BARE, all: N8N_ALL, signIn: () => Promise.resolve({ 'x-n8n-api-key': apiKey }) };
}

async function n8n(): Promise<void> {
  const folder = process.env['BENCH_N8N_FOLDER'];
  const running = await startN8n({ installFolder: await installN8n(), ...(folder === undefined ? {} : { folder }) });
  try {
    await fill(running);
    await withCollectBench((bench) => measure(bench, n8nEstate(`n8n ${N8N_VERSION}, ${WORKFLOWS} workflows`, running)));
  } finally {
    await running.stop();
  }
}

/** In a process of its own, so that making the pages does not count as reading them. */
async function large(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ['serve', String(LARGE)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    const { url, apiKey } = await new Promise<{ url: string; apiKey: string }>((resolve) => child.once('message', (message) => resolve(message as { url: string; apiKey: string })));
    await withCollectBench((bench) => measure(bench, n8nEstate(`loopback server like n8n, ${LARGE} workflows, pages made once`, { url, apiKey })));
  } finally {
    child.kill();
  }
}

async function serve(count: number): Promise<void> {
  // Whoever asked for it may be killed.
  process.once('disconnect', () => process.exit());
  const estate = await startEstateN8n(count);
  await floorOf(estate.url, () => Promise.resolve({ 'x-n8n-api-key': estate.apiKey }), N8N_ALL);
  process.send!({ url: estate.url, apiKey: estate.apiKey });
}

async function nodeRed(): Promise<void> {
  const running = await startTestNodeRed();
  try {
    await running.api.deploy(manyFlows(5_000));
    const { url, reader } = running;
    const signIn = async (): Promise<Record<string, string>> => ({ authorization: `Bearer ${await nodeRedToken({ url, user: reader.username, password: reader.password, scope: 'read' })}`, accept: 'application/json' });
    await withCollectBench((bench) => measure(bench, { name: 'Node-RED, 5,000 nodes', connectorId: 'node-red', url, secret: { ...reader }, bare: NODE_RED_BARE, all: NODE_RED_ALL, signIn }));
  } finally {
    await running.stop();
  }
}

const PARTS: Record<string, () => Promise<void>> = { n8n, large, 'node-red': nodeRed };
const asked = process.argv.slice(2);
if (asked[0] === 'serve') await serve(Number(asked[1]));
else for (const name of asked.length > 0 ? asked : Object.keys(PARTS)) await PARTS[name]!();
