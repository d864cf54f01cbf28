/** An answer as a person reads it. */
import type { Question } from '../../api/schemas.js';
import type { AnswerValue } from '../../model/assessment.js';

const YES_NO: Record<string, string> = { yes: 'Yes', no: 'No', na: 'Not applicable' };

export function answerInWords(question: Question, value: AnswerValue | undefined): string {
  if (value === undefined || value === null || value === '') return 'Not answered';
  const label = (part: string): string => question.options?.find((option) => option.value === part)?.label ?? YES_NO[part] ?? part;
  if (Array.isArray(value)) return value.map(label).join(', ') || 'Not answered';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return label(String(value));
}
