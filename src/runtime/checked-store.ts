/** Opening the store for a process of ours. Owns: the refusal of a role that row-level security does not bite for. */
import { PlumblineError } from '../model/errors.js';
import { openStore, type Store } from '../store/index.js';
import type { Configuration } from './configuration.js';

/** Named so until an administrator renames it. */
export const FIRST_TENANT = 'My organisation';

/** PLB-START-007 when row-level security does not bite for the role we connect as. */
export async function openCheckedStore(configuration: Configuration): Promise<Store> {
  const { appUrl } = configuration.database;
  if (appUrl === null) throw new PlumblineError('PLB-START-010', 'The setting DATABASE_APP_URL is missing.', { variable: 'DATABASE_APP_URL' });
  const store = await openStore({ appUrl });
  try {
    await store.selfTest();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
