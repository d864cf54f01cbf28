/**
 * The root key of an installation and the keys derived from it. Owns: making, reading and deriving.
 * Does not own: what is encrypted with them.
 */
import { hkdfSync, randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { PlumblineError } from '../model/errors.js';
import { createOnce } from './atomic-file.js';
import { folderError } from './data-folder.js';

export const KEY_PURPOSES = ['payload', 'secrets', 'links', 'fingerprints', 'session', 'checkpoint'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** 32 random bytes, made at first use; two starters at once get the same. Never logged, never in a message. */
export function rootKey(home: string): Buffer {
  const file = join(home, 'keys', 'root.key');
  const key = readOrCreate(file, () => randomBytes(32), home);
  if (key.length !== 32) {
    throw new PlumblineError('PLB-START-009', `The key file ${file} is damaged (${key.length} bytes instead of 32). Put its copy back; without it stored secrets cannot be read.`, { file });
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new PlumblineError('PLB-START-009', `The key file ${file} can be read by others. Take their rights away with chmod 600.`, { file });
  }
  return key;
}

/** A random password of an own part (database roles), kept beside the root key. */
export function storedPassword(home: string, name: string): string {
  const file = join(home, 'keys', `${name}.password`);
  return readOrCreate(file, () => Buffer.from(randomBytes(24).toString('base64url')), home).toString('utf8').trim();
}

function readOrCreate(file: string, make: () => Buffer, home: string): Buffer {
  try {
    return createOnce(file, make(), 0o600);
  } catch (error) {
    throw folderError(error, home);
  }
}

export function deriveKey(root: Uint8Array, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', root, Buffer.from('plumbline/v1'), Buffer.from(purpose), 32));
}

export type DerivedKeys = Readonly<Record<KeyPurpose, Buffer>>;

export function deriveKeys(root: Uint8Array): DerivedKeys {
  const pairs = KEY_PURPOSES.map((purpose) => [purpose, deriveKey(root, purpose)] as const);
  return Object.fromEntries(pairs) as DerivedKeys;
}
