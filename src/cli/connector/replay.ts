/** `plumbline connector replay`: serves a fixture set on loopback until it is stopped. Owns what is printed. */
import type { Command } from 'commander';
import type { Connector, FixtureSet } from '../../collect/index.js';

const USAGE = 2;

function scanCommand(connector: Connector, fixture: FixtureSet, url: string): string {
  const fields = connector.secretFields.filter(({ name }) => (fixture.fields[name] ?? '') !== '');
  const secrets = fields.filter(({ kind }) => kind === 'password').map(({ name }) => `PLUMBLINE_FIELD_${name.toUpperCase()}=${fixture.fields[name]!}`);
  const open = fields.filter(({ kind }) => kind !== 'password').map(({ name }) => `--field ${name}=${fixture.fields[name]!}`);
  return [...secrets, 'bin/plumbline scan --platform', connector.id, '--url', url, ...open].join(' ');
}

async function replay(named: string, flags: { set: string; port?: string }): Promise<number> {
  if (flags.port !== undefined && !/^\d{1,5}$/.test(flags.port)) {
    process.stderr.write('--port takes a number.\n');
    return USAGE;
  }
  const [{ findConnector }, { replayConnector }] = await Promise.all([import('./find.js'), import('../../collect/index.js')]);
  const connector = await findConnector(named);
  const { fixture, simulator } = await replayConnector(connector, flags.set, flags.port === undefined ? undefined : Number(flags.port));
  process.stdout.write(`${connector.title} as in fixtures/${flags.set}.json: ${simulator.url}\nIn another window: ${scanCommand(connector, fixture, simulator.url)}\nStop with Ctrl+C.\n`);
  await new Promise<void>((resolve) => { for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve()); });
  await simulator.close();
  const unmatched = simulator.unmatched();
  if (unmatched.length > 0) process.stdout.write(`${unmatched.length} requests had no exchange:\n${[...new Set(unmatched)].map((label) => `  ${label}`).join('\n')}\n`);
  return 0;
}

export function registerReplay(parent: Command): void {
  parent
    .command('replay')
    .description('serve a fixture set on this machine, to scan it or to connect it in the portal')
    .argument('<connector>', 'id, or the path of a folder')
    .option('--set <name>', 'name of the fixture set', 'estate')
    .option('--port <number>', 'port to listen on (default: a free one)')
    .action(async (named: string, flags: { set: string; port?: string }) => {
      process.exitCode = await replay(named, flags);
    });
}
