/** Questions of a questionnaire. Owns: their order and the hash that ties an answer to the wording it was given to. */
import { canonicalJson, sha256 } from '../model/canonical.js';
import type { Question, Questionnaire } from '../model/assessment.js';

/** In the order in which they are asked. */
export function allQuestions(questionnaire: Questionnaire): Question[] {
  return questionnaire.sections.flatMap((section) => section.questions);
}

/**
 * Hash of everything that gives an answer its meaning: wording, type and the options. Guidance is left out: it explains,
 * and a better hint must not throw answers away.
 */
export function textHash(question: Question): string {
  return sha256(canonicalJson({ type: question.type, text: question.text, options: question.options ?? [] }));
}
