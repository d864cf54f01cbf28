/** From stored vendors, assessments and mails to what the API answers. Pure. */
import { progress, textHash } from '../../assess/index.js';
import type { Questionnaire as StoredQuestionnaire } from '../../model/assessment.js';
import { DAY_MS, LADDER, dueRungs } from '../../remind/index.js';
import type { Assessment as StoredAssessment, AssessmentDetail, Mail, Vendor as StoredVendor, VendorSummary } from '../../store/index.js';
import type { Assessment, AssessmentDetails, LinkRequest, MailBrief, PlannedRung, Questionnaire, QuestionnaireBrief, Vendor } from '../schemas.js';

export function questionnaireView(questionnaire: StoredQuestionnaire): Questionnaire {
  const { id, version, title, source, description, minutes } = questionnaire;
  const sections = questionnaire.sections.map((section) => ({ ...section, questions: section.questions.map((question) => ({ ...question, textHash: textHash(question) })) }));
  return { id, version, title, source, description, minutes, sections };
}

export function questionnaireBrief(questionnaire: StoredQuestionnaire): QuestionnaireBrief {
  const { id, version, title, description, minutes, source, sections } = questionnaire;
  const questions = sections.reduce((sum, section) => sum + section.questions.length, 0);
  return { id, version, title, description, minutes, questions, framework: `${source.framework} ${source.version}` };
}

export function vendorView(vendor: StoredVendor, more: Pick<VendorSummary, 'openAssessments' | 'lastAssessment'>): Vendor {
  const { id, name, website, contactName, contactEmail, hosts, createdAt } = vendor;
  const last = more.lastAssessment;
  const lastAssessment = last === null ? null : { ...last, decision: last.decision as 'accepted' | 'rejected' | null };
  return { id, name, website, contactName, contactEmail, hosts, createdAt, openAssessments: more.openAssessments, lastAssessment };
}

const WAITS_FOR_ANSWERS = new Set<StoredAssessment['state']>(['planned', 'sent', 'opened', 'in-progress']);

export function isEditable(assessment: Pick<StoredAssessment, 'state'>): boolean {
  return WAITS_FOR_ANSWERS.has(assessment.state);
}

export function isOverdue(assessment: Pick<StoredAssessment, 'state' | 'dueAt'>, nowMs: number): boolean {
  return isEditable(assessment) && Date.parse(assessment.dueAt) < nowMs;
}

export function assessmentView(assessment: StoredAssessment, names: ReadonlyMap<string, string>, nowMs: number): Assessment {
  const { id, vendorId, vendorName, questionnaireId, questionnaireVersion, questionnaireTitle, state, dueAt, createdAt, submittedAt, submittedBy, decision, decidedAt, decisionReason } = assessment;
  return {
    id, vendorId, vendorName, questionnaireId, questionnaireVersion, questionnaireTitle, state, dueAt, createdAt, submittedAt, submittedBy, decision, decidedAt, decisionReason,
    overdue: isOverdue(assessment, nowMs),
    decidedBy: assessment.decidedBy === null ? null : (names.get(assessment.decidedBy) ?? 'unknown'),
  };
}

export function mailBrief(mail: Mail): MailBrief {
  const { id, kind, recipientName, recipientEmail, state, attempts, subject, queuedAt, sentAt } = mail;
  return { id, kind, recipientName, recipientEmail, state, attempts, subject, error: mail.lastError, queuedAt, sentAt };
}

/** The plan as the cycle follows it: counted from the request, which went out when the assessment was created. */
export function ladderView(assessment: Pick<StoredAssessment, 'dueAt' | 'createdAt'>, nowMs: number): PlannedRung[] {
  const requestedAtMs = Date.parse(assessment.createdAt);
  const planned = dueRungs(LADDER, Date.parse(assessment.dueAt), requestedAtMs).map(({ rung, atMs }) => ({ kind: rung.kind, to: rung.to, at: new Date(atMs).toISOString(), passed: atMs <= nowMs }));
  return [{ kind: 'request', to: 'answerer', at: assessment.createdAt, passed: true }, ...planned];
}

export interface AssessmentFacts {
  readonly names: ReadonlyMap<string, string>;
  readonly mails: readonly Mail[];
  readonly cycle: AssessmentDetails['cycle'];
  readonly nowMs: number;
}

export function assessmentDetails(detail: AssessmentDetail, facts: AssessmentFacts): AssessmentDetails {
  const { request } = detail;
  return {
    assessment: assessmentView(detail, facts.names, facts.nowMs),
    request: request === null ? null : { contactName: request.contactName, contactEmail: request.contactEmail, openedAt: request.openedAt, expiresAt: request.expiresAt, revokedAt: request.revokedAt },
    questionnaire: questionnaireView(detail.questionnaire),
    answers: detail.answers,
    progress: progress(detail.questionnaire, detail.answers),
    mails: facts.mails.map(mailBrief),
    ladder: ladderView(detail, facts.nowMs),
    cycle: facts.cycle,
  };
}

/** Nothing about anybody else: no ids, no officer, no other vendor, no mail. */
export function linkRequestView(detail: AssessmentDetail, organisation: string, nowMs: number): LinkRequest {
  const { vendorName, state, dueAt, submittedAt, submittedBy, revision } = detail;
  return {
    organisation, vendorName, contactName: detail.request?.contactName ?? detail.vendor.contactName, state, dueAt, submittedAt, submittedBy, revision,
    editable: isEditable(detail), overdue: isOverdue(detail, nowMs),
    questionnaire: questionnaireView(detail.questionnaire), answers: detail.answers, progress: progress(detail.questionnaire, detail.answers),
  };
}

/** A due date in the past would make every reminder overdue at once; one far away is a typing error. */
export function dueAtProblem(dueAt: string, nowMs: number): string | null {
  const dueAtMs = Date.parse(dueAt);
  if (dueAtMs <= nowMs) return 'must lie in the future';
  return dueAtMs > nowMs + 730 * DAY_MS ? 'must lie within two years' : null;
}
