/** `plumbline platform preflight`: required against granted rights, before the first scan. Owns the options; preflight.ts the work. */
import type { Command } from 'commander';
import type { PreflightFlags } from './platform/preflight.js';

const USAGE = 2;

function usage(problem: string): never {
  process.stderr.write(`${problem}\nType plumbline platform preflight --help for the options.\n`);
  return process.exit(USAGE);
}

const HELP = `
Asks for one page of everything that the connector reads, and for nothing else. Reads only.

Exit code: 0 the key has every right, 1 it lacks one that a scan can do without, 2 wrong usage, 3 it lacks a required one, or the
platform could not be reached.

The key is read from PLUMBLINE_KEY or from --key-file, never from the command line. Several secrets stand in the file as lines
NAME=value or as a JSON object, or in PLUMBLINE_FIELD_<NAME>, as in PLUMBLINE_FIELD_CLIENTSECRET.

Examples:
  PLUMBLINE_KEY=... plumbline platform preflight --platform n8n --url https://n8n.example.com
  PLUMBLINE_KEY=... plumbline platform preflight --platform make --url https://eu1.make.com --json`;

export function registerPlatformCommand(program: Command): void {
  program
    .command('platform')
    .description('look at a platform before it is connected')
    .command('preflight')
    .description('list the rights that a connector needs against those that the key has')
    .requiredOption('--platform <name>', 'the connector, as plumbline connector list names it')
    .option('--url <address>', 'address of the platform; not needed where it has one for everybody')
    .option('--key-file <file>', 'file with the key; for several secrets a JSON object, or lines NAME=value')
    .option('--key <key>', 'refused: see below')
    .option('--username <name>', 'user name, where the key is its password')
    .option('--field <name=value>', 'a further text field that the connector asks for', (given: string, before: readonly string[]) => [...before, given], [])
    .option('--json', 'print everything as one JSON object')
    .option('--packs <folder>', 'folder with connectors of your own')
    .addHelpText('after', HELP)
    .action(async (flags: PreflightFlags) => {
      if (flags.key !== undefined) usage('A key on the command line can be read by everybody on this machine. Put it in PLUMBLINE_KEY, or in a file named by --key-file.');
      const { runPreflight } = await import('./platform/preflight.js');
      process.exitCode = await runPreflight(flags);
    });
}
