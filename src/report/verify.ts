/** Checking the signature of a report: was it made with the key it names, and is the file still the one that was signed? */
import { createHash, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import forge from 'node-forge';
import { certificateFingerprint, signerName } from './sign.js';
import { findSignature, signedBytes } from './signature-field.js';

export interface PdfVerdict {
  /** true: not a byte differs from what was signed. Whose key it was says `fingerprint`, to be compared by the reader. */
  readonly valid: boolean;
  readonly reason: string;
  readonly signer: string | null;
  /** sha256 of the signing certificate, hex */
  readonly fingerprint: string | null;
  readonly signedAt: string | null;
}

interface Signed {
  readonly certificate: forge.pki.Certificate;
  readonly attributes: forge.asn1.Asn1[];
  readonly signature: Buffer;
}

/** With `expectedFingerprint`, a signature of any other key is refused. */
export function verifyPdf(pdf: Uint8Array, expectedFingerprint?: string): PdfVerdict {
  const found = findSignature(pdf);
  if (found === null) return refused('The file has no signature that covers all of it: it was never signed, cut, or added to afterwards.');
  try {
    return judge(readSignature(found.signature), signedBytes(pdf, found.range), expectedFingerprint);
  } catch {
    // whatever is wrong in there, the answer is the same: it is not a signature of ours
    return refused('The signature is damaged or was made by another program.');
  }
}

function judge(signed: Signed, bytes: Buffer, expectedFingerprint: string | undefined): PdfVerdict {
  const fingerprint = certificateFingerprint(signed.certificate);
  const who = { signer: signerName(signed.certificate), fingerprint, signedAt: signingTime(signed.attributes) };
  if (!digestMatches(signed.attributes, bytes)) return { valid: false, reason: 'The file was changed after it was signed.', ...who };
  if (!signatureMatches(signed) || !signed.certificate.verify(signed.certificate)) return { valid: false, reason: 'The signature does not belong to the key it names.', ...who };
  if (expectedFingerprint !== undefined && expectedFingerprint.toLowerCase() !== fingerprint) return { valid: false, reason: 'The file was signed with another key than the expected one.', ...who };
  return { valid: true, reason: 'The file is unchanged since it was signed.', ...who };
}

function refused(reason: string): PdfVerdict {
  return { valid: false, reason, signer: null, fingerprint: null, signedAt: null };
}

interface Captured {
  readonly certificates: forge.pki.Certificate[];
  readonly rawCapture: { readonly authenticatedAttributes?: forge.asn1.Asn1[]; readonly signature?: string; readonly digestAlgorithm?: string };
}

function readSignature(der: Buffer): Signed {
  const asn1 = forge.asn1.fromDer(forge.util.createBuffer(der.toString('binary')), { parseAllBytes: false } as never);
  const message = forge.pkcs7.messageFromAsn1(asn1) as unknown as Captured;
  const certificate = message.certificates[0];
  const { authenticatedAttributes, signature } = message.rawCapture;
  if (certificate === undefined || authenticatedAttributes === undefined || signature === undefined) throw new Error('a part is missing');
  const signed = { certificate, attributes: authenticatedAttributes, signature: Buffer.from(signature, 'binary') };
  if (!isExactly(der, container(signed))) throw new Error('unexpected bytes');
  return signed;
}

/** Nothing but the expected bytes and zeros behind them: what is around a signature can then not be changed unseen either. */
function isExactly(stored: Buffer, expected: Buffer): boolean {
  return stored.subarray(0, expected.length).equals(expected) && stored.subarray(expected.length).every((byte) => byte === 0);
}

/** The PKCS#7 container as our signer writes it, built from its three variable parts. */
function container(signed: Signed): Buffer {
  const { Class, Type, create, integerToDer, oidToDer, toDer } = forge.asn1;
  const sequence = (...parts: forge.asn1.Asn1[]): forge.asn1.Asn1 => create(Class.UNIVERSAL, Type.SEQUENCE, true, parts);
  const set = (...parts: forge.asn1.Asn1[]): forge.asn1.Asn1 => create(Class.UNIVERSAL, Type.SET, true, parts);
  const tagged = (parts: forge.asn1.Asn1[]): forge.asn1.Asn1 => create(Class.CONTEXT_SPECIFIC, 0, true, parts);
  const one = (): forge.asn1.Asn1 => create(Class.UNIVERSAL, Type.INTEGER, false, integerToDer(1).getBytes());
  const oid = (name: string): forge.asn1.Asn1 => create(Class.UNIVERSAL, Type.OID, false, oidToDer(forge.pki.oids[name] ?? '').getBytes());
  const algorithm = (name: string): forge.asn1.Asn1 => sequence(oid(name), create(Class.UNIVERSAL, Type.NULL, false, ''));
  const { certificate } = signed;
  const serial = create(Class.UNIVERSAL, Type.INTEGER, false, forge.util.hexToBytes(certificate.serialNumber));
  const signer = sequence(
    one(), sequence(forge.pki.distinguishedNameToAsn1(certificate.issuer as never), serial), algorithm('sha256'), tagged(signed.attributes),
    algorithm('rsaEncryption'), create(Class.UNIVERSAL, Type.OCTETSTRING, false, signed.signature.toString('binary')),
  );
  const body = sequence(one(), set(algorithm('sha256')), sequence(oid('data')), tagged([forge.pki.certificateToAsn1(certificate)]), set(signer));
  return Buffer.from(toDer(sequence(oid('signedData'), tagged([body]))).getBytes(), 'binary');
}

function digestMatches(attributes: readonly forge.asn1.Asn1[], bytes: Buffer): boolean {
  const stated = Buffer.from(String(attribute(attributes, 'messageDigest')?.value ?? ''), 'binary');
  const actual = createHash('sha256').update(bytes).digest();
  return stated.length === actual.length && timingSafeEqual(stated, actual);
}

/** What is signed is the DER of the attributes as a SET, although the file stores them under a context tag. */
function signatureMatches(signed: Signed): boolean {
  const set = forge.asn1.create(forge.asn1.Class.UNIVERSAL, forge.asn1.Type.SET, true, signed.attributes);
  const data = Buffer.from(forge.asn1.toDer(set).getBytes(), 'binary');
  return verify('RSA-SHA256', data, createPublicKey(forge.pki.publicKeyToPem(signed.certificate.publicKey as forge.pki.rsa.PublicKey)), signed.signature);
}

function signingTime(attributes: readonly forge.asn1.Asn1[]): string | null {
  const value = attribute(attributes, 'signingTime');
  if (value === null) return null;
  const text = String(value.value);
  const date = value.type === forge.asn1.Type.UTCTIME ? forge.asn1.utcTimeToDate(text) : forge.asn1.generalizedTimeToDate(text);
  return date.toISOString();
}

/** The first value of an attribute: SEQUENCE { OID, SET { value } }. */
function attribute(attributes: readonly forge.asn1.Asn1[], name: string): forge.asn1.Asn1 | null {
  for (const entry of attributes) {
    const [oid, values] = entry.value as forge.asn1.Asn1[];
    if (oid === undefined || values === undefined) continue;
    if (forge.asn1.derToOid(oid.value as string) === forge.pki.oids[name]) return (values.value as forge.asn1.Asn1[])[0] ?? null;
  }
  return null;
}
