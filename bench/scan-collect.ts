/**
 * Times a collection from the first request to the stored snapshot, by the step that the worker runs, beside the bare download of the same
 * answers: a live n8n (BENCH_WORKFLOWS, default 1,000), an estate of 10,000 workflows on loopback, a live Node-RED with 5,000 nodes. Then the
 * same again with nothing changed, with the rows that this wrote. Prints a table. Run: npm run bench -- collect [n8n|large|node-red]
 */
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { fork } from 'node:child_process';
import { createManyWorkflows, installN8n, N8N_VERSION, seedN8n, startN8n } from '../test/support/platforms/n8n.js';
import { startEstateN8n } from '../test/support/platforms/estate-n8n.js';
import { nodeRedToken } from '../src/runtime/demo/node-red.js';
import type { FlowItem } from '../src/runtime/demo/flow-nodes.js';
import { startTestNodeRed } from '../test/support/platforms/node-red.js';
import { floorOf, N8N_FLOOR, type Floor, type FloorRequest } from './floor.js';
import { withCollectBench, type CollectBench, type Collected } from './collect-bench.js';

const WORKFLOWS = Number(process.env['BENCH_WORKFLOWS'] ?? 1_000);
const LARGE = Number(process.env['BENCH_LARGE'] ?? 10_000);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);

interface Estate {
  readonly name: string;
  readonly connectorId: string;
  readonly url: string;
  readonly secret: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly requests: readonly FloorRequest[];
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const write = (line: string): void => void process.stdout.write(`${line}\n`);

function row(name: string, seconds: readonly number[], floor: number, more = ''): void {
  const figure = (value: number): string => value.toFixed(3).padStart(10);
  write(`  ${name.padEnd(44)}${figure(median(seconds))}${figure(Math.min(...seconds))}${(median(seconds) / floor).toFixed(2).padStart(8)}  ${more}`);
}

async function measure(bench: CollectBench, estate: Estate): Promise<void> {
  const [floors, firsts, agains]: [Floor[], Collected[], Collected[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    floors.push(await floorOf(estate.url, estate.headers, estate.requests));
    const platform = await bench.addPlatform(estate.connectorId, estate.url, estate.secret);
    firsts.push(await bench.collect(platform));
    agains.push(await bench.collect(platform));
  }
  const floor = median(floors.map((each) => each.seconds));
  write(`${estate.name}: ${floors[0]!.requests} requests, ${(floors[0]!.bytes / 2 ** 20).toFixed(1)} MiB, ${firsts[0]!.resources} resources; median of ${ROUNDS} rounds; load ${loadavg()[0]!.toFixed(1)}`);
  write(`  ${'what'.padEnd(44)}${'median s'.padStart(10)}${'best s'.padStart(10)}${'ratio'.padStart(8)}`);
  row('floor: download, parse, hash', floors.map((each) => each.seconds), floor);
  row('first collection to stored snapshot', firsts.map((each) => each.seconds), floor, `${median(firsts.map((each) => each.rows))} rows`);
  row('the same again, nothing changed', agains.map((each) => each.seconds), floor, `${median(agains.map((each) => each.rows))} rows${agains.every((each) => each.shared) ? '' : ' (NOT SHARED)'}`);
  write(`  largest resident set of the process that collects: ${Math.max(...[...firsts, ...agains].map((each) => each.rssMiB)).toFixed(0)} MiB`);
}

async function n8n(): Promise<void> {
  const running = await startN8n({ installFolder: await installN8n() });
  try {
    await seedN8n(running);
    await createManyWorkflows(running, WORKFLOWS);
    const { url, apiKey } = running;
    await withCollectBench((bench) => measure(bench, { name: `n8n ${N8N_VERSION}, ${WORKFLOWS} workflows`, connectorId: 'n8n', url, secret: { apiKey }, headers: { 'x-n8n-api-key': apiKey }, requests: N8N_FLOOR }));
  } finally {
    await running.stop();
  }
}

/** In a process of its own, so that making the pages does not count as reading them. */
async function large(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ['serve', String(LARGE)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    const { url, apiKey } = await new Promise<{ url: string; apiKey: string }>((resolve) => child.once('message', (message) => resolve(message as { url: string; apiKey: string })));
    await withCollectBench((bench) => measure(bench, { name: `loopback server like n8n, ${LARGE} workflows, pages made once`, connectorId: 'n8n', url, secret: { apiKey }, headers: { 'x-n8n-api-key': apiKey }, requests: N8N_FLOOR }));
  } finally {
    child.kill();
  }
}

async function serve(count: number): Promise<void> {
  // Whoever asked for it may be killed.
  process.once('disconnect', () => process.exit());
  const estate = await startEstateN8n(count);
  await floorOf(estate.url, { 'x-n8n-api-key': estate.apiKey }, N8N_FLOOR);
  process.send!({ url: estate.url, apiKey: estate.apiKey });
}

/** 100 tabs of 49 nodes: with the tabs 5,000 items. */
function manyFlows(): FlowItem[] {
  return Array.from({ length: 100 }, (_tab, tab) => {
    const id = (node: number): string => `${tab.toString(16).padStart(8, '0')}${node.toString(16).padStart(8, '0')}`;
    const nodes = Array.from({ length: 49 }, (_node, at) => ({
      id: id(at + 1), z: id(0), x: 100 + at, y: 80, name: `Step ${at}`, wires: at < 48 ? [[id(at + 2)]] : [],
      ...(at % 7 === 0 ? { type: 'http request', method: 'GET', url: `https://api${tab % 20}.partners.example.com/v1/${at}`, ret: 'obj', paytoqs: 'ignore' } : { type: 'function', func: `msg.payload.step = ${at};\nreturn msg;`, outputs: 1, timeout: 0, initialize: '', finalize: '', libs: [] }),
    }));
    return [{ id: id(0), type: 'tab', label: `Lane ${tab}`, disabled: false, info: '' }, ...nodes];
  }).flat();
}

async function nodeRed(): Promise<void> {
  const running = await startTestNodeRed();
  try {
    await running.api.deploy(manyFlows());
    const { username: user, password } = running.reader;
    const headers = { authorization: `Bearer ${await nodeRedToken({ url: running.url, user, password, scope: 'read' })}`, accept: 'application/json' };
    const get = (path: string): FloorRequest => ({ method: 'GET', path });
    const requests = ['/settings', '/flows', '/nodes', '/diagnostics'].map(get);
    await withCollectBench((bench) => measure(bench, { name: 'Node-RED, 5,000 nodes', connectorId: 'node-red', url: running.url, secret: { ...running.reader } as unknown as Record<string, string>, headers, requests }));
  } finally {
    await running.stop();
  }
}

const PARTS: Record<string, () => Promise<void>> = { n8n, large, 'node-red': nodeRed };
const asked = process.argv.slice(2);
if (asked[0] === 'serve') await serve(Number(asked[1]));
else for (const name of asked.length > 0 ? asked : Object.keys(PARTS)) await PARTS[name]!();
