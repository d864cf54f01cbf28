import { describe, expect, test } from 'vitest';
import { toProblem } from '../../../src/api/problem.js';
import { ERRORS, PlumblineError, type ErrorCode } from '../../../src/model/errors.js';

function driverError(fields: object): Error {
  return Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432 postgres://plumbline:hunter2@127.0.0.1'), fields);
}

describe('what a caller sees of an error', () => {
  test.each(Object.keys(ERRORS) as ErrorCode[])('%s is told with its status, its sentence and its next step', (code) => {
    const { status, body } = toProblem(new PlumblineError(code, 'What happened.'));

    expect(status).toBe(ERRORS[code].http);
    expect(body).toEqual({ type: 'about:blank', title: expect.any(String), status, code, detail: 'What happened.', next: ERRORS[code].next });
  });

  test('an unknown error loses its text, and is marked as a defect for the log', () => {
    const { status, body, defect } = toProblem(new Error('SELECT * FROM secrets failed at /home/somebody'));

    expect(status).toBe(500);
    expect(body.code).toBe('PLB-INTERNAL-001');
    expect(JSON.stringify(body)).not.toMatch(/SELECT|somebody/);
    expect(defect).toBe(true);
  });

  test.each([undefined, null, 'a text', 42, { statusCode: 'no' }])('a thrown %j is a defect and no crash', (thrown) => {
    const { body } = toProblem(thrown);

    expect(body.code).toBe('PLB-INTERNAL-001');
  });

  test.each([
    driverError({ code: 'ECONNREFUSED', syscall: 'connect' }), driverError({ code: '57P01' }), driverError({ code: '08006' }), new Error('Connection terminated unexpectedly'),
    new Error('outer', { cause: driverError({ code: 'ECONNRESET', syscall: 'read' }) }), new AggregateError([driverError({ code: 'ECONNREFUSED', syscall: 'connect' })]),
    Object.assign(new Error('14 UNAVAILABLE'), { code: 14, details: 'no connection', metadata: {} }),
  ])('a part that does not answer is a 503 with the time to try again: %s', (error) => {
    const { status, body, headers } = toProblem(error);

    expect([status, body.code, headers['retry-after']]).toEqual([503, 'PLB-API-003', '5']);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  test('a file that is missing is not a database that is away', () => {
    const { body } = toProblem(Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' }));

    expect(body.code).toBe('PLB-INTERNAL-001');
  });

  test('too many tries are told with the seconds to wait', () => {
    const { headers } = toProblem(new PlumblineError('PLB-API-005', 'Too many.', { retryAfterSeconds: 17 }));

    expect(headers['retry-after']).toBe('17');
  });

  test.each([[413, 'larger'], [415, 'application/json'], [400, 'JSON']])('what the framework refuses with %i keeps its status', (statusCode, word) => {
    const { status, body } = toProblem(Object.assign(new Error('FST'), { statusCode }));

    expect(status).toBe(statusCode);
    expect(body.code).toBe('PLB-API-001');
    expect(body.detail).toContain(word);
  });
});
