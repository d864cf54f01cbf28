/** The built-in mailbox, filled while no SMTP server is configured. Owns its rows. */
import { sql, type Selectable } from 'kysely';
import type { Tables } from './schema-types.js';
import { newId, type TenantTx } from './tenant-tx.js';
import type { CaughtMail, Page, PageRequest } from './types.js';
import { columnText, iso, pageLimit, readCursor, toPage } from './values.js';

function toCaughtMail(row: Selectable<Tables['caught_mails']>): CaughtMail {
  return {
    id: row.id, messageId: row.message_id, from: row.mail_from, to: row.mail_to, subject: row.subject, text: row.body_text, html: row.body_html, receivedAt: iso(row.received_at),
  };
}

export type NewCaughtMail = Omit<CaughtMail, 'id' | 'receivedAt'>;

/** A Message-ID that was caught before is the same mail: nothing is added. */
export async function storeCaughtMail(tx: TenantTx, mail: NewCaughtMail): Promise<void> {
  await tx.db
    .insertInto('caught_mails')
    .values({
      tenant_id: tx.tenantId, id: newId('mail'), message_id: columnText(mail.messageId), mail_from: columnText(mail.from), mail_to: columnText(mail.to), subject: columnText(mail.subject),
      body_text: columnText(mail.text), body_html: mail.html === null ? null : columnText(mail.html),
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'message_id']).doNothing())
    .execute();
}

/** Newest first. */
export async function listCaughtMails(tx: TenantTx, request: PageRequest = {}): Promise<Page<CaughtMail>> {
  const limit = pageLimit(request);
  const cursor = readCursor(request.cursor, ['string', 'string']);
  let query = tx.db.selectFrom('caught_mails').selectAll().orderBy('received_at', 'desc').orderBy('id', 'desc').limit(limit + 1);
  if (cursor) query = query.where(sql<boolean>`(received_at, id) < (${cursor[0]}::timestamptz, ${cursor[1]}::text)`);
  return toPage(await query.execute(), limit, { item: toCaughtMail, key: (row) => [iso(row.received_at), row.id] });
}

export async function getCaughtMail(tx: TenantTx, mailId: string): Promise<CaughtMail | null> {
  const row = await tx.db.selectFrom('caught_mails').selectAll().where('id', '=', mailId).executeTakeFirst();
  return row ? toCaughtMail(row) : null;
}
