/** An answer as a person reads it, and the choices of the fixed kinds of question (their rules: src/assess). */
import type { Question } from '../../api/schemas.js';
import type { AnswerValue } from '../../model/assessment.js';

const YES_NO = [{ value: 'yes', label: 'Yes' }, { value: 'no', label: 'No' }];
const NOT_APPLICABLE = { value: 'not-applicable', label: 'Not applicable' };

export function choicesOf(question: Pick<Question, 'type' | 'options'>): { value: string; label: string }[] {
  if (question.type === 'yes-no') return YES_NO;
  if (question.type === 'yes-no-na') return [...YES_NO, NOT_APPLICABLE];
  return question.options ?? [];
}

/** As src/assess counts it: false and 0 are answers; null, an empty text and an empty choice are not. */
export function isAnswered(value: AnswerValue | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'string') return value.trim() !== '';
  return Array.isArray(value) ? value.length > 0 : true;
}

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

export function answerInWords(question: Question, value: AnswerValue | undefined): string {
  if (value === undefined || value === null || !isAnswered(value)) return 'Not answered';
  const label = (part: string): string => choicesOf(question).find((choice) => choice.value === part)?.label ?? part;
  if (Array.isArray(value)) return value.map(label).join('; ');
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (question.type === 'date' && typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return day.format(new Date(`${value}T00:00:00Z`));
  return typeof value === 'string' ? label(value) : value.toLocaleString('en');
}
