/** Scans, findings, drift and baselines. */
import { z } from 'zod';
import { DRIFT_CHANGES, DriftClass } from '../../model/drift.js';
import { CheckResult } from '../../model/finding.js';
import { Location, ResourceKind } from '../../model/resource.js';
import { Outcome, Severity } from '../../model/severity.js';
import { CompletenessEntry } from '../../model/snapshot.js';
import { AnyJson, Cursor, PageQuery, Time, idOf, line, listOf } from './common.js';

const OBSERVED = ['audit-event', 'run-stats'] as const;

export const ScanStarted = z.object({ workflowId: z.string(), joined: z.boolean() }).meta({ id: 'ScanStarted' });
export type ScanStarted = z.infer<typeof ScanStarted>;

/** An entry of the platform's own log, or what is known of how often one of its things runs. Never compared, never judged. */
export const Observation = z
  .object({
    kind: z.enum(OBSERVED),
    key: z.string(),
    name: z.string(),
    /** when it happened, or when the thing was last used; null where the platform tells no time */
    at: Time.nullable(),
    properties: z.record(z.string(), AnyJson),
  })
  .meta({ id: 'Observation' });
export type Observation = z.infer<typeof Observation>;
export const ObservationList = listOf(Observation).meta({ id: 'ObservationList' });
export type ObservationList = z.infer<typeof ObservationList>;

/** `until` is exclusive. What has no time is in no range. */
export const ObservationsQuery = PageQuery.extend({ kind: z.enum(OBSERVED).optional(), from: Time.optional(), until: Time.optional() });

export const Scan = z
  .object({
    id: idOf('scan'),
    platformId: idOf('platform'),
    platformName: z.string(),
    trigger: z.enum(['schedule', 'person', 'first', 'api']),
    /** name of the person who asked for it */
    requestedBy: z.string().nullable(),
    status: z.enum(['running', 'completed', 'incomplete', 'failed']),
    stage: z.string(),
    /** what is being read now */
    progress: z.object({ type: z.string(), title: z.string(), page: z.number().int(), read: z.number().int() }).nullable(),
    startedAt: Time,
    finishedAt: Time.nullable(),
    platformVersion: z.string().nullable(),
    /** root of the snapshot: what the scan rests on */
    root: z.string().nullable(),
    baselineVersion: z.number().int().nullable(),
    resources: z.number().int().nullable(),
    findings: z.number().int().nullable(),
    drift: z.number().int().nullable(),
    error: z.object({ code: z.string(), message: z.string(), next: z.string() }).nullable(),
  })
  .meta({ id: 'Scan' });
export type Scan = z.infer<typeof Scan>;
export const ScanList = listOf(Scan).meta({ id: 'ScanList' });
export type ScanList = z.infer<typeof ScanList>;

/** `confirmedTypes`: suspect types whose count a person confirmed. */
export const ScanDetails = z.object({ scan: Scan, completeness: z.array(CompletenessEntry), confirmedTypes: z.array(z.string()), checkResults: z.array(CheckResult) }).meta({ id: 'ScanDetails' });
export type ScanDetails = z.infer<typeof ScanDetails>;

export const Finding = z
  .object({
    id: idOf('finding'),
    number: z.number().int(),
    platformId: idOf('platform'),
    platformName: z.string(),
    checkId: z.string(),
    checkVersion: z.string(),
    title: z.string(),
    severity: Severity,
    outcome: Outcome,
    resource: z.object({ kind: ResourceKind, key: z.string(), name: z.string() }),
    location: Location,
    message: z.string(),
    /** from the check's pack; null when the check is no longer there */
    rationale: z.string().nullable(),
    remediation: z.array(z.string()).nullable(),
    firstSeenAt: Time,
    lastSeenAt: Time,
    resolvedAt: Time.nullable(),
  })
  .meta({ id: 'Finding' });
export type Finding = z.infer<typeof Finding>;
export const FindingList = listOf(Finding).meta({ id: 'FindingList' });
export type FindingList = z.infer<typeof FindingList>;

export const FindingsQuery = z.object({
  platformId: idOf('platform').optional(),
  severity: Severity.optional(),
  outcome: Outcome.optional(),
  cursor: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type FindingsQuery = z.infer<typeof FindingsQuery>;

export const Drift = z
  .object({
    id: idOf('drift'),
    platformId: idOf('platform'),
    platformName: z.string(),
    baselineId: idOf('baseline'),
    fingerprint: z.string(),
    resource: z.object({ kind: ResourceKind, key: z.string(), name: z.string() }),
    change: z.enum(DRIFT_CHANGES),
    class: DriftClass,
    severity: Severity,
    path: z.string(),
    before: AnyJson,
    after: AnyJson,
    edits: z.array(z.object({ path: z.string(), before: AnyJson, after: AnyJson })),
    sentence: z.string(),
    firstSeenAt: Time,
    lastSeenAt: Time,
    goneAt: Time.nullable(),
  })
  .meta({ id: 'Drift' });
export type Drift = z.infer<typeof Drift>;
export const DriftList = listOf(Drift).meta({ id: 'DriftList' });
export type DriftList = z.infer<typeof DriftList>;

export const DriftQuery = z.object({
  platformId: idOf('platform').optional(),
  includeGone: z.stringbool().default(false),
  cursor: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type DriftQuery = z.infer<typeof DriftQuery>;

export const Baseline = z
  .object({
    id: idOf('baseline'),
    platformId: idOf('platform'),
    version: z.number().int(),
    scanId: idOf('scan'),
    root: z.string(),
    status: z.enum(['proposed', 'approved', 'rejected', 'superseded']),
    /** `canDecide`: false for whoever proposed it, and for whoever lacks the right */
    canDecide: z.boolean(),
    proposedBy: z.object({ id: z.string(), name: z.string() }),
    proposedAt: Time,
    decidedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
    decidedAt: Time.nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'Baseline' });
export type Baseline = z.infer<typeof Baseline>;
export const BaselineList = listOf(Baseline).meta({ id: 'BaselineList' });
export type BaselineList = z.infer<typeof BaselineList>;
export const BaselineAnswer = z.object({ baseline: Baseline }).meta({ id: 'BaselineAnswer' });
export type BaselineAnswer = z.infer<typeof BaselineAnswer>;

export const ProposeBaselineRequest = z.object({ scanId: idOf('scan') }).meta({ id: 'ProposeBaselineRequest' });
export type ProposeBaselineRequest = z.infer<typeof ProposeBaselineRequest>;
export const BaselineDecisionRequest = z.object({ decision: z.enum(['approved', 'rejected']), reason: line(1000) }).meta({ id: 'BaselineDecisionRequest' });
export type BaselineDecisionRequest = z.infer<typeof BaselineDecisionRequest>;
