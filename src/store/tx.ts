/** What a query is given: the transaction of one tenant. Types only; tenant-tx.ts runs it. */
import type { Transaction } from 'kysely';
import type { Actor } from '../model/identity.js';
import type { JsonValue } from '../model/resource.js';
import type { Tables } from './schema-types.js';

/** `details` hold ids, counts, codes and hashes; never a name, an address, an answer or a secret: the leaf cannot be erased. */
export interface PendingEvent {
  actor: Actor;
  action: string;
  subject: { type: string; id: string };
  details: { [key: string]: JsonValue };
}

export interface TenantTx {
  readonly tenantId: string;
  readonly db: Transaction<Tables>;
  /** appended just before the commit: the head of the log stays locked for as short a time as possible */
  readonly pendingEvents: PendingEvent[];
  /** appended in a transaction of their own when this one is rolled back */
  readonly refusals: PendingEvent[];
}
