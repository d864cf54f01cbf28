/** `plumbline connector lint`: what is wrong with a connector, with file, line and fix. Owns the print and the exit code. */
import type { Command } from 'commander';
import type { Remark } from '../../collect/index.js';

interface Flags {
  all?: boolean;
  json?: boolean;
}

const WRONG = 1;
const USAGE = 2;

function rows({ level, file, line, problem, fix }: Remark): string {
  return `${level === 'error' ? 'ERROR' : 'warn '} ${file}:${line}  ${problem}\n      ${fix}.`;
}

async function run(named: string | undefined, flags: Flags): Promise<number> {
  if ((named === undefined) === (flags.all !== true)) {
    process.stderr.write('Name one connector, or all with --all.\n');
    return USAGE;
  }
  const [{ allFolders, connectorFolder, sharedFolder }, { lintConnector }] = await Promise.all([import('./find.js'), import('../../collect/index.js')]);
  const folders = named === undefined ? allFolders() : [connectorFolder(named)];
  const remarks: Remark[] = [];
  for (const folder of folders) remarks.push(...(await lintConnector(folder, sharedFolder())));
  const errors = remarks.filter(({ level }) => level === 'error').length;
  const summary = `${folders.length === 1 ? '1 connector' : `${folders.length} connectors`}: ${errors} errors, ${remarks.length - errors} warnings.`;
  process.stdout.write(flags.json === true ? `${JSON.stringify({ schema: 1, ok: errors === 0, remarks }, null, 2)}\n` : `${[...remarks.map(rows), summary].join('\n')}\n`);
  return errors === 0 ? 0 : WRONG;
}

export function registerLint(parent: Command): void {
  parent
    .command('lint')
    .description('look over a connector: schema, references, judgement; each remark names file, line and fix')
    .argument('[connector]', 'id, or the path of a folder')
    .option('--all', 'every connector')
    .option('--json', 'print everything as one JSON object')
    .addHelpText('after', '\nExit code: 0 no error (warnings do not change it), 1 errors, 2 wrong usage.')
    .action(async (named: string | undefined, flags: Flags) => {
      process.exitCode = await run(named, flags);
    });
}
