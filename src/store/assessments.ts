/**
 * Assessments: one cycle of one vendor. Owns the row, its states and who may move it on; a row lock makes every step happen once.
 * Answers are in answers.ts, the mailed request in requests.ts.
 */
import { sql } from 'kysely';
import type { Questionnaire, RequestState } from '../model/assessment.js';
import { PlumblineError } from '../model/errors.js';
import type { Actor } from '../model/identity.js';
import type { JsonValue } from '../model/resource.js';
import { readAnswers } from './answers.js';
import { assertOpenForAnswers, assertRevision, assessmentNotFound, hasEnded, lockAssessment, type AssessmentRow } from './assessment-row.js';
import { recordEvent } from './audit.js';
import { endRequests, requestOfAssessment } from './requests.js';
import { newId, type TenantTx } from './tenant-tx.js';
import type { Assessment, AssessmentDetail, Page, PageRequest } from './types.js';
import { columnText, iso, isoOrNull, pageLimit, readCursor, toPage } from './values.js';
import { getVendor } from './vendors.js';

type Row = AssessmentRow;
type ListRow = Omit<Row, 'questionnaire'> & { vendor_name: string; title: string };

function toAssessment(row: ListRow): Assessment {
  return {
    id: row.id, vendorId: row.vendor_id, vendorName: row.vendor_name, questionnaireId: row.questionnaire_id, questionnaireVersion: row.questionnaire_version, questionnaireTitle: row.title,
    state: row.state as RequestState, dueAt: iso(row.due_at), createdBy: row.created_by, createdAt: iso(row.created_at), submittedAt: isoOrNull(row.submitted_at), submittedBy: row.submitted_by,
    decision: row.decision as Assessment['decision'], decidedBy: row.decided_by, decidedAt: isoOrNull(row.decided_at), decisionReason: row.decision_reason, revision: row.revision,
  };
}

export interface NewAssessment {
  vendorId: string;
  /** kept whole: a later version of the pack does not change what was asked */
  questionnaire: Questionnaire;
  dueAt: Date;
}

export async function createAssessment(tx: TenantTx, actor: Actor, input: NewAssessment): Promise<Assessment> {
  const vendor = await getVendor(tx, input.vendorId);
  const { questionnaire } = input;
  const id = newId('assessment');
  await tx.db
    .insertInto('assessments')
    .values({
      tenant_id: tx.tenantId, id, vendor_id: vendor.id, questionnaire_id: questionnaire.id, questionnaire_version: questionnaire.version, questionnaire: JSON.stringify(questionnaire),
      state: 'planned', due_at: input.dueAt, created_by: actor.id,
    })
    .execute();
  const details = { vendorId: vendor.id, questionnaire: questionnaire.id, version: questionnaire.version, dueAt: input.dueAt.toISOString() };
  recordEvent(tx, { actor, action: 'assessment.created', subject: { type: 'assessment', id }, details });
  return assessmentById(tx, id);
}

const LIST = sql`
  a.tenant_id, a.id, a.vendor_id, a.questionnaire_id, a.questionnaire_version, a.state, a.due_at, a.created_by, a.created_at, a.submitted_at, a.submitted_by, a.decision, a.decided_by, a.decided_at,
  a.decision_reason, a.revision, v.name AS vendor_name, a.questionnaire ->> 'title' AS title
  FROM assessments a JOIN vendors v ON v.tenant_id = a.tenant_id AND v.id = a.vendor_id`;

async function assessmentById(tx: TenantTx, assessmentId: string): Promise<Assessment> {
  const { rows } = await sql<ListRow>`SELECT ${LIST} WHERE a.id = ${assessmentId}`.execute(tx.db);
  if (!rows[0]) throw assessmentNotFound();
  return toAssessment(rows[0]);
}

/** With questionnaire, answers, vendor and the mailed request. */
export async function getAssessment(tx: TenantTx, assessmentId: string): Promise<AssessmentDetail> {
  const assessment = await assessmentById(tx, assessmentId);
  const row = await tx.db.selectFrom('assessments').select('questionnaire').where('id', '=', assessmentId).executeTakeFirstOrThrow();
  return {
    ...assessment,
    questionnaire: row.questionnaire as Questionnaire,
    answers: await readAnswers(tx, assessmentId),
    vendor: await getVendor(tx, assessment.vendorId),
    request: await requestOfAssessment(tx, assessmentId),
  };
}

/** Newest first. */
export async function listAssessments(tx: TenantTx, filter: PageRequest & { vendorId?: string | undefined } = {}): Promise<Page<Assessment>> {
  const limit = pageLimit(filter);
  const cursor = readCursor(filter.cursor, ['string', 'string']);
  const { rows } = await sql<ListRow>`
    SELECT ${LIST}
    WHERE (${filter.vendorId ?? null}::text IS NULL OR a.vendor_id = ${filter.vendorId ?? null})
      AND (${cursor === null} OR (a.created_at, a.id) < (${cursor?.[0] ?? 'epoch'}::timestamptz, ${String(cursor?.[1] ?? '')}))
    ORDER BY a.created_at DESC, a.id DESC LIMIT ${limit + 1}`.execute(tx.db);
  return toPage(rows, limit, { item: toAssessment, key: (row) => [iso(row.created_at), row.id] });
}

const ORDER: readonly RequestState[] = ['planned', 'sent', 'opened', 'in-progress', 'submitted', 'in-review'];

/** Forward only: `sent` after `opened`, or a step repeated, changes nothing. Returns whether it moved. */
export async function advanceAssessment(tx: TenantTx, actor: Actor, input: { assessmentId: string; state: 'sent' | 'opened' | 'in-progress' | 'in-review' }): Promise<boolean> {
  const row = await lockAssessment(tx, input.assessmentId);
  if (hasEnded(row) || ORDER.indexOf(input.state) <= ORDER.indexOf(row.state as RequestState)) return false;
  await setState(tx, row.id, { state: input.state });
  record(tx, actor, { id: row.id, action: input.state, details: {} });
  return true;
}

type StateChange = Partial<{ state: RequestState; submitted_by: string; decision: string; decided_by: string; decision_reason: string | null }> & { submitted_at?: Date; decided_at?: Date };

async function setState(tx: TenantTx, id: string, change: StateChange): Promise<void> {
  await tx.db.updateTable('assessments').set(change).where('id', '=', id).execute();
}

function record(tx: TenantTx, actor: Actor, event: { id: string; action: string; details: { [key: string]: JsonValue } }): void {
  recordEvent(tx, { actor, action: `assessment.${event.action}`, subject: { type: 'assessment', id: event.id }, details: event.details });
}

export interface SubmitAnswers {
  assessmentId: string;
  /** the revision that was validated; PLB-ASSESS-004 when there is a newer one */
  expectedRevision: number;
  /** the name typed by who attests; kept in the row, not in the record */
  submittedBy: string;
  /** hash of the answers as attested */
  answersHash?: string | undefined;
}

/** Of many at once exactly one submits; the others get PLB-ASSESS-002. Validate before (src/assess). */
export async function submitAnswers(tx: TenantTx, actor: Actor, input: SubmitAnswers): Promise<Assessment> {
  const row = await lockAssessment(tx, input.assessmentId);
  assertOpenForAnswers(row);
  assertRevision(row, input.expectedRevision);
  await setState(tx, row.id, { state: 'submitted', submitted_at: new Date(), submitted_by: columnText(input.submittedBy) });
  record(tx, actor, { id: row.id, action: 'submitted', details: { revision: row.revision, answersHash: input.answersHash ?? null } });
  return assessmentById(tx, row.id);
}

export interface AssessmentDecision {
  assessmentId: string;
  decision: 'accepted' | 'rejected';
  reason: string | null;
}

/** Ends a submitted assessment. PLB-ASSESS-002 when it was decided or closed already, or nothing was submitted. */
export async function decideAssessment(tx: TenantTx, actor: Actor, input: AssessmentDecision): Promise<Assessment> {
  const row = await lockAssessment(tx, input.assessmentId);
  if (row.state !== 'submitted' && row.state !== 'in-review') {
    throw new PlumblineError('PLB-ASSESS-002', hasEnded(row) ? 'This assessment was decided or closed already.' : 'Nothing was submitted yet.', { state: row.state });
  }
  const reason = input.reason === null ? null : columnText(input.reason);
  await setState(tx, row.id, { state: 'done', decision: input.decision, decided_by: actor.id, decided_at: new Date(), decision_reason: reason });
  await endRequests(tx, actor, row.id);
  record(tx, actor, { id: row.id, action: input.decision, details: { vendorId: row.vendor_id, revision: row.revision } });
  return assessmentById(tx, row.id);
}

/** Its link ends with it. Cancelling what has ended is PLB-ASSESS-002. */
export async function cancelAssessment(tx: TenantTx, actor: Actor, assessmentId: string): Promise<Assessment> {
  const row = await lockAssessment(tx, assessmentId);
  if (hasEnded(row)) throw new PlumblineError('PLB-ASSESS-002', 'This assessment has ended already.', { state: row.state });
  return close(tx, actor, { row, cause: 'cancelled' });
}

/** For the workflow, when nobody answered in time. Idempotent: what has ended stays as it is, and what was submitted in the last moment waits for its decision. */
export async function expireAssessment(tx: TenantTx, actor: Actor, assessmentId: string): Promise<Assessment> {
  const row = await lockAssessment(tx, assessmentId);
  const isAnswered = row.state === 'submitted' || row.state === 'in-review';
  return hasEnded(row) || isAnswered ? assessmentById(tx, assessmentId) : close(tx, actor, { row, cause: 'expired' });
}

async function close(tx: TenantTx, actor: Actor, { row, cause }: { row: Row; cause: 'cancelled' | 'expired' }): Promise<Assessment> {
  await setState(tx, row.id, { state: 'cancelled', ...(cause === 'expired' ? { decision_reason: 'Nobody answered in time.' } : {}) });
  await endRequests(tx, actor, row.id);
  record(tx, actor, { id: row.id, action: cause, details: { vendorId: row.vendor_id } });
  return assessmentById(tx, row.id);
}
