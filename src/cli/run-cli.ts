/**
 * Choosing the command and the exit code. Each command lives in its own file, and only the one that was asked for is loaded:
 * `scan` must not pay for a database driver.
 *
 * Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 findings, 2 wrong usage, 3 could not, 130 interrupted.
 */
import { Command, CommanderError } from 'commander';
import { describeError, PlumblineError } from '../model/errors.js';

type Register = (program: Command) => void;

/** In the order of the help page. */
const COMMANDS: Record<string, () => Promise<Register>> = {
  up: async () => (await import('./up.js')).registerUpCommand,
  platform: async () => (await import('./platform.js')).registerPlatformCommand,
  scan: async () => (await import('./scan.js')).registerScanCommand,
  doctor: async () => (await import('./doctor-command.js')).registerDoctorCommand,
  audit: async () => (await import('./audit.js')).registerAuditCommand,
  'first-admin': async () => (await import('./first-admin.js')).registerFirstAdminCommand,
  connector: async () => (await import('./connector.js')).registerConnectorCommand,
  demo: async () => (await import('./demo.js')).registerDemoCommand,
};

const USAGE = 2;
const COULD_NOT = 3;

export async function createProgram(asked: string | undefined): Promise<Command> {
  const { projectVersion } = await import('../runtime/paths.js');
  const program = new Command('plumbline')
    .description('Watches what no-code platforms are configured to do, and the vendors behind them.')
    .version(projectVersion())
    .showHelpAfterError('Type plumbline --help for the commands.')
    .exitOverride();
  const only = asked === undefined ? undefined : COMMANDS[asked];
  for (const load of only ? [only] : Object.values(COMMANDS)) (await load())(program);
  inheritExit(program);
  return program;
}

/** Commander ends the process by itself with 1 for a typing error; a pipeline could not tell that from findings. */
function inheritExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) inheritExit(child);
}

/** Returns the exit code; a command that has set `process.exitCode` keeps it. */
export async function runCli(args: readonly string[]): Promise<number> {
  const asked = args.find((argument) => !argument.startsWith('-'));
  try {
    const program = await createProgram(asked);
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return USAGE;
    }
    await program.parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return ['commander.helpDisplayed', 'commander.version', 'commander.help'].includes(error.code) && error.exitCode === 0 ? 0 : USAGE;
  if (error instanceof PlumblineError) process.stderr.write(`${describeError(error)}\n`);
  else process.stderr.write(`PLB-INTERNAL-001 ${error instanceof Error ? error.message : String(error)}\n${process.env['PLUMBLINE_DEBUG'] && error instanceof Error ? `${error.stack}\n` : ''}`);
  // a connector that does not exist is a word mistyped
  return error instanceof PlumblineError && error.code === 'PLB-COLLECT-010' ? USAGE : COULD_NOT;
}
