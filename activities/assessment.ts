/** The steps of an assessment that the store records. Owns: whom a mail goes to and when it is no longer true. Words are src/remind's. */
import type { MailKind } from '../src/model/assessment.js';
import { PlumblineError } from '../src/model/errors.js';
import { SYSTEM } from '../src/model/identity.js';
import { UNDELIVERABLE_SEQUENCE } from '../src/remind/index.js';
import { advanceAssessment, expireAssessment, getAssessment, queueMail, type AssessmentDetail, type TenantTx } from '../src/store/index.js';
import type { ActivityDeps } from './deps.js';
import { mailFacts, requesterOf } from './mail-facts.js';
import type { AssessmentActivities, AssessmentStanding } from '../src/contracts/activities.js';

export function createAssessmentActivities(deps: ActivityDeps): AssessmentActivities {
  return {
    openRequest: ({ tenantId, assessmentId }) =>
      deps.store.tenant(tenantId, async (tx) => {
        const assessment = await getAssessment(tx, assessmentId);
        const mailId = await queue(deps, tx, { assessment, kind: 'request', sequence: 0, remindersSent: 0 });
        if (mailId === null) throw new PlumblineError('PLB-INTERNAL-001', 'This assessment has no request that could be mailed.');
        return { mailId };
      }),
    queueMail: ({ tenantId, assessmentId, ...mail }) =>
      deps.store.tenant(tenantId, async (tx) => {
        const assessment = await getAssessment(tx, assessmentId);
        return { mailId: isWanted(mail.kind, assessment) ? await queue(deps, tx, { assessment, ...mail }) : null };
      }),
    readStanding: ({ tenantId, assessmentId }) => deps.store.tenant(tenantId, async (tx) => standingOf(await getAssessment(tx, assessmentId))),
    startReview: ({ tenantId, assessmentId }) =>
      deps.store.tenant(tenantId, async (tx) => void (await advanceAssessment(tx, SYSTEM, { assessmentId, state: 'in-review' }))),
    closeAssessment: ({ tenantId, assessmentId, expired }) =>
      deps.store.tenant(tenantId, async (tx) => {
        if (expired) await expireAssessment(tx, SYSTEM, assessmentId);
        return { standing: standingOf(await getAssessment(tx, assessmentId)) };
      }),
  };
}

export function standingOf({ state, decision }: Pick<AssessmentDetail, 'state' | 'decision'>): AssessmentStanding {
  if (state === 'submitted' || state === 'in-review') return 'submitted';
  if (state === 'done') return decision ?? 'cancelled';
  return state === 'cancelled' || state === 'declined' || state === 'revoked' ? 'cancelled' : 'open';
}

/** A receipt stays true after the decision; a reminder is true only while answers can still come, and by a link that works. */
export function isWanted(kind: MailKind, assessment: AssessmentDetail): boolean {
  if (kind === 'receipt' || kind === 'submitted-notice') return assessment.submittedAt !== null;
  if (kind === 'escalation') return standingOf(assessment) === 'open';
  return standingOf(assessment) === 'open' && assessment.request !== null && assessment.request.revokedAt === null;
}

interface ToQueue {
  assessment: AssessmentDetail;
  kind: MailKind;
  sequence: number;
  remindersSent: number;
}

/** null: it would go to the officer, and none is active. */
async function queue(deps: ActivityDeps, tx: TenantTx, { assessment, kind, sequence, remindersSent }: ToQueue): Promise<string | null> {
  const requester = await requesterOf(tx, assessment.createdBy);
  const request = assessment.request;
  const isToOfficer = kind === 'escalation' || kind === 'submitted-notice';
  if ((isToOfficer || request === null) && !requester.isActive) {
    deps.logger.warn({ assessmentId: assessment.id, kind }, 'a mail to the officer was left out: nobody is active who could take it');
    return null;
  }
  const to = isToOfficer || request === null ? requester : { name: request.contactName, email: request.contactEmail };
  const mail = await queueMail(tx, {
    idempotencyKey: `${request?.id ?? assessment.id}|${kind}|${sequence}`, kind, requestId: request?.id ?? null, assessmentId: assessment.id, recipientName: to.name, recipientEmail: to.email,
    facts: { ...(await mailFacts(tx, { assessment, requester, recipientName: to.name, remindersSent })), undeliverable: kind === 'escalation' && sequence === UNDELIVERABLE_SEQUENCE }, messageIdHost: new URL(deps.baseUrl).hostname,
  });
  return mail.id;
}
