/**
 * Signing: the installation's own key, made once, and the signature over a finished PDF. Does not own: where the key is kept
 * (src/runtime) nor the check of a signature (verify.ts). There is no time-stamping authority: the date in it is our own word.
 */
import { createHash, generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { P12Signer } from '@signpdf/signer-p12';
import forge from 'node-forge';
import { closeByteRange, insertSignature, signedBytes } from './signature-field.js';

/** A PKCS#12 file and its passphrase: secret, to be kept like a password. */
export interface SigningIdentity {
  readonly p12: Uint8Array;
  readonly passphrase: string;
}

export interface NewIdentity {
  /** named in the certificate, e.g. the organisation or the host */
  readonly name: string;
  readonly passphrase: string;
  readonly notBefore: Date;
  /** how long the certificate is valid; ten years by default */
  readonly years?: number;
}

const KEY_BITS = 3072;
const DEFAULT_YEARS = 10;

/** A new self-signed certificate with its key. Call once per installation and keep the result. */
export async function createSigningIdentity(request: NewIdentity): Promise<SigningIdentity> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: KEY_BITS });
  const privateKey = forge.pki.privateKeyFromPem(pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString());
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey.export({ type: 'spki', format: 'pem' }).toString());
  certificate.serialNumber = certificateSerial(randomBytes(16));
  certificate.validity.notBefore = request.notBefore;
  certificate.validity.notAfter = yearsLater(request.notBefore, request.years ?? DEFAULT_YEARS);
  const subject = [
    { shortName: 'CN', ...nameValue(request.name.slice(0, 64)) },
    { shortName: 'OU', value: 'Plumbline reports' },
  ];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, nonRepudiation: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(privateKey, forge.md.sha256.create());
  const p12 = forge.pkcs12.toPkcs12Asn1(privateKey, certificate, request.passphrase, { algorithm: 'aes256' });
  return { p12: Buffer.from(forge.asn1.toDer(p12).getBytes(), 'binary'), passphrase: request.passphrase };
}

/**
 * A positive integer of the fewest bytes, in hex (RFC 5280, 4.1.2.2; X.690, 8.3.2). Zeros in front would be dropped when the
 * certificate is read and written again, and its signature would then cover other bytes than those in the file.
 */
export function certificateSerial(random: Uint8Array): string {
  const bytes = Buffer.from(random);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

/** node-forge encodes UTF-8 names once more each time it passes them on, so others than ASCII go as UTF-16 (BMPString). */
function nameValue(name: string): { value: string; valueTagClass: never } {
  const ascii = /^[\x20-\x7E]*$/.test(name);
  const value = ascii ? name : Buffer.from(name, 'utf16le').swap16().toString('latin1');
  return { value, valueTagClass: (ascii ? forge.asn1.Type.UTF8 : forge.asn1.Type.BMPSTRING) as never };
}

export function signerName(certificate: forge.pki.Certificate): string {
  const field = certificate.subject.getField('CN') as { value?: unknown; valueTagClass?: unknown } | null;
  const value = String(field?.value ?? '');
  return field?.valueTagClass === forge.asn1.Type.BMPSTRING ? Buffer.from(value, 'latin1').swap16().toString('utf16le') : value;
}

/** Fills the signature field that post-processing left open. Same file, key and date: same bytes. */
export async function signPdf(pdf: Uint8Array, identity: SigningIdentity, at: Date): Promise<Uint8Array> {
  const field = closeByteRange(pdf);
  const signer = new P12Signer(Buffer.from(identity.p12), { passphrase: identity.passphrase });
  return insertSignature(field, await signer.sign(signedBytes(field.pdf, field.range), at));
}

/** sha256 of the certificate, hex: what a reader compares with what the administrator published. */
export function signingFingerprint(identity: SigningIdentity): string {
  const p12 = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(Buffer.from(identity.p12).toString('binary')), identity.passphrase);
  const bag = p12.getBags({ bagType: forge.pki.oids['certBag'] as string })[forge.pki.oids['certBag'] as string]?.[0];
  if (bag?.cert === undefined) throw new Error('The signing identity holds no certificate.');
  return certificateFingerprint(bag.cert);
}

export function certificateFingerprint(certificate: forge.pki.Certificate): string {
  const der = forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes();
  return createHash('sha256').update(der, 'binary').digest('hex');
}

function yearsLater(from: Date, years: number): Date {
  const later = new Date(from);
  later.setUTCFullYear(later.getUTCFullYear() + years);
  return later;
}
