/** Questionnaires, vendors, assessments, and what the holder of a mailed link sees. */
import { z } from 'zod';
import { Answer, AnswerValue, MailKind, QUESTION_TYPES, RequestState } from '../../model/assessment.js';
import { Email, Time, idOf, line, listOf } from './common.js';

export const Question = z
  .object({
    id: z.string(),
    controlId: z.string(),
    type: z.enum(QUESTION_TYPES),
    text: z.string(),
    guidance: z.string().optional(),
    options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
    required: z.boolean(),
    /** sent back with the answer, so that a reworded question does not inherit it */
    textHash: z.string(),
  })
  .meta({ id: 'Question' });
export type Question = z.infer<typeof Question>;

export const Questionnaire = z
  .object({
    id: z.string(),
    version: z.string(),
    title: z.string(),
    source: z.object({ framework: z.string(), version: z.string(), url: z.string().optional() }),
    description: z.string(),
    minutes: z.number().int(),
    sections: z.array(z.object({ id: z.string(), title: z.string(), questions: z.array(Question) })),
  })
  .meta({ id: 'Questionnaire' });
export type Questionnaire = z.infer<typeof Questionnaire>;

export const QuestionnaireBrief = z
  .object({ id: z.string(), version: z.string(), title: z.string(), description: z.string(), minutes: z.number().int(), questions: z.number().int(), framework: z.string() })
  .meta({ id: 'QuestionnaireBrief' });
export type QuestionnaireBrief = z.infer<typeof QuestionnaireBrief>;
export const QuestionnaireList = listOf(QuestionnaireBrief).meta({ id: 'QuestionnaireList' });
export type QuestionnaireList = z.infer<typeof QuestionnaireList>;

/** In lower case, without scheme, port or path; `*.example.org` stands for every host below it. */
const Host = z.string().trim().toLowerCase().max(253).regex(/^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/, 'must be a host name such as api.example.org');

export const AddVendorRequest = z
  .object({
    name: line(120),
    website: z.url({ protocol: /^https?$/, error: 'must be an address such as https://example.org' }).max(500).nullish(),
    contactName: line(120),
    contactEmail: Email,
    hosts: z.array(Host).max(100).default([]),
  })
  .meta({ id: 'AddVendorRequest' });
export type AddVendorRequest = z.infer<typeof AddVendorRequest>;

export const Vendor = z
  .object({
    id: idOf('vendor'),
    name: z.string(),
    website: z.string().nullable(),
    contactName: z.string(),
    contactEmail: z.string(),
    hosts: z.array(z.string()),
    createdAt: Time,
    openAssessments: z.number().int(),
    /** the newest one */
    lastAssessment: z.object({ id: idOf('assessment'), state: RequestState, dueAt: Time, decision: z.enum(['accepted', 'rejected']).nullable() }).nullable(),
  })
  .meta({ id: 'Vendor' });
export type Vendor = z.infer<typeof Vendor>;
export const VendorList = listOf(Vendor).meta({ id: 'VendorList' });
export type VendorList = z.infer<typeof VendorList>;
export const VendorAnswer = z.object({ vendor: Vendor }).meta({ id: 'VendorAnswer' });
export type VendorAnswer = z.infer<typeof VendorAnswer>;

export const CreateAssessmentRequest = z
  .object({
    questionnaireId: z.string().min(1).max(100),
    dueAt: Time,
    contactName: line(120).optional(),
    contactEmail: Email.optional(),
  })
  .meta({ id: 'CreateAssessmentRequest' });
export type CreateAssessmentRequest = z.infer<typeof CreateAssessmentRequest>;

export const Progress = z.object({ answered: z.number().int(), required: z.number().int(), requiredAnswered: z.number().int(), total: z.number().int() }).meta({ id: 'Progress' });
export type Progress = z.infer<typeof Progress>;

export const Assessment = z
  .object({
    id: idOf('assessment'),
    vendorId: idOf('vendor'),
    vendorName: z.string(),
    questionnaireId: z.string(),
    questionnaireVersion: z.string(),
    questionnaireTitle: z.string(),
    state: RequestState,
    /** shown beside the state, not instead of it */
    overdue: z.boolean(),
    dueAt: Time,
    createdAt: Time,
    submittedAt: Time.nullable(),
    submittedBy: z.string().nullable(),
    decision: z.enum(['accepted', 'rejected']).nullable(),
    decidedBy: z.string().nullable(),
    decidedAt: Time.nullable(),
    decisionReason: z.string().nullable(),
  })
  .meta({ id: 'Assessment' });
export type Assessment = z.infer<typeof Assessment>;
export const AssessmentList = listOf(Assessment).meta({ id: 'AssessmentList' });
export type AssessmentList = z.infer<typeof AssessmentList>;

export const GivenAnswer = z
  .object({ questionId: z.string(), textHash: z.string(), value: AnswerValue, comment: z.string() })
  .meta({ id: 'GivenAnswer' });
export type GivenAnswer = z.infer<typeof GivenAnswer>;

export const MailBrief = z
  .object({
    id: idOf('mail'),
    kind: MailKind,
    recipientName: z.string(),
    recipientEmail: z.string(),
    state: z.enum(['queued', 'sending', 'sent', 'bounced', 'failed']),
    attempts: z.number().int(),
    subject: z.string().nullable(),
    error: z.string().nullable(),
    queuedAt: Time,
    sentAt: Time.nullable(),
  })
  .meta({ id: 'MailBrief' });
export type MailBrief = z.infer<typeof MailBrief>;

/** `passed`: its time is over; whether a mail went out is told by the list of mails. */
export const PlannedRung = z.object({ kind: MailKind, to: z.enum(['answerer', 'officer']), at: Time, passed: z.boolean() }).meta({ id: 'PlannedRung' });
export type PlannedRung = z.infer<typeof PlannedRung>;

/** `cycle`: whether the reminders are running; `not-answering` when the part that runs them cannot be asked now. */
export const AssessmentDetails = z
  .object({
    assessment: Assessment,
    /** who is asked to answer, and when the link was first opened; null until the request was made */
    request: z.object({ contactName: z.string(), contactEmail: z.string(), openedAt: Time.nullable(), expiresAt: Time, revokedAt: Time.nullable() }).nullable(),
    questionnaire: Questionnaire,
    answers: z.array(GivenAnswer),
    progress: Progress,
    mails: z.array(MailBrief),
    ladder: z.array(PlannedRung),
    cycle: z.enum(['running', 'ended', 'not-answering']),
  })
  .meta({ id: 'AssessmentDetails' });
export type AssessmentDetails = z.infer<typeof AssessmentDetails>;

/** `notified`: false when the change is stored and the running cycle hears of it later, because Temporal did not answer now. */
export const AssessmentAnswer = z.object({ assessment: Assessment, notified: z.boolean() }).meta({ id: 'AssessmentAnswer' });
export type AssessmentAnswer = z.infer<typeof AssessmentAnswer>;

export const AssessmentDecisionRequest = z.object({ decision: z.enum(['accepted', 'rejected']), reason: line(1000) }).meta({ id: 'AssessmentDecisionRequest' });
export type AssessmentDecisionRequest = z.infer<typeof AssessmentDecisionRequest>;

// The holder of a mailed link

export const RedeemRequest = z.object({ token: z.string().min(1).max(200) }).meta({ id: 'RedeemRequest' });
export type RedeemRequest = z.infer<typeof RedeemRequest>;

/** All that the holder of a link may see: one request, nothing about anybody else. */
export const LinkRequest = z
  .object({
    organisation: z.string(),
    vendorName: z.string(),
    contactName: z.string(),
    state: RequestState,
    /** false when submitted or closed: answers are shown and cannot be changed */
    editable: z.boolean(),
    overdue: z.boolean(),
    dueAt: Time,
    submittedAt: Time.nullable(),
    submittedBy: z.string().nullable(),
    revision: z.number().int(),
    questionnaire: Questionnaire,
    answers: z.array(GivenAnswer),
    progress: Progress,
  })
  .meta({ id: 'LinkRequest' });
export type LinkRequest = z.infer<typeof LinkRequest>;

export const SaveAnswersRequest = z.object({ revision: z.number().int().nonnegative(), answers: z.array(Answer).max(2000) }).meta({ id: 'SaveAnswersRequest' });
export type SaveAnswersRequest = z.infer<typeof SaveAnswersRequest>;

/** `problems` do not stop a save: an unfinished answer is kept, and named. */
export const AnswersSaved = z
  .object({ revision: z.number().int(), progress: Progress, problems: z.array(z.object({ questionId: z.string(), problem: z.string() })) })
  .meta({ id: 'AnswersSaved' });
export type AnswersSaved = z.infer<typeof AnswersSaved>;

/** `name`: typed by the person who submits, as the second explicit act. */
export const SubmitRequest = z.object({ revision: z.number().int().nonnegative(), name: line(120) }).meta({ id: 'SubmitRequest' });
export type SubmitRequest = z.infer<typeof SubmitRequest>;

export const Submitted = z.object({ submittedAt: Time, submittedBy: z.string(), notified: z.boolean() }).meta({ id: 'Submitted' });
export type Submitted = z.infer<typeof Submitted>;
