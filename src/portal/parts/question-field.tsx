/** One question as the fitting input, with its guidance and room for a comment. */
import { Button, Checkbox, Group, NumberInput, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState, type JSX } from 'react';
import type { Question } from '../../api/schemas.js';
import type { AnswerValue } from '../../model/assessment.js';

const YES_NO = [{ value: 'yes', label: 'Yes' }, { value: 'no', label: 'No' }];
const NOT_APPLICABLE = { value: 'na', label: 'Not applicable' };

export interface QuestionFieldProps {
  question: Question;
  value: AnswerValue;
  comment: string;
  onChange: (change: Partial<{ value: AnswerValue; comment: string }>) => void;
}

export function QuestionField({ question, value, comment, onChange }: QuestionFieldProps): JSX.Element {
  const [commenting, setCommenting] = useState(comment !== '');
  return (
    <Stack gap="sm">
      <Input question={question} value={value} onValue={(next) => onChange({ value: next })} />
      {commenting
        ? <Textarea label="Comment" autosize minRows={2} value={comment} onChange={(event) => onChange({ comment: event.currentTarget.value })} />
        : <div><Button size="compact-sm" variant="default" onClick={() => setCommenting(true)}>Add a comment<span className="visually-hidden"> to: {question.text}</span></Button></div>}
    </Stack>
  );
}

function Input({ question, value, onValue }: { question: Question; value: AnswerValue; onValue: (value: AnswerValue) => void }): JSX.Element {
  const shared = { label: <>{question.text} <Text component="span" size="xs" c="dimmed">({question.controlId})</Text></>, ...(question.guidance && { description: question.guidance }), withAsterisk: question.required };
  const text = typeof value === 'string' ? value : '';
  if (question.type === 'text') return <Textarea {...shared} autosize minRows={2} value={text} onChange={(event) => onValue(event.currentTarget.value)} />;
  if (question.type === 'date') return <TextInput {...shared} type="date" value={text} onChange={(event) => onValue(event.currentTarget.value || null)} />;
  if (question.type === 'number') return <NumberInput {...shared} value={typeof value === 'number' ? value : ''} onChange={(next) => onValue(next === '' ? null : Number(next))} />;
  if (question.type === 'multi') {
    return (
      <Checkbox.Group {...shared} value={Array.isArray(value) ? value : []} onChange={onValue}>
        <Stack gap="xs" mt="xs">{question.options?.map((option) => <Checkbox key={option.value} value={option.value} label={option.label} />)}</Stack>
      </Checkbox.Group>
    );
  }
  const options = question.type === 'single' ? question.options ?? [] : question.type === 'yes-no-na' ? [...YES_NO, NOT_APPLICABLE] : YES_NO;
  return (
    <Radio.Group {...shared} value={text || null} onChange={onValue}>
      <Group gap="md" mt="xs">{options.map((option) => <Radio key={option.value} value={option.value} label={option.label} />)}</Group>
    </Radio.Group>
  );
}
