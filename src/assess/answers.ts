/** The rules of an answer. Owns: which value fits which question, completeness, progress. Pure. Does not own: who may answer. */
import type { Answer, AnswerValue, Question, Questionnaire } from '../model/assessment.js';
import { allQuestions, textHash } from './questions.js';

export interface AnswerProblem {
  questionId: string;
  /** a sentence for whoever answers */
  problem: string;
}

export interface Progress {
  /** answered among all questions, by answers to the present wording */
  answered: number;
  /** how many must be answered before submitting, and how many of those are */
  required: number;
  requiredAnswered: number;
  total: number;
}

const MAX_TEXT = 20_000;
const MAX_COMMENT = 5_000;

/** `complete: false` judges a draft (what is there must fit); `complete: true` judges a submission (what must be there, is). */
export function validateAnswers(questionnaire: Questionnaire, answers: readonly Answer[], options: { complete: boolean }): AnswerProblem[] {
  const questions = new Map(allQuestions(questionnaire).map((question) => [question.id, question]));
  const seen = new Set<string>();
  const problems: AnswerProblem[] = [];
  for (const answer of answers) {
    const problem = seen.has(answer.questionId) ? 'This question is answered twice.' : answerProblem(questions.get(answer.questionId), answer);
    if (problem !== null) problems.push({ questionId: answer.questionId, problem });
    seen.add(answer.questionId);
  }
  return options.complete ? [...problems, ...missing(questionnaire, answers, problems)] : problems;
}

/** False and 0 are answers; null, an empty text and an empty choice are not. */
export function isAnswered(value: AnswerValue): boolean {
  if (value === null) return false;
  if (typeof value === 'string') return value.trim() !== '';
  return Array.isArray(value) ? value.length > 0 : true;
}

export function progress(questionnaire: Questionnaire, answers: readonly Answer[]): Progress {
  const given = givenAnswers(answers);
  const questions = allQuestions(questionnaire);
  const answered = questions.filter((question) => isGiven(question, given));
  return {
    answered: answered.length,
    required: questions.filter((question) => question.required).length,
    requiredAnswered: answered.filter((question) => question.required).length,
    total: questions.length,
  };
}

function givenAnswers(answers: readonly Answer[]): Map<string, Answer> {
  return new Map(answers.filter((answer) => isAnswered(answer.value)).map((answer) => [answer.questionId, answer]));
}

function isGiven(question: Question, given: ReadonlyMap<string, Answer>): boolean {
  return given.get(question.id)?.textHash === textHash(question);
}

function missing(questionnaire: Questionnaire, answers: readonly Answer[], problems: readonly AnswerProblem[]): AnswerProblem[] {
  const given = givenAnswers(answers);
  const known = new Set(problems.map((problem) => problem.questionId));
  return allQuestions(questionnaire)
    .filter((question) => question.required && !known.has(question.id) && !isGiven(question, given))
    .map((question) => ({ questionId: question.id, problem: 'This question still needs an answer.' }));
}

function answerProblem(question: Question | undefined, answer: Answer): string | null {
  if (question === undefined) return 'This question is not part of the questionnaire.';
  if (answer.textHash !== textHash(question)) return 'The wording of this question has changed. Please read it again and answer anew.';
  if (answer.comment.length > MAX_COMMENT) return `The comment is longer than ${MAX_COMMENT} characters.`;
  return isAnswered(answer.value) ? valueProblem(question, answer.value) : null;
}

function valueProblem(question: Question, value: AnswerValue): string | null {
  switch (question.type) {
    case 'yes-no':
      return oneOf(['yes', 'no'], value, 'Please choose yes or no.');
    case 'yes-no-na':
      return oneOf(['yes', 'no', 'not-applicable'], value, 'Please choose yes, no or not applicable.');
    case 'single':
      return oneOf(optionValues(question), value, 'Please choose one of the answers offered.');
    case 'multi':
      return multiProblem(optionValues(question), value);
    case 'text':
      return textProblem(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? null : 'Please enter a number, 0 or more.';
    case 'date':
      return typeof value === 'string' && isCalendarDate(value) ? null : 'Please enter a day as year-month-day, for example 2026-03-31.';
  }
}

function optionValues(question: Question): string[] {
  return (question.options ?? []).map((option) => option.value);
}

function oneOf(allowed: readonly string[], value: AnswerValue, problem: string): string | null {
  return typeof value === 'string' && allowed.includes(value) ? null : problem;
}

function multiProblem(allowed: readonly string[], value: AnswerValue): string | null {
  if (!Array.isArray(value) || value.some((item) => !allowed.includes(item))) return 'Please choose among the answers offered.';
  return new Set(value).size === value.length ? null : 'An answer is chosen twice.';
}

function textProblem(value: AnswerValue): string | null {
  if (typeof value !== 'string') return 'Please answer with a text.';
  return value.length <= MAX_TEXT ? null : `The text is longer than ${MAX_TEXT} characters.`;
}

/** 2026-02-30 is refused: Date would silently make it 2 March. */
function isCalendarDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}
