/**
 * Vendors, questionnaires, assessments and requests. Owns shapes and state names. Does not own: rules (src/assess),
 * due dates and ladders (src/remind), storage.
 */
import { z } from 'zod';

export const QUESTION_TYPES = ['yes-no', 'yes-no-na', 'single', 'multi', 'text', 'number', 'date'] as const;

export const Question = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  /** id of the control in the source framework, e.g. `1.1` of MVSP v3 */
  controlId: z.string(),
  type: z.enum(QUESTION_TYPES),
  text: z.string().min(1),
  guidance: z.string().optional(),
  options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
  required: z.boolean().default(true),
});
export type Question = z.infer<typeof Question>;

/** A pack file: packs/questionnaires/<id>.yaml. */
export const Questionnaire = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  title: z.string(),
  /** framework and version the control ids come from, with its address */
  source: z.object({ framework: z.string(), version: z.string(), url: z.string().optional() }),
  description: z.string(),
  /** "about N minutes", told to whoever answers */
  minutes: z.number().int().positive(),
  sections: z.array(z.object({ id: z.string(), title: z.string(), questions: z.array(Question).min(1) })).min(1),
});
export type Questionnaire = z.infer<typeof Questionnaire>;

export const AnswerValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]);
export type AnswerValue = z.infer<typeof AnswerValue>;

/** Keyed by question and the hash of its text, so that a reworded question does not silently inherit an answer. */
export const Answer = z.object({
  questionId: z.string(),
  textHash: z.string(),
  value: AnswerValue,
  comment: z.string().max(5000).default(''),
});
export type Answer = z.infer<typeof Answer>;

/** planned > sent > opened > in-progress > submitted > in-review > done; overdue is shown beside, not instead. */
export const REQUEST_STATES = ['planned', 'sent', 'opened', 'in-progress', 'submitted', 'in-review', 'done', 'declined', 'revoked', 'cancelled'] as const;
export const RequestState = z.enum(REQUEST_STATES);
export type RequestState = z.infer<typeof RequestState>;

export const MAIL_KINDS = ['request', 'reminder', 'final-reminder', 'overdue', 'escalation', 'receipt', 'submitted-notice', 'key-refused', 'key-accepted'] as const;
export const MailKind = z.enum(MAIL_KINDS);
export type MailKind = z.infer<typeof MailKind>;

/** One rung of a reminder ladder: `offsetDays` before (negative) or after (positive) the due date. */
export interface LadderRung {
  kind: MailKind;
  offsetDays: number;
  to: 'answerer' | 'officer';
}
