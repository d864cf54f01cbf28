/**
 * What a person without an account is asked to do: the mailed link and the sessions it opens. Owns rows, expiry and revocation.
 * Only hashes of tokens are here. Looking up changes nothing; unknown, expired and revoked look the same from outside.
 */
import { sql, type Selectable } from 'kysely';
import type { Actor } from '../model/identity.js';
import { recordEvent } from './audit.js';
import type { Tables } from './schema-types.js';
import { newId, type TenantTx } from './tenant-tx.js';
import type { AnswerRequest } from './types.js';
import { columnText, iso, isoOrNull } from './values.js';

type Row = Selectable<Tables['requests']>;

function toRequest(row: Row): AnswerRequest {
  return {
    id: row.id, assessmentId: row.assessment_id, contactName: row.contact_name, contactEmail: row.contact_email, linkVersion: row.link_version, openedAt: isoOrNull(row.opened_at),
    expiresAt: iso(row.expires_at), revokedAt: isoOrNull(row.revoked_at), createdAt: iso(row.created_at),
  };
}

export interface NewRequest {
  /** make it with newId('request') first: the link token is derived from it */
  id?: string | undefined;
  assessmentId: string;
  contactName: string;
  contactEmail: string;
  tokenHash: string;
  linkVersion?: number | undefined;
  expiresAt: Date;
}

/** One per assessment: a repeated call returns the one there is. */
export async function createRequest(tx: TenantTx, actor: Actor, input: NewRequest): Promise<AnswerRequest> {
  const row = await tx.db
    .insertInto('requests')
    .values({
      tenant_id: tx.tenantId, id: input.id ?? newId('request'), assessment_id: input.assessmentId, contact_name: columnText(input.contactName), contact_email: columnText(input.contactEmail),
      token_hash: input.tokenHash, link_version: input.linkVersion ?? 1, expires_at: input.expiresAt,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'assessment_id']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) return (await requestOfAssessment(tx, input.assessmentId))!;
  const details = { assessmentId: row.assessment_id, linkVersion: row.link_version, expiresAt: iso(row.expires_at) };
  recordEvent(tx, { actor, action: 'request.created', subject: { type: 'request', id: row.id }, details });
  return toRequest(row);
}

export async function requestOfAssessment(tx: TenantTx, assessmentId: string): Promise<AnswerRequest | null> {
  const row = await tx.db.selectFrom('requests').selectAll().where('assessment_id', '=', assessmentId).executeTakeFirst();
  return row ? toRequest(row) : null;
}

export async function getRequest(tx: TenantTx, requestId: string): Promise<AnswerRequest | null> {
  const row = await tx.db.selectFrom('requests').selectAll().where('id', '=', requestId).executeTakeFirst();
  return row ? toRequest(row) : null;
}

/** Null when unknown, expired or revoked. `store.tenantOf('link', hash)` tells the tenant first. */
export async function findByTokenHash(tx: TenantTx, tokenHash: string, now = new Date()): Promise<AnswerRequest | null> {
  const row = await tx.db.selectFrom('requests').selectAll().where('token_hash', '=', tokenHash).where('revoked_at', 'is', null).where('expires_at', '>', now).executeTakeFirst();
  return row ? toRequest(row) : null;
}

/** The session reaches this one request and nothing else. */
export async function openSession(tx: TenantTx, actor: Actor, input: { requestId: string; sessionHash: string; expiresAt: Date }): Promise<void> {
  await tx.db.deleteFrom('request_sessions').where('expires_at', '<', sql<Date>`now()`).execute();
  await tx.db.insertInto('request_sessions').values({ tenant_id: tx.tenantId, session_hash: input.sessionHash, request_id: input.requestId, expires_at: input.expiresAt }).execute();
  recordEvent(tx, { actor, action: 'request.session-opened', subject: { type: 'request', id: input.requestId }, details: {} });
}

/** Null when the session is unknown or over, or its request expired or was revoked meanwhile. */
export async function findSession(tx: TenantTx, sessionHash: string, now = new Date()): Promise<AnswerRequest | null> {
  const row = await tx.db
    .selectFrom('request_sessions')
    .innerJoin('requests', (join) => join.onRef('requests.tenant_id', '=', 'request_sessions.tenant_id').onRef('requests.id', '=', 'request_sessions.request_id'))
    .selectAll('requests')
    .where('request_sessions.session_hash', '=', sessionHash)
    .where('request_sessions.expires_at', '>', now)
    .where('requests.revoked_at', 'is', null)
    .where('requests.expires_at', '>', now)
    .executeTakeFirst();
  return row ? toRequest(row) : null;
}

/** Recorded the first time only. */
export async function markOpened(tx: TenantTx, actor: Actor, requestId: string): Promise<void> {
  const result = await tx.db.updateTable('requests').set({ opened_at: sql<Date>`now()` }).where('id', '=', requestId).where('opened_at', 'is', null).executeTakeFirst();
  if (result.numUpdatedRows > 0n) recordEvent(tx, { actor, action: 'request.opened', subject: { type: 'request', id: requestId }, details: {} });
}

/** Ends the link and every session it opened, at once. */
export async function revokeRequest(tx: TenantTx, actor: Actor, requestId: string): Promise<void> {
  await tx.db.deleteFrom('request_sessions').where('request_id', '=', requestId).execute();
  const result = await tx.db.updateTable('requests').set({ revoked_at: sql<Date>`now()` }).where('id', '=', requestId).where('revoked_at', 'is', null).executeTakeFirst();
  if (result.numUpdatedRows > 0n) recordEvent(tx, { actor, action: 'request.revoked', subject: { type: 'request', id: requestId }, details: {} });
}

export async function endRequests(tx: TenantTx, actor: Actor, assessmentId: string): Promise<void> {
  const request = await requestOfAssessment(tx, assessmentId);
  if (request !== null) await revokeRequest(tx, actor, request.id);
}
