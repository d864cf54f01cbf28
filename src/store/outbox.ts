/**
 * Mail to be sent, written in the transaction of its cause. Owns the rows and their states; rendering and sending are src/remind's.
 * The idempotency key makes one mail of a repeated activity; the Message-ID is fixed when queued, so a repeated hand-over is one mail.
 */
import { sql, type Selectable } from 'kysely';
import type { MailKind } from '../model/assessment.js';
import { SYSTEM } from '../model/identity.js';
import type { JsonValue } from '../model/resource.js';
import { recordEvent } from './audit.js';
import type { Tables } from './schema-types.js';
import { newId, type TenantTx } from './tenant-tx.js';
import type { Mail, MailState, Page, PageRequest } from './types.js';
import { columnText, iso, isoOrNull, pageLimit, readCursor, toPage } from './values.js';

function toMail(row: Selectable<Tables['outbox']>): Mail {
  return {
    id: row.id, idempotencyKey: row.idempotency_key, kind: row.kind as MailKind, requestId: row.request_id, assessmentId: row.assessment_id, recipientName: row.recipient_name,
    recipientEmail: row.recipient_email, facts: row.facts as Mail['facts'], state: row.state as MailState, attempts: row.attempts, messageId: row.message_id, subject: row.subject,
    lastError: row.last_error, queuedAt: iso(row.queued_at), sentAt: isoOrNull(row.sent_at),
  };
}

export interface NewMail {
  /** e.g. `<request id>:<kind>:<sequence>` */
  idempotencyKey: string;
  kind: MailKind;
  requestId: string | null;
  assessmentId: string | null;
  recipientName: string;
  recipientEmail: string;
  /** what the template needs; never a link or a token, those are derived when the mail is rendered */
  facts: { [key: string]: JsonValue };
  /** right-hand side of the Message-ID, e.g. the host of the portal */
  messageIdHost: string;
}

/** A key that is queued already returns that mail. */
export async function queueMail(tx: TenantTx, input: NewMail): Promise<Mail> {
  const id = newId('mail');
  const row = await tx.db
    .insertInto('outbox')
    .values({
      tenant_id: tx.tenantId, id, idempotency_key: input.idempotencyKey, kind: input.kind, request_id: input.requestId, assessment_id: input.assessmentId,
      recipient_name: columnText(input.recipientName), recipient_email: columnText(input.recipientEmail), facts: JSON.stringify(input.facts), message_id: `<${id}@${input.messageIdHost}>`,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'idempotency_key']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) return toMail(await tx.db.selectFrom('outbox').selectAll().where('idempotency_key', '=', input.idempotencyKey).executeTakeFirstOrThrow());
  recordEvent(tx, { actor: SYSTEM, action: 'mail.queued', subject: { type: 'mail', id: row.id }, details: { kind: row.kind, requestId: row.request_id, assessmentId: row.assessment_id } });
  return toMail(row);
}

/**
 * Takes the mail for sending and counts the attempt. Null when it was sent or bounced already: then there is nothing to do. A mail left
 * in `sending` by a process that died is given out again, with the same Message-ID.
 */
export async function claimMail(tx: TenantTx, mailId: string): Promise<Mail | null> {
  const row = await tx.db
    .updateTable('outbox')
    .set({ state: 'sending', attempts: sql<number>`attempts + 1` })
    .where('id', '=', mailId)
    .where('state', 'in', ['queued', 'sending', 'failed'])
    .returningAll()
    .executeTakeFirst();
  return row ? toMail(row) : null;
}

export async function markSent(tx: TenantTx, input: { mailId: string; subject: string }): Promise<void> {
  const result = await tx.db
    .updateTable('outbox').set({ state: 'sent', subject: columnText(input.subject), sent_at: sql<Date>`now()`, last_error: null }).where('id', '=', input.mailId).where('state', '<>', 'sent').executeTakeFirst();
  if (result.numUpdatedRows > 0n) recordEvent(tx, { actor: SYSTEM, action: 'mail.sent', subject: { type: 'mail', id: input.mailId }, details: {} });
}

/** Another try may succeed. */
export async function markFailed(tx: TenantTx, input: { mailId: string; error: string }): Promise<void> {
  const result = await tx.db
    .updateTable('outbox').set({ state: 'failed', last_error: columnText(input.error) }).where('id', '=', input.mailId).where('state', '<>', 'sent').returning('attempts').executeTakeFirst();
  if (result) recordEvent(tx, { actor: SYSTEM, action: 'mail.failed', subject: { type: 'mail', id: input.mailId }, details: { attempt: result.attempts } });
}

/** The server refused the address for good. */
export async function markBounced(tx: TenantTx, input: { mailId: string; error: string }): Promise<void> {
  const result = await tx.db
    .updateTable('outbox').set({ state: 'bounced', last_error: columnText(input.error) }).where('id', '=', input.mailId).where('state', 'not in', ['sent', 'bounced']).executeTakeFirst();
  if (result.numUpdatedRows > 0n) recordEvent(tx, { actor: SYSTEM, action: 'mail.bounced', subject: { type: 'mail', id: input.mailId }, details: {} });
}

export async function getMail(tx: TenantTx, mailId: string): Promise<Mail | null> {
  const row = await tx.db.selectFrom('outbox').selectAll().where('id', '=', mailId).executeTakeFirst();
  return row ? toMail(row) : null;
}

/** Those whose idempotency key begins so. */
export async function mailsLike(tx: TenantTx, start: string): Promise<Mail[]> {
  const rows = await tx.db.selectFrom('outbox').selectAll().where(sql<boolean>`starts_with(idempotency_key, ${start})`).orderBy('idempotency_key').execute();
  return rows.map(toMail);
}

/** Newest first. */
export async function listMails(tx: TenantTx, filter: PageRequest & { assessmentId?: string | undefined } = {}): Promise<Page<Mail>> {
  const limit = pageLimit(filter);
  const cursor = readCursor(filter.cursor, ['string', 'string']);
  let query = tx.db.selectFrom('outbox').selectAll().orderBy('queued_at', 'desc').orderBy('id', 'desc').limit(limit + 1);
  if (filter.assessmentId) query = query.where('assessment_id', '=', filter.assessmentId);
  if (cursor) query = query.where(sql<boolean>`(queued_at, id) < (${cursor[0]}::timestamptz, ${cursor[1]}::text)`);
  return toPage(await query.execute(), limit, { item: toMail, key: (row) => [iso(row.queued_at), row.id] });
}
