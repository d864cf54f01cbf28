/** The installation's key for signing reports. Owns: making it once and keeping it in keys/. Does not own: signing. */
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { SigningIdentity } from '../report/index.js';
import { createOnce } from './atomic-file.js';
import { storedPassword } from './keys.js';

export async function signingIdentity(home: string): Promise<SigningIdentity> {
  const file = join(home, 'keys', 'report-signing.p12');
  const passphrase = storedPassword(home, 'report-signing');
  if (existsSync(file)) return { p12: readFileSync(file), passphrase };
  const { createSigningIdentity } = await import('../report/index.js');
  const made = await createSigningIdentity({ name: `Plumbline on ${hostname()}`, passphrase, notBefore: new Date() });
  // Two at once: the first file stands, and both use it.
  return { p12: createOnce(file, Buffer.from(made.p12), 0o600), passphrase };
}
