/** `plumbline demo remove`: takes the demo estate away, from the list of platforms and from the disk. */
import type { Command } from 'commander';
import type { DataAccess } from './data-access.js';

export function registerDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('the demo estate of a fresh installation')
    .command('remove')
    .description('disconnect the demo platform and delete its files; its scans stay on record')
    .action(async () => {
      const { withData } = await import('./data-access.js');
      const removed = await withData(removeDemo);
      process.stderr.write(removed ? 'The demo is removed and does not come back.\n' : 'There is no demo platform.\n');
    });
}

async function removeDemo({ store, tenantId, configuration }: DataAccess): Promise<boolean> {
  const [{ listPlatforms, removePlatform }, { removeDemoEstate }, { SYSTEM }] = await Promise.all([import('../store/index.js'), import('../runtime/demo/index.js'), import('../model/identity.js')]);
  const removed = await store.tenant(tenantId, async (tx) => {
    const demos = (await listPlatforms(tx)).filter((platform) => platform.isDemo);
    for (const platform of demos) await removePlatform(tx, SYSTEM, platform.id);
    return demos.length > 0;
  });
  await removeDemoEstate(configuration.home);
  return removed;
}
