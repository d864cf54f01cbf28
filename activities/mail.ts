/**
 * Handing one mail of the outbox to the mail server. Owns: the order claim, render, hand over, mark. A worker killed between handing over
 * and marking hands over once more, with the same Message-ID: at most one duplicate, which mail programs and our catcher fold.
 */
import type { MailKind } from '../src/model/assessment.js';
import { PlumblineError } from '../src/model/errors.js';
import { SYSTEM } from '../src/model/identity.js';
import { answerLink, linkToken, parseMailbox, renderMail, sendMail, type MailMessage, type MailFacts } from '../src/remind/index.js';
import { advanceAssessment, claimMail, getAssessment, getMail, getRequest, listMails, markBounced, markFailed, markSent, type Mail, type TenantTx } from '../src/store/index.js';
import { isWanted } from './assessment.js';
import type { ActivityDeps } from './deps.js';
import { isKeyNoticeWanted } from './key-notices.js';
import type { MailActivities } from '../src/contracts/activities.js';

interface Claimed {
  mail: Mail;
  link: string | null;
  inReplyTo: string | null;
}

export function createMailActivities(deps: ActivityDeps): MailActivities {
  return {
    async sendMail({ tenantId, mailId }) {
      const claimed = await deps.store.tenant(tenantId, (tx) => claim(deps, tx, mailId));
      if (claimed === null) return { sent: false };
      const message = await toMessage(deps, tenantId, claimed);
      try {
        await sendMail(await deps.mailTransport(), message);
      } catch (error) {
        await deps.store.tenant(tenantId, (tx) => markRefused(tx, mailId, error));
        throw error;
      }
      await deps.store.tenant(tenantId, (tx) => markDelivered(tx, claimed.mail, message.subject));
      return { sent: true };
    },
  };
}

/** null: sent already, or no longer true. */
async function claim(deps: ActivityDeps, tx: TenantTx, mailId: string): Promise<Claimed | null> {
  const queued = await getMail(tx, mailId);
  if (queued === null) throw new PlumblineError('PLB-API-002', 'There is no mail with this id.');
  if (queued.assessmentId !== null && !isWanted(queued.kind, await getAssessment(tx, queued.assessmentId))) {
    if (queued.state !== 'sent' && queued.state !== 'bounced') await markFailed(tx, { mailId, error: 'Not sent: the assessment had moved on.' });
    return null;
  }
  if (IS_KEY_NOTICE.has(queued.kind) && !(await isKeyNoticeWanted(tx, queued))) {
    if (queued.state !== 'sent' && queued.state !== 'bounced') await markFailed(tx, { mailId, error: 'Not sent: it was no longer true.' });
    return null;
  }
  const mail = await claimMail(tx, mailId);
  if (mail === null) return null;
  return { mail, link: await linkOf(deps, tx, mail), inReplyTo: await threadOf(tx, mail) };
}

const TO_ANSWERER: ReadonlySet<MailKind> = new Set<MailKind>(['request', 'reminder', 'final-reminder', 'overdue', 'receipt']);

const IS_KEY_NOTICE: ReadonlySet<MailKind> = new Set<MailKind>(['key-refused', 'key-accepted']);

function platformLink(deps: ActivityDeps, { kind, facts }: Mail): string {
  return new URL(`/platforms/${String(facts['platformId'])}${kind === 'key-refused' ? '?key=replace' : ''}`, deps.baseUrl).href;
}

/** Derived anew each time: no link is ever stored. */
async function linkOf(deps: ActivityDeps, tx: TenantTx, mail: Mail): Promise<string | null> {
  if (mail.kind === 'receipt') return null;
  if (IS_KEY_NOTICE.has(mail.kind)) return platformLink(deps, mail);
  if (!TO_ANSWERER.has(mail.kind)) return mail.assessmentId === null ? null : new URL(`/assessments/${mail.assessmentId}`, deps.baseUrl).href;
  const request = mail.requestId === null ? null : await getRequest(tx, mail.requestId);
  if (request === null) throw new PlumblineError('PLB-INTERNAL-001', 'A mail to an answerer has no request.');
  return answerLink(deps.baseUrl, linkToken({ key: deps.keys.links, tenantId: tx.tenantId, requestId: request.id, linkVersion: request.linkVersion }));
}

/** Reminders stand in one thread with their request. */
async function threadOf(tx: TenantTx, mail: Mail): Promise<string | null> {
  if (mail.assessmentId === null || mail.kind === 'request' || !TO_ANSWERER.has(mail.kind)) return null;
  const { items } = await listMails(tx, { assessmentId: mail.assessmentId, limit: 50 });
  return items.find((other) => other.kind === 'request')?.messageId ?? null;
}

async function toMessage(deps: ActivityDeps, tenantId: string, { mail, link, inReplyTo }: Claimed): Promise<MailMessage> {
  const facts = mail.facts as MailFacts;
  const rendered = await renderMail({ kind: mail.kind, facts, link, locale: 'en-GB', templatesRoot: deps.templatesRoot });
  const { requesterName, requesterEmail } = facts;
  const replyTo = TO_ANSWERER.has(mail.kind) && typeof requesterEmail === 'string' && requesterEmail !== '' ? { name: String(requesterName ?? ''), address: requesterEmail } : null;
  return {
    ...rendered, messageId: mail.messageId, tenantId, from: parseMailbox(deps.mailFrom), to: { name: mail.recipientName, address: mail.recipientEmail },
    ...(replyTo ? { replyTo } : {}), ...(inReplyTo ? { inReplyTo } : {}),
  };
}

function markRefused(tx: TenantTx, mailId: string, error: unknown): Promise<void> {
  const isFinal = error instanceof PlumblineError && error.code === 'PLB-MAIL-002';
  const words = error instanceof PlumblineError ? `${error.code} ${error.message}` : 'The mail could not be handed over; the log holds the rest.';
  return isFinal ? markBounced(tx, { mailId, error: words }) : markFailed(tx, { mailId, error: words });
}

async function markDelivered(tx: TenantTx, mail: Mail, subject: string): Promise<void> {
  await markSent(tx, { mailId: mail.id, subject });
  if (mail.kind === 'request' && mail.assessmentId !== null) await advanceAssessment(tx, SYSTEM, { assessmentId: mail.assessmentId, state: 'sent' });
}
