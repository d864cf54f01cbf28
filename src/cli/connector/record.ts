/** `plumbline connector record`: reads a real platform once and keeps redacted answers as a fixture. Owns the file and what is told; the key goes into neither. */
import type { Command } from 'commander';
import type { Recording } from '../../collect/index.js';
import { describeError } from '../../model/errors.js';

interface Flags {
  url?: string;
  field?: string[];
  keyFile?: string;
  username?: string;
  set: string;
  force?: boolean;
}

const MAIN = 'estate';
const USAGE = 2;
const COULD_NOT = 3;

function told({ fixture, collection, secretsReplaced, mailsReplaced, error }: Recording, file: string): string[] {
  const unread = (collection?.completeness ?? []).filter(({ state }) => state !== 'collected' && state !== 'empty');
  return [
    `${fixture.exchanges.length} exchanges written to ${file}`,
    `${secretsReplaced} different secrets and ${mailsReplaced} e-mail addresses were replaced; the address is ${fixture.address}.`,
    `${fixture.secrets.length} of the values that stand for them are listed in \`secrets\`: those of six letters and more in what is read; the rest is short, or stands in a sign-in.`,
    'Names of people, things and hosts are as they are: read the file before you share it.',
    ...unread.map(({ title, state, reason }) => `! ${title}: ${state}${reason === null ? '' : `, ${reason}`}`),
    ...(error === null ? [] : [`! The reading ended early: ${describeError(error)}`]),
  ];
}

async function record(named: string, flags: Flags): Promise<number> {
  if (!/^[a-z0-9-]{1,60}$/.test(flags.set)) {
    process.stderr.write('--set takes small letters, digits and dashes.\n');
    return USAGE;
  }
  const [{ existsSync }, { mkdir, writeFile }, { join }, { findConnector }, { recordConnector }, { givenFields }, { addressOf }] = await Promise.all([
    import('node:fs'), import('node:fs/promises'), import('node:path'), import('./find.js'), import('../../collect/index.js'), import('../scan/fields.js'), import('../scan/read.js')]);
  const connector = await findConnector(named);
  const file = join(connector.folder, 'fixtures', `${flags.set}.json`);
  if (existsSync(file) && flags.force !== true) {
    process.stderr.write(`${file} exists. Give another name with --set, or replace it with --force.\n`);
    return USAGE;
  }
  const secret = await givenFields(connector, { fields: flags.field ?? [], keyFile: flags.keyFile ?? null, username: flags.username ?? null });
  const quiet = process.stderr.isTTY !== true;
  const recording = await recordConnector({ connector, baseUrl: addressOf(connector, flags.url ?? null), secret, onProgress: (text) => { if (!quiet) process.stderr.write(`\r\u001b[K${text}`); } });
  if (!quiet) process.stderr.write('\r\u001b[K');
  await mkdir(join(connector.folder, 'fixtures'), { recursive: true });
  await writeFile(file, `${JSON.stringify(recording.fixture, null, 1)}\n`);
  const next = `Next: bin/plumbline connector test ${connector.id}${flags.set === MAIN ? '' : ` --set ${flags.set}`} --update    then read ${flags.set}.golden.json beside it`;
  process.stdout.write(`${[...told(recording, file), '', next].join('\n')}\n`);
  return recording.error === null ? 0 : COULD_NOT;
}

export function registerRecord(parent: Command): void {
  parent
    .command('record')
    .description('read a real platform once and keep its redacted answers as a fixture; nothing is written to the platform')
    .argument('<connector>', 'id, or the path of a folder')
    .option('--url <address>', 'address of the platform')
    .option('--field <name=value>', 'a field that is no secret; may be repeated', (value: string, all: string[] = []) => [...all, value])
    .option('--key-file <file>', 'file with the key; for several secrets a JSON object, or lines NAME=value')
    .option('--username <name>', 'user name, for platforms that sign in by one')
    .option('--set <name>', 'name of the fixture set', MAIN)
    .option('--force', 'replace a set that is there')
    .addHelpText('after', '\nSecrets come from PLUMBLINE_KEY, PLUMBLINE_FIELD_<NAME> or --key-file, as for plumbline scan.\nExit code: 0 recorded, 2 wrong usage, 3 the reading ended early or nothing answered.')
    .action(async (named: string, flags: Flags) => {
      process.exitCode = await record(named, flags);
    });
}
