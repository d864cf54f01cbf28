/**
 * Reaching the database from a command, whether Plumbline runs or not. Owns finding it, and starting it for the length of the
 * command where it is ours and stands still.
 */
import { join } from 'node:path';
import { PlumblineError } from '../model/errors.js';
import { readJson } from '../runtime/atomic-file.js';
import { readConfiguration, type Configuration } from '../runtime/configuration.js';
import { openDataFolder, type DataFolder } from '../runtime/data-folder.js';
import { folderHolder, lockFolder } from '../runtime/folder-lock.js';
import { deriveKeys, rootKey, storedPassword, type DerivedKeys } from '../runtime/keys.js';
import { stopLeftovers } from '../runtime/leftovers.js';
import { APP_ROLE, DATABASE_NAME, startPostgres } from '../runtime/postgres-server.js';
import { migrate, openStore, type Store, type Tenant } from '../store/index.js';

export interface DataAccess {
  readonly configuration: Configuration;
  readonly folder: DataFolder;
  readonly keys: DerivedKeys;
  readonly store: Store;
  readonly tenantId: string;
  /** true while a Plumbline runs on this data folder */
  readonly running: boolean;
}

export async function withData<T>(work: (access: DataAccess) => Promise<T>): Promise<T> {
  const configuration = readConfiguration();
  const folder = openDataFolder(configuration.home);
  const running = folderHolder(configuration.home) !== null;
  const database = await reachDatabase(configuration, folder, running);
  try {
    const store = await openStore({ appUrl: database.appUrl, maxConnections: 3 });
    try {
      const tenant = await firstTenant(store);
      return await work({ configuration, folder, keys: deriveKeys(rootKey(configuration.home)), store, tenantId: tenant.id, running });
    } finally {
      await store.close();
    }
  } finally {
    await database.release();
  }
}

/** The name is given at first start; a command may come before it. */
async function firstTenant(store: Store): Promise<Tenant> {
  const [known] = await store.listTenants();
  return known ?? store.ensureFirstTenant((await import('../runtime/checked-store.js')).FIRST_TENANT);
}

interface Reached {
  readonly appUrl: string;
  release(): Promise<void>;
}

async function reachDatabase(configuration: Configuration, folder: DataFolder, running: boolean): Promise<Reached> {
  if (running && configuration.database.ownerUrl === null) return { appUrl: runningAppUrl(configuration, folder), release: async () => undefined };
  return startForCommand(configuration, folder, running);
}

/** The server of the running Plumbline, under the password that both know from keys/. */
function runningAppUrl(configuration: Configuration, folder: DataFolder): string {
  const port = configuration.database.port ?? readJson<number>(join(folder.run, 'ports', 'PLUMBLINE_POSTGRES_PORT.json'));
  if (port === null) throw new PlumblineError('PLB-START-005', 'The running Plumbline has not started its database yet; its log is in the data folder under logs.');
  return `postgres://${APP_ROLE}:${encodeURIComponent(storedPassword(folder.home, 'postgres-app'))}@127.0.0.1:${port}/${DATABASE_NAME}`;
}

/** Holds the folder meanwhile, so that no Plumbline starts on the same files. A server of the person's own needs no lock. */
async function startForCommand(configuration: Configuration, folder: DataFolder, running: boolean): Promise<Reached> {
  const lock = running ? null : lockFolder(configuration.home);
  try {
    if (lock !== null) await stopLeftovers(folder);
    const server = await startPostgres(configuration, folder);
    try {
      if (lock !== null) await migrate(server.ownerUrl, decodeURIComponent(new URL(server.appUrl).username) || APP_ROLE);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return {
      appUrl: server.appUrl,
      release: async () => {
        await server.stop();
        lock?.release();
      },
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
}
