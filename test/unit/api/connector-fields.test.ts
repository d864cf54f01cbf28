import { describe, expect, test } from 'vitest';
import { checkedSecret, liveConnectorOf } from '../../../src/api/connector-fields.js';
import type { Connector } from '../../../src/collect/index.js';
import { PlumblineError } from '../../../src/model/errors.js';

const CONNECTOR = {
  id: 'cloud', title: 'Cloud', liveSource: true,
  secretFields: [
    { name: 'instance', label: 'Instance', kind: 'text', pattern: '[a-z0-9-]{1,63}', hint: 'the part before .example.com', required: true },
    { name: 'region', label: 'Region', kind: 'choice', options: ['eu', 'us'], required: false },
    { name: 'token', label: 'API token', kind: 'password', required: true },
  ],
} as unknown as Connector;
const GOOD = { instance: 'acme', region: 'eu', token: 't0ken' };

function refusal(given: Record<string, string>): PlumblineError {
  try {
    checkedSecret(CONNECTOR, given);
  } catch (error) {
    if (error instanceof PlumblineError) return error;
  }
  throw new Error('was not refused');
}

describe('what a person gives for a connector', () => {
  test('is taken as it is, trimmed, without the fields that were left empty', () => {
    expect(checkedSecret(CONNECTOR, { ...GOOD, token: ' t0ken\n', region: ' ' })).toEqual({ instance: 'acme', token: 't0ken' });
  });

  test.each([
    ['a needed field that is empty', { ...GOOD, token: '' }, 'API token is needed'],
    ['a field that the connector does not have', { ...GOOD, tokn: 'x' }, 'does not use it'],
    ['another choice than those offered', { ...GOOD, region: 'mars' }, 'one of eu, us'],
    ['a text that does not match as a whole', { ...GOOD, instance: 'acme.evil.example/x' }, 'the part before .example.com'],
    ['a text with a line break before it', { ...GOOD, instance: 'acme\nx' }, 'does not look as it must'],
  ])('is refused by the name of its field: %s', (_what, given, words) => {
    const error = refusal(given);

    expect(error.code).toBe('PLB-API-001');
    expect(error.message).toContain(words);
  });

  test('never stands in the refusal: it may be a key in the wrong field', () => {
    expect(refusal({ ...GOOD, instance: 'CANARY KEY' }).message).not.toContain('CANARY');
  });
});

describe('a connector that reads exported files only', () => {
  test('cannot be connected, and the refusal says where its files are judged', () => {
    const packs = { connectors: new Map([['files', { ...CONNECTOR, liveSource: false, title: 'Files' } as Connector]]), checks: new Map(), questionnaires: new Map() };

    expect(() => liveConnectorOf({ packs }, 'files')).toThrow(/exported files.*plumbline scan/);
    expect(() => liveConnectorOf({ packs }, 'nope')).toThrow(/no connector/);
  });
});
