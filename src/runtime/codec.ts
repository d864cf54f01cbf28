/**
 * Encryption of everything that travels through Temporal. Owns: the payload codec and its key ring.
 * Does not own: failure messages (failure-converter.ts), workflow ids and search attributes, which stay in clear.
 *
 * AES-256-GCM over the whole encoded payload; the key id is bound in as associated data, so a payload whose key id was
 * changed is refused rather than decoded with another key.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { ValueError, type DataConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import { projectPaths } from './paths.js';

const ENCODING = 'binary/plumbline-aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface KeyRing {
  readonly active: string;
  readonly keys: ReadonlyMap<string, Uint8Array>;
}

function keyId(key: Uint8Array): string {
  return createHash('sha256').update('plumbline payload key id').update(key).digest('hex').slice(0, 16);
}

/** The first key encrypts; all decrypt. After a rotation the old key stays until no history needs it. */
export function keyRing(active: Uint8Array, ...older: readonly Uint8Array[]): KeyRing {
  return { active: keyId(active), keys: new Map([active, ...older].map((key) => [keyId(key), key])) };
}

const utf8 = new TextEncoder();

/** Own framing: length of a JSON head (the metadata), the head, then the data as it is. */
function pack(payload: Payload): Buffer {
  const metadata = Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]);
  const head = Buffer.from(JSON.stringify(Object.fromEntries(metadata)));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, payload.data ?? Buffer.alloc(0)]);
}

function unpack(bytes: Buffer): Payload {
  const headEnd = 4 + bytes.readUInt32BE(0);
  const head = JSON.parse(bytes.toString('utf8', 4, headEnd)) as Record<string, string>;
  const metadata = Object.fromEntries(Object.entries(head).map(([name, value]) => [name, new Uint8Array(Buffer.from(value, 'base64'))]));
  return { metadata, data: new Uint8Array(bytes.subarray(headEnd)) };
}

function encrypt(payload: Payload, ring: KeyRing): Payload {
  const key = ring.keys.get(ring.active);
  if (key === undefined) throw new ValueError('The key ring has no active key.');
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(ring.active));
  const body = Buffer.concat([cipher.update(pack(payload)), cipher.final()]);
  return { metadata: { encoding: utf8.encode(ENCODING), 'key-id': utf8.encode(ring.active) }, data: new Uint8Array(Buffer.concat([iv, body, cipher.getAuthTag()])) };
}

function text(value: Uint8Array | null | undefined): string {
  return value ? Buffer.from(value).toString('utf8') : '';
}

function decrypt(payload: Payload, ring: KeyRing): Payload {
  const id = text(payload.metadata?.['key-id']);
  const key = ring.keys.get(id);
  if (key === undefined) throw new ValueError(`A payload is encrypted with the key ${id}, which this installation does not have.`);
  const data = Buffer.from(payload.data ?? []);
  if (data.length < IV_BYTES + TAG_BYTES) throw new ValueError('An encrypted payload is cut short.');
  const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, IV_BYTES)).setAAD(Buffer.from(id)).setAuthTag(data.subarray(data.length - TAG_BYTES));
  try {
    return unpack(Buffer.concat([decipher.update(data.subarray(IV_BYTES, data.length - TAG_BYTES)), decipher.final()]));
  } catch {
    throw new ValueError(`An encrypted payload (key ${id}) was changed or belongs to another key.`);
  }
}

/** Payloads that are not ours pass through: the server writes some itself, and search attributes are never encrypted. */
export function payloadCodec(ring: KeyRing): PayloadCodec {
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, ring)),
    decode: async (payloads) => payloads.map((payload) => (text(payload.metadata?.['encoding']) === ENCODING ? decrypt(payload, ring) : payload)),
  };
}

/** The one data converter for client, worker and replayer. `key` is `deriveKeys(rootKey(home)).payload`. */
export function dataConverter(key: Uint8Array, ...older: readonly Uint8Array[]): DataConverter {
  return { payloadCodecs: [payloadCodec(keyRing(key, ...older))], failureConverterPath: projectPaths().failureConverter };
}
