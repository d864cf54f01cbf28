/**
 * The page of a mailed link. Opening it changes nothing: mail scanners open links. Start is the first act, submitting with a
 * typed name the second. No account, no navigation, phone first.
 */
import { Alert, Button, Container, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, type JSX } from 'react';
import type { LinkRequest } from '../../api/schemas.js';
import { api, ApiProblem } from '../api-client.js';
import { AnswerForm } from '../parts/answer-form.js';
import { answerInWords } from '../parts/answer-words.js';
import { Problem } from '../parts/problem.js';
import { When } from '../parts/when.js';
import { count } from '../parts/words.js';
import { tokenFromFragment } from '../session.js';

export function AnswerPage(): JSX.Element {
  const redeem = useMutation({ mutationFn: () => api.post<LinkRequest>('link/redeem', { token: tokenFromFragment() }) });
  useEffect(() => {
    document.title = 'Questionnaire · Plumbline';
  }, []);

  return (
    <Container size={720} pt="md" pb="xl" component="main">
      <Stack gap="lg">
        <Group gap={8} component="header"><img src="/plumbline.svg" width={22} height={22} alt="" /><Text size="sm" fw={600}>Plumbline</Text></Group>
        {redeem.data ? <Request initial={redeem.data} /> : <Start pending={redeem.isPending} error={redeem.error} onStart={() => redeem.mutate()} />}
      </Stack>
    </Container>
  );
}

function Start({ pending, error, onStart }: { pending: boolean; error: unknown; onStart: () => void }): JSX.Element {
  if (tokenFromFragment() === '' || (error instanceof ApiProblem && error.code === 'PLB-ASSESS-001')) {
    return (
      <Stack role="status">
        <Title order={1} size="h2">This link does not work</Title>
        <Text>It may have expired, been replaced by a newer one, or lost its end when it was copied. Open the newest mail once more, or answer that mail and ask for a new link. Nothing you saved is lost.</Text>
      </Stack>
    );
  }
  return (
    <Stack maw={560}>
      <Title order={1} size="h2">You have been asked to answer a questionnaire</Title>
      <Text>You need no account. Your answers are saved while you type; you can close this page and come back with the same link, also on another device.</Text>
      <Problem error={error} />
      <Button size="lg" loading={pending} onClick={onStart}>Start</Button>
    </Stack>
  );
}

function Request({ initial }: { initial: LinkRequest }): JSX.Element {
  if (!initial.editable) return <Closed request={initial} />;
  const { organisation, vendorName, questionnaire, progress } = initial;
  return (
    <>
      <Stack gap="xs">
        <Title order={1} size="h2">{questionnaire.title}</Title>
        <Text>{organisation} asks {vendorName} to answer {count(progress.total, 'question')}. That takes about {count(questionnaire.minutes, 'minute')}{progress.answered > 0 && `; ${progress.answered} ${progress.answered === 1 ? 'is' : 'are'} answered already`}.</Text>
        <Text size="sm">{questionnaire.description}</Text>
        <Text size="sm" c="dimmed" component="div">For {initial.contactName}. Due <When at={initial.dueAt} />.</Text>
      </Stack>
      {initial.overdue && <Alert color="yellow" title="This is overdue">You can still answer.</Alert>}
      <AnswerForm request={initial} />
    </>
  );
}

function Closed({ request }: { request: LinkRequest }): JSX.Element {
  if (request.submittedAt === null) {
    return <Stack><Title order={1} size="h2">This request is closed</Title><Text>{request.organisation} needs no answer any more. There is nothing left to do.</Text></Stack>;
  }
  return (
    <Stack>
      <Title order={1} size="h2">Your answers were submitted</Title>
      <Text component="div">{request.submittedBy} submitted them for {request.vendorName}, <When at={request.submittedAt} />. There is nothing more to do; {request.organisation} writes to you if a question comes up.</Text>
      <GivenAnswers request={request} />
    </Stack>
  );
}

function GivenAnswers({ request }: { request: LinkRequest }): JSX.Element {
  const answers = new Map(request.answers.map((answer) => [answer.questionId, answer]));
  return (
    <>
      {request.questionnaire.sections.map((section) => (
        <section key={section.id} aria-labelledby={`section-${section.id}`}>
          <Title order={2} size="h4" id={`section-${section.id}`}>{section.title}</Title>
          <ul className="plain-list">
            {section.questions.map((question) => (
              <li key={question.id}><Text size="sm" c="dimmed">{question.text}</Text><Text fw={600}>{answerInWords(question, answers.get(question.id)?.value)}</Text>{answers.get(question.id)?.comment && <Text size="sm">{answers.get(question.id)?.comment}</Text>}</li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
