/** Hands over mails that wait in the outbox. Owns only that one mail that cannot be delivered keeps no other back. */
import { isCancellation, log } from '@temporalio/workflow';
import type { DeliverMailsInput } from '../src/contracts/deliver-mails.js';
import { mail } from './steps.js';

export async function deliverMails({ tenantId, mailIds }: DeliverMailsInput): Promise<{ sent: number }> {
  const sent = await Promise.all(mailIds.map(async (mailId) => {
    try {
      return (await mail.sendMail({ tenantId, mailId })).sent;
    } catch (error) {
      if (isCancellation(error)) throw error;
      // the outbox holds the reason
      log.warn('a mail could not be sent', { mailId });
      return false;
    }
  }));
  return { sent: sent.filter(Boolean).length };
}
