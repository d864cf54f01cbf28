// `npm run bench`: runs the benchmarks of bench/ one after the other, each in a process of its own. Owns: which, in which order.
// Usage: npm run bench [-- folder] [-- emission] [-- collect] [-- live]: without a name, all. The last two install n8n the first time (minutes, 2.3 GB).
import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const BENCHES = { folder: 'scan-folder.ts', emission: 'emission.ts', collect: 'scan-collect.ts', live: 'scan-live-n8n.ts' };

const asked = process.argv.slice(2);
const unknown = asked.find((name) => BENCHES[name] === undefined);
if (unknown !== undefined) {
  process.stderr.write(`There is no bench "${unknown}". There are: ${Object.keys(BENCHES).join(', ')}.\n`);
  process.exit(2);
}

process.stdout.write(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(1)} GiB, ${process.platform} ${process.arch}, Node ${process.version}\n`);
for (const name of asked.length > 0 ? asked : Object.keys(BENCHES)) {
  process.stdout.write(`\n${name}\n`);
  const ended = spawnSync(process.execPath, ['--import', tsx, join(root, 'bench', BENCHES[name])], { cwd: root, stdio: 'inherit' });
  if (ended.status !== 0) process.exitCode = 1;
}
