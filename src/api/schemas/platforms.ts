/** Connectors, platforms and their schedules. */
import { z } from 'zod';
import { ScheduleSpec } from '../../model/schedule.js';
import { Time, idOf, line, listOf } from './common.js';

export const Connector = z
  .object({
    id: z.string(),
    title: z.string(),
    /** what the form asks for when a platform is added */
    secretFields: z.array(z.object({ name: z.string(), label: z.string(), kind: z.enum(['password', 'text', 'choice']), options: z.array(z.string()).optional(), pattern: z.string().optional(), hint: z.string().optional(), required: z.boolean() })),
    /** true when exported files of this platform can be judged too */
    fileSource: z.boolean(),
  })
  .meta({ id: 'Connector' });
export type Connector = z.infer<typeof Connector>;
export const ConnectorList = listOf(Connector).meta({ id: 'ConnectorList' });
export type ConnectorList = z.infer<typeof ConnectorList>;

export const ENVIRONMENTS = ['production', 'staging', 'development', 'test'] as const;

export const AddPlatformRequest = z
  .object({
    name: line(120),
    connectorId: z.string().min(1).max(60),
    baseUrl: z.string().trim().max(500).refine(isWebAddress, 'must be an address such as https://n8n.example.org'),
    secret: z.record(z.string().max(60), z.string().max(8192)).default({}),
    environment: z.enum(ENVIRONMENTS).default('production'),
    owner: line(120).nullish(),
  })
  .meta({ id: 'AddPlatformRequest' });
export type AddPlatformRequest = z.infer<typeof AddPlatformRequest>;

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
