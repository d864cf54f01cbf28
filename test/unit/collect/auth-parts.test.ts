import { generateKeyPairSync } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { signedAssertion } from '../../../src/collect/engine/auth/assertion.js';
import { cookieHeader, cookiesOf } from '../../../src/collect/engine/auth/cookies.js';
import { fixedSigner, secondsOf, tokenSigner } from '../../../src/collect/engine/auth/signer.js';
import type { Grant } from '../../../src/collect/engine/auth/signer.js';
import { fillAddress, fillKey, fillText } from '../../../src/collect/engine/given.js';
import { AuthRule } from '../../../src/collect/manifest/auth-schema.js';
import { PlumblineError } from '../../../src/model/errors.js';
import { connectorOf } from './session-connector.js';

const named = { title: 'Acme', host: 'acme.example.com' };
const SECRET = 'sk-0001-secret';

function tokens(lives: number | null): { fetch: () => Promise<Grant>; readonly count: number } {
  let count = 0;
  return { async fetch() { count += 1; return { signed: { headers: { Authorization: `Bearer ${count}` }, query: [] }, lives, answer: {} }; }, get count() { return count; } };
}
async function failure(work: () => unknown): Promise<PlumblineError> {
  try { await work(); } catch (error) { return error as PlumblineError; }
  throw new Error('it did not fail');
}

describe('a token', () => {
  it('is got once for many requests and renewed when four fifths of its life are over', async () => {
    let now = 0;
    const source = tokens(100);
    const signer = tokenSigner(source.fetch, () => now);

    const first = await Promise.all([signer.current(), signer.current(), signer.current()]);
    now = 79_999;
    const before = await signer.current();
    now = 80_000;
    const after = await Promise.all([signer.current(), signer.current()]);

    expect(new Set([...first, before]).size).toBe(1);
    expect(after[0]).toBe(after[1]);
    expect(after[0]).not.toBe(before);
    expect(source.count).toBe(2);
  });

  it('is renewed once for many requests that were refused with it', async () => {
    const source = tokens(null);
    const signer = tokenSigner(source.fetch);
    const used = await signer.current();

    const fresh = await Promise.all([signer.renewed(used), signer.renewed(used), signer.renewed(used)]);

    expect(new Set(fresh).size).toBe(1);
    expect(source.count).toBe(2);
  });

  it('is renewed no more once a fresh one was refused too', async () => {
    const source = tokens(null);
    const signer = tokenSigner(source.fetch);
    const fresh = await signer.renewed(await signer.current());
    signer.giveUp();

    expect([await signer.renewed(fresh!), await signer.renewed(fresh!), source.count]).toEqual([null, null, 2]);
  });

  it('that was not handed out is asked for again next time', async () => {
    let tries = 0;
    const signer = tokenSigner(async () => { tries += 1; if (tries === 1) throw new Error('away'); return tokens(null).fetch(); });

    await expect(signer.current()).rejects.toThrow('away');

    expect((await signer.current()).signed.headers).toEqual({ Authorization: 'Bearer 1' });
  });

  it('that does not come from a sign-in cannot be renewed', async () => {
    const signer = fixedSigner({ headers: {}, query: [] });

    expect(await signer.renewed(await signer.current())).toBeNull();
  });

  it.each([[3600, 3600], ['3600', 3600], [0, null], [-1, null], ['soon', null], [null, null], [undefined, null]])('that tells its life as %j', (told, expected) => {
    expect(secondsOf(told)).toBe(expected);
  });
});

describe('cookies of a sign-in', () => {
  it('go back by name and value, the newest of each name, without those that were taken away', () => {
    const before = cookiesOf({ cookies: ['XSRF-TOKEN=a%3D; Path=/', 'old=1'] }, new Map());
    const after = cookiesOf({ cookies: ['SESSION=s1; HttpOnly; Secure; SameSite=Lax', 'SESSION=s2', 'old=; Max-Age=0', 'gone=x; max-age=0', '=nameless', 'bad=a b'] }, before);

    expect(cookieHeader(after)).toBe('XSRF-TOKEN=a%3D; SESSION=s2');
  });
});

describe('a signed statement', () => {
  const auth = (algorithm: string) => AuthRule.parse({ kind: 'oauth2', grant: 'jwt_bearer', clientId: '{id}', jwt: { key: '{key}', issuer: '{id}', subject: '{who}', algorithm, audience: 'https://login.example.com' } }) as Extract<AuthRule, { kind: 'oauth2' }>;
  const signed = (key: string, algorithm = 'RS256'): Promise<string> => signedAssertion(auth(algorithm), { named, fill: (text) => fillText(text, { id: 'client-1', who: 'reader@example.com', key }, named) });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  it.each<[string, (pem: string) => string]>([
    ['as it is', (pem) => pem], ['in one line', (pem) => pem.replaceAll('\n', ' ')], ['with written line breaks', (pem) => pem.replaceAll('\n', '\\n')], ['without any', (pem) => pem.replaceAll('\n', '')],
  ])('is signed by a key pasted %s', async (_what, change) => {
    const token = await signed(change(rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string));

    const { payload } = await jwtVerify(token, rsa.publicKey, { issuer: 'client-1', subject: 'reader@example.com', audience: 'https://login.example.com' });
    expect(payload.exp! - payload.iat!).toBe(180);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT' });
  });

  it('takes the older form of RSA keys, EC keys and a shared secret', async () => {
    await jwtVerify(await signed(rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }) as string), rsa.publicKey);
    await jwtVerify(await signed(ec.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 'ES256'), ec.publicKey);
    await jwtVerify(await signed('0123456789abcdef0123456789abcdef', 'HS256'), Buffer.from('0123456789abcdef0123456789abcdef'));
  });

  it.each([['no key at all', SECRET], ['a damaged key', `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----`], ['a key of another kind', ec.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string]])('says that %s is of no use, without repeating it', async (_what, key) => {
    const error = await failure(() => signed(key));

    expect(error.code).toBe('PLB-COLLECT-002');
    expect(JSON.stringify([error.message, error.details, String(error.cause)])).not.toContain(key.slice(0, 20));
  });
});

describe('what a person gave', () => {
  it.each(['a b', 'line\nbreak', 'tab\t', 'ключ', 'nul\0'])('is no key when it reads %j', async (key) => {
    const error = await failure(() => fillKey('Bearer {token}', { token: key }, named));

    expect([error.code, error.message.includes(key)]).toEqual(['PLB-COLLECT-002', false]);
  });

  it('is missed by the name of its field', async () => {
    expect((await failure(() => fillKey('Bearer {token}', {}, named))).message).toContain('token');
    expect((await failure(() => fillText('{user}', { user: '' }, named))).code).toBe('PLB-COLLECT-002');
  });

  it('is put into a path percent-encoded, and may not climb out of it', async () => {
    const connector = connectorOf({ secretFields: [{ name: 'tenant', label: 'Tenant', kind: 'text' }] });

    expect(fillAddress(connector, { tenant: 'a/b?c=1#d' }, 'https://login.example.com/{tenant}/token').href).toBe('https://login.example.com/a%2Fb%3Fc%3D1%23d/token');
    expect((await failure(() => fillAddress(connector, { tenant: 'x' }, 'https://{tenant}.example.com'))).code).toBe('PLB-COLLECT-011');
    expect((await failure(() => fillAddress(connector, { tenant: '..' }, 'https://login.example.com/a/{tenant}/token'))).code).toBe('PLB-COLLECT-007');
  });
});
