import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../../../src/model/errors.js';
import { failureOf, rows, walk } from './walk-fixtures.js';

const paged = { things: { get: '/things', items: 'data', key: 'id', paging: { kind: 'cursor', from: 'next', to: 'after' } } };

describe('a read that is stopped', () => {
  it('ends as stopped, and does not keep an optional list as failed', async () => {
    const stop = new AbortController();

    const failure = await failureOf(walk(paged, () => {
      stop.abort(new PlumblineError('PLB-SCAN-003', 'Stopped.', {}));
      return { body: { data: rows(2), next: 'more' } };
    }, { signal: stop.signal }));

    expect(failure.code).toBe('PLB-SCAN-003');
  });
});

describe('a type whose path needs an optional field', () => {
  const zoned = { list: { get: '/all' }, things: { get: '/zones/{zone}/things' } };

  it('is unavailable, and not asked for, when the person left the field empty', async () => {
    const walked = await walk(zoned, () => ({ body: rows(1) }));

    expect(walked.urls).toEqual(['/all']);
    expect(walked.entry('things')).toMatchObject({ state: 'unavailable', read: 0, reason: 'nothing was given as "Zone"' });
  });

  it('is read when the field was given', async () => {
    const walked = await walk(zoned, () => ({ body: rows(1) }), { given: { zone: 'eu1' } });

    expect(walked.urls).toEqual(['/all', '/zones/eu1/things']);
    expect(walked.entry('things').state).toBe('collected');
  });
});

describe('a host whose sign-in needs an optional field', () => {
  const two = { list: { get: '/all' }, things: { get: '/things', host: 'other' } };
  const manifest = { hosts: { other: { base: 'https://other.example.com', auth: { kind: 'oauth2', grant: 'client_credentials', tokenUrl: 'https://other.example.com/token', clientId: '{zone}' } } } };

  it('is left out when the person left the field empty, and says so', async () => {
    const walked = await walk(two, () => ({ body: rows(1) }), { manifest });

    expect(walked.urls).toEqual(['/all']);
    expect(walked.entry('things')).toMatchObject({ state: 'unavailable', reason: 'nothing was given as "Zone"' });
  });
});
