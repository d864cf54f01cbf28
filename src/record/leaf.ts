/** From an audit event to its leaf. Owns the two steps: canonical text, then the RFC 6962 leaf hash of its UTF-8 bytes. */
import type { AuditEvent } from '../model/audit.js';
import { canonicalJson } from '../model/canonical.js';
import { hashLeaf } from './tree.js';

/** The bytes that are hashed, as text: what the log stores and exports. */
export function eventText(event: AuditEvent): string {
  return canonicalJson(event);
}

export function leafHashOfText(text: string): Uint8Array {
  return hashLeaf(Buffer.from(text, 'utf8'));
}

export function leafHash(event: AuditEvent): Uint8Array {
  return leafHashOfText(eventText(event));
}
