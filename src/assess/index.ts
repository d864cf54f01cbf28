/** Questionnaires and answers. Owns: loading packs, the rules of an answer, progress. Does not own: storage, mail, decisions. */
export { validateAnswers, isAnswered, progress, type AnswerProblem, type Progress } from './answers.js';
export { loadQuestionnaires } from './load-questionnaires.js';
export { allQuestions, textHash } from './questions.js';
