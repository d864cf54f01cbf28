/**
 * Calling Temporal from a request. Owns the deadline (a page must never hang on an engine that is away) and telling
 * "not there" from "not answering".
 */
import { ScheduleNotFoundError, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, isGrpcServiceError, type Client } from '@temporalio/client';

const DEADLINE_MS = 5_000;

export function withDeadline<T>(client: Client, call: () => Promise<T>): Promise<T> {
  return client.connection.withDeadline(Date.now() + DEADLINE_MS, call);
}

/** `null` when the workflow or schedule is not there (any more). */
export async function orMissing<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
}

export function isAlreadyStarted(error: unknown): boolean {
  return error instanceof WorkflowExecutionAlreadyStartedError;
}

/**
 * What the server says about a schedule that it refuses (gRPC 3); null for any other error. The client makes a bare TypeError
 * of some of these, so that one counts when it speaks of fields and ranges.
 */
export function refusedSchedule(error: unknown): string | null {
  if (error instanceof TypeError) return /range|spec|cron|calendar|interval|parse/i.test(error.message) ? error.message : null;
  const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
  return isGrpcServiceError(cause) && cause.code === 3 ? cause.details : null;
}
