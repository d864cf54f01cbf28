import { X509Certificate, createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { clientStatement } from '../../../src/collect/engine/auth/assertion.js';
import { PlumblineError } from '../../../src/model/errors.js';
import { selfSigned } from '../../integration/collect/certificates.js';

const named = { title: 'Acme', host: 'login.acme.example' };
const one = selfSigned('client.acme.example', '127.0.0.1');
const other = selfSigned('other.acme.example', '127.0.0.1');
const state = (pem: string): Promise<string> => clientStatement(pem, { clientId: 'client-1', audience: 'https://login.acme.example/token', named });
const failure = async (pem: string): Promise<PlumblineError> => state(pem).then(() => { throw new Error('it was signed'); }, (error: unknown) => error as PlumblineError);

describe('a client that shows itself with a certificate', () => {
  it.each([
    ['key first', `${one.key}\n${one.cert}`],
    ['certificate first', `${one.cert}${one.key}`],
    ['all in one line, as a form of one line pastes it', `${one.cert}${one.key}`.replaceAll('\n', ' ')],
    ['without any line break', `${one.key}${one.cert}`.replaceAll('\n', '')],
    ['line breaks written out', `${one.key}${one.cert}`.replaceAll('\n', '\\n')],
  ])('signs a statement that the public key verifies: %s', async (_what, pem) => {
    const certificate = new X509Certificate(one.cert);

    const statement = await state(pem);

    const { payload } = await jwtVerify(statement, certificate.publicKey, { audience: 'https://login.acme.example/token', issuer: 'client-1', subject: 'client-1' });
    expect(payload.exp! - payload.iat!).toBeLessThanOrEqual(300);
    expect(decodeProtectedHeader(statement)).toEqual({ alg: 'PS256', typ: 'JWT', 'x5t#S256': createHash('sha256').update(certificate.raw).digest('base64url') });
  });

  it.each([
    ['a key without its certificate', one.key, /give the private key and the certificate as one PEM text/],
    ['a certificate without its key', one.cert, /private key for Acme cannot be read/],
    ['the certificate of another key', `${one.key}${other.cert}`, /is not that of the certificate/],
    ['no PEM at all', 'a-client-secret', /cannot be read/],
  ])('is told what is wrong with %s, and nothing of the key is told', async (_what, pem, words) => {
    const error = await failure(pem);

    expect(error).toMatchObject({ code: 'PLB-COLLECT-002', message: expect.stringMatching(words) });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(one.key.split('\n')[1]);
  });
});
