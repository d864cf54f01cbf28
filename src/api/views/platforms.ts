/** From stored platforms, scans, findings, drift and baselines to what the API answers. Pure. */
import type { Connector as StoredConnector, SecretField } from '../../collect/index.js';
import type { Check } from '../../judge/index.js';
import { ERRORS, isErrorCode } from '../../model/errors.js';
import type { Baseline as StoredBaseline, Finding as StoredFinding, PlatformSummary, Scan as StoredScan, SeverityCounts, StoredDrift } from '../../store/index.js';
import type { Packs } from '../portal.js';
import type { Baseline, Connector, Drift, Finding, Platform, Scan, ScanBrief } from '../schemas.js';

export interface PlatformFacts {
  readonly openFindings: SeverityCounts | null;
  /** types of the newest scan whose suspect count was confirmed */
  readonly confirmed: readonly string[];
}

export function platformView(platform: PlatformSummary, packs: Packs, { openFindings, confirmed }: PlatformFacts): Platform {
  const { id, name, connectorId, baseUrl, environment, owner, isDemo, schedule, schedulePaused, createdAt, proposedBaselines, openDrift, keyRefusedSince } = platform;
  return {
    id, name, connectorId, connectorTitle: packs.connectors.get(connectorId)?.title ?? connectorId, baseUrl, environment, owner, isDemo, schedule, schedulePaused, createdAt,
    lastScan: platform.lastScan ? scanBrief(platform.lastScan) : null,
    baselineVersion: platform.baseline?.version ?? null,
    proposedBaselines, openFindings, openDrift, keyRefusedSince, suspects: suspectsOf(platform.lastScan, confirmed),
  };
}

/** Of a scan that ended: while the next one runs, nobody knows yet whether the items are back. */
export function suspectsOf(scan: StoredScan | null, confirmed: readonly string[]): Platform['suspects'] {
  if (scan === null || scan.status === 'running') return [];
  const suspects = scan.completeness.filter((entry) => entry.state === 'suspect');
  return suspects.map(({ type, title, read, before }) => ({ type, title, read, before: before ?? read, confirmed: confirmed.includes(type) }));
}

export function scanBrief(scan: StoredScan): ScanBrief {
  const { id, status, stage, startedAt, finishedAt } = scan;
  return { id, status, stage, startedAt, finishedAt, resources: scan.resourceCount, findings: scan.findingCount, drift: scan.driftCount };
}

export interface ScanNames {
  readonly platformName: string;
  readonly requestedByName: string | null;
  readonly baselineVersion: number | null;
}

/** What the form needs; what an option stands for is the engine's business. */
function fieldView({ name, label, kind, options, pattern, hint, required }: SecretField): Connector['secretFields'][number] {
  return { name, label, kind, required, ...(options ? { options } : {}), ...(pattern === undefined ? {} : { pattern }), ...(hint === undefined ? {} : { hint }) };
}

export function connectorView({ id, title, secretFields, fileSource, liveSource, manifest }: StoredConnector): Connector {
  const { about, sources, notExposed, address: { label, example, fixed } } = manifest;
  return { id, title, about, secretFields: secretFields.map(fieldView), fileSource, liveSource, sources, notExposed, address: { label, example: example ?? fixed ?? null, fixed: fixed ?? null } };
}

export function scanView(scan: StoredScan, names: ScanNames): Scan {
  const { id, platformId, trigger, status, stage, startedAt, finishedAt, platformVersion, root } = scan;
  return {
    id, platformId, platformName: names.platformName, trigger, requestedBy: names.requestedByName, status, stage, progress: progressView(scan), startedAt, finishedAt, platformVersion, root,
    baselineVersion: names.baselineVersion,
    resources: scan.resourceCount, findings: scan.findingCount, drift: scan.driftCount,
    error: failureView(scan.errorCode, scan.errorMessage),
  };
}

/** Progress is written by the worker while it reads; what does not look like it is left out rather than refused. */
function progressView(scan: StoredScan): Scan['progress'] {
  const progress = scan.progress;
  if (scan.status !== 'running' || progress === null || typeof progress !== 'object' || Array.isArray(progress)) return null;
  const { type, title, page, read } = progress;
  if (typeof type !== 'string' || typeof page !== 'number' || typeof read !== 'number') return null;
  return { type, title: typeof title === 'string' ? title : type, page, read };
}

export function failureView(code: string | null, message: string | null): { code: string; message: string; next: string } | null {
  if (code === null) return null;
  return { code, message: message ?? '', next: isErrorCode(code) ? ERRORS[code].next : ERRORS['PLB-INTERNAL-001'].next };
}

export function findingView(finding: StoredFinding, check: Check | undefined): Finding {
  const { id, number, platformId, platformName, checkId, checkVersion, title, severity, outcome, location, message, firstSeenAt, lastSeenAt, resolvedAt } = finding;
  const resource = finding.resource as Finding['resource'];
  return {
    id, number, platformId, platformName, checkId, checkVersion, title, severity, outcome, resource, location, message,
    rationale: check?.rationale ?? null, remediation: check?.remediation ?? null, firstSeenAt, lastSeenAt, resolvedAt,
  };
}

export function driftView(drift: StoredDrift, platformName: string): Drift {
  const { id, platformId, baselineId, firstSeenAt, lastSeenAt, goneAt } = drift;
  const { fingerprint, resource, change, severity, path, before, after, edits, sentence } = drift.item;
  return { id, platformId, platformName, baselineId, fingerprint, resource, change, class: drift.item.class, severity, path, before, after, edits, sentence, firstSeenAt, lastSeenAt, goneAt };
}

/** Whoever proposed a baseline cannot approve it, so the page does not offer it. */
export function baselineView(baseline: StoredBaseline, viewer: { id: string; mayDecide: boolean }): Baseline {
  const { id, platformId, version, scanId, root, status, proposedAt, decidedAt, reason } = baseline;
  return {
    id, platformId, version, scanId, root, status, proposedAt, decidedAt, reason,
    canDecide: status === 'proposed' && viewer.mayDecide && viewer.id !== baseline.proposedBy,
    proposedBy: { id: baseline.proposedBy, name: baseline.proposedByName ?? 'unknown' },
    decidedBy: baseline.decidedBy === null ? null : { id: baseline.decidedBy, name: baseline.decidedByName ?? 'unknown' },
  };
}
