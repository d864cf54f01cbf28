/** `plumbline connector list`: what can be connected. */
import type { Command } from 'commander';

interface Listed {
  readonly id: string;
  readonly title: string;
  readonly secretFields: readonly { label: string }[];
  readonly fileSource: boolean;
  readonly liveSource: boolean;
}

function width(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}

function asks(one: Listed): string {
  if (!one.liveSource) return 'exported files only';
  return `asks for: ${one.secretFields.map((field) => field.label).join(', ') || 'nothing'}${one.fileSource ? '; exported files too' : ''}`;
}

function table(connectors: readonly Listed[]): string {
  const [ids, titles] = [width(connectors.map((one) => one.id)), width(connectors.map((one) => one.title))];
  const rows = connectors.map((one) => `${one.id.padEnd(ids)}  ${one.title.padEnd(titles)}  ${asks(one)}`);
  return `${rows.join('\n')}\n\n${connectors.length} connectors. Connect one in the portal, or judge exports with plumbline scan.\n`;
}

export function registerList(parent: Command): void {
  parent
    .command('list')
    .description('list the connectors: id, title, what they ask for')
    .option('--json', 'print everything as one JSON object')
    .action(async (flags: { json?: boolean }) => {
      const { allConnectors } = await import('./find.js');
      const connectors = [...(await allConnectors()).values()].map(({ id, title, secretFields, fileSource, liveSource }) => ({ id, title, secretFields, fileSource, liveSource }));
      process.stdout.write(flags.json === true ? `${JSON.stringify({ schema: 1, connectors }, null, 2)}\n` : table(connectors));
    });
}
