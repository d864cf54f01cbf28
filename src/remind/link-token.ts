/**
 * Tokens of mailed links. Owns: how a token is derived and hashed. A token is never stored: each reminder derives it again from
 * the key, and the store knows only its hash. Raising `linkVersion` makes a new link and ends the old one.
 */
import { createHash, createHmac } from 'node:crypto';

export interface LinkTokenInput {
  key: Uint8Array;
  tenantId: string;
  requestId: string;
  linkVersion: number;
}

/** 256 bits, base64url, 43 characters. */
export function linkToken({ key, tenantId, requestId, linkVersion }: LinkTokenInput): string {
  if (key.length < 32) throw new RangeError('the link key has fewer than 32 bytes');
  return createHmac('sha256', key).update(`plumbline-link|${tenantId}|${requestId}|${linkVersion}`).digest('base64url');
}

/** sha256, lower-case hex: what is stored and looked up. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** In the fragment, which browsers do not send: it stays out of server logs and Referer headers. `baseUrl` is configuration, never a Host header. */
export function answerLink(baseUrl: string, token: string): string {
  return new URL(`/answer#${token}`, baseUrl).href;
}
