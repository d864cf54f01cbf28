/**
 * What a new installation needs once: its tenant, the link for the first administrator, the demo as a platform with its first
 * scan. Owns: doing each at most once, whatever was interrupted before. Does not own: starting the parts (start.ts).
 */
import type { Client } from '@temporalio/client';
import { startFirstScan } from '../api/index.js';
import { SYSTEM } from '../model/identity.js';
import { makeId } from '../model/ids.js';
import { randomUUID } from 'node:crypto';
import { addPlatform, listPlatforms, needsFirstAdministrator, putSecret, setPlatformAccess, type Store, type TenantTx } from '../store/index.js';
import type { DemoEstate } from './demo/index.js';
import { makeFirstAdminLink } from './first-admin-link.js';

export interface Installation {
  readonly store: Store;
  readonly tenantId: string;
}

/** A new one-time link while nobody has an account; null afterwards. A new link ends the one before it. */
export async function firstAdminLink({ store, tenantId }: Installation, baseUrl: string): Promise<string | null> {
  return store.tenant(tenantId, async (tx) => ((await needsFirstAdministrator(tx)) ? (await makeFirstAdminLink(tx, baseUrl)).url : null));
}

/** The demo is for whoever has connected nothing; who has, or has removed it, is not shown it again. */
export async function wantsDemo({ store, tenantId }: Installation, wasRemoved: boolean): Promise<boolean> {
  if (wasRemoved) return false;
  const platforms = await store.tenant(tenantId, listPlatforms);
  return platforms.length === 0 || platforms.some((platform) => platform.isDemo);
}

async function connectDemo(tx: TenantTx, demo: DemoEstate, key: Uint8Array): Promise<{ id: string; scanned: boolean }> {
  const known = (await listPlatforms(tx)).find((platform) => platform.isDemo);
  const secretId = known?.secretId ?? makeId('secret', randomUUID());
  await putSecret(tx, key, secretId, { ...demo.secret });
  if (known) {
    // Its port can have been taken by another program meanwhile.
    if (known.baseUrl !== demo.url) await setPlatformAccess(tx, SYSTEM, { platformId: known.id, baseUrl: demo.url });
    return { id: known.id, scanned: known.lastScan !== null };
  }
  const added = await addPlatform(tx, SYSTEM, { name: demo.name, connectorId: demo.connectorId, baseUrl: demo.url, secretId, environment: 'test', owner: null, isDemo: true });
  return { id: added.id, scanned: false };
}

/** Connects the demo as a platform and starts its first scan, unless it had one. */
export async function registerDemo(installation: Installation & { temporal: Client; secretsKey: Uint8Array }, demo: DemoEstate): Promise<void> {
  const { store, tenantId, temporal, secretsKey } = installation;
  const platform = await store.tenant(tenantId, (tx) => connectDemo(tx, demo, secretsKey));
  if (platform.scanned) return;
  await startFirstScan(temporal, { tenantId, platformId: platform.id });
}
