/** One-time tokens of invitations and of the first-admin link. Owns making and hashing; only the hash is ever stored. */
import { createHash, randomBytes } from 'node:crypto';

/** 32 random bytes; goes into the fragment of a link and nowhere else. */
export function newInvitationToken(): string {
  return randomBytes(32).toString('base64url');
}

/** sha256 hex. The token is random and long, so a plain hash cannot be guessed back. */
export function hashInvitationToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
