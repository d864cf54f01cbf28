/**
 * `plumbline scan`: judges exported files, or a live platform, with no server. Owns the options and their checks. Imports
 * little: everything heavy is loaded when the command runs.
 */
import type { Command } from 'commander';
import { SEVERITIES } from '../model/severity.js';
import type { ScanInput } from './scan/run.js';

interface Flags {
  platform?: string;
  url?: string;
  field?: string[];
  keyFile?: string;
  key?: string;
  username?: string;
  json?: boolean;
  sarif?: string;
  failOn?: string;
  packs?: string;
  maxFileSize?: string;
}

const USAGE = 2;

function usage(problem: string): never {
  process.stderr.write(`${problem}\nType plumbline scan --help for the options.\n`);
  return process.exit(USAGE);
}

function checkFlags(paths: readonly string[], flags: Flags): void {
  if (flags.key !== undefined) usage('A key on the command line can be read by everybody on this machine. Put it in PLUMBLINE_KEY, or in a file named by --key-file.');
  if (flags.failOn !== undefined && !(SEVERITIES as readonly string[]).includes(flags.failOn)) usage(`--fail-on takes one of ${SEVERITIES.join(', ')}.`);
  if (flags.url !== undefined && paths.length > 0) usage('Give either files and folders, or --url, not both.');
  if (flags.url === undefined && paths.length === 0 && !isLive(paths, flags)) usage('Name the files or folders to judge, or a live platform by --platform and --url.');
  if (flags.url !== undefined && flags.platform === undefined) usage('Say with --platform what runs at this address; plumbline connector list prints the names.');
  if (flags.maxFileSize !== undefined && !/^[1-9]\d{0,4}$/.test(flags.maxFileSize)) usage('--max-file-size takes a number of MiB, 1 to 99999.');
}

/** A platform of one fixed address needs no --url. */
function isLive(paths: readonly string[], flags: Flags): boolean {
  return flags.url !== undefined || (flags.platform !== undefined && paths.length === 0);
}

function inputOf(paths: readonly string[], flags: Flags): ScanInput {
  const { platform = '', url, keyFile, username, field } = flags;
  return {
    source: !isLive(paths, flags) ? { kind: 'files', paths, connectorId: flags.platform ?? null, maxBytes: flags.maxFileSize === undefined ? null : Number(flags.maxFileSize) * 1024 * 1024 }
      : { kind: 'platform', connectorId: platform, url: url ?? null, fields: field ?? [], keyFile: keyFile ?? null, username: username ?? null },
    json: flags.json === true,
    sarifFile: flags.sarif ?? null,
    failOn: (flags.failOn as ScanInput['failOn'] | undefined) ?? null,
    packs: flags.packs ?? null,
  };
}

const EXIT_CODES = `
Exit code: 0 nothing at or above --fail-on (without --fail-on findings do not change it), 1 findings at or above --fail-on,
2 wrong usage, 3 something could not be reached, or was not read to its end, or not understood. What a platform or a file does
not have is no reason for 3.

Secrets of a live platform are never taken from the command line: others on this machine could read them there. They come from
  PLUMBLINE_KEY or --key-file        the key, token or password; for several secrets a JSON object, or lines NAME=value
  PLUMBLINE_FIELD_<NAME>             one field each, e.g. PLUMBLINE_FIELD_TOKEN
plumbline connector show <id> prints what a platform asks for. For Node-RED the key is the password of --username, or an access
token without it.

Examples:
  plumbline scan exports/                      judge every exported workflow below exports/
  plumbline scan flow.json --fail-on high      stop a pipeline at findings of high and above
  PLUMBLINE_KEY=... plumbline scan --platform n8n --url https://n8n.example.com
  plumbline scan --platform make --url https://eu1.make.com --key-file token.txt`;

export function registerScanCommand(program: Command): void {
  program
    .command('scan')
    .description('judge exported workflows, or a live platform, without any server')
    .argument('[paths...]', 'exported files, or folders with them; plumbline connector list says of which platforms')
    .option('--platform <name>', 'id of a connector (plumbline connector list); with files: judge only exports of this platform')
    .option('--url <address>', 'address of a live platform')
    .option('--field <name=value>', 'a field of the live platform that is no secret, e.g. region=eu1; may be repeated', (value: string, all: string[] = []) => [...all, value])
    .option('--key-file <file>', 'file that holds the key or password of the live platform')
    .option('--key <key>', 'refused: see below')
    .option('--username <name>', 'user name, for platforms that sign in by one')
    .option('--json', 'print everything as one JSON object')
    .option('--sarif <file>', 'write the findings as SARIF 2.1.0')
    .option('--fail-on <severity>', `exit 1 when a finding is this severe or worse: ${SEVERITIES.join(', ')}`)
    .option('--packs <folder>', 'folder with connectors and policies of your own')
    .option('--max-file-size <MiB>', 'larger files are not read (default 32)')
    .addHelpText('after', EXIT_CODES)
    .action(async (paths: string[], flags: Flags) => {
      checkFlags(paths, flags);
      const { runScan } = await import('./scan/run.js');
      process.exitCode = await runScan(inputOf(paths, flags));
    });
}
