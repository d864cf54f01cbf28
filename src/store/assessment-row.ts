/** The row of an assessment, locked, and what may still be done with it. Owns the guards that answers.ts and assessments.ts share. */
import type { Selectable } from 'kysely';
import { PlumblineError } from '../model/errors.js';
import type { Tables } from './schema-types.js';
import type { TenantTx } from './tenant-tx.js';

export type AssessmentRow = Selectable<Tables['assessments']>;

export function assessmentNotFound(): PlumblineError {
  return new PlumblineError('PLB-API-002', 'There is no assessment with this id.');
}

export async function lockAssessment(tx: TenantTx, assessmentId: string): Promise<AssessmentRow> {
  const row = await tx.db.selectFrom('assessments').selectAll().where('id', '=', assessmentId).forUpdate().executeTakeFirst();
  if (!row) throw assessmentNotFound();
  return row;
}

const OPEN_FOR_ANSWERS = new Set(['planned', 'sent', 'opened', 'in-progress']);

export function hasEnded({ state }: Pick<AssessmentRow, 'state'>): boolean {
  return ['done', 'declined', 'revoked', 'cancelled'].includes(state);
}

export function assertOpenForAnswers({ state }: Pick<AssessmentRow, 'state'>): void {
  if (!OPEN_FOR_ANSWERS.has(state)) throw new PlumblineError('PLB-ASSESS-002', `This questionnaire is ${state.replace('-', ' ')} and takes no more answers.`, { state });
}

export function assertRevision({ revision }: Pick<AssessmentRow, 'revision'>, expected: number): void {
  if (revision !== expected) throw new PlumblineError('PLB-ASSESS-004', 'These answers were saved elsewhere meanwhile.', { revision });
}
