/**
 * The mails of one assessment. Owns: that a slow mail server delays no reminder date and no answer, that reminders stop when they
 * are no longer true, and that a refused address is told to the officer. Does not own: words, addresses, the outbox.
 */
import { ApplicationFailure, CancellationScope, condition, isCancellation, log } from '@temporalio/workflow';
import type { MailKind } from '../src/model/assessment.js';
import { UNDELIVERABLE_SEQUENCE, type PlannedRung } from '../src/remind/ladder.js';
import type { AssessmentRef } from '../src/contracts/activities.js';
import { mail, record } from './steps.js';

export interface Post {
  /** Hands over in the background; goes on for days if the mail server is away. */
  send(mailId: string, kind: MailKind): void;
  remind(planned: PlannedRung): Promise<void>;
  thank(): Promise<void>;
  /** Reminders that wait for a mail server are not sent any more. */
  dropReminders(): void;
  /** Resolves when nothing is under way any more. */
  delivered(): Promise<void>;
  remindersSent(): number;
}

export function openPost(assessment: AssessmentRef): Post {
  const reminders = new CancellationScope();
  let underWay = 0;
  let remindersSent = 0;
  let addressRefused = false;

  async function handOver(mailId: string, kind: MailKind): Promise<void> {
    try {
      await mail.sendMail({ tenantId: assessment.tenantId, mailId });
    } catch (error) {
      if (isCancellation(error)) return;
      log.warn('a mail could not be sent', { mailId, kind, code: codeOf(error) ?? 'none' });
      if (isToAnswerer(kind) && !addressRefused) await tellOfficer(error);
    }
  }

  async function tellOfficer(error: unknown): Promise<void> {
    addressRefused = codeOf(error) === 'PLB-MAIL-002';
    await queueAndSend('escalation', UNDELIVERABLE_SEQUENCE);
  }

  function send(mailId: string, kind: MailKind): void {
    underWay += 1;
    const work = (): Promise<void> => handOver(mailId, kind);
    const done = kind === 'receipt' || kind === 'submitted-notice' ? CancellationScope.nonCancellable(work) : reminders.run(work);
    void done.catch(() => undefined).finally(() => void (underWay -= 1));
  }

  async function queueAndSend(kind: MailKind, sequence: number): Promise<boolean> {
    const { mailId } = await record.queueMail({ ...assessment, kind, sequence, remindersSent });
    if (mailId !== null) send(mailId, kind);
    return mailId !== null;
  }

  return {
    send,
    async remind({ rung, sequence }) {
      if (rung.to === 'answerer' && addressRefused) return;
      if (await queueAndSend(rung.kind, sequence)) remindersSent += rung.to === 'answerer' ? 1 : 0;
    },
    async thank() {
      await queueAndSend('receipt', 0);
      await queueAndSend('submitted-notice', 0);
    },
    dropReminders: () => reminders.cancel(),
    delivered: () => condition(() => underWay === 0),
    remindersSent: () => remindersSent,
  };
}

function isToAnswerer(kind: MailKind): boolean {
  return kind === 'request' || kind === 'reminder' || kind === 'final-reminder' || kind === 'overdue';
}

function codeOf(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof ApplicationFailure ? (cause.type ?? null) : null;
}
