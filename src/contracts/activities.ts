/**
 * What workflows may ask of the world: names, payloads, results. Owns the shapes; types only, so that workflows can import them.
 * Ids, counts and codes travel; snapshots, answers and documents stay in the store.
 */
import type { MailKind } from '../model/assessment.js';
import type { ErrorCode } from '../model/errors.js';
import type { Severity } from '../model/severity.js';
import type { ScanPlatformResult, ScanTrigger } from './scan-platform.js';

export interface BeginScanInput {
  tenantId: string;
  platformId: string;
  /** `<workflow id>#<run id>`: makes beginScan idempotent and lets others see whether its workflow still lives */
  workflowRun: string;
  trigger: ScanTrigger;
  requestedBy: string | null;
  /** the nominal time of a schedule's slot, ISO */
  slotAt: string | null;
}

export interface ScanRef {
  tenantId: string;
  scanId: string;
}

/** Both null: no baseline is approved. */
export interface ComparedScan {
  baselineId: string | null;
  drift: number | null;
}

export interface JudgedScan {
  findings: number;
  bySeverity: Record<Severity, number>;
  /** what the verdicts rest on; a later scan with the same one shares them */
  judgedKey?: string;
}

export interface CollectedScan {
  resources: number;
  complete: boolean;
  /** set when nothing had changed since an earlier scan: its comparison and its verdicts hold for this one too */
  same?: { compared: ComparedScan; judged: JudgedScan };
}

/** Mails that were queued because of how a scan ended. `id` names the occasion, with opaque ids only. */
export interface ScanNotice {
  id: string;
  mailIds: string[];
}

export type ScanEnd = ScanPlatformResult & { notice?: ScanNotice };

export interface ScanActivities {
  /** `joined`: another workflow is scanning this platform; `scanId` is its scan. */
  beginScan(input: BeginScanInput): Promise<{ scanId: string; joined: boolean }>;
  collectPlatform(scan: ScanRef): Promise<CollectedScan>;
  compareWithBaseline(scan: ScanRef): Promise<ComparedScan>;
  judgeSnapshot(scan: ScanRef): Promise<JudgedScan>;
  finishScan(scan: ScanRef & { compared: ComparedScan; judged: JudgedScan }): Promise<ScanEnd>;
  failScan(scan: ScanRef & { code: ErrorCode; message: string }): Promise<ScanEnd>;
  /** null while it runs */
  scanOutcome(scan: ScanRef): Promise<ScanPlatformResult | null>;
}

export interface AssessmentRef {
  tenantId: string;
  assessmentId: string;
}

/** `open`: the vendor may answer. */
export type AssessmentStanding = 'open' | 'submitted' | 'accepted' | 'rejected' | 'cancelled';

export interface AssessmentActivities {
  /** Queues the request mail once and returns it. */
  openRequest(assessment: AssessmentRef): Promise<{ mailId: string }>;
  /** null: no longer wanted, because the assessment has moved on */
  queueMail(mail: AssessmentRef & { kind: MailKind; sequence: number; remindersSent: number }): Promise<{ mailId: string | null }>;
  readStanding(assessment: AssessmentRef): Promise<AssessmentStanding>;
  /** Submitted becomes in review; anything else stays. */
  startReview(assessment: AssessmentRef): Promise<void>;
  closeAssessment(assessment: AssessmentRef & { expired: boolean }): Promise<{ standing: AssessmentStanding }>;
}

export interface MailActivities {
  sendMail(mail: { tenantId: string; mailId: string }): Promise<{ sent: boolean }>;
}

export interface ReportActivities {
  renderReport(report: { tenantId: string; reportId: string }): Promise<{ sha256: string; pages: number }>;
  failReport(report: { tenantId: string; reportId: string; code: ErrorCode; message: string }): Promise<void>;
}

export interface Activities extends ScanActivities, AssessmentActivities, MailActivities, ReportActivities {}
