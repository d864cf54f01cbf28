/** Connectors and platforms: list, connect, look at, disconnect. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { probe } from '../../collect/index.js';
import type { Actor } from '../../model/identity.js';
import { makeId } from '../../model/ids.js';
import { addPlatform, confirmedTypes, getPlatform, listPlatforms, putSecret, removePlatform, scansByIds, type PlatformSummary, type TenantTx } from '../../store/index.js';
import { checkedSecret, liveConnectorOf } from '../connector-fields.js';
import type { Portal } from '../portal.js';
import { personRoute, type Route } from '../route.js';
import { AddPlatformRequest, ConnectorList, Empty, PlatformAdded, PlatformAnswer, PlatformList, idOf } from '../schemas.js';
import type { Platform } from '../schemas.js';
import { cancelScans, startScan } from '../temporal/scans.js';
import { deleteSchedule } from '../temporal/schedules.js';
import { connectorView, platformView } from '../views/platforms.js';

export const PlatformParams = z.object({ id: idOf('platform') });

/** Counts of the newest scan that has a snapshot: a scan that runs or failed has none, and then the current one stays. */
export async function viewPlatforms(portal: Portal, tx: TenantTx, platforms: readonly PlatformSummary[]): Promise<Platform[]> {
  const older = platforms.filter((platform) => !platform.lastScan?.severityCounts).map((platform) => platform.currentScanId);
  const scans = await scansByIds(tx, older);
  const confirmed = new Map<string, string[]>();
  for (const { id, lastScan } of platforms) if (lastScan?.completeness.some((entry) => entry.state === 'suspect')) confirmed.set(id, await confirmedTypes(tx, lastScan.id));
  return platforms.map((platform) => {
    const counts = platform.lastScan?.severityCounts ?? scans.get(platform.currentScanId ?? '')?.severityCounts ?? null;
    return platformView(platform, portal.packs, { openFindings: counts, confirmed: confirmed.get(platform.id) ?? [] });
  });
}

export async function onePlatform(portal: Portal, platformId: string): Promise<Platform> {
  const [view] = await portal.inTenant(async (tx) => viewPlatforms(portal, tx, [await getPlatform(tx, platformId)]));
  return view!;
}

async function storePlatform(portal: Portal, actor: Actor, given: { request: AddPlatformRequest; secret: Record<string, string> }): Promise<string> {
  const { request, secret } = given;
  const secretId = Object.keys(secret).length === 0 ? null : makeId('secret', randomUUID());
  return portal.inTenant(async (tx) => {
    if (secretId !== null) await putSecret(tx, portal.keys.secrets, secretId, secret);
    const { name, connectorId, baseUrl, environment, owner } = request;
    const platform = await addPlatform(tx, actor, { name, connectorId, baseUrl, environment, owner: owner ?? null, secretId });
    return platform.id;
  });
}

/** A platform that was stored stays stored when the engine is away; the answer then says that no scan was started. */
async function firstScan(portal: Portal, platformId: string, requestedBy: string): Promise<{ workflowId: string; joined: boolean } | null> {
  try {
    return await startScan(portal.temporal, { tenantId: portal.tenantId, platformId, trigger: 'first', requestedBy });
  } catch (error) {
    portal.logger.warn({ err: error, platformId }, 'the first scan could not be started');
    return null;
  }
}

export const platformRoutes: readonly Route[] = [
  personRoute('platforms.read', { method: 'GET', url: '/connectors', tag: 'platforms', summary: 'What can be connected', response: ConnectorList }, async ({ portal }) => {
    const items = [...portal.packs.connectors.values()].map(connectorView);
    return { items: items.toSorted((a, b) => a.title.localeCompare(b.title)), nextCursor: null };
  }),
  personRoute('platforms.read', { method: 'GET', url: '/platforms', tag: 'platforms', summary: 'Connected platforms with their last scan', response: PlatformList }, async ({ portal }) => ({
    items: await portal.inTenant(async (tx) => viewPlatforms(portal, tx, await listPlatforms(tx))),
    nextCursor: null,
  })),
  personRoute(
    'platforms.manage',
    { method: 'POST', url: '/platforms', tag: 'platforms', summary: 'Connect a platform: it is asked first, and then scanned', body: AddPlatformRequest, response: PlatformAdded, status: 201, perMinute: 20 },
    async ({ portal, body, actor, person }) => {
      const connector = liveConnectorOf(portal, body.connectorId);
      const secret = checkedSecret(connector, body.secret);
      const found = await probe({ connector, baseUrl: body.baseUrl, secret, allowLoopback: portal.allowLoopback });
      const platformId = await storePlatform(portal, actor, { request: body, secret });
      const started = await firstScan(portal, platformId, person.id);
      return { platform: await onePlatform(portal, platformId), platformVersion: found.platformVersion, firstScan: started };
    },
  ),
  personRoute('platforms.read', { method: 'GET', url: '/platforms/:id', tag: 'platforms', summary: 'One platform', params: PlatformParams, response: PlatformAnswer }, async ({ portal, params }) => ({
    platform: await onePlatform(portal, params.id),
  })),
  personRoute(
    'platforms.manage',
    { method: 'DELETE', url: '/platforms/:id', tag: 'platforms', summary: 'Disconnect a platform; its record stays', params: PlatformParams, response: Empty },
    async ({ portal, params, actor }) => {
      const of = { tenantId: portal.tenantId, platformId: params.id };
      const platform = await portal.inTenant((tx) => getPlatform(tx, params.id));
      await deleteSchedule(portal.temporal, of);
      await portal.inTenant((tx) => removePlatform(tx, actor, params.id));
      await portal.news.tell(`cancel-scans:${params.id}`, () => cancelScans(portal.temporal, of));
      if (platform.isDemo) await portal.removeDemo();
      return {};
    },
  ),
];
