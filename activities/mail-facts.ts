/** The facts that mails of an assessment are written from. Owns: gathering them. Never a link or a token: the rows are kept. */
import { progress } from '../src/assess/index.js';
import { getTenant, listPeople, type AssessmentDetail, type TenantTx } from '../src/store/index.js';
import { DAY_MS, LINK_OPEN_DAYS } from '../src/remind/index.js';

export interface Requester {
  name: string;
  email: string;
  /** false: has left, and there is nobody in their place */
  isActive: boolean;
}

/** Whoever sent the questionnaire; when they left, another officer or administrator, so that an answer never reaches nobody. */
export async function requesterOf(tx: TenantTx, personId: string): Promise<Requester> {
  const all = await listPeople(tx);
  const people = all.filter((person) => person.disabledAt === null);
  const able = people.filter((person) => person.roles.includes('officer') || person.roles.includes('administrator'));
  const found = people.find((person) => person.id === personId) ?? able[0];
  if (found) return { name: found.name, email: found.email, isActive: true };
  const former = all.find((person) => person.id === personId);
  return { name: former?.name ?? 'Plumbline', email: former?.email ?? '', isActive: false };
}

export interface MailOccasion {
  assessment: AssessmentDetail;
  requester: Requester;
  recipientName: string;
  remindersSent: number;
}

export async function mailFacts(tx: TenantTx, { assessment, requester, recipientName, remindersSent }: MailOccasion) {
  const { answered, total } = progress(assessment.questionnaire, assessment.answers);
  return {
    organisation: (await getTenant(tx)).name, recipientName, requesterName: requester.name, requesterEmail: requester.email, vendorName: assessment.vendorName,
    contactName: assessment.request?.contactName ?? '', contactEmail: assessment.request?.contactEmail ?? '', questionnaireTitle: assessment.questionnaireTitle,
    questionCount: total, answeredCount: answered, minutes: assessment.questionnaire.minutes, dueAt: assessment.dueAt,
    submittedAt: assessment.submittedAt ?? '', submittedBy: assessment.submittedBy ?? '', remindersSent,
    linkOpenUntilAt: assessment.request?.expiresAt ?? new Date(Date.parse(assessment.dueAt) + LINK_OPEN_DAYS * DAY_MS).toISOString(),
  };
}
