/**
 * Times `plumbline scan DIR --json` over 2,000 generated n8n workflows as a whole process, beside the floor: one process that
 * reads, parses and hashes the same bytes. Prints a table. Run: npx tsx bench/scan-folder.ts [workflows] [rounds]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateWorkflow } from './scan-folder-workflows.js';

const COUNT = Number(process.argv[2] ?? 2_000);
const ROUNDS = Number(process.argv[3] ?? 5);

/** As lean as it can be: no module but node's own. */
const FLOOR = `
const { createHash } = require('node:crypto'); const { readdirSync, readFileSync } = require('node:fs');
let nodes = 0; const all = createHash('sha256');
for (const name of readdirSync(process.argv[1]).sort()) {
  const bytes = readFileSync(process.argv[1] + '/' + name);
  nodes += JSON.parse(bytes.toString('utf8')).nodes.length;
  all.update(createHash('sha256').update(bytes).digest());
}
console.log(nodes, all.digest('hex'));`;

function writeEstate(folder: string): number {
  let bytes = 0;
  for (let index = 0; index < COUNT; index += 1) {
    const file = join(folder, `workflow-${String(index).padStart(5, '0')}.json`);
    writeFileSync(file, JSON.stringify(generateWorkflow(index), null, 2));
    bytes += statSync(file).size;
  }
  return bytes;
}

interface Timing {
  readonly name: string;
  readonly seconds: number[];
  readonly output: string;
}

function time(name: string, program: string, args: readonly string[]): Timing {
  const seconds: number[] = [];
  let output = '';
  for (let round = 0; round <= ROUNDS; round += 1) {
    const started = process.hrtime.bigint();
    const result = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1024 * 1024 * 1024 });
    const took = Number(process.hrtime.bigint() - started) / 1e9;
    if (result.status !== 0) throw new Error(`${name} ended with ${result.status}: ${result.stderr.slice(0, 500)}`);
    output = result.stdout;
    // the first round fills the caches of disk and compiler
    if (round > 0) seconds.push(took);
  }
  return { name, seconds, output };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  try {
    const bytes = writeEstate(folder);
    const floor = time('floor: read + JSON.parse + SHA-256', process.execPath, ['-e', FLOOR, folder]);
    const scan = time('bin/plumbline scan DIR --json', process.execPath, ['bin/plumbline', 'scan', folder, '--json']);
    const { summary } = JSON.parse(scan.output) as { summary: { resources: number; workflows: number; files: { judged: number }; findings: Record<string, number> } };
    if (summary.files.judged !== COUNT) throw new Error(`only ${summary.files.judged} of ${COUNT} files were judged`);
    console.log(`${COUNT} workflows, ${(bytes / 1024 / 1024).toFixed(1)} MiB, ${summary.resources} resources, ${Object.values(summary.findings).reduce((sum, count) => sum + count, 0)} findings; Node ${process.version}, ${cpus().length} cores; median of ${ROUNDS} rounds, whole process`);
    console.log(`${'what'.padEnd(38)}${'median s'.padStart(10)}${'best s'.padStart(10)}${'ratio'.padStart(10)}`);
    for (const { name, seconds } of [floor, scan]) {
      console.log(`${name.padEnd(38)}${median(seconds).toFixed(3).padStart(10)}${Math.min(...seconds).toFixed(3).padStart(10)}${(median(seconds) / median(floor.seconds)).toFixed(2).padStart(10)}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
