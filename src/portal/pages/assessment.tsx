/** One assessment for the officer: where it stands, what was sent and when, what was answered, and the decision. */
import { Alert, Button, Group, Modal, Stack, Table, Text, Title } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import type { Assessment, AssessmentAnswer, AssessmentDetails } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { answerInWords, isAnswered } from '../parts/answer-words.js';
import { AssessmentMails } from '../parts/assessment-mails.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { ProduceReport } from '../parts/produce-report.js';
import { Reason } from '../parts/reason.js';
import { Sheet } from '../parts/sheet.js';
import { When } from '../parts/when.js';
import { DECISION_WORDS, REQUEST_WORDS } from '../parts/words.js';
import { useCan } from '../session.js';

export function AssessmentPage(): JSX.Element {
  const { assessmentId } = useParams({ from: '/shell/assessments/$assessmentId' });
  const assessment = useQuery({ queryKey: ['assessments', assessmentId], queryFn: () => api.get<AssessmentDetails>(`assessments/${assessmentId}`), refetchInterval: 3_000 });
  return <Loaded query={assessment}>{(details) => <Content details={details} />}</Loaded>;
}

function Content({ details }: { details: AssessmentDetails }): JSX.Element {
  const { assessment, questionnaire, request } = details;
  return (
    <Page
      title={`${questionnaire.title}: ${assessment.vendorName}`}
      trail={[{ to: '/vendors', label: 'Vendors' }, { to: `/vendors/${assessment.vendorId}`, label: assessment.vendorName }]}
      about={<>{REQUEST_WORDS[assessment.state]}{assessment.overdue && <b>, overdue</b>} · {details.progress.answered} of {details.progress.total} questions answered · due <When at={assessment.dueAt} /></>}
      actions={<><ProduceReport kind="assessment" subjectId={assessment.id} /><Decisions assessment={assessment} /></>}
    >
      {details.cycle === 'not-answering' && <Alert color="yellow" title="The reminders cannot be asked right now">What is stored is shown; reminders go on when the workflow engine answers again.</Alert>}
      {assessment.decision && <Alert variant="light" title={`${DECISION_WORDS[assessment.decision]} by ${assessment.decidedBy}`}><When at={assessment.decidedAt} />: {assessment.decisionReason}</Alert>}
      <dl className="facts">
        {request && <><dt>Asked</dt><dd>{request.contactName}, {request.contactEmail}</dd><dt>Opened</dt><dd><When at={request.openedAt} /></dd></>}
        {assessment.submittedAt && <><dt>Submitted</dt><dd>by {assessment.submittedBy}, <When at={assessment.submittedAt} /></dd></>}
        {!assessment.submittedAt && request?.revokedAt && <><dt>Link ended</dt><dd><When at={request.revokedAt} /></dd></>}
      </dl>
      <AssessmentMails details={details} />
      <Answers details={details} />
    </Page>
  );
}

const ANSWER_COLUMNS = [{ head: 'Control', width: 80 }, { head: 'Question' }, { head: 'Answer', width: '38%' }];

function Answers({ details }: { details: AssessmentDetails }): JSX.Element {
  const answers = new Map(details.answers.map((answer) => [answer.questionId, answer]));
  return (
    <Stack gap="lg">
      {details.questionnaire.sections.map((section) => (
        <section key={section.id} aria-labelledby={`section-${section.id}`}>
          <Title order={2} size="h4" id={`section-${section.id}`} mb="xs">{section.title}</Title>
          <Sheet label={`Answers: ${section.title}`} minWidth={620} columns={ANSWER_COLUMNS}>
            {section.questions.map((question) => {
              const answer = answers.get(question.id);
              return (
                <Table.Tr key={question.id}>
                  <Table.Td>{question.controlId}</Table.Td><Table.Td>{question.text}</Table.Td>
                  <Table.Td className="anywhere"><Text size="sm" fw={isAnswered(answer?.value) ? 600 : 400} c={isAnswered(answer?.value) ? undefined : 'dimmed'}>{answerInWords(question, answer?.value)}</Text>{answer?.comment && <Text size="sm">{answer.comment}</Text>}</Table.Td>
                </Table.Tr>
              );
            })}
          </Sheet>
        </section>
      ))}
    </Stack>
  );
}

function Decisions({ assessment }: { assessment: Assessment }): JSX.Element | null {
  const can = useCan();
  const queries = useQueryClient();
  const [decision, setDecision] = useState<'accepted' | 'rejected' | null>(null);
  const cancel = useMutation({
    mutationFn: () => api.post<AssessmentAnswer>(`assessments/${assessment.id}/cancel`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['assessments'] }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not cancelled', message: error.message }),
  });
  const waiting = can('assessments.decide') && (assessment.state === 'submitted' || assessment.state === 'in-review');
  const open = can('assessments.manage') && ['planned', 'sent', 'opened', 'in-progress'].includes(assessment.state);
  const ask = (): string => modals.openConfirmModal({
    title: 'Cancel this assessment?', children: <Text size="sm">The link stops working and no more reminders go out. What was answered so far stays on record.</Text>,
    labels: { confirm: 'Cancel the assessment', cancel: 'Keep it running' }, confirmProps: { color: 'red.9' }, onConfirm: () => cancel.mutate(),
  });
  return (
    <Group gap="xs">
      {waiting && <><Button onClick={() => setDecision('accepted')}>Accept the answers</Button><Button variant="default" onClick={() => setDecision('rejected')}>Reject the answers</Button></>}
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
    <Modal opened onClose={onClose} title={`${verb} the answers of ${assessment.vendorName}`}>
      <form onSubmit={(event) => { event.preventDefault(); decide.mutate(); }}>
        <Stack>
          <Reason value={reason} onChange={setReason} />
          <Problem error={decide.error} />
          <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Not now</Button><Button type="submit" loading={decide.isPending}>{verb} the answers</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}
