/** The steps of a scan. Owns: fetching what the rooms need from the store and putting back what they decide. Results are ids and counts. */
import type { ScanPlatformResult } from '../src/contracts/scan-platform.js';
import { diffSnapshots } from '../src/compare/index.js';
import { judge } from '../src/judge/index.js';
import { PlumblineError } from '../src/model/errors.js';
import { isComplete, missingKinds, unreadKinds, untoldProperties } from '../src/model/snapshot.js';
import {
  beginScan, currentBaseline, failScan, findPlatform, finishScan, getScan, pruneObservations, readSnapshot, readTypesRead, recordDrift, recordFindings, setStage, type Scan, type TenantTx,
} from '../src/store/index.js';
import { collectPlatform } from './collect-platform.js';
import { withFingerprintKey } from './fingerprint-key.js';
import type { ActivityDeps } from './deps.js';
import { queueKeyNotice } from './key-notices.js';
import { openPacks, type Packs } from './packs.js';
import { otherRunningScan, settledScan } from './running-scan.js';
import type { BeginScanInput, ComparedScan, JudgedScan, ScanActivities, ScanEnd, ScanNotice, ScanRef } from '../src/contracts/activities.js';

const BEGIN_TRIES = 5;
const DAY_MS = 86_400_000;
const LOG_DAYS = 400;

export function createScanActivities(deps: ActivityDeps): ScanActivities {
  const packs = openPacks(deps);
  const inTenant = <T>({ tenantId }: { tenantId: string }, work: (tx: TenantTx) => Promise<T>): Promise<T> => deps.store.tenant(tenantId, work);
  return {
    beginScan: (input) => begin(deps, input),
    collectPlatform: async (scan) => collectPlatform({ deps: await withFingerprintKey(deps, scan.tenantId), packs }, scan),
    compareWithBaseline: (scan) => compare(deps, scan),
    judgeSnapshot: (scan) => judgeScan({ deps, packs }, scan),
    finishScan: ({ scanId, compared, judged, tenantId }) =>
      inTenant({ tenantId }, async (tx) => {
        const { completeness } = await getScan(tx, scanId);
        const scan = await finishScan(tx, {
          scanId, status: isComplete(completeness) ? 'completed' : 'incomplete', findingCount: judged.findings, severityCounts: judged.bySeverity, driftCount: compared.drift, baselineId: compared.baselineId,
          judgedKey: judged.judgedKey ?? null,
        });
        await pruneObservations(tx, { platformId: scan.platformId, before: new Date(deps.now().getTime() - (deps.logDays ?? LOG_DAYS) * DAY_MS) });
        return withNotice(resultOf(scan)!, await queueKeyNotice(deps, tx, scanId));
      }),
    failScan: ({ tenantId, ...failure }) => inTenant({ tenantId }, async (tx) => {
      const scan = await failScan(tx, failure);
      return withNotice(resultOf(scan)!, await queueKeyNotice(deps, tx, scan.id));
    }),
    scanOutcome: async (scan) => resultOf(await settledScan(deps, scan)),
  };
}

function withNotice(result: ScanPlatformResult, notice: ScanNotice | undefined): ScanEnd {
  return notice ? { ...result, notice } : result;
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

async function compare(deps: ActivityDeps, ref: ScanRef): Promise<ComparedScan> {
  const { scan, baseline, before, after, typesRead } = await deps.store.tenant(ref.tenantId, async (tx) => {
    await setStage(tx, ref.scanId, 'comparing');
    const found = await collected(tx, ref.scanId);
    const approved = await currentBaseline(tx, found.platformId);
    const isSame = approved === null || approved.root === found.root;
    return { scan: found, baseline: approved, typesRead: await readTypesRead(tx, found.platformId), before: isSame ? [] : await readSnapshot(tx, approved.root), after: isSame ? [] : await readSnapshot(tx, found.root) };
  });
  if (baseline === null) return { baselineId: null, drift: null };
  const unread = unreadKinds(scan.completeness, typesRead);
  const items = diffSnapshots(before, after, { unreadTypesAfter: missingKinds(scan.completeness, typesRead), untoldAfter: untoldProperties(scan.completeness, typesRead) });
  const outcome = await deps.store.tenant(ref.tenantId, (tx) => recordDrift(tx, { scanId: scan.id, platformId: scan.platformId, baselineId: baseline.id, items, unreadKinds: unread }));
  return { baselineId: baseline.id, drift: outcome.open };
}

async function judgeScan({ deps, packs }: { deps: ActivityDeps; packs: Packs }, ref: ScanRef): Promise<JudgedScan> {
  const { scan, platform, resources, typesRead } = await deps.store.tenant(ref.tenantId, async (tx) => {
    await setStage(tx, ref.scanId, 'judging');
    const found = await collected(tx, ref.scanId);
    return { scan: found, platform: await findPlatform(tx, found.platformId), typesRead: await readTypesRead(tx, found.platformId), resources: await readSnapshot(tx, found.root) };
  });
  const connectors = platform === null ? {} : { connectors: [platform.connectorId] };
  const { judgements, results } = judge({ resources, completeness: scan.completeness, checks: await packs.checks(), typesRead, ...connectors });
  const outcome = await deps.store.tenant(ref.tenantId, (tx) =>
    recordFindings(tx, { scanId: scan.id, platformId: scan.platformId, judgements, results, unreadKinds: unreadKinds(scan.completeness, typesRead) }),
  );
  const judgedKey = await packs.judgedKey({ connectorId: platform?.connectorId ?? null, root: scan.root, completeness: scan.completeness });
  return { findings: outcome.open, bySeverity: outcome.bySeverity, judgedKey };
}

async function collected(tx: TenantTx, scanId: string): Promise<Scan & { root: string }> {
  const scan = await getScan(tx, scanId);
  if (scan.root === null) throw new PlumblineError('PLB-INTERNAL-001', 'This scan has no snapshot yet.');
  return { ...scan, root: scan.root };
}
