/** The signed statement with which a client asks for a token (RFC 7523). Owns its claims and reading the key as people paste it. */
import { X509Certificate, createHash, createPrivateKey, createSecretKey, randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { PlumblineError } from '../../../model/errors.js';
import type { AuthRule } from '../../manifest/auth-schema.js';
import type { Named } from '../given.js';

type OauthRule = Extract<AuthRule, { kind: 'oauth2' }>;

/** Vendors take statements of a few minutes only. */
const LIVES_SECONDS = 180;

/** A field of one line takes the line breaks of a PEM text away, or turns them into `\n`. */
function pemOf(text: string, block = /-----BEGIN ([A-Z ]+)-----([\s\S]*?)-----END \1-----/): string {
  const found = block.exec(text.replaceAll('\\n', '\n'));
  if (!found) return text;
  return `-----BEGIN ${found[1]!}-----\n${found[2]!.replaceAll(/\s+/g, '').replaceAll(/(.{64})/g, '$1\n')}\n-----END ${found[1]!}-----\n`;
}

function keyOf(text: string, algorithm: string, { title, host }: Named): KeyObject {
  if (algorithm === 'HS256') return createSecretKey(Buffer.from(text, 'utf8'));
  try {
    return createPrivateKey(pemOf(text));
  } catch {
    // the cause could quote the key
    throw new PlumblineError('PLB-COLLECT-002', `The private key for ${title} cannot be read: it must be an unencrypted PEM text.`, { host });
  }
}

export async function signedAssertion(auth: OauthRule, { fill, named }: { fill: (text: string) => string; named: Named }): Promise<string> {
  const { jwt } = auth;
  if (!jwt) throw new PlumblineError('PLB-COLLECT-011', 'The sign-in by a signed statement needs `jwt` in the manifest.', {});
  const key = keyOf(fill(jwt.key), jwt.algorithm, named);
  try {
    return await new SignJWT()
      .setProtectedHeader({ alg: jwt.algorithm, typ: 'JWT' })
      .setIssuer(fill(jwt.issuer)).setSubject(fill(jwt.subject)).setAudience(fill(jwt.audience))
      .setIssuedAt().setExpirationTime(`${LIVES_SECONDS}s`).setJti(randomUUID())
      .sign(key);
  } catch {
    throw new PlumblineError('PLB-COLLECT-002', `The private key for ${named.title} is not of the kind that ${jwt.algorithm} needs.`, { host: named.host });
  }
}

const KEY_BLOCK = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----([\s\S]*?)-----END \1-----/;
const CERTIFICATE_BLOCK = /-----BEGIN (CERTIFICATE)-----([\s\S]*?)-----END \1-----/;

function certificateIn(text: string, { title, host }: Named): X509Certificate {
  try {
    return new X509Certificate(pemOf(text, CERTIFICATE_BLOCK));
  } catch {
    throw new PlumblineError('PLB-COLLECT-002', `The certificate for ${title} cannot be read: give the private key and the certificate as one PEM text.`, { host });
  }
}

/** Who the client is, signed with its certificate; the thumbprint tells the platform which one. `audience`: the token endpoint. */
export async function clientStatement(pem: string, { clientId, audience, named }: { clientId: string; audience: string; named: Named }): Promise<string> {
  const certificate = certificateIn(pem, named);
  const key = keyOf(pemOf(pem, KEY_BLOCK), 'PS256', named);
  if (!certificate.checkPrivateKey(key)) throw new PlumblineError('PLB-COLLECT-002', `The private key for ${named.title} is not that of the certificate.`, { host: named.host });
  try {
    return await new SignJWT()
      .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': createHash('sha256').update(certificate.raw).digest('base64url') })
      .setIssuer(clientId).setSubject(clientId).setAudience(audience)
      .setIssuedAt().setNotBefore('0s').setExpirationTime(`${LIVES_SECONDS}s`).setJti(randomUUID())
      .sign(key);
  } catch {
    throw new PlumblineError('PLB-COLLECT-002', `The private key for ${named.title} is not an RSA key.`, { host: named.host });
  }
}
