/** The steps of a scan. Owns: fetching what the rooms need from the store and putting back what they decide. Results are ids and counts. */
import { Context } from '@temporalio/activity';
import type { ScanPlatformResult } from '../src/contracts/scan-platform.js';
import { collect, loadConnectors, suspectShrink, type Connector, type PageStore } from '../src/collect/index.js';
import { diffSnapshots, snapshotRoot, toEntries } from '../src/compare/index.js';
import { judge, loadChecks } from '../src/judge/index.js';
import { deriveFlows } from '../src/map/index.js';
import { PlumblineError } from '../src/model/errors.js';
import { isComplete, unreadKinds } from '../src/model/snapshot.js';
import {
  beginScan, currentBaseline, failScan, findPlatform, finishScan, getScan, readBelievedCounts, readBookmarks, readPages, readSecret, readSnapshot, recordDrift, recordFindings, setProgress, setStage, storeSnapshot, writePage,
  type Platform, type Scan, type TenantTx,
} from '../src/store/index.js';
import type { ActivityDeps } from './deps.js';
import { beat } from './failures.js';
import { otherRunningScan, settledScan } from './running-scan.js';
import type { BeginScanInput, ComparedScan, JudgedScan, ScanActivities, ScanRef } from '../src/contracts/activities.js';

/** People see progress at most this often; a fast platform gives hundreds of pages a second. */
const PROGRESS_EVERY_MS = 1_000;

const BEGIN_TRIES = 5;

export function createScanActivities(deps: ActivityDeps): ScanActivities {
  const inTenant = <T>({ tenantId }: { tenantId: string }, work: (tx: TenantTx) => Promise<T>): Promise<T> => deps.store.tenant(tenantId, work);
  return {
    beginScan: (input) => begin(deps, input),
    collectPlatform: (scan) => collectPlatform(deps, scan),
    compareWithBaseline: (scan) => compare(deps, scan),
    judgeSnapshot: (scan) => judgeScan(deps, scan),
    finishScan: ({ scanId, compared, judged, tenantId }) =>
      inTenant({ tenantId }, async (tx) => {
        const { completeness } = await getScan(tx, scanId);
        const scan = await finishScan(tx, {
          scanId, status: isComplete(completeness) ? 'completed' : 'incomplete', findingCount: judged.findings, severityCounts: judged.bySeverity, driftCount: compared.drift, baselineId: compared.baselineId,
        });
        return resultOf(scan)!;
      }),
    failScan: ({ tenantId, ...failure }) => inTenant({ tenantId }, async (tx) => resultOf(await failScan(tx, failure))!),
    scanOutcome: async (scan) => resultOf(await settledScan(deps, scan)),
  };
}

async function begin(deps: ActivityDeps, input: BeginScanInput): Promise<{ scanId: string; joined: boolean }> {
  const { tenantId, slotAt, ...rest } = input;
  for (let tries = 1; ; tries += 1) {
    const other = await otherRunningScan(deps, input);
    if (other !== null) return { scanId: other, joined: true };
    try {
      const scan = await deps.store.tenant(tenantId, (tx) => beginScan(tx, { ...rest, slotAt: slotAt === null ? null : new Date(slotAt) }));
      return { scanId: scan.id, joined: false };
    } catch (error) {
      // One that began since the look above is there now, to be joined.
      if (!(error instanceof PlumblineError) || error.code !== 'PLB-SCAN-002') throw error;
      if (tries >= BEGIN_TRIES) throw new PlumblineError('PLB-INTERNAL-002', 'Other scans of this platform begin and end all the time.', {}, error);
    }
  }
}

/** null while it runs */
function resultOf(scan: Scan): ScanPlatformResult | null {
  if (scan.status === 'running') return null;
  return { scanId: scan.id, status: scan.status, resources: scan.resourceCount ?? 0, findings: scan.findingCount ?? 0, drift: scan.driftCount ?? 0 };
}

async function collectPlatform(deps: ActivityDeps, ref: ScanRef): Promise<{ resources: number; complete: boolean }> {
  const { scan, platform, secret, bookmarks, believed } = await deps.store.tenant(ref.tenantId, (tx) => readTask(deps, tx, ref.scanId));
  // A try whose result was stored but whose answer was lost is not done again.
  if (scan.root !== null) return { resources: scan.resourceCount ?? 0, complete: isComplete(scan.completeness) };
  const connector = await connectorOf(deps, platform);
  const collection = await collect({
    connector, baseUrl: platform.baseUrl, secret, fingerprintKey: deps.keys.fingerprints, pages: pageStore(deps, ref), bookmarks, allowLoopback: deps.allowLoopback,
    onProgress: progressOf(deps, ref), signal: Context.current().cancellationSignal,
  });
  const { resources, platformVersion, observations } = collection;
  const completeness = suspectShrink(collection.completeness, believed);
  const entries = toEntries(resources);
  const snapshot = { resources, entries, root: snapshotRoot(entries), flows: deriveFlows(resources), completeness, platformVersion, observations, bookmarks: collection.bookmarks };
  await deps.store.tenant(ref.tenantId, (tx) => storeSnapshot(tx, ref.scanId, snapshot));
  return { resources: resources.length, complete: isComplete(completeness) };
}

interface Task {
  scan: Scan;
  platform: Platform;
  secret: Record<string, string>;
  bookmarks: Record<string, string>;
  /** how many of each type are believed to be there */
  believed: Record<string, number>;
}

async function readTask(deps: ActivityDeps, tx: TenantTx, scanId: string): Promise<Task> {
  const scan = await getScan(tx, scanId);
  const platform = await findPlatform(tx, scan.platformId);
  if (platform === null || platform.removedAt !== null) throw new PlumblineError('PLB-API-002', 'The platform of this scan was removed.');
  await setStage(tx, scanId, 'reading');
  const secret = platform.secretId === null ? {} : { ...(await readSecret(tx, deps.keys.secrets, platform.secretId)) };
  return { scan, platform, secret, bookmarks: await readBookmarks(tx, platform.id), believed: await readBelievedCounts(tx, platform.id) };
}

async function connectorOf(deps: ActivityDeps, platform: Platform): Promise<Connector> {
  const connector = (await loadConnectors(deps.packsRoot)).get(platform.connectorId);
  if (connector === undefined) throw new PlumblineError('PLB-COLLECT-010', `There is no connector ${platform.connectorId}.`, { connectorId: platform.connectorId });
  return connector;
}

/** Each page is kept as soon as it is read, so that a killed worker goes on after the last one. */
function pageStore(deps: ActivityDeps, { tenantId, scanId }: ScanRef): PageStore {
  return {
    read: (type) => deps.store.tenant(tenantId, (tx) => readPages(tx, scanId, type)),
    write: (type, page, body) => deps.store.tenant(tenantId, (tx) => writePage(tx, { scanId, resourceType: type, page, body })),
  };
}

function progressOf(deps: ActivityDeps, { tenantId, scanId }: ScanRef) {
  let toldAt = 0;
  return (progress: { type: string; title: string; page: number; read: number }): void => {
    beat({ type: progress.type, page: progress.page });
    if (Date.now() - toldAt < PROGRESS_EVERY_MS) return;
    toldAt = Date.now();
    // For people only: a scan does not fail because its progress could not be shown.
    void deps.store.tenant(tenantId, (tx) => setProgress(tx, scanId, { ...progress })).catch(() => undefined);
  };
}

async function compare(deps: ActivityDeps, ref: ScanRef): Promise<ComparedScan> {
  const { scan, baseline, before, after } = await deps.store.tenant(ref.tenantId, async (tx) => {
    await setStage(tx, ref.scanId, 'comparing');
    const found = await collected(tx, ref.scanId);
    const approved = await currentBaseline(tx, found.platformId);
    const isSame = approved === null || approved.root === found.root;
    return { scan: found, baseline: approved, before: isSame ? [] : await readSnapshot(tx, approved.root), after: isSame ? [] : await readSnapshot(tx, found.root) };
  });
  if (baseline === null) return { baselineId: null, drift: null };
  const unread = unreadKinds(scan.completeness);
  const items = diffSnapshots(before, after, { unreadTypesAfter: unread });
  const outcome = await deps.store.tenant(ref.tenantId, (tx) => recordDrift(tx, { scanId: scan.id, platformId: scan.platformId, baselineId: baseline.id, items, unreadKinds: unread }));
  return { baselineId: baseline.id, drift: outcome.open };
}

async function judgeScan(deps: ActivityDeps, ref: ScanRef): Promise<JudgedScan> {
  const checks = await loadChecks(deps.packsRoot);
  const { scan, platform, resources } = await deps.store.tenant(ref.tenantId, async (tx) => {
    await setStage(tx, ref.scanId, 'judging');
    const found = await collected(tx, ref.scanId);
    return { scan: found, platform: await findPlatform(tx, found.platformId), resources: await readSnapshot(tx, found.root) };
  });
  const connectors = platform === null ? {} : { connectors: [platform.connectorId] };
  const { judgements, results } = judge({ resources, completeness: scan.completeness, checks, ...connectors });
  const outcome = await deps.store.tenant(ref.tenantId, (tx) =>
    recordFindings(tx, { scanId: scan.id, platformId: scan.platformId, judgements, results, unreadKinds: unreadKinds(scan.completeness) }),
  );
  return { findings: outcome.open, bySeverity: outcome.bySeverity };
}

async function collected(tx: TenantTx, scanId: string): Promise<Scan & { root: string }> {
  const scan = await getScan(tx, scanId);
  if (scan.root === null) throw new PlumblineError('PLB-INTERNAL-001', 'This scan has no snapshot yet.');
  return { ...scan, root: scan.root };
}
