/** The dependencies of activities over a test database, with real mail into a list. Owns building and closing them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActivityDeps } from '../../activities/index.js';
import { openTransport, startCatcher, type CaughtMail } from '../../src/remind/index.js';
import type { TestDatabase } from './database.js';

const ROOT = join(import.meta.dirname, '../..');

export interface TestDeps {
  deps: ActivityDeps;
  /** what reached the mail server, in order, duplicates included */
  mails: CaughtMail[];
  blobFolder: string;
  close(): Promise<void>;
}

export async function createTestDeps(database: TestDatabase, overrides: Partial<ActivityDeps> = {}): Promise<TestDeps> {
  const mails: CaughtMail[] = [];
  const catcher = await startCatcher({ port: 0, onMail: async (mail) => void mails.push(mail) });
  const transport = openTransport(catcher.url, { timeoutMs: 5_000 });
  const blobFolder = await mkdtemp(join(tmpdir(), 'plumbline-blobs-'));
  const deps: ActivityDeps = {
    store: database.store, packsRoot: join(ROOT, 'packs'), templatesRoot: join(ROOT, 'templates'), blobFolder, baseUrl: 'https://plumbline.example.org',
    keys: { secrets: Buffer.alloc(32, 1), links: Buffer.alloc(32, 2), fingerprints: Buffer.alloc(32, 3) },
    mailTransport: () => transport, mailFrom: 'Plumbline <plumbline@harbour.example>', allowLoopback: true, now: () => new Date(), program: 'as it is',
    renderer: () => Promise.reject(new Error('this test makes no report')), signing: () => Promise.reject(new Error('this test signs nothing')),
    logger: { debug: () => undefined, warn: () => undefined, error: () => undefined },
    ...overrides,
  };
  return {
    deps, mails, blobFolder,
    async close() {
      transport.close();
      await catcher.close();
      await rm(blobFolder, { recursive: true, force: true });
    },
  };
}
