/** One question as the fitting input, with its guidance and room for a comment. Whole rows can be tapped. */
import { Checkbox, NumberInput, Radio, Stack, Text, Textarea, TextInput, UnstyledButton } from '@mantine/core';
import { useState, type JSX, type ReactNode } from 'react';
import type { Question } from '../../api/schemas.js';
import type { AnswerValue } from '../../model/assessment.js';
import { numberOf } from './number-answer.js';
import { choicesOf } from './answer-words.js';

const CHOICE = { root: 'choice', body: 'choice-body', inner: 'choice-mark', labelWrapper: 'choice-words' };
/** Short choices stand side by side where there is room. */
const SHORT = 16;

export interface QuestionFieldProps {
  question: Question;
  /** its place among all questions, from 1 */
  number: number;
  value: AnswerValue;
  comment: string;
  /** what was refused about it, in words */
  problem: string | null;
  onChange: (change: Partial<{ value: AnswerValue; comment: string }>) => void;
}

export function QuestionField({ question, number, value, comment, problem, onChange }: QuestionFieldProps): JSX.Element {
  const [commenting, setCommenting] = useState(comment !== '');
  return (
    <Stack gap="sm">
      <Input question={question} number={number} value={value} problem={problem} onValue={(next) => onChange({ value: next })} />
      {commenting
        ? <Textarea label="Comment" autosize minRows={2} maxLength={5000} value={comment} onChange={(event) => onChange({ comment: event.currentTarget.value })} />
        : <div><UnstyledButton fz="sm" c="var(--mantine-color-anchor)" py={4} onClick={() => setCommenting(true)}>Add a comment<span className="visually-hidden"> to question {number}</span></UnstyledButton></div>}
    </Stack>
  );
}

interface InputProps {
  question: Question;
  number: number;
  value: AnswerValue;
  problem: string | null;
  onValue: (value: AnswerValue) => void;
}

function Input({ question, number, value, problem, onValue }: InputProps): JSX.Element {
  const shared = { label: <Words question={question} number={number} />, descriptionProps: { size: 'sm' }, ...(question.guidance && { description: question.guidance }), error: problem, inputWrapperOrder: ['label', 'description', 'input', 'error'] as ('label' | 'description' | 'input' | 'error')[] };
  const text = typeof value === 'string' ? value : '';
  switch (question.type) {
    case 'text':
      return <Textarea {...shared} size="md" autosize minRows={2} maxLength={20_000} value={text} onChange={(event) => onValue(event.currentTarget.value)} />;
    case 'date':
      return <TextInput {...shared} size="md" type="date" maw={240} styles={{ label: { width: 'max-content', maxWidth: 'min(560px, calc(100vw - 4rem))' }, description: { width: 'min(560px, calc(100vw - 4rem))' } }} value={text} onChange={(event) => onValue(event.currentTarget.value || null)} />;
    case 'number':
      return <NumberInput {...shared} size="md" min={0} value={typeof value === 'number' ? value : ''} onChange={(next) => onValue(numberOf(next))} />;
    case 'multi':
      return <Checkbox.Group {...shared} value={Array.isArray(value) ? value : []} onChange={onValue}><Choices question={question}>{(choice) => <Checkbox key={choice.value} value={choice.value} label={choice.label} classNames={CHOICE} />}</Choices></Checkbox.Group>;
    default:
      return <Radio.Group {...shared} value={text || null} onChange={onValue}><Choices question={question}>{(choice) => <Radio key={choice.value} value={choice.value} label={choice.label} classNames={CHOICE} />}</Choices></Radio.Group>;
  }
}

function Words({ question, number }: { question: Question; number: number }): JSX.Element {
  return (
    <>
      <Text component="span" size="xs" c="dimmed" display="block" fw={500}>{number} · control {question.controlId}{!question.required && ' · optional'}</Text>
      <Text component="span" size="md" fw={600} lh={1.4} display="block">{question.text}</Text>
    </>
  );
}

function Choices({ question, children }: { question: Question; children: (choice: { value: string; label: string }) => ReactNode }): JSX.Element {
  const choices = choicesOf(question);
  const long = question.type === 'multi' || choices.some((choice) => choice.label.length > SHORT);
  return <div className={long ? 'choices long' : 'choices'} style={{ marginTop: 8 }}>{choices.map(children)}</div>;
}
