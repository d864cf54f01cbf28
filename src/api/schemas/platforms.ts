/** Connectors, platforms and their schedules. */
import { z } from 'zod';
import { ResourceKind } from '../../model/resource.js';
import { ScheduleSpec } from '../../model/schedule.js';
import { Time, idOf, line, listOf } from './common.js';

export const Connector = z
  .object({
    id: z.string(),
    title: z.string(),
    /** what the form asks for when a platform is added */
    secretFields: z.array(z.object({ name: z.string(), label: z.string(), kind: z.enum(['password', 'text', 'choice']), options: z.array(z.string()).optional(), pattern: z.string().optional(), hint: z.string().optional(), required: z.boolean() })),
    about: z.string(),
    /** where it is reached: `fixed` is the one address of a platform */
    address: z.object({ label: z.string(), example: z.string().nullable(), fixed: z.string().nullable() }),
    /** true when exported files of this platform can be judged too */
    fileSource: z.boolean(),
    /** false for what is read from exported files only: it cannot be connected */
    liveSource: z.boolean(),
    /** where the connector's knowledge of the platform comes from */
    sources: z.array(z.string()),
    /** what the platform has and its API does not tell */
    notExposed: z.array(z.object({ title: z.string(), because: z.string(), reason: z.string(), kinds: z.array(ResourceKind) })),
  })
  .meta({ id: 'Connector' });
export type Connector = z.infer<typeof Connector>;
export const ConnectorList = listOf(Connector).meta({ id: 'ConnectorList' });
export type ConnectorList = z.infer<typeof ConnectorList>;

export const ENVIRONMENTS = ['production', 'staging', 'development', 'test'] as const;

const WebAddress = z.string().trim().max(500).refine(isWebAddress, 'must be an address such as https://n8n.example.org');
/** By name of the connector's fields. Long enough for a private key. */
const SecretValues = z.record(z.string().max(60), z.string().max(16_384));

export const AddPlatformRequest = z
  .object({
    name: line(120),
    connectorId: z.string().min(1).max(60),
    baseUrl: WebAddress,
    secret: SecretValues.default({}),
    environment: z.enum(ENVIRONMENTS).default('production'),
    owner: line(120).nullish(),
  })
  .meta({ id: 'AddPlatformRequest' });
export type AddPlatformRequest = z.infer<typeof AddPlatformRequest>;

export const PreflightRequest = z.object({ baseUrl: WebAddress, secret: SecretValues.default({}) }).meta({ id: 'PreflightRequest' });
export type PreflightRequest = z.infer<typeof PreflightRequest>;

/** One right that the connector needs, held against what the key may do. */
export const PreflightEntry = z
  .object({
    type: z.string(),
    title: z.string(),
    /** by the platform's own name; `none` when it needs none */
    right: z.string(),
    /** without it a scan is incomplete */
    required: z.boolean(),
    state: z.enum(['granted', 'forbidden', 'unavailable', 'failed', 'not-asked']),
    reason: z.string().nullable(),
    /** what is not known without it */
    kinds: z.array(ResourceKind),
  })
  .meta({ id: 'PreflightEntry' });
export type PreflightEntry = z.infer<typeof PreflightEntry>;
export const Preflight = z.object({ entries: z.array(PreflightEntry) }).meta({ id: 'Preflight' });
export type Preflight = z.infer<typeof Preflight>;

/** All fields of the connector anew: those that are left out are not kept. */
export const ReplaceSecretRequest = z.object({ secret: SecretValues }).meta({ id: 'ReplaceSecretRequest' });
export type ReplaceSecretRequest = z.infer<typeof ReplaceSecretRequest>;

/** `count`: the number as it was seen, so that another one that a newer scan read is not confirmed by mistake. */
export const ConfirmCountRequest = z.object({ type: z.string().min(1).max(60), count: z.number().int().nonnegative(), reason: line(1000) }).meta({ id: 'ConfirmCountRequest' });
export type ConfirmCountRequest = z.infer<typeof ConfirmCountRequest>;

/** Name and password belong into the secret fields, where they are encrypted; an address is shown to everybody. */
function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '';
}

const SeverityCounts = z.object({ critical: z.number().int(), high: z.number().int(), medium: z.number().int(), low: z.number().int(), info: z.number().int() });

export const ScanBrief = z
  .object({
    id: idOf('scan'),
    status: z.enum(['running', 'completed', 'incomplete', 'failed']),
    stage: z.string(),
    startedAt: Time,
    finishedAt: Time.nullable(),
    resources: z.number().int().nullable(),
    findings: z.number().int().nullable(),
    drift: z.number().int().nullable(),
  })
  .meta({ id: 'ScanBrief' });
export type ScanBrief = z.infer<typeof ScanBrief>;

export const Platform = z
  .object({
    id: idOf('platform'),
    name: z.string(),
    connectorId: z.string(),
    connectorTitle: z.string(),
    baseUrl: z.string(),
    environment: z.string(),
    owner: z.string().nullable(),
    isDemo: z.boolean(),
    schedule: ScheduleSpec.nullable(),
    schedulePaused: z.boolean(),
    createdAt: Time,
    /** the newest scan, running or ended */
    lastScan: ScanBrief.nullable(),
    /** version of the approved baseline */
    baselineVersion: z.number().int().nullable(),
    /** a scan waits for its approval as baseline */
    proposedBaselines: z.number().int(),
    /** open findings by severity after the newest scan that ended with a snapshot; null before the first */
    openFindings: SeverityCounts.nullable(),
    openDrift: z.number().int(),
    /** while the platform refuses its key: nothing new is read */
    keyRefusedSince: Time.nullable(),
    /** where the newest scan read far fewer than before: not believed until somebody confirms it */
    suspects: z.array(z.object({ type: z.string(), title: z.string(), read: z.number().int(), before: z.number().int(), confirmed: z.boolean() })),
  })
  .meta({ id: 'Platform' });
export type Platform = z.infer<typeof Platform>;
export const PlatformList = listOf(Platform).meta({ id: 'PlatformList' });
export type PlatformList = z.infer<typeof PlatformList>;

/** `firstScan` is null when the scan could not be started at once; it can be started by hand. */
export const PlatformAdded = z
  .object({ platform: Platform, platformVersion: z.string().nullable(), firstScan: z.object({ workflowId: z.string(), joined: z.boolean() }).nullable() })
  .meta({ id: 'PlatformAdded' });
export type PlatformAdded = z.infer<typeof PlatformAdded>;

export const PlatformAnswer = z.object({ platform: Platform }).meta({ id: 'PlatformAnswer' });
export type PlatformAnswer = z.infer<typeof PlatformAnswer>;

export const ScheduleRequest = z.object({ spec: ScheduleSpec }).meta({ id: 'ScheduleRequest' });
export type ScheduleRequest = z.infer<typeof ScheduleRequest>;

/** `missed` and `skipped` are gaps in the evidence: slots that passed while nothing ran, or while a scan was still running. */
export const Schedule = z
  .object({ spec: ScheduleSpec.nullable(), paused: z.boolean(), nextRuns: z.array(Time), lastRuns: z.array(Time), missed: z.number().int(), skipped: z.number().int() })
  .meta({ id: 'Schedule' });
export type Schedule = z.infer<typeof Schedule>;
