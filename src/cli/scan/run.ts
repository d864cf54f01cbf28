/** Runs one terminal scan: read, judge, print. Owns the order and the exit code; data goes to stdout, all else to stderr. */
import { writeFile } from 'node:fs/promises';
import { PlumblineError, describeError } from '../../model/errors.js';
import { isComplete } from '../../model/snapshot.js';
import type { CompletenessEntry } from '../../model/snapshot.js';
import { isAtLeast } from '../../model/severity.js';
import type { Severity } from '../../model/severity.js';
import { projectPaths, projectVersion } from '../../runtime/paths.js';
import type { FileSource, PlatformSource, Reading } from './read.js';
import { resultOf } from './result.js';
import type { ScanResult } from './result.js';

export interface ScanInput {
  readonly source: FileSource | PlatformSource;
  readonly json: boolean;
  readonly sarifFile: string | null;
  readonly failOn: Severity | null;
  readonly packs: string | null;
}

const CLEAN = 0;
const FINDINGS = 1;
const USAGE = 2;
const UNREAD = 3;

/** A pipeline has nobody who reads the table: whatever was asked for and not read to its end counts, required or not. What a platform does not have does not. */
function isCutShort({ state }: CompletenessEntry): boolean {
  return state === 'failed' || state === 'partial' || state === 'suspect' || state === 'forbidden';
}

function exitCodeOf(result: ScanResult, reading: Reading, failOn: Severity | null): number {
  const failing = failOn !== null && result.findings.some((finding) => finding.outcome === 'fail' && isAtLeast(finding.severity, failOn));
  if (failing) return FINDINGS;
  return reading.unreadable.length > 0 || !isComplete(reading.completeness) || reading.completeness.some(isCutShort) ? UNREAD : CLEAN;
}

/** A pipe that is closed early (`| head`) is no failure. */
async function print(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? resolve() : reject(error)));
    process.stdout.write(text, () => resolve());
  });
}

async function writeSarif(file: string, result: ScanResult, checks: Parameters<typeof import('./sarif.js').sarifOf>[1]): Promise<void> {
  const { sarifOf } = await import('./sarif.js');
  await writeFile(file, `${JSON.stringify(sarifOf(result, checks, projectVersion()), null, 2)}\n`).catch((error: NodeJS.ErrnoException) => {
    throw new PlumblineError('PLB-START-010', `The file ${file} of --sarif cannot be written (${error.code ?? 'unknown error'}).`, { file });
  });
}

async function scan(input: ScanInput): Promise<number> {
  const packsRoot = input.packs ?? projectPaths().packs;
  const [{ readSource }, { judge }, { deriveFlows }, { loadPacks }] = await Promise.all([import('./read.js'), import('../../judge/index.js'), import('../../map/index.js'), import('./packs.js')]);
  const { connectors, checks } = await loadPacks(packsRoot);
  const reading = await readSource(input.source, connectors);
  const judged = judge({ resources: reading.resources, completeness: reading.judgedCompleteness, checks, connectors: reading.connectorIds });
  const result = resultOf(reading, judged.judgements, deriveFlows(reading.resources));
  if (input.sarifFile !== null) await writeSarif(input.sarifFile, result, checks);
  if (input.json) await print(`${JSON.stringify(result)}\n`);
  else {
    const { tableOf } = await import('./table.js');
    await print(tableOf(result, { colour: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined }));
  }
  return exitCodeOf(result, reading, input.failOn);
}

/** The exit code: 0, 1, 2 (no such connector) or 3. */
export async function runScan(input: ScanInput): Promise<number> {
  try {
    return await scan(input);
  } catch (error) {
    if (!(error instanceof PlumblineError)) throw error;
    process.stderr.write(`${describeError(error)}\n`);
    return error.code === 'PLB-COLLECT-010' ? USAGE : UNREAD;
  }
}
