/** From a failed activity to the code and sentence that are recorded and shown. Owns the reading of Temporal's failures; pure. */
import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import { isErrorCode, type ErrorCode } from '../src/model/errors.js';

export interface FailureWords {
  code: ErrorCode;
  message: string;
}

/** `what`: "scan", "report". */
export function failureWords(error: unknown, what: string): FailureWords {
  if (isCancellation(error)) return { code: 'PLB-SCAN-003', message: `The ${what} was stopped before it was finished.` };
  for (const cause of causes(error)) {
    if (cause instanceof ApplicationFailure && isErrorCode(cause.type)) return { code: cause.type, message: cause.message };
    if (cause instanceof TimeoutFailure) return { code: 'PLB-INTERNAL-002', message: `The ${what} took longer than it may, or its worker was lost again and again.` };
  }
  const step = error instanceof ActivityFailure ? ` in the step ${error.activityType}` : '';
  return { code: 'PLB-INTERNAL-001', message: `The ${what} failed for an unknown reason${step}.` };
}

/** How long the platform asked us to wait; null when the failure is another one. */
export function pauseAskedFor(error: unknown): number | null {
  const pause = causes(error).find((cause): cause is ApplicationFailure => cause instanceof ApplicationFailure && cause.type === 'PLB-COLLECT-006');
  const asked = (pause?.details?.[0] as { retryAfterMs?: unknown } | undefined)?.retryAfterMs;
  return pause === undefined ? null : typeof asked === 'number' && asked >= 0 ? asked : DEFAULT_PAUSE_MS;
}

const DEFAULT_PAUSE_MS = 60_000;

function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let current = error; current instanceof Error && chain.length < 10; current = current.cause) chain.push(current);
  return chain;
}
