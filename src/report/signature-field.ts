/**
 * The empty signature field and the place of its bytes in the file. Owns: the placeholder and the byte range. Does not own
 * keys or cryptography (sign.ts, verify.ts).
 *
 * It is written in the same pass as the rest: an update appended afterwards would drop the trailer's /ID (PDF/A 6.1.3).
 */
import { type PDFDocument, PDFHexString, PDFName, PDFString } from 'pdf-lib';

export interface SignatureFacts {
  /** who signs, in words */
  readonly name: string;
  readonly reason: string;
}

/** `[0, a, b, c]`: the file without the hex text of the signature. */
export type ByteRange = readonly [number, number, number, number];

const SIGNATURE_BYTES = 8192;
const RANGE_DIGITS = 10;
const EMPTY_RANGE = `[ 0 ${Array.from({ length: 3 }, () => '9'.repeat(RANGE_DIGITS)).join(' ')} ]`;
const RANGE_KEY = '/ByteRange ';

/** An invisible field on the first page. */
export function addSignatureField(doc: PDFDocument, facts: SignatureFacts, at: Date): void {
  const { context } = doc;
  const page = doc.getPage(0);
  const widgetRef = context.nextRef();
  const signatureRef = context.nextRef();
  context.assign(widgetRef, context.obj({
    Type: 'Annot', Subtype: 'Widget', FT: 'Sig', Rect: [0, 0, 0, 0], F: 132, P: page.ref, V: signatureRef,
    T: PDFString.of('Signature'), TU: PDFHexString.fromText('Signature of this report'), Contents: PDFHexString.fromText('Signature of this report'),
  }));
  page.node.addAnnot(widgetRef);
  doc.catalog.set(PDFName.of('AcroForm'), context.obj({ SigFlags: 3, Fields: [widgetRef] }));
  context.assign(signatureRef, context.obj({
    Type: 'Sig', Filter: 'Adobe.PPKLite', SubFilter: 'adbe.pkcs7.detached',
    ByteRange: [0, ...Array.from({ length: 3 }, () => Number('9'.repeat(RANGE_DIGITS)))],
    Contents: PDFHexString.of('0'.repeat(SIGNATURE_BYTES * 2)),
    Name: PDFHexString.fromText(facts.name), Reason: PDFHexString.fromText(facts.reason), M: PDFString.fromDate(at),
  }));
}

export interface OpenField {
  /** the file with its final byte range, the signature still empty */
  readonly pdf: Buffer;
  readonly range: ByteRange;
}

/** Writes the real byte range over the placeholder, without moving a byte. */
export function closeByteRange(pdf: Uint8Array): OpenField {
  const bytes = Buffer.from(pdf);
  const rangeAt = bytes.lastIndexOf(`${RANGE_KEY}${EMPTY_RANGE}`);
  const open = bytes.indexOf('/Contents <', rangeAt) + '/Contents '.length;
  const close = bytes.indexOf('>', open) + 1;
  if (rangeAt < 0 || close - open !== SIGNATURE_BYTES * 2 + 2) throw new Error('The file has no empty signature field.');
  const range: ByteRange = [0, open, close, bytes.length - close];
  bytes.write(`[ ${range.join(' ')} ]`.padEnd(EMPTY_RANGE.length), rangeAt + RANGE_KEY.length, 'latin1');
  return { pdf: bytes, range };
}

export function signedBytes(pdf: Uint8Array, range: ByteRange): Buffer {
  return Buffer.concat([pdf.subarray(0, range[1]), pdf.subarray(range[2], range[2] + range[3])]);
}

export function insertSignature(field: OpenField, signature: Uint8Array): Uint8Array {
  if (signature.length > SIGNATURE_BYTES) throw new Error(`The signature needs ${signature.length} bytes, ${SIGNATURE_BYTES} are free.`);
  const hex = Buffer.from(signature).toString('hex').padEnd(SIGNATURE_BYTES * 2, '0');
  field.pdf.write(hex, field.range[1] + 1, 'latin1');
  return new Uint8Array(field.pdf);
}

/** The last byte range of a file, when it covers everything but its own signature; null otherwise. */
export function findSignature(pdf: Uint8Array): { readonly range: ByteRange; readonly signature: Buffer } | null {
  const bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  const at = bytes.lastIndexOf(RANGE_KEY);
  const found = at < 0 ? null : /^\/ByteRange \[ 0 (\d+) (\d+) (\d+) \]/.exec(bytes.toString('latin1', at, at + 80));
  if (found === null) return null;
  const [open, close, rest] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const between = bytes.toString('latin1', open, close);
  if (close + rest !== bytes.length || close <= open || open < at || !/^<(?:[0-9a-f]{2})+>$/.test(between)) return null;
  return { range: [0, open, close, rest], signature: Buffer.from(between.slice(1, -1), 'hex') };
}
