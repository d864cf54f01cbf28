/**
 * Times a scan of a live n8n with 1,000 workflows, from the trigger of its schedule to the finished scan, through the whole
 * product; beside it the bare paged download of the same list. Prints a table. Run: npm run bench -- live
 */
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Schedule, ScanDetails } from '../src/api/schemas.js';
import { connect, firstAdministrator, newestScan, type ApiClient } from '../test/support/api-client.js';
import { createManyWorkflows, installN8n, N8N_VERSION, seedN8n, startN8n, type RunningN8n } from '../test/support/platforms/n8n.js';
import { startTestPlumbline } from '../test/support/plumbline.js';
import { until } from '../test/support/until.js';

const COUNT = Number(process.env['BENCH_WORKFLOWS'] ?? 1_000);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
/** n8n's largest page. */
const PAGE = 250;

interface Page {
  readonly data: readonly unknown[];
  readonly nextCursor: string | null;
}

interface Floor {
  readonly seconds: number;
  readonly bytes: number;
  readonly workflows: number;
}

/** As lean as it can be: read, parse, follow the cursor. */
async function download(n8n: RunningN8n): Promise<Floor> {
  const began = performance.now();
  let [bytes, workflows] = [0, 0];
  let cursor: string | null = null;
  do {
    const answer = await fetch(`${n8n.url}/api/v1/workflows?limit=${PAGE}${cursor === null ? '' : `&cursor=${cursor}`}`, { headers: { 'x-n8n-api-key': n8n.apiKey } });
    const text = await answer.text();
    const page = JSON.parse(text) as Page;
    bytes += Buffer.byteLength(text);
    workflows += page.data.length;
    cursor = page.nextCursor;
  } while (cursor !== null);
  return { seconds: (performance.now() - began) / 1_000, bytes, workflows };
}

interface Timing {
  readonly seconds: number;
  readonly stages: ReadonlyMap<string, number>;
  readonly scan: ScanDetails;
}

/** Asked every 50 ms: often enough to tell the stages, seldom enough not to slow what it looks at. */
async function scheduledScan(ada: ApiClient, platformId: string): Promise<Timing> {
  const before = (await newestScan(ada, platformId))!.id;
  const stages = new Map<string, number>();
  const began = performance.now();
  await ada.post(`/platforms/${platformId}/schedule/trigger`);
  let [stage, since] = ['starting', began];
  const turn = (next: string): void => {
    const now = performance.now();
    stages.set(stage, (stages.get(stage) ?? 0) + (now - since) / 1_000);
    [stage, since] = [next, now];
  };
  const ended = await until(async () => {
    const scan = await newestScan(ada, platformId);
    if (scan === null || scan.id === before) return null;
    if (scan.stage !== stage) turn(scan.stage);
    return scan.status === 'running' ? null : scan;
  }, { what: 'the scheduled scan ends', limitMs: 600_000, everyMs: 50 });
  turn('end');
  const seconds = (performance.now() - began) / 1_000;
  const scan = await ada.get<ScanDetails>(`/scans/${ended.id}`);
  if (scan.scan.status !== 'completed') throw new Error(`the scan ended as ${scan.scan.status}: ${scan.scan.error?.message}`);
  return { seconds, stages, scan };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const write = (line: string): void => void process.stdout.write(`${line}\n`);

function row(name: string, seconds: readonly number[], floor: number): void {
  const figure = (value: number): string => value.toFixed(3).padStart(10);
  write(`${name.padEnd(44)}${figure(median(seconds))}${figure(Math.min(...seconds))}${(median(seconds) / floor).toFixed(2).padStart(10)}`);
}

async function measure(n8n: RunningN8n, ada: ApiClient): Promise<void> {
  const { platformId } = await connect(ada, { name: 'Bench', connectorId: 'n8n', baseUrl: n8n.url, secret: { apiKey: n8n.apiKey } });
  await ada.put<Schedule>(`/platforms/${platformId}/schedule`, { spec: { kind: 'interval', everyMinutes: 60 * 24 * 30, jitterSeconds: 0 } });
  const [floors, scans]: [Floor[], Timing[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    floors.push(await download(n8n));
    scans.push(await scheduledScan(ada, platformId));
    // The next trigger is not to find this scan still closing.
    await sleep(1_000);
  }
  const [{ bytes, workflows }, { scan }] = [floors[0]!, scans[0]!];
  if (workflows < COUNT) throw new Error(`only ${workflows} of ${COUNT} workflows were there`);
  write(`n8n ${N8N_VERSION}, ${workflows} workflows, ${(bytes / 2 ** 20).toFixed(1)} MiB, ${scan.scan.resources} resources, ${scan.scan.findings} findings; median of ${ROUNDS} rounds; load ${loadavg()[0]!.toFixed(1)}`);
  write(`${'what'.padEnd(44)}${'median s'.padStart(10)}${'best s'.padStart(10)}${'ratio'.padStart(10)}`);
  const floor = median(floors.map((each) => each.seconds));
  row(`floor: paged download, ${PAGE} per page`, floors.map((each) => each.seconds), floor);
  row('schedule trigger to finished scan', scans.map((each) => each.seconds), floor);
  const stages = [...new Set(scans.flatMap((each) => [...each.stages.keys()]))];
  for (const stage of stages) row(`  of which ${stage}`, scans.map((each) => each.stages.get(stage) ?? 0), floor);
}

async function main(): Promise<void> {
  const n8n = await startN8n({ installFolder: await installN8n() });
  try {
    await seedN8n(n8n);
    await createManyWorkflows(n8n, COUNT);
    const plumbline = await startTestPlumbline();
    try {
      await measure(n8n, await firstAdministrator(plumbline));
    } finally {
      await plumbline.stop();
    }
  } finally {
    await n8n.stop();
  }
}

await main();
