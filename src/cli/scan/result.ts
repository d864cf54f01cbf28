/** The result of a terminal scan as data: what --json prints and what the table and SARIF show. Owns its shape and order. Pure. */
import type { Judgement } from '../../model/finding.js';
import type { Location, Resource } from '../../model/resource.js';
import { SEVERITIES, severityRank } from '../../model/severity.js';
import type { Severity } from '../../model/severity.js';
import type { CompletenessEntry, DataFlow } from '../../model/snapshot.js';
import type { Reading } from './read.js';

export interface ScanFinding {
  readonly checkId: string;
  readonly title: string;
  readonly severity: Severity;
  readonly outcome: Judgement['outcome'];
  readonly resource: Judgement['resource'];
  readonly location: Location;
  readonly message: string;
  readonly fingerprint: string;
}

export interface ScanResult {
  readonly schema: 1;
  readonly platform: Reading['platform'];
  readonly summary: {
    readonly files: { readonly judged: number; readonly ignored: number; readonly unreadable: number };
    readonly resources: number;
    readonly workflows: number;
    /** failed checks by severity */
    readonly findings: Readonly<Record<Severity, number>>;
    readonly couldNotVerify: number;
  };
  readonly findings: readonly ScanFinding[];
  readonly resources: readonly Pick<Resource, 'kind' | 'key' | 'name' | 'properties' | 'location'>[];
  readonly flows: readonly DataFlow[];
  /** also files of which only a part could not be read */
  readonly unreadable: readonly { readonly code: 'PLB-COLLECT-012'; readonly file: string; readonly reason: string }[];
  readonly ignored: readonly { readonly file: string; readonly reason: string }[];
  readonly completeness: readonly CompletenessEntry[];
  /** steps of types that no rule describes, in words: a gap of what the connector knows, no error */
  readonly undescribed: string | null;
}

function outcomeRank(outcome: Judgement['outcome']): number {
  return outcome === 'fail' ? 0 : 1;
}

/** Worst first; then by check and place, so that two scans of the same input are the same text. */
function byWeight(a: ScanFinding, b: ScanFinding): number {
  return outcomeRank(a.outcome) - outcomeRank(b.outcome) || severityRank(a.severity) - severityRank(b.severity)
    || (a.checkId < b.checkId ? -1 : a.checkId > b.checkId ? 1 : 0) || (a.resource.key < b.resource.key ? -1 : a.resource.key > b.resource.key ? 1 : 0);
}

export function resultOf(reading: Reading, judgements: readonly Judgement[], flows: readonly DataFlow[]): ScanResult {
  const findings = judgements.map(({ checkId, title, severity, outcome, resource, location, message, fingerprint }) => ({ checkId, title, severity, outcome, resource, location, message, fingerprint })).sort(byWeight);
  const failed = findings.filter((finding) => finding.outcome === 'fail');
  const counts = Object.fromEntries(SEVERITIES.map((severity) => [severity, failed.filter((finding) => finding.severity === severity).length])) as Record<Severity, number>;
  return {
    schema: 1,
    platform: reading.platform,
    summary: {
      files: { judged: reading.filesJudged, ignored: reading.ignored.length, unreadable: new Set(reading.unreadable.map(({ file }) => file)).size },
      resources: reading.resources.length,
      workflows: reading.resources.filter((resource) => resource.kind === 'workflow').length,
      findings: counts,
      couldNotVerify: findings.filter((finding) => finding.outcome === 'could-not-verify').length,
    },
    findings,
    resources: reading.resources.map(({ kind, key, name, properties, location }) => ({ kind, key, name, properties, location })),
    flows,
    unreadable: reading.unreadable.map(({ file, reason }) => ({ code: 'PLB-COLLECT-012', file, reason })),
    ignored: reading.ignored,
    completeness: reading.completeness,
    undescribed: reading.undescribed,
  };
}
