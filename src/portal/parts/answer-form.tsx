/** The questions of one request: every change is saved, unanswered required questions are named, submitting takes a typed name. */
import { Alert, Anchor, Button, Card, Group, Progress, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState, type JSX } from 'react';
import type { AnswersSaved, LinkRequest, Question, Submitted } from '../../api/schemas.js';
import type { Answer, AnswerValue } from '../../model/assessment.js';
import { api, ApiProblem } from '../api-client.js';
import { Problem } from './problem.js';
import { QuestionField } from './question-field.js';
import { inWords } from './when.js';

type Draft = Record<string, { value: AnswerValue; comment: string }>;
const SAVE_AFTER_MS = 800;

interface Saving {
  draft: Draft;
  set: (question: Question, change: Partial<{ value: AnswerValue; comment: string }>) => void;
  saved: AnswersSaved & { at: string | null };
  flush: () => Promise<AnswersSaved | null>;
  pending: boolean;
  error: unknown;
}

function toAnswers(request: LinkRequest, draft: Draft): Answer[] {
  const questions = request.questionnaire.sections.flatMap((section) => section.questions);
  return questions.flatMap((question) => {
    const given = draft[question.id];
    return given ? [{ questionId: question.id, textHash: question.textHash, value: given.value, comment: given.comment }] : [];
  });
}

/** Saves what changed, one save at a time, shortly after the last key. */
function useSaving(request: LinkRequest): Saving {
  const [draft, setDraft] = useState<Draft>(() => Object.fromEntries(request.answers.map((answer) => [answer.questionId, { value: answer.value, comment: answer.comment }])));
  const [saved, setSaved] = useState<AnswersSaved & { at: string | null }>({ revision: request.revision, progress: request.progress, problems: [], at: null });
  const [dirty, setDirty] = useState(0);
  const revision = useRef(request.revision);
  const save = useMutation({
    mutationFn: () => api.put<AnswersSaved>('link/answers', { revision: revision.current, answers: toAnswers(request, draft) }),
    onSuccess: (answer) => {
      revision.current = answer.revision;
      setSaved({ ...answer, at: new Date().toISOString() });
    },
  });
  const { mutateAsync, isPending } = save;
  useEffect(() => {
    if (dirty === 0 || isPending) return;
    const timer = setTimeout(() => {
      setDirty(0);
      mutateAsync().catch(() => undefined);
    }, SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [dirty, draft, isPending, mutateAsync]);
  const flush = async (): Promise<AnswersSaved | null> => {
    if (dirty === 0) return null;
    setDirty(0);
    return mutateAsync();
  };
  const set: Saving['set'] = (question, change) => {
    setDraft((before) => ({ ...before, [question.id]: { value: null, comment: '', ...before[question.id], ...change } }));
    setDirty((times) => times + 1);
  };
  return { draft, set, saved, flush, pending: isPending || dirty > 0, error: save.error };
}

export function AnswerForm({ request }: { request: LinkRequest }): JSX.Element {
  const saving = useSaving(request);
  const [name, setName] = useState('');
  const [missing, setMissing] = useState<{ path: string; message: string }[]>([]);
  const submit = useMutation({
    mutationFn: async () => {
      const flushed = await saving.flush();
      return api.post<Submitted>('link/submit', { revision: flushed?.revision ?? saving.saved.revision, name });
    },
    onError: (error) => setMissing(error instanceof ApiProblem ? error.fields : []),
  });
  if (submit.data) return <Done submitted={submit.data} request={request} />;
  const conflict = saving.error instanceof ApiProblem && saving.error.code === 'PLB-ASSESS-004';
  const { progress } = saving.saved;
  return (
    <form onSubmit={(event) => { event.preventDefault(); submit.mutate(); }}>
      <Stack gap="lg">
        <Stack gap={4} style={{ position: 'sticky', top: 0, zIndex: 10, background: 'var(--mantine-color-body)', paddingBlock: 8 }}>
          <Group justify="space-between">
            <Text size="sm" fw={600}>{progress.answered} of {progress.total} answered</Text>
            <Text size="sm" c="dimmed" aria-live="polite">{saveState(saving)}</Text>
          </Group>
          <Progress value={(progress.answered / Math.max(progress.total, 1)) * 100} aria-label="Answered" />
        </Stack>
        {conflict && <Alert color="yellow" role="alert" title="Somebody saved these answers in another window">Reload the page to see them. What you typed since then is not saved yet, so copy it first.</Alert>}
        {!conflict && <Problem error={saving.error} />}
        {request.questionnaire.sections.map((section) => (
          <Stack key={section.id} component="section" gap="sm" aria-labelledby={`section-${section.id}`}>
            <Title order={2} size="h4" id={`section-${section.id}`}>{section.title}</Title>
            {section.questions.map((question) => (
              <Card key={question.id} withBorder id={`question-${question.id}`}>
                <QuestionField question={question} value={saving.draft[question.id]?.value ?? null} comment={saving.draft[question.id]?.comment ?? ''} onChange={(change) => saving.set(question, change)} />
              </Card>
            ))}
          </Stack>
        ))}
        <Card withBorder>
          <Stack>
            <Title order={2} size="h4">Submit</Title>
            <Text size="sm">By typing your name and submitting you confirm that these answers are true to the best of your knowledge. They cannot be changed afterwards.</Text>
            {missing.length > 0 && <Alert color="red" role="alert" title="These questions still need an answer"><ul>{missing.map((field) => <li key={field.path}><Anchor href={`#question-${field.path}`} onClick={(event) => jumpTo(event, field.path)}>{field.message}</Anchor></li>)}</ul></Alert>}
            {missing.length === 0 && <Problem error={submit.error} />}
            <TextInput label="Your name" required autoComplete="name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
            <Button type="submit" size="md" loading={submit.isPending}>Submit the answers</Button>
          </Stack>
        </Card>
      </Stack>
    </form>
  );
}

/** The fragment of the address holds the link's token, so a jump must not replace it. */
function jumpTo(event: { preventDefault(): void }, questionId: string): void {
  event.preventDefault();
  document.getElementById(`question-${questionId}`)?.scrollIntoView({ block: 'center' });
}

function saveState(saving: Saving): string {
  if (saving.error) return 'Not saved';
  if (saving.pending) return 'Saving …';
  return saving.saved.at ? `Saved at ${inWords(saving.saved.at)}` : 'Every change is saved';
}

function Done({ submitted, request }: { submitted: Submitted; request: LinkRequest }): JSX.Element {
  return (
    <Stack role="status">
      <Title order={2} size="h3">Thank you, {submitted.submittedBy}. That was all.</Title>
      <Text>Your answers reached {request.organisation} at {inWords(submitted.submittedAt)}. A receipt is on its way to you by mail. You can close this page.</Text>
    </Stack>
  );
}
