import { describe, expect, test } from 'vitest';
import { readConfiguration } from '../../../src/runtime/configuration.js';
import { PlumblineError } from '../../../src/model/errors.js';

function refusal(env: NodeJS.ProcessEnv): PlumblineError {
  try {
    readConfiguration(env);
  } catch (error) {
    if (error instanceof PlumblineError) return error;
  }
  throw new Error('the settings were accepted');
}

describe('reading the settings', () => {
  test('an empty environment gives loopback, the known port and own servers', () => {
    const configuration = readConfiguration({});

    expect(configuration).toMatchObject({ host: '127.0.0.1', port: 7080, baseUrl: 'http://127.0.0.1:7080', logLevel: 'info' });
    expect(configuration.home).toMatch(/\.plumbline$/);
    expect(configuration.temporal).toMatchObject({ address: null, namespace: 'default', tls: false });
    expect(configuration.database).toEqual({ ownerUrl: null, appUrl: null, port: null });
  });

  test('an empty variable counts as not set', () => {
    expect(readConfiguration({ PLUMBLINE_PORT: '', TEMPORAL_ADDRESS: ' ' })).toMatchObject({ port: 7080, temporal: { address: null } });
  });

  test('the address for people loses its last slash, and names loopback when all addresses are listened on', () => {
    expect(readConfiguration({ PLUMBLINE_BASE_URL: 'https://risk.example.org/' }).baseUrl).toBe('https://risk.example.org');
    expect(readConfiguration({ PLUMBLINE_HOST: '0.0.0.0', PLUMBLINE_PORT: '8000' }).baseUrl).toBe('http://127.0.0.1:8000');
  });

  test('an API key or a certificate switches TLS on, and TEMPORAL_TLS decides when given', () => {
    expect(readConfiguration({ TEMPORAL_API_KEY: 'k' }).temporal.tls).toBe(true);
    expect(readConfiguration({ TEMPORAL_TLS: 'true' }).temporal.tls).toBe(true);
    expect(readConfiguration({ TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: 'false' }).temporal.tls).toBe(false);
  });

  test.each([
    ['PLUMBLINE_PORT', '0'], ['PLUMBLINE_PORT', '65536'], ['PLUMBLINE_PORT', 'x'], ['PLUMBLINE_PORT', '80.5'], ['PLUMBLINE_HOST', 'a b'],
    ['PLUMBLINE_BASE_URL', 'ftp://x'], ['PLUMBLINE_BASE_URL', 'x'], ['TEMPORAL_ADDRESS', 'http://x:7233'], ['TEMPORAL_ADDRESS', 'x'],
    ['TEMPORAL_NAMESPACE', 'a b'], ['TEMPORAL_TLS', 'maybe'], ['DATABASE_URL', 'mysql://x'], ['SMTP_URL', 'http://mail'], ['MAIL_FROM', 'nobody'], ['LOG_LEVEL', 'loud'],
  ])('%s=%s is refused by name', (variable, value) => {
    const error = refusal({ [variable]: value });

    expect(error.code).toBe('PLB-START-010');
    expect(error.message).toContain(variable);
    expect(error.details['variable']).toBe(variable);
  });

  test('a refusal never repeats the value, which may be a password', () => {
    const error = refusal({ DATABASE_URL: 'mysql://user:hunter2@host/db', SMTP_URL: 'smtp//user:hunter2@mail' });

    expect(`${error.message} ${JSON.stringify(error.details)}`).not.toContain('hunter2');
  });

  test('a certificate without its key is refused, and the missing one is named', () => {
    expect(refusal({ TEMPORAL_TLS_CERT: '/c.pem' }).details['variable']).toBe('TEMPORAL_TLS_KEY');
    expect(refusal({ TEMPORAL_TLS_KEY: '/k.pem' }).details['variable']).toBe('TEMPORAL_TLS_CERT');
  });
});
