/** Audit events and checkpoints. Owns the leaf format; src/record computes hashes, src/store appends. */
import type { Actor } from './identity.js';
import type { JsonValue } from './resource.js';

/**
 * What is hashed: canonical JSON (RFC 8785) of this object, as an RFC 6962 leaf (SHA-256 of 0x00 and the bytes).
 * `index` starts at 0 per tenant. `at` is ISO 8601 in UTC with milliseconds. `action` is `<noun>.<verb>`, e.g. `baseline.approved`.
 */
export interface AuditEvent {
  index: number;
  at: string;
  tenant: string;
  actor: Pick<Actor, 'type' | 'id'>;
  action: string;
  subject: { type: string; id: string };
  details: { [key: string]: JsonValue };
}
