/** What the worker's activities are given. Owns: opening and closing it. The catcher lives here: the worker is the only one who mails. */
import { join } from 'node:path';
import type { ActivityDeps } from '../../activities/index.js';
import { openTransport, startCatcher, type MailTransport } from '../remind/index.js';
import type { Renderer } from '../report/index.js';
import { storeCaughtMail, type Store } from '../store/index.js';
import { FIRST_TENANT, openCheckedStore } from './checked-store.js';
import { resolveChromium } from './chromium.js';
import type { Configuration } from './configuration.js';
import { mayReadLoopback } from './loopback.js';
import { projectPaths } from './paths.js';
import type { ProcessContext } from './process-context.js';
import { signingIdentity } from './signing-identity.js';

export interface OpenedDeps {
  readonly deps: ActivityDeps;
  close(): Promise<void>;
}

interface Mail {
  transport: MailTransport;
  close(): Promise<void>;
}

async function openMail(configuration: Configuration, store: Store, tenantId: string): Promise<Mail> {
  if (configuration.mail.smtpUrl !== null) {
    const transport = openTransport(configuration.mail.smtpUrl);
    return { transport, close: async () => transport.close() };
  }
  const catcher = await startCatcher({ port: 0, onMail: (mail) => store.tenant(mail.tenantId ?? tenantId, (tx) => storeCaughtMail(tx, mail)) });
  const transport = openTransport(catcher.url);
  return {
    transport,
    async close() {
      transport.close();
      await catcher.close();
    },
  };
}

/** Opened at the first report: finding or unpacking Chromium takes seconds that a worker without reports need not spend. */
function lazyRenderer(configuration: Configuration): { get(): Promise<Renderer>; close(): Promise<void> } {
  let opened: Promise<Renderer> | undefined;
  const open = async (): Promise<Renderer> => {
    const { openRenderer } = await import('../report/index.js');
    const { executablePath, args, headless, env } = await resolveChromium({ cacheFolder: configuration.cacheFolder, explicitPath: configuration.chromiumPath });
    return openRenderer({ executablePath, args, headless, env });
  };
  return {
    get() {
      opened ??= open();
      // A machine that lacks a Chromium now may have one at the next try.
      opened.catch(() => (opened = undefined));
      return opened;
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}

export async function openWorkerDeps(context: ProcessContext): Promise<OpenedDeps> {
  const { configuration, folder, keys, logger } = context;
  const paths = projectPaths();
  const store = await openCheckedStore(configuration);
  const tenant = await store.ensureFirstTenant(FIRST_TENANT);
  const mail = await openMail(configuration, store, tenant.id);
  const renderer = lazyRenderer(configuration);
  const deps: ActivityDeps = {
    store,
    packsRoot: paths.packs,
    templatesRoot: paths.templates,
    keys,
    blobFolder: join(folder.home, 'blobs'),
    baseUrl: configuration.baseUrl,
    mailTransport: () => mail.transport,
    mailFrom: configuration.mail.from,
    renderer: () => renderer.get(),
    signing: () => signingIdentity(folder.home),
    allowLoopback: mayReadLoopback(configuration),
    logDays: configuration.logDays,
    now: () => new Date(),
    logger,
  };
  return {
    deps,
    async close() {
      await renderer.close();
      await mail.close();
      await store.close();
    },
  };
}
