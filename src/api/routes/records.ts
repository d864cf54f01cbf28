/** The audit trail and the built-in mailbox. */
import { z } from 'zod';
import { PlumblineError } from '../../model/errors.js';
import { getCaughtMail, listCaughtMails, listEvents, verifyTrail, type AuditEntry, type CaughtMail as StoredMail } from '../../store/index.js';
import { exportStream } from '../audit-export.js';
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
    const stream = exportStream(portal);
    reply.header('content-disposition', 'attachment; filename="plumbline-audit.ndjson"');
    return stream;
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
