/** The step that reads a platform. Owns: what it is read with, what is stored of it, and what is shared with the scan before when nothing changed. */
import { Context } from '@temporalio/activity';
import { collect, suspectShrink, type Collection, type Connector } from '../src/collect/index.js';
import { snapshotRoot } from '../src/compare/index.js';
import type { CollectedScan, ScanRef } from '../src/contracts/activities.js';
import { gatherFlows } from '../src/map/index.js';
import { PlumblineError } from '../src/model/errors.js';
import type { Resource } from '../src/model/resource.js';
import { isComplete, type CompletenessEntry, type DataFlow } from '../src/model/snapshot.js';
import {
  currentBaseline, earlierScan, findPlatform, getScan, keptPages, readBelievedCounts, readBookmarks, readLine, readSecret, setProgress, setStage, shareSnapshot, shareVerdicts, sortLines,
  storeSnapshot, toLine, typesWithPages, type EarlierScan, type KeptPages, type Platform, type Scan, type SnapshotLine, type TenantTx,
} from '../src/store/index.js';
import type { ActivityDeps } from './deps.js';
import { beat } from './failures.js';
import type { Packs } from './packs.js';
import { openScanPages, type ScanPages } from './scan-pages.js';

/** People see progress at most this often; a fast platform gives hundreds of pages a second. */
const PROGRESS_EVERY_MS = 2_000;

/** What a beat tells the next worker: where the reading was. */
interface Beat {
  readonly type: string;
  readonly page: number;
  readonly held: Readonly<Record<string, number>>;
}

interface Task {
  readonly scan: Scan;
  readonly platform: Platform;
  readonly connector: Connector;
  readonly secret: Record<string, string>;
  readonly bookmarks: Record<string, string>;
  /** how many of each type are believed to be there */
  readonly believed: Record<string, number>;
  readonly kept: KeptPages | null;
  /** types of which an earlier try has stored pages */
  readonly stored: readonly string[];
  readonly earlier: EarlierScan | null;
  readonly reuseKey: string;
}

export async function collectPlatform({ deps, packs }: { deps: ActivityDeps; packs: Packs }, ref: ScanRef): Promise<CollectedScan> {
  const inTenant = <T>(work: (tx: TenantTx) => Promise<T>): Promise<T> => deps.store.tenant(ref.tenantId, work);
  const task = await inTenant((tx) => readTask({ deps, packs }, tx, ref.scanId));
  // A try whose result was stored but whose answer was lost is not done again.
  if (task.scan.root !== null) return collectedOf(task.scan.resourceCount ?? 0, task.scan.completeness);
  const pages = openScanPages({ inTenant, scanId: ref.scanId, kept: task.kept, stored: task.stored, held: heldBefore(task.kept) });
  const unchanged = (): boolean => pages.unchanged() && task.earlier?.reuseKey === task.reuseKey;
  const made = gatherLines();
  const reading = collect({
    connector: task.connector, baseUrl: task.platform.baseUrl, secret: task.secret, fingerprintKey: deps.keys.fingerprints, pages, bookmarks: task.bookmarks, allowLoopback: deps.allowLoopback,
    onProgress: progressOf(inTenant, ref.scanId, pages), signal: Context.current().cancellationSignal, unchanged, take: made.take,
  });
  // what was read before a pause or a failure is not asked for again
  const collection = await reading.finally(() => pages.drain());
  const completeness = suspectShrink(collection.completeness, task.believed);
  return inTenant((tx) => keep(packs, tx, task, { collection, completeness, same: unchanged(), made }));
}

async function readTask({ deps, packs }: { deps: ActivityDeps; packs: Packs }, tx: TenantTx, scanId: string): Promise<Task> {
  const scan = await getScan(tx, scanId);
  const platform = await findPlatform(tx, scan.platformId);
  if (platform === null || platform.removedAt !== null) throw new PlumblineError('PLB-API-002', 'The platform of this scan was removed.');
  await setStage(tx, scanId, 'reading');
  const connector = await packs.connector(platform.connectorId);
  const secret = platform.secretId === null ? {} : { ...(await readSecret(tx, deps.keys.secrets, platform.secretId)) };
  const reuseKey = await packs.reuseKey(connector, { baseUrl: platform.baseUrl, fields: secret });
  return {
    scan, platform, connector, secret, reuseKey,
    bookmarks: await readBookmarks(tx, platform.id), believed: await readBelievedCounts(tx, platform.id),
    kept: await keptPages(tx, platform.id, reuseKey), stored: await typesWithPages(tx, scanId), earlier: await earlierScan(tx, platform.id),
  };
}

interface Read {
  readonly collection: Collection;
  readonly completeness: CompletenessEntry[];
  /** every page is as the scan before read it */
  readonly same: boolean;
  readonly made: Lines;
}

/** What the estate was turned into on the way. */
interface Lines {
  take(resource: Resource): void;
  /** sorted */
  lines(): SnapshotLine[];
  flows(): DataFlow[];
}

/** No resource is held: what is compared of it is in its line. */
function gatherLines(): Lines {
  const lines: SnapshotLine[] = [];
  const gathered = gatherFlows();
  return {
    take(resource) {
      const line = toLine(resource);
      lines.push(line);
      gathered.add(resource, () => readLine(line));
    },
    lines: () => sortLines(lines),
    flows: gathered.flows,
  };
}

/** The snapshot, with the observations and bookmarks of the same reading; or, when no page changed, the snapshot before once more. */
async function keep(packs: Packs, tx: TenantTx, task: Task, { collection, completeness, same, made }: Read): Promise<CollectedScan> {
  const { scan, earlier, reuseKey } = task;
  if (same && earlier !== null) {
    const verdicts = await sharedVerdicts(packs, tx, task, { root: earlier.root, completeness });
    await shareSnapshot(tx, scan.id, { earlier, completeness, reuseKey, sameAs: verdicts === null ? null : earlier.judgedId });
    return { ...collectedOf(earlier.resourceCount, completeness), ...verdicts };
  }
  const { observations, bookmarks, platformVersion } = collection;
  const lines = made.lines();
  const root = snapshotRoot(lines);
  await storeSnapshot(tx, scan.id, { lines, root, flows: made.flows(), completeness, platformVersion, observations, bookmarks, reuseKey });
  const verdicts = await sharedVerdicts(packs, tx, task, { root, completeness });
  if (verdicts !== null) await shareVerdicts(tx, scan.id, earlier!.judgedId);
  return { ...collectedOf(lines.length, completeness), ...verdicts };
}

/** Equal snapshots, read equally well, judged by equal checks against the same baseline have equal verdicts; null where one of these differs. */
async function sharedVerdicts(packs: Packs, tx: TenantTx, { platform, earlier }: Task, read: { root: string; completeness: CompletenessEntry[] }): Promise<Pick<CollectedScan, 'same'> | null> {
  if (earlier === null || earlier.judgedKey === null || earlier.root !== read.root) return null;
  const baseline = await currentBaseline(tx, platform.id);
  const judgedKey = await packs.judgedKey({ connectorId: platform.connectorId, ...read });
  if (judgedKey !== earlier.judgedKey || (baseline?.id ?? null) !== earlier.baselineId) return null;
  return { same: { compared: { baselineId: earlier.baselineId, drift: earlier.driftCount }, judged: { findings: earlier.findingCount, bySeverity: earlier.severityCounts, judgedKey } } };
}

function collectedOf(resources: number, completeness: readonly CompletenessEntry[]): CollectedScan {
  return { resources, complete: isComplete(completeness) };
}

/** What an earlier try of this step had found unchanged, as its last beat told. */
function heldBefore(kept: KeptPages | null): Record<string, number> {
  const told = Context.current().info.heartbeatDetails as Partial<Beat> | undefined;
  return kept === null || told?.held === undefined ? {} : { ...told.held };
}

function progressOf(inTenant: <T>(work: (tx: TenantTx) => Promise<T>) => Promise<T>, scanId: string, pages: ScanPages) {
  let toldAt = Date.now();
  return (progress: { type: string; title: string; page: number; read: number }): void => {
    beat({ type: progress.type, page: progress.page, held: pages.held() } satisfies Beat);
    if (Date.now() - toldAt < PROGRESS_EVERY_MS) return;
    toldAt = Date.now();
    // For people only: a scan does not fail because its progress could not be shown.
    void inTenant((tx) => setProgress(tx, scanId, { ...progress })).catch(() => undefined);
  };
}
