/** One assessment for the officer: where it stands, what was sent and when, what was answered, and the decision. */
import { Alert, Button, Group, Modal, Stack, Table, Text, Textarea, Title } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import type { Assessment, AssessmentAnswer, AssessmentDetails } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { answerInWords } from '../parts/answer-words.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { ProduceReport } from '../parts/produce-report.js';
import { When } from '../parts/when.js';
import { REQUEST_WORDS } from '../parts/words.js';
import { useCan } from '../session.js';

const MAIL_WORDS: Record<string, string> = {
  request: 'Request', reminder: 'Reminder', 'final-reminder': 'Last reminder', overdue: 'Overdue notice', escalation: 'Escalation to the officer',
  receipt: 'Receipt', 'submitted-notice': 'Notice to the officer', invitation: 'Invitation',
};
const MAIL_STATES = { queued: 'Queued', sending: 'Being sent', sent: 'Sent', bounced: 'Refused by the mail server', failed: 'Not sent yet' };

export function AssessmentPage(): JSX.Element {
  const { assessmentId } = useParams({ from: '/shell/assessments/$assessmentId' });
  const assessment = useQuery({ queryKey: ['assessments', assessmentId], queryFn: () => api.get<AssessmentDetails>(`assessments/${assessmentId}`), refetchInterval: 3_000 });
  return <Loaded query={assessment}>{(details) => <Content details={details} />}</Loaded>;
}

function Content({ details }: { details: AssessmentDetails }): JSX.Element {
  const { assessment, questionnaire } = details;
  return (
    <Page
      title={`${questionnaire.title}: ${assessment.vendorName}`}
      trail={[{ to: '/vendors', label: 'Vendors' }, { to: `/vendors/${assessment.vendorId}`, label: assessment.vendorName }]}
      about={<>{REQUEST_WORDS[assessment.state]}{assessment.overdue && ', overdue'} · {details.progress.answered} of {details.progress.total} questions answered · due <When at={assessment.dueAt} /></>}
      actions={<><ProduceReport kind="assessment" subjectId={assessment.id} /><Decisions assessment={assessment} /></>}
    >
      {details.cycle === 'not-answering' && <Alert color="yellow" title="The reminders cannot be asked right now">What is stored is shown; reminders go on when the worker answers again.</Alert>}
      {assessment.decision && <Text>{assessment.decision === 'accepted' ? 'Accepted' : 'Rejected'} by {assessment.decidedBy}, <When at={assessment.decidedAt} />: {assessment.decisionReason}</Text>}
      {assessment.submittedAt && <Text size="sm" component="div">Submitted by {assessment.submittedBy}, <When at={assessment.submittedAt} />.</Text>}
      <Mails details={details} />
      <Answers details={details} />
    </Page>
  );
}

function Mails({ details }: { details: AssessmentDetails }): JSX.Element {
  const planned = details.cycle === 'running' && details.assessment.submittedAt === null ? details.ladder.filter((rung) => !rung.passed) : [];
  return (
    <section aria-labelledby="mails">
      <Title order={2} size="h4" id="mails" mb="xs">Mails</Title>
      <Table.ScrollContainer minWidth={560}>
        <Table>
          <Table.Thead><Table.Tr><Table.Th>Mail</Table.Th><Table.Th>To</Table.Th><Table.Th>State</Table.Th><Table.Th>When</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {details.mails.map((mail) => (
              <Table.Tr key={mail.id}>
                <Table.Td>{MAIL_WORDS[mail.kind]}</Table.Td><Table.Td>{mail.recipientName}, {mail.recipientEmail}</Table.Td>
                <Table.Td>{MAIL_STATES[mail.state]}{mail.error && `: ${mail.error}`}</Table.Td><Table.Td><When at={mail.sentAt ?? mail.queuedAt} /></Table.Td>
              </Table.Tr>
            ))}
            {planned.map((rung) => (
              <Table.Tr key={`${rung.kind}-${rung.at}`} c="dimmed">
                <Table.Td>{MAIL_WORDS[rung.kind]}</Table.Td><Table.Td>{rung.to === 'officer' ? 'the officer' : details.request?.contactName ?? 'the vendor'}</Table.Td><Table.Td>Planned</Table.Td><Table.Td><When at={rung.at} /></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}

function Answers({ details }: { details: AssessmentDetails }): JSX.Element {
  const answers = new Map(details.answers.map((answer) => [answer.questionId, answer]));
  return (
    <Stack gap="lg">
      {details.questionnaire.sections.map((section) => (
        <section key={section.id} aria-labelledby={`section-${section.id}`}>
          <Title order={2} size="h4" id={`section-${section.id}`} mb="xs">{section.title}</Title>
          <Table.ScrollContainer minWidth={560}>
            <Table striped>
              <Table.Thead><Table.Tr><Table.Th w={90}>Control</Table.Th><Table.Th>Question</Table.Th><Table.Th w="35%">Answer</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {section.questions.map((question) => {
                  const answer = answers.get(question.id);
                  return (
                    <Table.Tr key={question.id}>
                      <Table.Td>{question.controlId}</Table.Td><Table.Td>{question.text}</Table.Td>
                      <Table.Td><Text size="sm" c={answer ? undefined : 'dimmed'}>{answerInWords(question, answer?.value)}</Text>{answer?.comment && <Text size="sm" c="dimmed">{answer.comment}</Text>}</Table.Td>
                    </Table.Tr>
                  );
                })}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </section>
      ))}
    </Stack>
  );
}

function Decisions({ assessment }: { assessment: Assessment }): JSX.Element | null {
  const can = useCan();
  const queries = useQueryClient();
  const [decision, setDecision] = useState<'accepted' | 'rejected' | null>(null);
  const cancel = useMutation({ mutationFn: () => api.post<AssessmentAnswer>(`assessments/${assessment.id}/cancel`), onSuccess: () => queries.invalidateQueries({ queryKey: ['assessments'] }) });
  if (!can('assessments.write')) return null;
  const waiting = assessment.state === 'submitted' || assessment.state === 'in-review';
  const open = ['planned', 'sent', 'opened', 'in-progress'].includes(assessment.state);
  const ask = (): string => modals.openConfirmModal({
    title: 'Cancel this assessment?', children: <Text size="sm">The link stops working and no more reminders go out. What was answered so far stays on record.</Text>,
    labels: { confirm: 'Cancel the assessment', cancel: 'Keep it running' }, confirmProps: { color: 'red' }, onConfirm: () => cancel.mutate(),
  });
  return (
    <Group gap="xs">
      {waiting && <><Button onClick={() => setDecision('accepted')}>Accept</Button><Button variant="default" onClick={() => setDecision('rejected')}>Reject</Button></>}
      {open && <Button variant="default" loading={cancel.isPending} onClick={ask}>Cancel the assessment</Button>}
      {decision && <Decide assessment={assessment} decision={decision} onClose={() => setDecision(null)} />}
    </Group>
  );
}

function Decide({ assessment, decision, onClose }: { assessment: Assessment; decision: 'accepted' | 'rejected'; onClose: () => void }): JSX.Element {
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const decide = useMutation({
    mutationFn: () => api.post<AssessmentAnswer>(`assessments/${assessment.id}/decision`, { decision, reason }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['assessments'] });
      onClose();
    },
  });
  const verb = decision === 'accepted' ? 'Accept' : 'Reject';
  return (
    <Modal opened onClose={onClose} title={`${verb} the answers of ${assessment.vendorName}`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={(event) => { event.preventDefault(); decide.mutate(); }}>
        <Stack>
          <Textarea label="Reason" required autosize minRows={2} value={reason} onChange={(event) => setReason(event.currentTarget.value.replaceAll('\n', ' '))} />
          <Problem error={decide.error} />
          <Button type="submit" loading={decide.isPending}>{verb} the answers</Button>
        </Stack>
      </form>
    </Modal>
  );
}
