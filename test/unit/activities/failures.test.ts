import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { toApplicationFailure } from '../../../activities/failures.js';
import { ERRORS, PlumblineError, type ErrorCode } from '../../../src/model/errors.js';

function translated(error: unknown, attempt = 1): ApplicationFailure {
  return toApplicationFailure(error, { name: 'collectPlatform', attempt }) as ApplicationFailure;
}

describe('failures as the engine keeps them', () => {
  it('carry code, sentence and facts, and neither cause nor stack', () => {
    const failure = translated(new PlumblineError('PLB-COLLECT-002', 'host refused the key.', { host: 'h' }, new Error('Bearer s3cret')));

    expect(failure).toMatchObject({ type: 'PLB-COLLECT-002', message: 'host refused the key.', details: [{ host: 'h' }], nonRetryable: true });
    expect(failure.cause).toBeUndefined();
    expect(failure.stack).toBe('');
  });

  it('tell nothing of an unexpected error but its kind and the step', () => {
    const failure = translated(new Error('password authentication failed for postgres://plumbline:s3cret@127.0.0.1/x'));

    expect(failure).toMatchObject({ type: 'PLB-INTERNAL-001', nonRetryable: false });
    expect(failure.message).toBe('An unexpected error (Error) in the step collectPlatform. The log holds the rest.');
  });

  it('of a defect are not tried again, of the world they are', () => {
    expect(translated(new TypeError('x is undefined')).nonRetryable).toBe(true);
    expect(translated(Object.assign(new Error('connection terminated'), { name: 'DatabaseError' })).nonRetryable).toBe(false);
  });

  it('follow the catalogue in what may be tried again, but for the pause, which the workflow waits out', () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      expect([code, translated(new PlumblineError(code, 'x')).nonRetryable]).toEqual([code, code === 'PLB-COLLECT-006' || !ERRORS[code].retryable]);
    }
  });

  it('of a platform end after four tries', () => {
    const away = new PlumblineError('PLB-COLLECT-001', 'host could not be reached.');

    expect([1, 2, 3, 4].map((attempt) => translated(away, attempt).nonRetryable)).toEqual([false, false, false, true]);
  });

  it('pass on how long to wait', () => {
    expect(translated(new PlumblineError('PLB-MAIL-001', 'later', { retryAfterMs: 5_000 })).nextRetryDelay).toBe(5_000);
    expect(translated(new PlumblineError('PLB-COLLECT-006', 'later', { retryAfterMs: 5_000 }))).toMatchObject({ nonRetryable: true, details: [{ retryAfterMs: 5_000 }] });
  });

  it('that are the engine own stay as they are', () => {
    const stopped = new CancelledFailure('stopped');

    expect(toApplicationFailure(stopped, { name: 'x', attempt: 1 })).toBe(stopped);
  });
});
