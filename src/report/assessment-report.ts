/** The page model of an assessment report: what a vendor was asked, what it answered, what is missing, who decided. Pure. */
import type { AnswerValue, RequestState } from '../model/assessment.js';
import { type DateWords, NO_DATE, dateWords } from './dates.js';
import type { AuditPosition, Cover, Heading, MethodSection, ReportSeal, SignOff, VerifySection } from './report-model.js';
import { verifySection } from './verify-section.js';
import { clip, count, list, percent, sentence } from './words.js';

export interface ReportQuestion {
  readonly id: string;
  readonly controlId: string;
  readonly text: string;
  readonly answer: AnswerValue;
  readonly comment: string | null;
  readonly answeredAt: string | null;
}

export interface AssessmentReportInput {
  readonly reportId: string;
  readonly tenantName: string;
  readonly vendor: { readonly name: string; readonly website: string | null; readonly contactName: string | null };
  readonly questionnaire: { readonly id: string; readonly title: string; readonly version: string; readonly source: string };
  readonly assessment: {
    readonly id: string; readonly status: RequestState; readonly createdAt: string; readonly dueAt: string | null;
    readonly submittedAt: string | null; readonly submittedBy: string | null; readonly decision: string | null;
  };
  readonly sections: readonly { readonly title: string; readonly questions: readonly ReportQuestion[] }[];
  readonly reminders: readonly { readonly kind: string; readonly sentAt: string; readonly to: string }[];
  readonly auditCheckpoint: AuditPosition | null;
  readonly asOf: string;
  readonly timeZone: string;
}

export type AnswerMark = 'yes' | 'no' | 'not-applicable' | 'open' | 'other';

export interface AnswerRow {
  readonly control: string;
  readonly question: string;
  readonly comment: string;
  readonly answerMark: AnswerMark;
  readonly answer: string;
  readonly answeredAt: string;
}

export interface AssessmentReportModel {
  readonly lang: string;
  readonly documentTitle: string;
  readonly cover: Cover & { readonly website: { readonly label: string; readonly text: string; readonly href: string | null } | null };
  readonly summary: Heading & {
    readonly toneMark: 'bad' | 'unsure' | 'good';
    readonly verdict: string;
    readonly coverage: string;
    readonly answeredBar: number;
    readonly openBar: number;
    readonly gaps: { readonly heading: string; readonly intro: string; readonly items: readonly { answerMark: AnswerMark; word: string; control: string; text: string }[] };
  };
  readonly answers: Heading & { readonly groups: readonly { readonly heading: string; readonly dateHead: string; readonly rows: readonly AnswerRow[] }[] };
  readonly course: Heading & { readonly dateHead: string; readonly rows: readonly { readonly at: string; readonly what: string; readonly who: string }[] };
  readonly method: MethodSection;
  readonly signOffs: Heading & { readonly rows: readonly SignOff[] };
  readonly verify: VerifySection;
}

const BAR = 300;
const COVER_NAME = 80;
const GAPS_SHOWN = 8;
const STATE_WORDS: Readonly<Record<RequestState, string>> = {
  planned: 'planned', sent: 'sent', opened: 'opened', 'in-progress': 'in progress', submitted: 'submitted', 'in-review': 'in review',
  done: 'done', declined: 'declined', revoked: 'revoked', cancelled: 'cancelled',
};
const ANSWER_WORDS: Readonly<Record<AnswerMark, string>> = { yes: 'Yes', no: 'No', 'not-applicable': 'Not applicable', open: 'No answer', other: '' };
const SUBMITTED: readonly RequestState[] = ['submitted', 'in-review', 'done'];

export function assessmentReportModel(input: AssessmentReportInput, seal: ReportSeal): AssessmentReportModel {
  const dates = dateWords(input.timeZone, input.asOf);
  return {
    lang: 'en',
    documentTitle: `Assessment report: ${input.vendor.name}`,
    cover: cover(input, dates),
    summary: summary(input, dates),
    answers: {
      heading: '1 Answers',
      intro: input.sections.length === 0 ? 'The questionnaire holds no question.' : 'In the order of the questionnaire, with the control that each question is about.',
      groups: input.sections.map((section) => ({ heading: section.title, dateHead: section.questions.length === 0 ? '' : `Answered (${dates.zone})`, rows: section.questions.map((question) => answerRow(question, dates)) })),
    },
    course: course(input, dates),
    method: { heading: '3 Method', intro: '', paragraphs: methodParagraphs(input) },
    signOffs: { heading: '4 Sign-offs', intro: 'Room for those who take note of this report.', rows: ['Vendor manager', 'Compliance officer', 'Auditor'].map((role) => ({ role, name: '', date: '' })) },
    verify: verifySection({ heading: '5 How to check this report', reportId: input.reportId, auditCheckpoint: input.auditCheckpoint, madeAt: dates.moment(input.asOf) }, seal),
  };
}

/** Submitted late or not at all; a cycle that ended otherwise is not overdue. */
export function isOverdue(input: AssessmentReportInput): boolean {
  const { assessment } = input;
  return assessment.dueAt !== null && !['done', 'submitted', 'in-review', 'declined', 'revoked', 'cancelled'].includes(assessment.status) && assessment.dueAt < input.asOf;
}

function statusWords(input: AssessmentReportInput): string {
  return `${STATE_WORDS[input.assessment.status]}${isOverdue(input) ? ', overdue' : ''}`;
}

function cover(input: AssessmentReportInput, dates: DateWords): AssessmentReportModel['cover'] {
  const { assessment, vendor, questionnaire } = input;
  const submitted = SUBMITTED.includes(assessment.status);
  return {
    title: 'Assessment report',
    subject: clip(vendor.name, COVER_NAME),
    tenant: clip(input.tenantName, COVER_NAME),
    warning: submitted ? null : 'Not submitted: the answers in here are as they stood when this report was made, and may still change.',
    facts: [
      { label: 'Vendor', value: vendor.name },
      { label: 'Tenant', value: input.tenantName },
      { label: 'Contact', value: vendor.contactName ?? 'not named' },
      { label: 'Questionnaire', value: `${questionnaire.title}, version ${questionnaire.version}` },
      { label: 'Source', value: questionnaire.source },
      { label: 'State', value: statusWords(input) },
      { label: 'Asked', value: dates.moment(assessment.createdAt) },
      { label: 'Due', value: assessment.dueAt === null ? 'no date set' : dates.day(assessment.dueAt) },
      { label: 'Submitted', value: assessment.submittedAt === null ? 'not yet' : `${dates.moment(assessment.submittedAt)}${assessment.submittedBy === null ? '' : ` by ${assessment.submittedBy}`}` },
      { label: 'Decision', value: assessment.decision ?? 'none yet' },
      { label: 'As of', value: dates.moment(input.asOf) },
      { label: 'Assessment', value: assessment.id },
      { label: 'Report', value: input.reportId },
    ],
    website: vendor.website === null || vendor.website === '' ? null : { label: 'Website', text: vendor.website, href: vendor.website },
  };
}

function summary(input: AssessmentReportInput, dates: DateWords): AssessmentReportModel['summary'] {
  const rows = input.sections.flatMap((section) => section.questions.map((question) => ({ question, mark: answerMark(question.answer) })));
  const open = rows.filter((row) => row.mark === 'open').length;
  const no = rows.filter((row) => row.mark === 'no').length;
  const answered = rows.length - open;
  const gaps = rows.filter((row) => row.mark === 'no' || row.mark === 'open').toSorted((a, b) => Number(a.mark === 'open') - Number(b.mark === 'open'));
  const answeredBar = rows.length === 0 ? 0 : Math.round((answered / rows.length) * BAR);
  return {
    heading: 'Summary',
    intro: `${clip(input.vendor.name, 60)}, as of ${dates.moment(input.asOf)}`,
    ...verdict(input, { total: rows.length, open, no }),
    coverage: rows.length === 0 ? 'The questionnaire holds no question.' : `${answered} of ${count(rows.length, 'question')} answered (${percent(answered, rows.length)}%), as of ${dates.moment(input.asOf)}.`,
    answeredBar,
    openBar: rows.length === 0 ? 0 : BAR - answeredBar,
    gaps: {
      heading: 'What to look at',
      intro: gapIntro(gaps.length, rows.length),
      items: gaps.slice(0, GAPS_SHOWN).map(({ question, mark }) => ({ answerMark: mark, word: ANSWER_WORDS[mark], control: question.controlId, text: clip(question.text, 150) })),
    },
  };
}

function gapIntro(gaps: number, total: number): string {
  if (total === 0) return 'There is nothing to look at.';
  if (gaps === 0) return 'No question was answered with no, and none was left open.';
  return `${sentence(count(gaps, 'question'))} answered with no or not answered.${gaps > GAPS_SHOWN ? ` The first ${GAPS_SHOWN} are below, all are in section 1.` : ''}`;
}

function verdict(input: AssessmentReportInput, counts: { total: number; open: number; no: number }): Pick<AssessmentReportModel['summary'], 'toneMark' | 'verdict'> {
  const name = clip(input.vendor.name, 60);
  const { status } = input.assessment;
  if (status === 'declined' || status === 'revoked' || status === 'cancelled') return { toneMark: 'bad', verdict: `The assessment of ${name} was ${STATE_WORDS[status]}. Nothing follows from its answers.` };
  const parts = [
    ...(counts.no > 0 ? [`${count(counts.no, 'control')} ${counts.no === 1 ? 'is' : 'are'} not met by the vendor’s own word`] : []),
    ...(counts.open > 0 ? [`${count(counts.open, 'question')} ${counts.open === 1 ? 'has' : 'have'} no answer`] : []),
  ];
  if (!SUBMITTED.includes(status)) return { toneMark: 'unsure', verdict: `${name} has not submitted its answers${isOverdue(input) ? ', and the due date has passed' : ''}. So far ${parts.length === 0 ? 'every question has an answer' : list(parts)}.` };
  if (counts.total === 0) return { toneMark: 'unsure', verdict: `${name} was asked nothing, so nothing can be said.` };
  if (counts.no > 0) return { toneMark: 'bad', verdict: `${name} has answered; ${list(parts)}.` };
  if (counts.open > 0) return { toneMark: 'unsure', verdict: `${name} has submitted, but ${list(parts)}.` };
  return { toneMark: 'good', verdict: `${name} has answered all ${count(counts.total, 'question')}, none of them with no. These are the vendor’s own statements.` };
}

export function answerMark(answer: AnswerValue): AnswerMark {
  if (answer === null || answer === '' || (Array.isArray(answer) && answer.length === 0)) return 'open';
  if (answer === true) return 'yes';
  if (answer === false) return 'no';
  const word = typeof answer === 'string' ? answer.trim().toLowerCase() : '';
  if (word === 'yes' || word === 'no') return word;
  return ['na', 'n/a', 'not-applicable', 'not applicable'].includes(word) ? 'not-applicable' : 'other';
}

function answerRow(question: ReportQuestion, dates: DateWords): AnswerRow {
  const mark = answerMark(question.answer);
  const said = Array.isArray(question.answer) ? question.answer.join(', ') : String(question.answer);
  return {
    control: question.controlId, question: question.text, comment: question.comment ?? '', answerMark: mark,
    answer: mark === 'other' ? said : ANSWER_WORDS[mark], answeredAt: question.answeredAt === null ? '' : dates.stamp(question.answeredAt),
  };
}

function course(input: AssessmentReportInput, dates: DateWords): AssessmentReportModel['course'] {
  const { assessment } = input;
  const events = [
    { iso: assessment.createdAt, what: 'Assessment opened', who: '' },
    ...input.reminders.map((reminder) => ({ iso: reminder.sentAt, what: `Mail sent: ${reminder.kind.replaceAll('-', ' ')}`, who: reminder.to })),
    ...(assessment.submittedAt === null ? [] : [{ iso: assessment.submittedAt, what: 'Answers submitted', who: assessment.submittedBy ?? '' }]),
  ].toSorted((a, b) => (a.iso < b.iso ? -1 : a.iso > b.iso ? 1 : 0));
  return {
    heading: '2 Course of the assessment',
    intro: input.reminders.length === 0 ? 'No mail was sent.' : `${sentence(count(input.reminders.length, 'mail'))} sent.`,
    dateHead: `When (${dates.zone})`,
    rows: events.map((event) => ({ at: event.iso === '' ? NO_DATE : dates.stamp(event.iso), what: event.what, who: event.who })),
  };
}

function methodParagraphs(input: AssessmentReportInput): MethodSection['paragraphs'] {
  return [
    { lead: 'Questions.', text: `${input.questionnaire.title}, version ${input.questionnaire.version}, after ${input.questionnaire.source}. The control numbers are those of the source; the wording is ours.` },
    { lead: 'Answers.', text: 'Given by the person who held the mailed link, saved and submitted in two separate steps. They are statements of the vendor, not the result of a test by us.' },
    { lead: 'Wording.', text: 'An answer belongs to the wording it was given to. A question that is reworded starts without an answer.' },
  ];
}
