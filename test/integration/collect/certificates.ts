/** Certificates of an authority of our own. Owns making them; trusts nothing. */
import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

export interface Certificate {
  /** PEM */
  readonly cert: string;
  readonly key: string;
}
export interface Authority extends Certificate {
  issue(host: { readonly name: string; readonly ip?: string; readonly from?: number; readonly to?: number }): Certificate;
}

const DAY_MS = 86_400_000;
let serial = 1;

function keys(): { pem: string; forge: forge.pki.KeyPair } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }) as string;
  return { pem, forge: { privateKey: forge.pki.privateKeyFromPem(pem), publicKey: forge.pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }) as string) } };
}

/** `from` and `to` in days from now */
function made(subject: string, extensions: object[], times: { from: number; to: number }) {
  const pair = keys();
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = pair.forge.publicKey as forge.pki.rsa.PublicKey;
  certificate.serialNumber = String(serial += 1).padStart(2, '0');
  certificate.validity.notBefore = new Date(Date.now() + times.from * DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + times.to * DAY_MS);
  certificate.setSubject([{ name: 'commonName', value: subject }]);
  certificate.setExtensions(extensions);
  return { pair, certificate };
}

function namesOf({ name, ip }: { name: string; ip?: string }): object[] {
  return [{ name: 'basicConstraints', cA: false }, { name: 'subjectAltName', altNames: [{ type: 2, value: name }, ...(ip === undefined ? [] : [{ type: 7, ip }])] }];
}

export function selfSigned(name: string, ip: string): Certificate {
  const { pair, certificate } = made(name, namesOf({ name, ip }), { from: -1, to: 1 });
  certificate.setIssuer(certificate.subject.attributes);
  certificate.sign(pair.forge.privateKey as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(certificate), key: pair.pem };
}

export function makeAuthority(name: string): Authority {
  const { pair, certificate } = made(name, [{ name: 'basicConstraints', cA: true, critical: true }, { name: 'keyUsage', keyCertSign: true, critical: true }], { from: -900, to: 900 });
  certificate.setIssuer(certificate.subject.attributes);
  certificate.sign(pair.forge.privateKey as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
  return {
    cert: forge.pki.certificateToPem(certificate), key: pair.pem,
    issue(host) {
      const leaf = made(host.name, namesOf(host), { from: host.from ?? -1, to: host.to ?? 1 });
      leaf.certificate.setIssuer(certificate.subject.attributes);
      leaf.certificate.sign(pair.forge.privateKey as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
      return { cert: forge.pki.certificateToPem(leaf.certificate), key: leaf.pair.pem };
    },
  };
}
