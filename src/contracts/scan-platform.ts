/**
 * The contract of the workflow `scanPlatform`: one scan of one platform, from reading it to finished findings.
 * Owns: ids, payloads, messages. Workflow ids hold opaque ids only: they are never encrypted.
 */

/** Why the scan runs; shown to people. */
export type ScanTrigger = 'schedule' | 'person' | 'first' | 'api';

export interface ScanPlatformInput {
  tenantId: string;
  platformId: string;
  trigger: ScanTrigger;
  /** person id when a person asked for it */
  requestedBy: string | null;
}

export interface ScanPlatformResult {
  scanId: string;
  status: 'completed' | 'incomplete' | 'failed';
  resources: number;
  findings: number;
  drift: number;
}

export interface ScanProgress {
  stage: 'starting' | 'reading' | 'comparing' | 'judging' | 'finished';
}

export const SCAN_PLATFORM = 'scanPlatform';
export const SCAN_PROGRESS_QUERY = 'progress';

/** One running scan per platform: a second start joins the running one. Schedules append `-<slot time>`. */
export function scanWorkflowId(tenantId: string, platformId: string): string {
  return `scan:${tenantId}:${platformId}`;
}

export function scanScheduleId(tenantId: string, platformId: string): string {
  return `scan-schedule:${tenantId}:${platformId}`;
}

export function parseScanWorkflowId(id: string): { tenantId: string; platformId: string } | null {
  const match = /^scan:(ten_[0-9a-f]{32}):(plt_[0-9a-f]{32})(?:-.*)?$/.exec(id);
  return match ? { tenantId: match[1]!, platformId: match[2]! } : null;
}
