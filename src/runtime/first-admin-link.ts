/** The one-time link that makes the first administrator. Owns its life: a new one ends those before it. */
import { hashInvitationToken, newInvitationToken } from '../identity/index.js';
import { SYSTEM } from '../model/identity.js';
import { createInvitation, type TenantTx } from '../store/index.js';

const LIFE_MS = 24 * 60 * 60 * 1000;

export async function makeFirstAdminLink(tx: TenantTx, baseUrl: string): Promise<{ url: string; expiresAt: Date }> {
  const token = newInvitationToken();
  const expiresAt = new Date(Date.now() + LIFE_MS);
  await createInvitation(tx, SYSTEM, { kind: 'first-admin', email: null, name: null, roles: ['administrator', 'officer'], tokenHash: hashInvitationToken(token), expiresAt });
  return { url: `${baseUrl}/setup#${token}`, expiresAt };
}
