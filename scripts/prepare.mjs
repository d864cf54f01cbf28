// Makes a clone ready. Owns: the order. Usage: node scripts/prepare.mjs [test]
// With `test`, also fetches what the tests run against: Temporal CLI, time-skipping server, Chromium.
import { join, dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, say } from './steps.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiled = (file) => import(pathToFileURL(join(root, 'dist', 'src', 'runtime', file)).href);

async function fetchParts() {
  const { readConfiguration } = await compiled('configuration.js');
  const { resolveTemporalCli, resolveTestServer } = await compiled('temporal-binary.js');
  const { resolveChromium } = await compiled('chromium.js');
  const { findPostgresPrograms, linkLibraries } = await compiled('postgres-programs.js');
  const { cacheFolder, chromiumPath, temporal } = readConfiguration();
  const progress = say;
  await resolveTemporalCli({ cacheFolder, explicitPath: temporal.cliPath, progress });
  await resolveTestServer({ cacheFolder, progress });
  await resolveChromium({ cacheFolder, explicitPath: chromiumPath });
  const postgres = findPostgresPrograms();
  if (postgres !== null) linkLibraries(postgres.native);
}

try {
  await ensureInstalled(root, say);
  await ensureBuilt(root, say);
  if (process.argv[2] === 'test') await fetchParts();
} catch (error) {
  process.stderr.write(`${error.code ? `${error.code} ` : ''}${error.message}${error.next ? ` ${error.next}` : ''}\n`);
  process.exitCode = 1;
}
