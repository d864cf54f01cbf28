/**
 * The page of a mailed link. Opening it changes nothing: mail scanners open links. Start is the first act, submitting with a
 * typed name the second. No account, no navigation, phone first.
 */
import { Alert, Button, Center, Container, Loader, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, type JSX } from 'react';
import type { LinkRequest } from '../../api/schemas.js';
import { api, ApiProblem } from '../api-client.js';
import { AnswerForm } from '../parts/answer-form.js';
import { Problem } from '../parts/problem.js';
import { When } from '../parts/when.js';
import { tokenFromFragment } from '../session.js';

export function AnswerPage(): JSX.Element {
  const redeem = useMutation({
    mutationFn: async () => {
      await api.post('link/redeem', { token: tokenFromFragment() });
      return api.get<LinkRequest>('link/request');
    },
  });
  useEffect(() => {
    document.title = 'Questionnaire · Plumbline';
  }, []);

  return (
    <Container size={680} py="lg" component="main">
      <Stack gap="lg">
        {redeem.data ? <Request initial={redeem.data} /> : <Start pending={redeem.isPending} error={redeem.error} onStart={() => redeem.mutate()} />}
      </Stack>
    </Container>
  );
}

function Start({ pending, error, onStart }: { pending: boolean; error: unknown; onStart: () => void }): JSX.Element {
  if (tokenFromFragment() === '' || (error instanceof ApiProblem && error.code === 'PLB-ASSESS-001')) {
    return (
      <Stack>
        <Title order={1} size="h2">This link does not work</Title>
        <Text>It may have expired, been replaced by a newer one, or lost its end when it was copied. Open the newest mail once more, or answer that mail and ask for a new link. Nothing you saved is lost.</Text>
      </Stack>
    );
  }
  return (
    <Stack>
      <Title order={1} size="h2">You have been asked to answer a questionnaire</Title>
      <Text>You need no account. Your answers are saved while you type; you can close this page and come back with the same link.</Text>
      <Problem error={error} />
      <Button size="md" loading={pending} onClick={onStart}>Start</Button>
      {pending && <Center><Loader size="sm" aria-label="Loading" /></Center>}
    </Stack>
  );
}

function Request({ initial }: { initial: LinkRequest }): JSX.Element {
  if (!initial.editable) {
    return (
      <Stack>
        <Title order={1} size="h2">{initial.submittedAt ? 'Your answers were submitted' : 'This request is closed'}</Title>
        {initial.submittedAt && <Text component="div">{initial.submittedBy} submitted them for {initial.vendorName}, <When at={initial.submittedAt} />. There is nothing more to do; {initial.organisation} writes to you if a question comes up.</Text>}
      </Stack>
    );
  }
  return (
    <>
      <Stack gap={4}>
        <Title order={1} size="h2">{initial.questionnaire.title}</Title>
        <Text>{initial.organisation} asks {initial.vendorName} to answer {initial.progress.total} questions; that takes about {initial.questionnaire.minutes} minutes. {initial.questionnaire.description}</Text>
        <Text size="sm" c="dimmed" component="div">For {initial.contactName}. Due <When at={initial.dueAt} />.</Text>
      </Stack>
      {initial.overdue && <Alert color="yellow" title="This is overdue">You can still answer.</Alert>}
      <AnswerForm request={initial} />
    </>
  );
}
