/** The questions of one request: every change is saved, what is missing is named and led to, submitting takes a typed name. */
import { Alert, Button, Card, Group, Progress, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import type { LinkRequest, Question, Submitted } from '../../api/schemas.js';
import { api, ApiProblem } from '../api-client.js';
import { isAnswered } from './answer-words.js';
import { Problem } from './problem.js';
import { QuestionField } from './question-field.js';
import { useSaving, type Draft, type Saving } from './saving-answers.js';
import { inWords } from './when.js';
import { count } from './words.js';

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

export function AnswerForm({ request }: { request: LinkRequest }): JSX.Element {
  const saving = useSaving(request);
  const [shownMissing, setShownMissing] = useState(false);
  const [name, setName] = useState('');
  const questions = request.questionnaire.sections.flatMap((section) => section.questions);
  const missing = questions.filter((question) => question.required && !isAnswered(saving.draft[question.id]?.value));
  const submit = useMutation({
    mutationFn: async () => api.post<Submitted>('link/submit', { revision: await saving.flush(), name }),
    onError: (error) => setShownMissing(error instanceof ApiProblem && error.code === 'PLB-ASSESS-003'),
  });
  const onSubmit = (): void => {
    if (missing.length === 0 && saving.problems.length === 0) return submit.mutate();
    setShownMissing(true);
    jumpTo((missing[0]?.id ?? saving.problems[0]?.questionId)!);
  };
  if (submit.data) return <Done submitted={submit.data} request={request} />;
  return (
    <form onSubmit={(event) => { event.preventDefault(); onSubmit(); }}>
      <Stack gap="lg">
        <Bar saving={saving} questions={questions} />
        <SaveTrouble saving={saving} />
        <Questions request={request} saving={saving} numbers={new Map(questions.map((question, index) => [question.id, index + 1]))} missing={shownMissing ? missing : []} />
        <Card withBorder p="lg" component="section" aria-labelledby="submit">
          <Stack>
            <Title order={2} size="h4" id="submit">Submit</Title>
            {missing.length > 0 && <Text size="sm" c={shownMissing ? 'var(--mantine-color-error)' : undefined} role={shownMissing ? 'alert' : undefined}>{count(missing.length, 'question')} still {missing.length === 1 ? 'needs' : 'need'} an answer before you can submit.</Text>}
            <Text size="sm">By typing your name and submitting you confirm that the answers are true to the best of your knowledge. They cannot be changed afterwards.</Text>
            <TextInput size="md" label="Your name" required maxLength={120} autoComplete="name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
            <Problem error={submit.error} />
            <Button type="submit" size="md" fullWidth loading={submit.isPending}>Submit the answers</Button>
          </Stack>
        </Card>
      </Stack>
    </form>
  );
}

function Bar({ saving, questions }: { saving: Saving; questions: Question[] }): JSX.Element {
  const open = questions.filter((question) => !isAnswered(saving.draft[question.id]?.value));
  const next = open.find((question) => question.required) ?? open[0];
  const answered = questions.length - open.length;
  return (
    <div className="answer-bar">
      <Group justify="space-between" gap="xs" wrap="nowrap" mb={6}>
        <div>
          <Text size="sm" fw={600}>{answered} of {questions.length} answered</Text>
          <Text size="xs" c={saving.state === 'not-saved' ? 'var(--mantine-color-error)' : 'dimmed'} role="status">{saveState(saving)}</Text>
        </div>
        {next && <Button type="button" size="sm" variant="light" onClick={() => jumpTo(next.id)}>Next open question</Button>}
      </Group>
      <Progress value={(answered / Math.max(questions.length, 1)) * 100} size="sm" aria-label="Questions answered" />
    </div>
  );
}

function saveState({ state, savedAt }: Saving): string {
  if (state === 'not-saved') return 'Not saved yet';
  if (state === 'saving') return 'Saving …';
  return savedAt ? `Saved at ${clock.format(new Date(savedAt))}` : 'Saved while you type';
}

function SaveTrouble({ saving }: { saving: Saving }): JSX.Element | null {
  const { error } = saving;
  if (error === null) return null;
  if (error instanceof ApiProblem && error.code === 'PLB-ASSESS-004') {
    return <Alert color="yellow" role="alert" title="These answers were changed in another window">Reload this page to see them. What you typed here since then is not saved, so copy it first.</Alert>;
  }
  if (error instanceof ApiProblem && error.status === 0) return <Alert color="yellow" role="alert" title="No connection">Your answers are kept on this page and saved as soon as the connection is back. Do not close the page until then.</Alert>;
  return <Problem error={error} />;
}

interface QuestionsProps {
  request: LinkRequest;
  saving: Saving;
  numbers: ReadonlyMap<string, number>;
  missing: Question[];
}

function Questions({ request, saving, numbers, missing }: QuestionsProps): JSX.Element {
  const problems = new Map(saving.problems.map((problem) => [problem.questionId, problem.problem]));
  for (const question of missing) problems.set(question.id, 'This question still needs an answer.');
  return (
    <>
      {request.questionnaire.sections.map((section) => (
        <Stack key={section.id} component="section" gap="sm" aria-labelledby={`section-${section.id}`}>
          <Title order={2} size="h4" id={`section-${section.id}`}>{section.title}</Title>
          {section.questions.map((question) => (
            <Card key={question.id} withBorder id={`question-${question.id}`} p="md" tabIndex={-1} className={cardClass(question, saving.draft, problems)} style={{ scrollMarginTop: 90 }}>
              <QuestionField
                question={question} number={numbers.get(question.id)!} value={saving.draft[question.id]?.value ?? null} comment={saving.draft[question.id]?.comment ?? ''} problem={problems.get(question.id) ?? null}
                onChange={(change) => saving.set(question, change)}
              />
            </Card>
          ))}
        </Stack>
      ))}
    </>
  );
}

function cardClass(question: Question, draft: Draft, problems: ReadonlyMap<string, string>): string | undefined {
  if (problems.has(question.id)) return 'question-missing';
  return isAnswered(draft[question.id]?.value) ? 'question-done' : undefined;
}

/** The fragment of the address holds the link's token, so a jump must not replace it. */
function jumpTo(questionId: string): void {
  const card = document.getElementById(`question-${questionId}`);
  card?.scrollIntoView({ block: 'start', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  card?.querySelector<HTMLElement>('input, textarea')?.focus({ preventScroll: true });
}

function Done({ submitted, request }: { submitted: Submitted; request: LinkRequest }): JSX.Element {
  return (
    <Stack role="status" ref={(element) => element?.scrollIntoView({ block: 'center' })}>
      <Title order={2} size="h3">Thank you, {submitted.submittedBy}. That was all.</Title>
      <Text>Your answers reached {request.organisation} on {inWords(submitted.submittedAt)}. A receipt is on its way to you by mail. You can close this page.</Text>
    </Stack>
  );
}
