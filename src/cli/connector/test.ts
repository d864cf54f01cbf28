/** `plumbline connector test`: tries connectors on their own fixtures. Owns the table for people and the exit code. */
import type { Command } from 'commander';
import type { ConnectorReport, SetReport, Trial } from '../../collect/index.js';
import { PlumblineError, describeError } from '../../model/errors.js';

interface Flags {
  all?: boolean;
  update?: boolean;
  set?: string;
  json?: boolean;
}

const BROKEN = 1;
const USAGE = 2;
const COULD_NOT = 3;
const MARKS: Record<Trial['state'], string> = { held: 'ok  ', broken: 'FAIL', nothing: '-   ', written: 'new ' };

/** What was replaced is only sketched: the file itself is to be read. */
const MOST_WRITTEN = 8;

function trialRows({ name, state, lines }: Trial): string[] {
  const shown = state === 'written' && lines.length > MOST_WRITTEN ? [...lines.slice(0, MOST_WRITTEN), `and ${lines.length - MOST_WRITTEN} more; read the golden`] : lines;
  return [`    ${MARKS[state]}  ${name}`, ...shown.map((line) => `            ${line}`)];
}

/** What held is one line; what did not is told in full. */
function setRows({ set, about, requests, resources, trials }: SetReport): string[] {
  const held = trials.filter(({ state }) => state === 'held').length;
  const told = trials.filter(({ state, lines }) => (set === 'estate' || state !== 'nothing') && (state !== 'held' || lines.length > 0));
  const read = requests === 0 ? `${resources} resources` : `${requests} requests, ${resources} resources`;
  return [`  ${set}: ${read}; ${held} of ${trials.length} trials held (${about})`, ...told.flatMap(trialRows)];
}

function reportRows(report: ConnectorReport): string[] {
  return [`${report.ok ? 'ok   ' : 'FAIL '}${report.connector}`, ...report.missing.map((line) => `    FAIL  ${line}`), ...(report.remark === null ? [] : [`    !     ${report.remark}.`]), ...report.sets.flatMap(setRows)];
}

function summary(reports: readonly ConnectorReport[], failures: readonly string[]): string {
  const bad = [...reports.filter(({ ok }) => !ok).map(({ connector }) => connector), ...failures];
  const count = reports.length + failures.length;
  if (bad.length === 0) return `${count === 1 ? 'The connector holds' : `All ${count} connectors hold`} what a connector must.\n`;
  return `${bad.length} of ${count} connectors failed: ${bad.join(', ')}. Correct the manifest or the fixture; when a changed result is right, run with --update and read the golden.\n`;
}

async function run(named: string | undefined, flags: Flags): Promise<number> {
  if ((named === undefined) === (flags.all !== true)) {
    process.stderr.write('Name one connector, or all with --all.\n');
    return USAGE;
  }
  const [{ allFolders, connectorFolder, idOf, loadFrom }, { testConnector }] = await Promise.all([import('./find.js'), import('../../collect/index.js')]);
  const folders = named === undefined ? allFolders() : [connectorFolder(named)];
  const reports: ConnectorReport[] = [];
  const failures: { connector: string; error: string }[] = [];
  for (const folder of folders) {
    try {
      const report = await testConnector({ connector: await loadFrom(folder), update: flags.update === true, ...(flags.set === undefined ? {} : { set: flags.set }) });
      reports.push(report);
      if (flags.json !== true) process.stdout.write(`${reportRows(report).join('\n')}\n`);
    } catch (error) {
      if (!(error instanceof PlumblineError)) throw error;
      failures.push({ connector: idOf(folder), error: describeError(error) });
      if (flags.json !== true) process.stdout.write(`FAIL ${idOf(folder)}\n    FAIL  ${describeError(error)}\n`);
    }
  }
  const ok = failures.length === 0 && reports.every((report) => report.ok);
  process.stdout.write(flags.json === true ? `${JSON.stringify({ schema: 1, ok, connectors: reports, failures }, null, 2)}\n` : `\n${summary(reports, failures.map(({ connector }) => connector))}`);
  if (failures.length > 0) return COULD_NOT;
  return ok ? 0 : BROKEN;
}

export function registerTest(parent: Command): void {
  parent
    .command('test')
    .description('try a connector on its own fixtures: requests, golden, secrets, noise, rotation, resuming')
    .argument('[connector]', 'id, or the path of a folder')
    .option('--all', 'every connector')
    .option('--set <name>', 'one fixture set only')
    .option('--update', 'write the goldens anew; read them before you keep them')
    .option('--json', 'print everything as one JSON object')
    .addHelpText('after', '\nExit code: 0 all held, 1 a trial failed, 2 wrong usage, 3 a manifest or fixture could not be read.')
    .action(async (named: string | undefined, flags: Flags) => {
      process.exitCode = await run(named, flags);
    });
}
