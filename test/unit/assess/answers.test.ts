import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { allQuestions, loadQuestionnaires, progress, textHash, validateAnswers } from '../../../src/assess/index.js';
import type { Answer, AnswerValue, Question, Questionnaire } from '../../../src/model/assessment.js';

let mvsp: Questionnaire;
beforeAll(async () => {
  mvsp = (await loadQuestionnaires(join(import.meta.dirname, '../../../packs')))[0]!;
});

function question(id: string): Question {
  return allQuestions(mvsp).find((candidate) => candidate.id === id)!;
}

function answer(id: string, value: AnswerValue): Answer {
  return { questionId: id, textHash: textHash(question(id)), value, comment: '' };
}

function fitting(candidate: Question): AnswerValue {
  const first = candidate.options?.[0]?.value ?? '';
  const values: Record<Question['type'], AnswerValue> = { 'yes-no': 'yes', 'yes-no-na': 'not-applicable', single: first, multi: [first], text: 'Germany', number: 0, date: '2026-02-28' };
  return values[candidate.type];
}

describe('the rules of an answer', () => {
  it('accepts a full set of fitting answers as complete', () => {
    const answers = allQuestions(mvsp).map((candidate) => answer(candidate.id, fitting(candidate)));

    expect(validateAnswers(mvsp, answers, { complete: true })).toEqual([]);
    expect(progress(mvsp, answers)).toMatchObject({ answered: 34, total: 34 });
  });

  it('names every required question that is missing, and no optional one', () => {
    const problems = validateAnswers(mvsp, [], { complete: true });

    expect(problems.map((problem) => problem.questionId)).toEqual(allQuestions(mvsp).filter((candidate) => candidate.required).map((candidate) => candidate.id));
    expect(problems.map((problem) => problem.questionId)).not.toContain('1.3');
  });

  it('lets a draft be incomplete', () => {
    expect(validateAnswers(mvsp, [answer('1.2', 'copy')], { complete: false })).toEqual([]);
  });

  it.each<[string, AnswerValue]>([
    ['1.1-policy', 'maybe'], ['1.1-policy', true], ['1.8', 'n/a'], ['1.2', 'elsewhere'], ['1.5', 'everyone'], ['1.5', ['everyone', 'everyone']], ['1.5', ['martians']],
    ['1.7', '72'], ['1.7', -1], ['1.7', Number.NaN], ['1.3', '2026-02-30'], ['1.3', '31.03.2026'], ['1.6-location', 7], ['1.6-location', 'x'.repeat(20_001)],
  ])('refuses for question %s the value %j', (id, value) => {
    expect(validateAnswers(mvsp, [answer(id, value)], { complete: false })).toHaveLength(1);
  });

  it('takes zero and "no" as answers, and empty text, empty choice and null as none', () => {
    const answers = [answer('1.7', 0), answer('1.1-policy', 'no'), answer('1.6-location', '  '), answer('1.5', []), answer('1.2', null)];

    expect(progress(mvsp, answers).answered).toBe(2);
    expect(validateAnswers(mvsp, answers, { complete: false })).toEqual([]);
  });

  it('does not carry an answer over to a reworded question', () => {
    const stale: Answer = { ...answer('1.2', 'copy'), textHash: textHash({ ...question('1.2'), text: 'Another wording?' }) };

    expect(progress(mvsp, [stale]).answered).toBe(0);
    expect(validateAnswers(mvsp, [stale], { complete: false })[0]?.problem).toContain('wording');
  });

  it('keeps answers when only the hint is improved', () => {
    expect(textHash({ ...question('1.2'), guidance: 'A better hint.' })).toBe(textHash(question('1.2')));
  });

  it('refuses questions it does not know and double answers', () => {
    const unknown: Answer = { questionId: '9.9', textHash: '', value: 'yes', comment: '' };

    expect(validateAnswers(mvsp, [unknown, answer('1.2', 'copy'), answer('1.2', 'no')], { complete: false }).map((problem) => problem.questionId)).toEqual(['9.9', '1.2']);
  });
});
