/** What an assessment report says of a vendor's answers. */
import { describe, expect, it } from 'vitest';
import { answerMark, assessmentReportModel } from '../../../src/report/assessment-report.js';
import { assessmentInput } from '../../integration/report/sample-input.js';

const SEAL = { contentHash: 'ab'.repeat(32), certificateFingerprint: 'cd'.repeat(32) };
const { assessment } = assessmentInput();

describe('the verdict on a vendor', () => {
  it('counts what is not met and what has no answer', () => {
    expect(assessmentReportModel(assessmentInput(), SEAL).summary).toMatchObject({
      toneMark: 'bad', verdict: 'Parcel Cloud GmbH has answered; 1 control is not met by the vendor’s own word and 1 question has no answer.',
      coverage: '4 of 5 questions answered (80%), as of 22 Nov 2026, 16:40 CET.',
    });
  });

  it('is not given before submission, and tells that the date has passed', () => {
    const model = assessmentReportModel(assessmentInput({ assessment: { ...assessment, status: 'in-progress', submittedAt: null, submittedBy: null } }), SEAL);

    expect(model.summary).toMatchObject({ toneMark: 'unsure', verdict: expect.stringContaining('has not submitted its answers, and the due date has passed') });
    expect(model.cover.warning).toMatch(/^Not submitted/);
  });

  it('is not good of an assessment that was declined, however it was answered', () => {
    const model = assessmentReportModel(assessmentInput({ sections: [], assessment: { ...assessment, status: 'declined' } }), SEAL);

    expect(model.summary.toneMark).toBe('bad');
  });
});

describe('an answer', () => {
  it.each([[true, 'yes'], ['Yes', 'yes'], [false, 'no'], ['no', 'no'], ['n/a', 'not-applicable'], ['', 'open'], [null, 'open'], [[], 'open'], [0, 'other'], ['ISO 27001', 'other']] as const)('%j counts as %s', (answer, mark) => {
    expect(answerMark(answer as never)).toBe(mark);
  });

  it('keeps its own words when it is neither yes nor no', () => {
    const row = assessmentReportModel(assessmentInput(), SEAL).answers.groups[0]?.rows[2];

    expect(row).toMatchObject({ answerMark: 'other', answer: 'ISO 27001, SOC 2 type II' });
  });
});
