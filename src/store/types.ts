/**
 * What the store hands out: plain objects, camelCase, times as ISO 8601 strings. Owns these shapes; rows stay inside src/store.
 */
import type { Answer, MailKind, Questionnaire, RequestState } from '../model/assessment.js';
import type { DriftItem } from '../model/drift.js';
import type { Role } from '../model/identity.js';
import type { JsonValue, Location } from '../model/resource.js';
import type { ScheduleSpec } from '../model/schedule.js';
import type { Outcome, Severity } from '../model/severity.js';
import type { CompletenessEntry, DataFlow } from '../model/snapshot.js';
import type { Resource } from '../model/resource.js';
import type { SnapshotLine } from './snapshot-lines.js';

/** A page of a list. `nextCursor` is opaque and null on the last page. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
export interface PageRequest {
  cursor?: string | null | undefined;
  limit?: number | undefined;
}

export interface Tenant {
  id: string;
  name: string;
  createdAt: string;
}

export type ScanTriggerKind = 'schedule' | 'person' | 'first' | 'api';
export type ScanStatus = 'running' | 'completed' | 'incomplete' | 'failed';
export type SeverityCounts = Record<Severity, number>;

export interface Scan {
  id: string;
  platformId: string;
  workflowRun: string;
  trigger: ScanTriggerKind;
  /** person id */
  requestedBy: string | null;
  slotAt: string | null;
  status: ScanStatus;
  stage: string;
  progress: JsonValue;
  startedAt: string;
  finishedAt: string | null;
  /** root of the stored snapshot; null until storeSnapshot */
  root: string | null;
  platformVersion: string | null;
  completeness: CompletenessEntry[];
  /** the baseline this scan was compared with */
  baselineId: string | null;
  /** the earlier scan whose verdicts this one shares, because nothing had changed */
  sameAs: string | null;
  resourceCount: number | null;
  findingCount: number | null;
  severityCounts: SeverityCounts | null;
  driftCount: number | null;
  errorCode: string | null;
  errorMessage: string | null;
}

export interface Platform {
  id: string;
  name: string;
  connectorId: string;
  baseUrl: string;
  secretId: string | null;
  environment: string;
  owner: string | null;
  isDemo: boolean;
  schedule: ScheduleSpec | null;
  schedulePaused: boolean;
  /** the last completed scan: its snapshot is the current one */
  currentScanId: string | null;
  createdAt: string;
  removedAt: string | null;
}
export interface PlatformSummary extends Platform {
  /** newest scan, whatever its status */
  lastScan: Scan | null;
  baseline: { id: string; version: number; scanId: string } | null;
  proposedBaselines: number;
  openDrift: number;
  /** while the platform refuses its key */
  keyRefusedSince: string | null;
}

/** One of the platform's own events, or statistics of one of its things. */
export interface Observation {
  kind: Resource['kind'];
  key: string;
  name: string;
  properties: Resource['properties'];
  /** of an event when it happened, of a statistic when the thing was last used */
  at: string | null;
}

export interface SnapshotInput {
  /** sorted by kind and key */
  lines: readonly SnapshotLine[];
  root: string;
  flows: readonly DataFlow[];
  completeness: readonly CompletenessEntry[];
  platformVersion: string | null;
  observations?: readonly Pick<Resource, 'kind' | 'key' | 'name' | 'properties'>[] | undefined;
  /** the time of the newest event read, by resource type */
  bookmarks?: Readonly<Record<string, string>> | undefined;
  /** with what the pages were read: connector pack, fingerprint key, engine */
  reuseKey?: string | undefined;
}

export type BaselineStatus = 'proposed' | 'approved' | 'rejected' | 'superseded';
export interface Baseline {
  id: string;
  platformId: string;
  version: number;
  scanId: string;
  root: string;
  status: BaselineStatus;
  proposedBy: string;
  proposedByName: string | null;
  proposedAt: string;
  decidedBy: string | null;
  decidedByName: string | null;
  decidedAt: string | null;
  reason: string | null;
}

export interface StoredDrift {
  id: string;
  platformId: string;
  baselineId: string;
  item: DriftItem;
  firstScanId: string;
  lastScanId: string;
  firstSeenAt: string;
  lastSeenAt: string;
  /** set when a later scan no longer sees it, or its baseline was superseded */
  goneAt: string | null;
}
export interface DriftOutcome {
  open: number;
  added: number;
  reopened: number;
  gone: number;
}

export interface Finding {
  id: string;
  /** what people quote: F-<number> */
  number: number;
  platformId: string;
  platformName: string;
  fingerprint: string;
  checkId: string;
  checkVersion: string;
  title: string;
  severity: Severity;
  outcome: Outcome;
  resource: { kind: string; key: string; name: string };
  location: Location;
  message: string;
  firstSeenAt: string;
  lastSeenAt: string;
  firstScanId: string;
  lastScanId: string;
  resolvedAt: string | null;
}
export interface FindingsOutcome {
  /** open findings of the platform after this scan, outcome `fail` only; could-not-verify beside */
  open: number;
  couldNotVerify: number;
  bySeverity: SeverityCounts;
  added: number;
  reopened: number;
  resolved: number;
}

export interface Vendor {
  id: string;
  name: string;
  website: string | null;
  contactName: string;
  contactEmail: string;
  hosts: string[];
  createdBy: string;
  createdAt: string;
}
export interface VendorSummary extends Vendor {
  openAssessments: number;
  lastAssessment: { id: string; state: RequestState; dueAt: string; decision: string | null } | null;
}

export interface Assessment {
  id: string;
  vendorId: string;
  vendorName: string;
  questionnaireId: string;
  questionnaireVersion: string;
  questionnaireTitle: string;
  state: RequestState;
  dueAt: string;
  createdBy: string;
  createdAt: string;
  submittedAt: string | null;
  submittedBy: string | null;
  decision: 'accepted' | 'rejected' | null;
  decidedBy: string | null;
  decidedAt: string | null;
  decisionReason: string | null;
  /** counts saves; a save names the revision it was made from */
  revision: number;
}
export interface AssessmentDetail extends Assessment {
  questionnaire: Questionnaire;
  answers: Answer[];
  vendor: Vendor;
  request: AnswerRequest | null;
}

/** What a person without an account is asked to do. */
export interface AnswerRequest {
  id: string;
  assessmentId: string;
  contactName: string;
  contactEmail: string;
  linkVersion: number;
  openedAt: string | null;
  expiresAt: string;
  revokedAt: string | null;
  createdAt: string;
}

export type MailState = 'queued' | 'sending' | 'sent' | 'bounced' | 'failed';
export interface Mail {
  id: string;
  idempotencyKey: string;
  kind: MailKind;
  requestId: string | null;
  assessmentId: string | null;
  recipientName: string;
  recipientEmail: string;
  facts: { [key: string]: JsonValue };
  state: MailState;
  attempts: number;
  messageId: string;
  subject: string | null;
  lastError: string | null;
  queuedAt: string;
  sentAt: string | null;
}

export interface CaughtMail {
  id: string;
  messageId: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string | null;
  receivedAt: string;
}

export type ReportKind = 'scan' | 'assessment';
export type ReportStatus = 'queued' | 'rendering' | 'ready' | 'failed';
export interface Report {
  id: string;
  kind: ReportKind;
  subjectId: string;
  title: string;
  status: ReportStatus;
  asOf: string;
  sha256: string | null;
  bytes: number | null;
  pages: number | null;
  errorCode: string | null;
  errorMessage: string | null;
  requestedBy: string;
  requestedByName: string | null;
  createdAt: string;
  finishedAt: string | null;
}

export interface Person {
  id: string;
  authUserId: string | null;
  email: string;
  name: string;
  roles: Role[];
  disabledAt: string | null;
  createdAt: string;
}

export interface Invitation {
  id: string;
  kind: 'first-admin' | 'invitation';
  email: string | null;
  name: string | null;
  roles: Role[];
  expiresAt: string;
  usedAt: string | null;
}

/** An audit event as stored: `event` is the hashed text itself. */
export interface StoredAuditEvent {
  index: number;
  at: string;
  actorName: string;
  event: string;
  leafHash: Uint8Array;
}
export interface AuditEntry {
  index: number;
  at: string;
  actor: { type: string; id: string; name: string };
  action: string;
  subject: { type: string; id: string };
  details: { [key: string]: JsonValue };
  leafHash: string;
}
