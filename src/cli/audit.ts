/** `plumbline audit verify|export|key`: the audit trail outside the portal. Owns the options; src/record owns the mathematics. */
import type { Command } from 'commander';

export function registerAuditCommand(program: Command): void {
  const audit = program.command('audit').description('the audit trail: verify it, export it');
  audit
    .command('verify')
    .description('read the whole trail and tell whether it is the one that was written; exit 1 when it is not')
    .argument('[file]', 'an exported trail (NDJSON); without it the trail of this installation')
    .option('--key <key>', 'the verifier key that you noted down, for an exported trail')
    .option('--json', 'print everything as one JSON object')
    .action(async (file: string | undefined, flags: { key?: string; json?: boolean }) => {
      const { verifyExportFile, verifyInstallation, verdictText } = await import('./audit-verify.js');
      const outcome = file === undefined ? await verifyInstallation() : await verifyExportFile(file, flags.key ?? null);
      process.stdout.write(flags.json === true ? `${JSON.stringify({ schema: 1, ...outcome }, null, 2)}\n` : verdictText(outcome));
      process.exitCode = outcome.ok ? 0 : 1;
    });
  audit
    .command('export')
    .description('write the whole trail with a signed checkpoint to standard output, as NDJSON')
    .action(async () => (await import('./audit-verify.js')).writeExport(process.stdout));
  audit
    .command('key')
    .description('print the verifier key; note it down where this machine cannot change it')
    .action(async () => void process.stdout.write(`${await (await import('./audit-verify.js')).verifierKey()}\n`));
}
