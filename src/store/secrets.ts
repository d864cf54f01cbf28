/**
 * Secrets at rest: AES-256-GCM, bound to tenant and id, so that a row moved elsewhere does not open. Owns sealing, opening and the
 * rows. Does not own the key (src/runtime/keys.ts) or what a secret is for.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { PlumblineError } from '../model/errors.js';
import type { TenantTx } from './tenant-tx.js';

export type SecretFields = Readonly<Record<string, string>>;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Names the key without telling it, so that after a rotation each row says which key opens it. */
function keyIdOf(key: Uint8Array): string {
  return createHash('sha256').update('plumbline/secret-key-id').update(key).digest('hex').slice(0, 16);
}

function bindingOf(tenantId: string, id: string): Buffer {
  return Buffer.from(`${tenantId}|${id}`, 'utf8');
}

function seal(key: Uint8Array, binding: Uint8Array, fields: SecretFields): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(binding);
  const body = Buffer.concat([cipher.update(JSON.stringify(fields), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

function open(key: Uint8Array, binding: Uint8Array, sealed: Buffer): SecretFields {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES }).setAAD(binding);
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  return JSON.parse(text) as SecretFields;
}

/** Writes or replaces. */
export async function putSecret(tx: TenantTx, key: Uint8Array, id: string, fields: SecretFields): Promise<void> {
  const row = { key_id: keyIdOf(key), ciphertext: seal(key, bindingOf(tx.tenantId, id), fields) };
  await tx.db.insertInto('secrets').values({ tenant_id: tx.tenantId, id, ...row }).onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(row)).execute();
}

/** Plaintext for the one activity that uses it; never to be kept or passed on. */
export async function readSecret(tx: TenantTx, key: Uint8Array, id: string): Promise<SecretFields> {
  const row = await tx.db.selectFrom('secrets').select(['key_id', 'ciphertext']).where('id', '=', id).executeTakeFirst();
  if (!row) throw new PlumblineError('PLB-COLLECT-002', 'The key of this platform is not stored any more.');
  if (row.key_id !== keyIdOf(key)) throw new PlumblineError('PLB-COLLECT-002', 'The key of this platform was stored under another root key, so it cannot be opened.');
  try {
    return open(key, bindingOf(tx.tenantId, id), row.ciphertext);
  } catch {
    throw new PlumblineError('PLB-COLLECT-002', 'The stored key of this platform was changed or moved, so it cannot be opened.');
  }
}

export async function deleteSecret(tx: TenantTx, id: string): Promise<void> {
  await tx.db.deleteFrom('secrets').where('id', '=', id).execute();
}
