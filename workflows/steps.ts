/** How workflows call activities: timeouts and retries by the nature of the work. Owns those figures; activities own the effects. */
import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { Activities } from '../src/contracts/activities.js';

/** Trying the same again cannot help. Coded errors say so themselves (activities/failures.ts). */
const NEVER_AGAIN = ['PayloadsTooLarge', 'InvalidPayload'];

/** Short and against our own database: patient, because the database comes back and the work must not be lost. */
const RECORD: ActivityOptions = {
  startToCloseTimeout: '60s', heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s', nonRetryableErrorTypes: NEVER_AGAIN },
};

/** The same for steps that a failed cycle can do without: given up after about ten minutes. */
const STEP: ActivityOptions = { ...RECORD, retry: { ...RECORD.retry, maximumAttempts: 20 } };

/** Long work. A killed worker is noticed by the missing heartbeat. */
const LONG: ActivityOptions = { ...STEP, startToCloseTimeout: '2h', heartbeatTimeout: '15s', retry: { ...STEP.retry, initialInterval: '2s', maximumInterval: '60s', maximumAttempts: 15 } };

/** A mail server may be away over a weekend: 72 hours. */
const MAIL: ActivityOptions = {
  startToCloseTimeout: '2m', heartbeatTimeout: '10s', scheduleToCloseTimeout: '72h',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '1h', nonRetryableErrorTypes: NEVER_AGAIN },
};

export const record = proxyActivities<Activities>(RECORD);
export const step = proxyActivities<Activities>(STEP);
export const long = proxyActivities<Activities>(LONG);
export const mail = proxyActivities<Activities>(MAIL);
