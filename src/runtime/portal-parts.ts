/** What the portal is given. Owns: opening and closing it. */
import { join } from 'node:path';
import type { PortalDeps } from '../api/index.js';
import { createAuth } from '../identity/index.js';
import { FIRST_TENANT, openCheckedStore } from './checked-store.js';
import { removeDemoEstate } from './demo/index.js';
import { healthParts } from './health.js';
import { mayReadLoopback } from './loopback.js';
import { projectPaths } from './paths.js';
import type { ProcessContext } from './process-context.js';
import { connectTemporal } from './temporal-connection.js';

export interface OpenedPortal {
  readonly deps: PortalDeps;
  close(): Promise<void>;
}

export async function openPortalDeps(context: ProcessContext): Promise<OpenedPortal> {
  const { configuration, folder, keys, logger } = context;
  const paths = projectPaths();
  const store = await openCheckedStore(configuration);
  const link = await connectTemporal(configuration, context.dataConverter);
  const auth = createAuth({ databaseUrl: configuration.database.appUrl!, baseUrl: configuration.baseUrl, secret: keys.session });
  const tenant = await store.ensureFirstTenant(FIRST_TENANT);
  const deps: PortalDeps = {
    configuration,
    store,
    temporal: link.client,
    auth,
    keys,
    packsRoot: paths.packs,
    templatesRoot: paths.templates,
    portalFolder: paths.portal,
    mailCaught: configuration.mail.smtpUrl === null,
    parts: () => healthParts({ configuration, store, temporal: link.client }),
    allowLoopback: mayReadLoopback(configuration),
    logger,
    blobFolder: join(folder.home, 'blobs'),
    tenantId: tenant.id,
    removeDemo: () => removeDemoEstate(configuration.home),
  };
  return {
    deps,
    async close() {
      await auth.close();
      await link.close();
      await store.close();
    },
  };
}
