/** `plumbline connector show`: what a connector asks for, reads and cannot see. Owns the print. */
import type { Command } from 'commander';
import type { ConnectorFacts } from '../../collect/index.js';

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];
}

function print({ id, title, about, evidence, address, signIn, fields, reads, limits, notExposed, unconfirmed, files }: ConnectorFacts): string {
  const width = Math.max(0, ...reads.map((row) => row.title.length));
  const rows = reads.flatMap((row) => [`${row.title.padEnd(width)}  right: ${row.right}; without it: ${row.without}`, ...row.requests.map((request) => `${' '.repeat(width)}  ${request}`)]);
  return [
    `${title} (${id}): ${evidence}`, about, '',
    ...(address === null ? [] : list('Connect', [address, signIn])),
    ...list('Asks for', fields.map(({ name, label, secret, required }) => `${name}: ${label}${secret ? ' (secret)' : ''}${required ? '' : ', may be left empty'}`)),
    ...list('Reads', rows),
    ...list('Exported files', files.length === 0 ? [] : [`read from ${files.join(', ')} files by plumbline scan`]),
    ...list('Limits', address === null ? [] : limits),
    ...list('Cannot be seen', notExposed.map((each) => `${each.title}: ${each.reason}`)),
    ...list('Not confirmed', unconfirmed),
  ].join('\n');
}

export function registerShow(parent: Command): void {
  parent
    .command('show')
    .description('what a connector asks for and reads, with which rights, its limits, and what it cannot see')
    .argument('<connector>', 'id, or the path of a folder')
    .option('--json', 'print everything as one JSON object')
    .action(async (named: string, flags: { json?: boolean }) => {
      const [{ findConnector }, { connectorFacts }] = await Promise.all([import('./find.js'), import('../../collect/index.js')]);
      const facts = await connectorFacts(await findConnector(named));
      process.stdout.write(flags.json === true ? `${JSON.stringify({ schema: 1, ...facts }, null, 2)}\n` : print(facts));
    });
}
