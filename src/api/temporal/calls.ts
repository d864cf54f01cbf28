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

/** gRPC 3: the server read the request and refuses what it says. */
export function isRefusedArgument(error: unknown): boolean {
  const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
  return isGrpcServiceError(cause) && cause.code === 3;
}
