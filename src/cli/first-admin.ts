/** `plumbline first-admin`: a new one-time link. For the first administrator, and for the day when none can sign in any more. */
import type { Command } from 'commander';

export function registerFirstAdminCommand(program: Command): void {
  program
    .command('first-admin')
    .description('print a new one-time link that makes an administrator; earlier links end')
    .action(async () => {
      const [{ withData }, { makeFirstAdminLink }] = await Promise.all([import('./data-access.js'), import('../runtime/first-admin-link.js')]);
      await withData(async ({ store, tenantId, configuration, running }) => {
        const link = await store.tenant(tenantId, (tx) => makeFirstAdminLink(tx, configuration.baseUrl));
        process.stdout.write(`${link.url}\n`);
        process.stderr.write(`Open it once, before ${link.expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC.${running ? '' : ' Plumbline is not running: start it first with npm start.'}\n`);
      });
    });
}
