/** What a scan report is made of: facts as stored, no sentence yet. */
import type { DriftItem } from '../model/drift.js';
import type { CheckResult, Judgement } from '../model/finding.js';
import { type CompletenessEntry, type DataFlow, isComplete } from '../model/snapshot.js';
import type { AuditPosition } from './report-model.js';

export type ReportFinding = Judgement & { readonly number: number; readonly firstSeenAt: string };

export interface ScanReportInput {
  readonly reportId: string;
  readonly tenantName: string;
  readonly platform: {
    readonly name: string; readonly connector: string; readonly baseUrl: string; readonly environment: string; readonly isDemo: boolean;
  };
  readonly scan: {
    readonly id: string; readonly trigger: string; readonly startedAt: string; readonly finishedAt: string;
    readonly resourceCount: number; readonly snapshotRoot: string; readonly complete: boolean;
  };
  readonly completeness: readonly CompletenessEntry[];
  readonly checkResults: readonly CheckResult[];
  readonly findings: readonly ReportFinding[];
  readonly drift: readonly DriftItem[];
  readonly baseline: {
    readonly version: number; readonly approvedBy: string | null; readonly approvedAt: string | null; readonly proposedBy: string;
  } | null;
  readonly flows: readonly DataFlow[];
  readonly auditCheckpoint: AuditPosition | null;
  /** ISO 8601; every date in the file is this one */
  readonly asOf: string;
  readonly timeZone: string;
}

/** Both the scan's own word and the record of what was read must say so. */
export function isWholeScan(input: ScanReportInput): boolean {
  return input.scan.complete && isComplete(input.completeness);
}
