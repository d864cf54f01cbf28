/**
 * Checkpoints: the size and root of the log, signed, in the formats C2SP tlog-checkpoint and signed-note (Ed25519).
 * Owns: text, key ids, signing, verifying. Does not own: where the key comes from or where notes are kept.
 */
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

export interface Checkpoint {
  origin: string;
  size: number;
  root: Uint8Array;
}
export interface CheckpointSigner {
  /** names the log and the key; holds no space and no plus sign */
  name: string;
  privateKey: KeyObject;
  /** the public half in the signed-note form: `<name>+<key id>+<base64 of 0x01 and the key>` */
  verifierKey: string;
}

const ED25519 = 0x01;
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

function keyId(name: string, publicKey: Uint8Array): Buffer {
  return createHash('sha256').update(`${name}\n`, 'utf8').update(Uint8Array.of(ED25519)).update(publicKey).digest().subarray(0, 4);
}

/** `seed`: 32 secret bytes. The same seed and name give the same key for ever. */
export function createSigner(name: string, seed: Uint8Array): CheckpointSigner {
  if (!/^[^\s+]+$/u.test(name)) throw new TypeError('A key name holds no space and no plus sign.');
  if (seed.length !== 32) throw new RangeError('The seed of a checkpoint key has 32 bytes.');
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
  const encoded = Buffer.concat([Uint8Array.of(ED25519), publicKey]).toString('base64');
  return { name, privateKey, verifierKey: `${name}+${keyId(name, publicKey).toString('hex')}+${encoded}` };
}

interface VerifierKey {
  name: string;
  id: Buffer;
  publicKey: KeyObject;
}

/** Null when the text is no Ed25519 verifier key or its id does not belong to it. */
function parseVerifierKey(text: string): VerifierKey | null {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/u.exec(text.trim());
  if (!match) return null;
  const [, name, id, encoded] = match as unknown as [string, string, string, string];
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== 33 || bytes[0] !== ED25519) return null;
  const raw = bytes.subarray(1);
  if (keyId(name, raw).toString('hex') !== id) return null;
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
  return { name, id: Buffer.from(id, 'hex'), publicKey };
}

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** The signed note of a tree head; its origin is the signer's name. */
export function makeCheckpoint(signer: CheckpointSigner, head: { size: number; root: Uint8Array }): string {
  const text = checkpointText({ origin: signer.name, ...head });
  const signature = sign(null, Buffer.from(text, 'utf8'), signer.privateKey);
  const id = Buffer.from(signer.verifierKey.split('+')[1]!, 'hex');
  return `${text}\n— ${signer.name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

function parseBody(text: string): Checkpoint | null {
  const [origin, size, root] = text.split('\n');
  if (!origin || !size || !root || !/^(0|[1-9][0-9]*)$/.test(size)) return null;
  const bytes = Buffer.from(root, 'base64');
  const value = Number(size);
  if (bytes.length !== 32 || bytes.toString('base64') !== root || !Number.isSafeInteger(value)) return null;
  return { origin, size: value, root: bytes };
}

/** What a note says, unverified. Null when it is no checkpoint. */
export function readCheckpoint(note: string): Checkpoint | null {
  const end = note.indexOf('\n\n');
  return end < 0 ? null : parseBody(note.slice(0, end + 1));
}

/** The checkpoint when one of its signatures is by this key; null otherwise. Signatures of other keys are ignored, as the format asks. */
export function verifyCheckpoint(note: string, verifierKey: string): Checkpoint | null {
  const key = parseVerifierKey(verifierKey);
  const end = note.indexOf('\n\n');
  if (key === null || end < 0) return null;
  const text = note.slice(0, end + 1);
  const checkpoint = parseBody(text);
  if (checkpoint === null || checkpoint.origin !== key.name) return null;
  return note.slice(end + 2).split('\n').some((line) => isSignature(line, text, key)) ? checkpoint : null;
}

function isSignature(line: string, text: string, key: VerifierKey): boolean {
  const match = /^— (\S+) ([A-Za-z0-9+/]+=*)$/u.exec(line);
  if (!match || match[1] !== key.name) return false;
  const bytes = Buffer.from(match[2]!, 'base64');
  if (bytes.length !== 68 || Buffer.compare(bytes.subarray(0, 4), key.id) !== 0) return false;
  return verify(null, Buffer.from(text, 'utf8'), key.publicKey, bytes.subarray(4));
}
