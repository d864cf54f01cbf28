/**
 * What a start does in the database and with the demo, once the servers run. Owns: migrating, the first link, connecting the demo.
 * Does not own: starting the servers (start.ts), what each of these writes (first-run.ts). Loaded late, because it is heavy.
 */
import { migrate, openStore, type Store } from '../store/index.js';
import { FIRST_TENANT } from './checked-store.js';
import { dataConverter } from './codec.js';
import type { Configuration } from './configuration.js';
import { startDemoEstate, wasDemoRemoved, type DemoEstate } from './demo/index.js';
import { firstAdminLink, registerDemo, wantsDemo } from './first-run.js';
import { deriveKeys, rootKey } from './keys.js';
import { APP_ROLE, type PostgresServer } from './postgres-server.js';
import type { RunningPlumbline, Start } from './running.js';
import { connectTemporal } from './temporal-connection.js';

export async function migrateDatabase(server: PostgresServer): Promise<string> {
  const appRole = decodeURIComponent(new URL(server.appUrl).username) || APP_ROLE;
  return (await migrate(server.ownerUrl, appRole)).version;
}

async function startDemo(start: Start): Promise<DemoEstate> {
  const { configuration, folder, progress } = start;
  const estate = await progress.step('Demo platform (Node-RED)', () => startDemoEstate({ home: folder.home, cacheFolder: configuration.cacheFolder, onProgress: (text: string) => progress.note(text) }), (demo) => demo.url);
  start.started.push({ name: 'demo', stop: () => estate.stop() });
  return estate;
}

/** The first link and the demo; both need the database that the processes use too. */
export async function prepareInstallation(start: Start, given: { configuration: Configuration; appUrl: string; demo: boolean }): Promise<Pick<RunningPlumbline, 'demo' | 'firstAdminUrl'>> {
  const store = await openStore({ appUrl: given.appUrl, maxConnections: 2 });
  try {
    const tenantId = (await store.ensureFirstTenant(FIRST_TENANT)).id;
    const wanted = given.demo && (await wantsDemo({ store, tenantId }, wasDemoRemoved(start.folder.home)));
    // The portal is of use without the demo, so a demo that cannot start is told and passed over.
    const demo = wanted ? await connectDemo(start, { ...given, store, tenantId }).catch((error: unknown) => demoFailed(start, error)) : null;
    return { demo, firstAdminUrl: await firstAdminLink({ store, tenantId }, given.configuration.baseUrl) };
  } finally {
    await store.close();
  }
}

async function connectDemo(start: Start, given: { configuration: Configuration; store: Store; tenantId: string }): Promise<DemoEstate> {
  const estate = await startDemo(start);
  const keys = deriveKeys(rootKey(start.folder.home));
  const link = await connectTemporal(given.configuration, dataConverter(keys.payload));
  try {
    await registerDemo({ ...given, temporal: link.client, secretsKey: keys.secrets }, estate);
    return estate;
  } finally {
    await link.close();
  }
}

function demoFailed(start: Start, error: unknown): null {
  start.progress.note(`The demo platform is not available: ${error instanceof Error ? error.message : String(error)}`);
  return null;
}
