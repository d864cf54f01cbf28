/**
 * The contract of the workflow `deliverMails`: hands over mails that wait in the outbox, however long the mail server is away, so that
 * whoever queued them need not wait. Owns: id, payload. The id makes a second start of the same delivery none at all.
 */
export interface DeliverMailsInput {
  tenantId: string;
  mailIds: string[];
}

export const DELIVER_MAILS = 'deliverMails';

/** `what`: opaque ids only, as in every workflow id. */
export function deliveryWorkflowId(tenantId: string, what: string): string {
  return `mails:${tenantId}:${what}`;
}
