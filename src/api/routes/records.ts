/** The audit trail and the built-in mailbox. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { PlumblineError } from '../../model/errors.js';
import { exportTrail, getCaughtMail, listCaughtMails, listEvents, verifyTrail, type AuditEntry, type CaughtMail as StoredMail } from '../../store/index.js';
import type { Portal } from '../portal.js';
import { personRoute, type Route } from '../route.js';
import { AuditEvent, AuditEventList, AuditVerification, CaughtMail, CaughtMailBrief, Mailbox, PageQuery, idOf } from '../schemas.js';

const MailParams = z.object({ id: idOf('mail') });

function eventView({ index, at, actor, action, subject, details }: AuditEntry): AuditEvent {
  return { index, at, actor: actor as AuditEvent['actor'], action, subject, details };
}

async function verification(portal: Portal): Promise<AuditVerification> {
  const { verifierKey } = portal.signer;
  const { ok, size, root, firstBad, reason, provenSize } = await portal.inTenant((tx) => verifyTrail(tx, { verifierKey }));
  return { ok, size, root, firstBad, reason, provenSize, verifierKey };
}

/** The transaction stays open while the lines go out, so that the export is one consistent state. */
function exportStream(portal: Portal): Readable {
  const stream = new Readable({ read: () => undefined });
  const pump = async (): Promise<void> => {
    await portal.inTenant(async (tx) => {
      for await (const line of exportTrail(tx, portal.signer)) if (!(await pushLine(stream, line))) return;
    });
    stream.push(null);
  };
  pump().catch((error: unknown) => stream.destroy(error as Error));
  return stream;
}

/** Waits until the reader has taken what is buffered; false when it went away. */
async function pushLine(stream: Readable, line: string): Promise<boolean> {
  if (stream.destroyed) return false;
  if (stream.push(`${line}\n`)) return true;
  while (!stream.destroyed && stream.readableLength > stream.readableHighWaterMark) await new Promise((resolve) => { setTimeout(resolve, 5); });
  return !stream.destroyed;
}

function mailView(mail: StoredMail): CaughtMailBrief {
  const { id, from, to, subject, receivedAt } = mail;
  return { id, from, to, subject, receivedAt };
}

export const recordRoutes: readonly Route[] = [
  personRoute('audit.read', { method: 'GET', url: '/audit/events', tag: 'audit', summary: 'What happened, newest first', query: PageQuery, response: AuditEventList }, async ({ portal, query }) => {
    const page = await portal.inTenant((tx) => listEvents(tx, query));
    return { items: page.items.map(eventView), nextCursor: page.nextCursor };
  }),
  personRoute('audit.read', { method: 'GET', url: '/audit/verify', tag: 'audit', summary: 'Read the whole trail and tell whether it is the one that was written', response: AuditVerification, perMinute: 20 }, ({ portal }) => verification(portal)),
  personRoute('audit.read', { method: 'GET', url: '/audit/export', tag: 'audit', summary: 'The whole trail with a signed checkpoint, to be verified elsewhere', response: z.any(), stream: 'application/x-ndjson', perMinute: 10 }, async ({ portal, reply }) => {
    reply.header('content-disposition', 'attachment; filename="plumbline-audit.ndjson"');
    return exportStream(portal);
  }),
  personRoute('mailbox.read', { method: 'GET', url: '/mailbox', tag: 'mailbox', summary: 'Mail that was caught because no mail server is set', query: PageQuery, response: Mailbox }, async ({ portal, query }) => {
    if (!portal.mailCaught) return { active: false, items: [], nextCursor: null };
    const page = await portal.inTenant((tx) => listCaughtMails(tx, query));
    return { active: true, items: page.items.map(mailView), nextCursor: page.nextCursor };
  }),
  personRoute('mailbox.read', { method: 'GET', url: '/mailbox/:id', tag: 'mailbox', summary: 'One caught mail', params: MailParams, response: CaughtMail }, async ({ portal, params }) => {
    const mail = portal.mailCaught ? await portal.inTenant((tx) => getCaughtMail(tx, params.id)) : null;
    if (mail === null) throw new PlumblineError('PLB-API-002', 'There is no mail with this id.');
    return { ...mailView(mail), text: mail.text, html: mail.html };
  }),
];
