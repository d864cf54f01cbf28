/** One-time links for people: the first administrator and invitations. Owns the rows; only the hash of a token is here. */
import { sql, type Selectable } from 'kysely';
import { PlumblineError } from '../model/errors.js';
import { SYSTEM, type Actor, type Role } from '../model/identity.js';
import { recordEvent } from './audit.js';
import type { Tables } from './schema-types.js';
import { newId, type TenantTx } from './tenant-tx.js';
import type { Invitation } from './types.js';
import { columnText, iso, isoOrNull } from './values.js';

function toInvitation(row: Selectable<Tables['invitations']>): Invitation {
  return { id: row.id, kind: row.kind, email: row.email, name: row.name, roles: row.roles as Role[], expiresAt: iso(row.expires_at), usedAt: isoOrNull(row.used_at) };
}

export interface NewInvitation {
  kind: Invitation['kind'];
  email: string | null;
  name: string | null;
  roles: readonly Role[];
  tokenHash: string;
  expiresAt: Date;
}

/** A new first-admin link ends those before it: there is one at a time. */
export async function createInvitation(tx: TenantTx, actor: Actor, input: NewInvitation): Promise<Invitation> {
  if (input.kind === 'first-admin') {
    await tx.db.updateTable('invitations').set({ expires_at: sql<Date>`now()` }).where('kind', '=', 'first-admin').where('used_at', 'is', null).execute();
  }
  const row = await tx.db
    .insertInto('invitations')
    .values({
      tenant_id: tx.tenantId, id: newId('invitation'), token_hash: input.tokenHash, kind: input.kind, email: input.email?.trim().toLowerCase() ?? null,
      name: input.name === null ? null : columnText(input.name), roles: [...input.roles], expires_at: input.expiresAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  recordEvent(tx, { actor, action: 'invitation.created', subject: { type: 'invitation', id: row.id }, details: { kind: row.kind, roles: row.roles, expiresAt: iso(row.expires_at) } });
  return toInvitation(row);
}

/** Looks without using it. Null when unknown, used or expired. */
export async function findInvitation(tx: TenantTx, tokenHash: string, now = new Date()): Promise<Invitation | null> {
  const row = await tx.db.selectFrom('invitations').selectAll().where('token_hash', '=', tokenHash).where('used_at', 'is', null).where('expires_at', '>', now).executeTakeFirst();
  return row ? toInvitation(row) : null;
}

/** Uses it, once: of two at the same moment one gets PLB-AUTH-003. Make the account in the same transaction. */
export async function redeemInvitation(tx: TenantTx, input: { tokenHash: string; kind: Invitation['kind']; now?: Date }): Promise<Invitation> {
  const row = await tx.db
    .updateTable('invitations')
    .set({ used_at: sql<Date>`now()` })
    .where('token_hash', '=', input.tokenHash)
    .where('kind', '=', input.kind)
    .where('used_at', 'is', null)
    .where('expires_at', '>', input.now ?? new Date())
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new PlumblineError('PLB-AUTH-003', 'This link is unknown, used up or expired.');
  recordEvent(tx, { actor: SYSTEM, action: 'invitation.used', subject: { type: 'invitation', id: row.id }, details: { kind: row.kind } });
  return toInvitation(row);
}
