/** Sending a questionnaire: which, until when, to whom; and when reminders will go out. */
import { Button, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import type { AssessmentAnswer, QuestionnaireList, Vendor } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { Problem } from './problem.js';
import { inWords } from './when.js';

const DAY_MS = 86_400_000;
/** Mirrors the default ladder (src/remind/ladder.ts) for the preview; the assessment page shows the real one. */
const LADDER = [{ days: -14, words: 'Reminder' }, { days: -7, words: 'Reminder' }, { days: -1, words: 'Last reminder' }, { days: 1, words: 'Overdue notice' }, { days: 7, words: 'Escalation to you' }];

function inDays(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
}

export function SendQuestionnaire({ vendor, opened, onClose }: { vendor: Vendor; opened: boolean; onClose: () => void }): JSX.Element {
  const [questionnaireId, setQuestionnaireId] = useState<string | null>(null);
  const [dueOn, setDueOn] = useState(inDays(30));
  const [contactName, setContactName] = useState(vendor.contactName);
  const [contactEmail, setContactEmail] = useState(vendor.contactEmail);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const questionnaires = useQuery({ queryKey: ['questionnaires'], queryFn: () => api.get<QuestionnaireList>('questionnaires'), enabled: opened });
  const chosen = questionnaires.data?.items.find((item) => item.id === questionnaireId) ?? questionnaires.data?.items[0];
  const dueAt = new Date(`${dueOn}T17:00:00`);
  const send = useMutation({
    mutationFn: () => api.post<AssessmentAnswer>(`vendors/${vendor.id}/assessments`, { questionnaireId: chosen?.id, dueAt: dueAt.toISOString(), contactName, contactEmail }),
    onSuccess: async (answer) => {
      await queries.invalidateQueries({ queryKey: ['vendors'] });
      await queries.invalidateQueries({ queryKey: ['assessments'] });
      onClose();
      await navigate({ to: '/assessments/$assessmentId', params: { assessmentId: answer.assessment.id } });
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title={`Send ${vendor.name} a questionnaire`}>
      <form onSubmit={(event) => { event.preventDefault(); send.mutate(); }}>
        <Stack>
          <Select label="Questionnaire" required allowDeselect={false} data={questionnaires.data?.items.map((item) => ({ value: item.id, label: item.title })) ?? []} value={chosen?.id ?? null} onChange={setQuestionnaireId} />
          {chosen && <Text size="sm" c="dimmed">{chosen.description} {chosen.questions} questions, about {chosen.minutes} minutes.</Text>}
          <TextInput label="Due on" type="date" required min={inDays(1)} value={dueOn} onChange={(event) => setDueOn(event.currentTarget.value)} />
          <TextInput label="To: name" required value={contactName} onChange={(event) => setContactName(event.currentTarget.value)} />
          <TextInput label="To: e-mail" type="email" required value={contactEmail} onChange={(event) => setContactEmail(event.currentTarget.value)} />
          {!Number.isNaN(dueAt.getTime()) && <Preview dueAtMs={dueAt.getTime()} />}
          <Problem error={send.error} />
          <Button type="submit" loading={send.isPending}>Send the request</Button>
        </Stack>
      </form>
    </Modal>
  );
}

function Preview({ dueAtMs }: { dueAtMs: number }): JSX.Element {
  const coming = LADDER.map((rung) => ({ ...rung, at: dueAtMs + rung.days * DAY_MS })).filter((rung) => rung.at > Date.now());
  return (
    <Text size="sm" component="div">
      The request goes out at once. While no answer has come:
      <ul style={{ margin: 0 }}>{coming.map((rung) => <li key={rung.days}>{rung.words}: {inWords(new Date(rung.at).toISOString())}</li>)}</ul>
    </Text>
  );
}
