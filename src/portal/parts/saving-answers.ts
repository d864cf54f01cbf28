/**
 * Keeps the answers of one request saved while they are typed. Owns: what is not saved yet, one save at a time, trying again,
 * the last save when the page is left. Does not own: how questions look.
 */
import { useEffect, useRef, useState } from 'react';
import type { AnswersSaved, LinkRequest, Question } from '../../api/schemas.js';
import type { Answer, AnswerValue } from '../../model/assessment.js';
import { api, ApiProblem } from '../api-client.js';
import { tokenFromFragment } from '../session.js';

export interface Given {
  value: AnswerValue;
  comment: string;
}
export type Draft = Readonly<Record<string, Given>>;

export interface Saving {
  draft: Draft;
  set: (question: Question, change: Partial<Given>) => void;
  problems: AnswersSaved['problems'];
  /** saves what is not saved yet; the revision that the server then holds */
  flush: () => Promise<number>;
  state: 'untouched' | 'saving' | 'saved' | 'not-saved';
  savedAt: string | null;
  error: unknown;
}

const SAVE_AFTER_MS = 700;
const TRY_AGAIN_MS = 5_000;

function toAnswers(request: LinkRequest, draft: Draft): Answer[] {
  const questions = request.questionnaire.sections.flatMap((section) => section.questions);
  return questions.flatMap((question) => {
    const given = draft[question.id];
    return given ? [{ questionId: question.id, textHash: question.textHash, value: given.value, comment: given.comment }] : [];
  });
}

/** The session of a link ends after some hours; the link itself still stands in the address and opens it again. */
async function put(revision: number, answers: Answer[]): Promise<AnswersSaved> {
  const body = { revision, answers };
  try {
    return await api.put<AnswersSaved>('link/answers', body);
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'PLB-ASSESS-001') throw error;
    await api.post('link/redeem', { token: tokenFromFragment() });
    return api.put<AnswersSaved>('link/answers', body);
  }
}

export function useSaving(request: LinkRequest): Saving {
  const [draft, setDraft] = useState<Draft>(() => Object.fromEntries(request.answers.map((answer) => [answer.questionId, { value: answer.value, comment: answer.comment }])));
  const [status, setStatus] = useState<Pick<Saving, 'problems' | 'state' | 'savedAt' | 'error'>>({ problems: [], state: 'untouched', savedAt: null, error: null });
  const held = useRef({ draft, revision: request.revision, dirty: false, queue: Promise.resolve(), timer: 0 });

  const saveOnce = async (): Promise<void> => {
    const now = held.current;
    if (!now.dirty) return;
    now.dirty = false;
    try {
      const saved = await put(now.revision, toAnswers(request, now.draft));
      now.revision = saved.revision;
      setStatus({ problems: saved.problems, state: now.dirty ? 'saving' : 'saved', savedAt: new Date().toISOString(), error: null });
    } catch (error) {
      now.dirty = true;
      setStatus((before) => ({ ...before, state: 'not-saved', error }));
      if (isPassing(error)) schedule(TRY_AGAIN_MS);
      throw error;
    }
  };
  const flush = async (): Promise<number> => {
    clearTimeout(held.current.timer);
    const mine = held.current.queue.then(saveOnce);
    held.current.queue = mine.catch(() => undefined);
    await mine;
    return held.current.revision;
  };
  const schedule = (afterMs: number): void => {
    clearTimeout(held.current.timer);
    held.current.timer = window.setTimeout(() => void flush().catch(() => undefined), afterMs);
  };
  const set: Saving['set'] = (question, change) => {
    const next = { ...held.current.draft, [question.id]: { value: null, comment: '', ...held.current.draft[question.id], ...change } };
    Object.assign(held.current, { draft: next, dirty: true });
    setDraft(next);
    setStatus((before) => ({ ...before, state: 'saving' }));
    schedule(SAVE_AFTER_MS);
  };
  useFlushOnLeaving(flush);
  return { draft, set, flush, ...status };
}

function isPassing(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 429 || error.status >= 500);
}

/** A phone may end a page without asking once it is out of sight. */
function useFlushOnLeaving(flush: () => Promise<number>): void {
  const latest = useRef(flush);
  latest.current = flush;
  useEffect(() => {
    const onHidden = (): void => {
      if (document.visibilityState === 'hidden') void latest.current().catch(() => undefined);
    };
    document.addEventListener('visibilitychange', onHidden);
    return () => document.removeEventListener('visibilitychange', onHidden);
  }, []);
}
