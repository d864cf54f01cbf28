/** Scans, findings and drift: start a scan, look at results. */
import { z } from 'zod';
import { confirmedTypes, findPlatform, getPlatform, getScan, listBaselines, listCheckResults, listDrift, listFindings, listPlatforms, listScans, namesOf, type Scan as StoredScan, type TenantTx } from '../../store/index.js';
import { personRoute, type Route } from '../route.js';
import { DriftList, DriftQuery, FindingList, FindingsQuery, PageQuery, ScanDetails, ScanList, ScanStarted, idOf } from '../schemas.js';
import type { Scan } from '../schemas.js';
import { startScan } from '../temporal/scans.js';
import { driftView, findingView, scanView } from '../views/platforms.js';
import { PlatformParams } from './platforms.js';

const ScanParams = z.object({ id: idOf('scan') });

/** All of one platform. */
async function viewScans(tx: TenantTx, platform: { id: string; name: string }, scans: readonly StoredScan[]): Promise<Scan[]> {
  const names = await namesOf(tx, scans.map((scan) => scan.requestedBy));
  const versions = new Map((await listBaselines(tx, platform.id)).map((baseline) => [baseline.id, baseline.version]));
  return scans.map((scan) =>
    scanView(scan, { platformName: platform.name, requestedByName: names.get(scan.requestedBy ?? '') ?? null, baselineVersion: versions.get(scan.baselineId ?? '') ?? null }),
  );
}

async function scanDetails(tx: TenantTx, scanId: string): Promise<ScanDetails> {
  const stored = await getScan(tx, scanId);
  const platform = await findPlatform(tx, stored.platformId);
  const [scan] = await viewScans(tx, { id: stored.platformId, name: platform?.name ?? 'removed platform' }, [stored]);
  return { scan: scan!, completeness: stored.completeness, confirmedTypes: await confirmedTypes(tx, scanId), checkResults: await listCheckResults(tx, scanId) };
}

export const scanRoutes: readonly Route[] = [
  personRoute(
    'scans.run',
    { method: 'POST', url: '/platforms/:id/scans', tag: 'scans', summary: 'Scan now, or join the scan that runs', params: PlatformParams, response: ScanStarted, status: 202 },
    async ({ portal, params, person }) => {
      await portal.inTenant((tx) => getPlatform(tx, params.id));
      return startScan(portal.temporal, { tenantId: portal.tenantId, platformId: params.id, trigger: 'person', requestedBy: person.id });
    },
  ),
  personRoute(
    'scans.read',
    { method: 'GET', url: '/platforms/:id/scans', tag: 'scans', summary: 'Scans of a platform, newest first', params: PlatformParams, query: PageQuery, response: ScanList },
    ({ portal, params, query }) =>
      portal.inTenant(async (tx) => {
        const platform = await getPlatform(tx, params.id);
        const page = await listScans(tx, { platformId: platform.id, ...query });
        return { items: await viewScans(tx, platform, page.items), nextCursor: page.nextCursor };
      }),
  ),
  personRoute('scans.read', { method: 'GET', url: '/scans/:id', tag: 'scans', summary: 'One scan: what was read, what could not be, which checks were judged', params: ScanParams, response: ScanDetails }, ({ portal, params }) =>
    portal.inTenant((tx) => scanDetails(tx, params.id)),
  ),
  personRoute('scans.read', { method: 'GET', url: '/findings', tag: 'scans', summary: 'Open findings, worst first', query: FindingsQuery, response: FindingList }, ({ portal, query }) =>
    portal.inTenant(async (tx) => {
      const page = await listFindings(tx, query);
      return { items: page.items.map((finding) => findingView(finding, portal.packs.checks.get(finding.checkId))), nextCursor: page.nextCursor };
    }),
  ),
  personRoute('scans.read', { method: 'GET', url: '/drift', tag: 'scans', summary: 'What differs from the approved baselines, worst first', query: DriftQuery, response: DriftList }, ({ portal, query }) =>
    portal.inTenant(async (tx) => {
      const page = await listDrift(tx, query);
      const names = new Map((await listPlatforms(tx)).map((platform) => [platform.id, platform.name]));
      return { items: page.items.map((drift) => driftView(drift, names.get(drift.platformId) ?? 'removed platform')), nextCursor: page.nextCursor };
    }),
  ),
];
