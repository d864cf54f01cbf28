/** The mails of one assessment: what went out and when, and what is planned while no answer has come. */
import { Table, Title } from '@mantine/core';
import type { JSX } from 'react';
import type { AssessmentDetails, MailBrief } from '../../api/schemas.js';
import { Sheet } from './sheet.js';
import { When } from './when.js';

const MAIL_WORDS: Record<MailBrief['kind'], string> = {
  request: 'Request', reminder: 'Reminder', 'final-reminder': 'Last reminder', overdue: 'Overdue notice', escalation: 'Escalation to the officer',
  receipt: 'Receipt', 'submitted-notice': 'Notice to the officer', 'key-refused': 'Key refused', 'key-accepted': 'Key works again',
};
const MAIL_STATES: Record<MailBrief['state'], string> = { queued: 'Queued', sending: 'Being sent', sent: 'Sent', bounced: 'Refused by the mail server', failed: 'Not sent yet' };
const COLUMNS = [{ head: 'Mail', width: '24%' }, { head: 'To' }, { head: 'State', width: '20%' }, { head: 'When', width: 310 }];

export function AssessmentMails({ details }: { details: AssessmentDetails }): JSX.Element {
  const planned = details.cycle === 'running' && details.assessment.submittedAt === null ? details.ladder.filter((rung) => !rung.passed) : [];
  return (
    <section aria-labelledby="mails">
      <Title order={2} size="h4" id="mails" mb="xs">Mails</Title>
      <Sheet label="Mails" minWidth={640} columns={COLUMNS}>
        {details.mails.map((mail) => (
          <Table.Tr key={mail.id}>
            <Table.Td>{MAIL_WORDS[mail.kind]}</Table.Td><Table.Td className="anywhere">{mail.recipientName}, {mail.recipientEmail}</Table.Td>
            <Table.Td className="anywhere">{MAIL_STATES[mail.state]}{mail.error && `: ${mail.error}`}</Table.Td><Table.Td><When at={mail.sentAt ?? mail.queuedAt} /></Table.Td>
          </Table.Tr>
        ))}
        {planned.map((rung) => (
          <Table.Tr key={`${rung.kind}-${rung.at}`} c="dimmed">
            <Table.Td>{MAIL_WORDS[rung.kind]}</Table.Td><Table.Td>{rung.to === 'officer' ? 'the officer' : details.request?.contactName ?? 'the vendor'}</Table.Td><Table.Td>Planned, unless answered</Table.Td><Table.Td><When at={rung.at} /></Table.Td>
          </Table.Tr>
        ))}
        {details.mails.length + planned.length === 0 && <Table.Tr><Table.Td colSpan={4} c="dimmed">No mail went out.</Table.Td></Table.Tr>}
      </Sheet>
    </section>
  );
}
