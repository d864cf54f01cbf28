/**
 * Between our errors and Temporal's. Owns: which failure is tried again and what of it may be kept in a history: code, sentence and facts,
 * never a stack, a cause or a secret. The whole error goes to the log. Also the heartbeat that tells that a long activity lives.
 */
import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure, TemporalFailure } from '@temporalio/common';
import { ERRORS, PlumblineError } from '../src/model/errors.js';
import type { ActivityLogger } from './deps.js';

type Activity = (input: never) => Promise<unknown>;

/** Errors of a program, not of the world: the same again would fail the same. */
const DEFECTS = new Set(['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'EvalError', 'URIError', 'ZodError']);

/** The platform's own troubles are given a few tries; ours (database, disk) the many of the workflow's policy. */
const PLATFORM_TRIES = 4;

export function toApplicationFailure(error: unknown, activity: { name: string; attempt: number }): Error {
  if (error instanceof TemporalFailure) return error;
  if (error instanceof PlumblineError) return withoutStack(codedFailure(error, activity.attempt));
  const name = error instanceof Error ? error.name : 'unknown';
  const message = `An unexpected error (${name}) in the step ${activity.name}. The log holds the rest.`;
  return withoutStack(ApplicationFailure.create({ message, type: 'PLB-INTERNAL-001', nonRetryable: DEFECTS.has(name) }));
}

/** Temporal would keep the stack, with the paths of this machine, in the history. */
function withoutStack<T extends ApplicationFailure>(failure: T): T {
  failure.stack = '';
  return failure;
}

/** A pause that the platform asks for is waited out by the workflow, which holds no worker while it waits. */
function codedFailure(error: PlumblineError, attempt: number): ApplicationFailure {
  const wait = error.details['retryAfterMs'];
  const isPause = error.code === 'PLB-COLLECT-006';
  const isSpent = error.code.startsWith('PLB-COLLECT-') && attempt >= PLATFORM_TRIES;
  return ApplicationFailure.create({
    message: error.message, type: error.code, details: [error.details],
    nonRetryable: isPause || isSpent || !ERRORS[error.code].retryable,
    ...(typeof wait === 'number' && !isPause ? { nextRetryDelay: wait } : {}),
  });
}

/** Wraps every activity: failures translated, and where the workflow watches for heartbeats, they are sent. */
export function guardActivities<T extends object>(activities: T, logger: ActivityLogger): T {
  return Object.fromEntries(Object.entries(activities).map(([name, activity]) => [name, guard(name, activity as Activity, logger)])) as T;
}

function guard(name: string, activity: Activity, logger: ActivityLogger): Activity {
  return async (input) => {
    const context = Context.current();
    const beat = startBeating(context);
    try {
      return await activity(input);
    } catch (error) {
      if (context.cancellationSignal.aborted) throw stopped(context);
      const { attempt, workflowExecution } = context.info;
      logger.warn({ err: error, activity: name, attempt, workflowId: workflowExecution?.workflowId }, 'a step failed');
      throw toApplicationFailure(error, { name, attempt });
    } finally {
      clearInterval(beat);
    }
  };
}

/** Asked to stop by the workflow, the step is over; when only this worker stops, another one goes on with it. */
function stopped(context: Context): Error {
  if (context.cancellationDetails?.cancelRequested) return new CancelledFailure('The step was stopped.');
  return withoutStack(ApplicationFailure.create({ message: 'The worker was stopped; another one goes on.', type: 'PLB-INTERNAL-002', nextRetryDelay: 1_000 }));
}

/** What the last beat of an activity told, so that beating on does not forget it. */
const lastDetails = new WeakMap<Context, unknown>();

function startBeating(context: Context): NodeJS.Timeout | undefined {
  const timeout = context.info.heartbeatTimeoutMs;
  if (timeout === undefined || timeout <= 0) return undefined;
  if (context.info.heartbeatDetails !== undefined) lastDetails.set(context, context.info.heartbeatDetails);
  context.heartbeat(lastDetails.get(context));
  return setInterval(() => context.heartbeat(lastDetails.get(context)), timeout / 4);
}

/** Progress of the running activity, for the next worker and for people looking at the engine. */
export function beat(details: unknown): void {
  const context = Context.current();
  lastDetails.set(context, details);
  context.heartbeat(details);
}
