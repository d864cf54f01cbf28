/** Answers of an assessment. Owns reading and saving with a revision, so that two windows never overwrite each other unseen. */
import { sql } from 'kysely';
import type { Answer, AnswerValue } from '../model/assessment.js';
import type { Actor } from '../model/identity.js';
import { assertOpenForAnswers, assertRevision, lockAssessment } from './assessment-row.js';
import { recordEvent } from './audit.js';
import type { TenantTx } from './tenant-tx.js';
import { columnText } from './values.js';

export async function readAnswers(tx: TenantTx, assessmentId: string): Promise<Answer[]> {
  const rows = await tx.db.selectFrom('answers').select(['question_id', 'text_hash', 'value', 'comment']).where('assessment_id', '=', assessmentId).orderBy('question_id').execute();
  return rows.map((row) => ({ questionId: row.question_id, textHash: row.text_hash, value: row.value as AnswerValue, comment: row.comment }));
}

export interface SaveAnswers {
  assessmentId: string;
  /** the revision the writer saw; PLB-ASSESS-004 when somebody saved since */
  expectedRevision: number;
  /** those given are written; others stay */
  answers: readonly Answer[];
}

/** Returns the new revision. Answers and comments themselves never enter the record: only which revision, and how many. */
export async function saveAnswers(tx: TenantTx, actor: Actor, input: SaveAnswers): Promise<{ revision: number }> {
  const row = await lockAssessment(tx, input.assessmentId);
  assertOpenForAnswers(row);
  assertRevision(row, input.expectedRevision);
  await upsert(tx, input);
  const revision = row.revision + 1;
  await tx.db.updateTable('assessments').set({ revision, state: 'in-progress' }).where('id', '=', row.id).execute();
  recordEvent(tx, { actor, action: 'answers.saved', subject: { type: 'assessment', id: row.id }, details: { revision, answers: input.answers.length } });
  return { revision };
}

async function upsert(tx: TenantTx, { assessmentId, answers }: SaveAnswers): Promise<void> {
  const unique = [...new Map(answers.map((answer) => [answer.questionId, answer])).values()];
  if (unique.length === 0) return;
  await sql`
    INSERT INTO answers (tenant_id, assessment_id, question_id, text_hash, value, comment, updated_at)
    SELECT ${tx.tenantId}, ${assessmentId}, question_id, text_hash, value::json, comment, now()
    FROM unnest(${unique.map((answer) => answer.questionId)}::text[], ${unique.map((answer) => answer.textHash)}::text[], ${unique.map((answer) => JSON.stringify(answer.value))}::text[],
      ${unique.map((answer) => columnText(answer.comment))}::text[]) AS t (question_id, text_hash, value, comment)
    ON CONFLICT (tenant_id, assessment_id, question_id) DO UPDATE SET text_hash = excluded.text_hash, value = excluded.value, comment = excluded.comment, updated_at = excluded.updated_at`.execute(tx.db);
}
