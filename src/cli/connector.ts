/** `plumbline connector list`: what can be connected. */
import type { Command } from 'commander';

export function registerConnectorCommand(program: Command): void {
  program
    .command('connector')
    .description('what can be connected')
    .command('list')
    .description('list the connectors: id, title, what they ask for')
    .option('--json', 'print everything as one JSON object')
    .action(async (flags: { json?: boolean }) => {
      const [{ loadConnectors }, { projectPaths }] = await Promise.all([import('../collect/index.js'), import('../runtime/paths.js')]);
      const connectors = [...(await loadConnectors(projectPaths().packs)).values()].map(({ id, title, secretFields, fileSource }) => ({ id, title, secretFields, fileSource }));
      process.stdout.write(flags.json === true ? `${JSON.stringify({ schema: 1, connectors }, null, 2)}\n` : table(connectors));
    });
}

interface Listed {
  readonly id: string;
  readonly title: string;
  readonly secretFields: readonly { label: string }[];
  readonly fileSource: boolean;
}

function table(connectors: readonly Listed[]): string {
  const [ids, titles] = [width(connectors.map((one) => one.id)), width(connectors.map((one) => one.title))];
  const line = (one: Listed): string => `${one.id.padEnd(ids)}  ${one.title.padEnd(titles)}  asks for: ${one.secretFields.map((field) => field.label).join(', ') || 'nothing'}${one.fileSource ? '; exported files too' : ''}`;
  return `${connectors.map(line).join('\n')}\n\n${connectors.length} connectors. Connect one in the portal, or judge exports with plumbline scan.\n`;
}

function width(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}
