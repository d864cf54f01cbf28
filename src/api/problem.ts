/**
 * From a thrown thing to what the caller sees: application/problem+json. Owns the mapping and nothing else.
 * Unknown errors lose their text here: a stack, a statement or a path never leaves.
 */
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { ERRORS, PlumblineError, type ErrorCode } from '../model/errors.js';
import { isPartDown } from './part-down.js';
import type { Problem } from './schemas.js';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
const RETRY_AFTER_SECONDS = 5;

const TITLES: Record<number, string> = {
  400: 'Bad request', 401: 'Sign-in needed', 403: 'Not allowed', 404: 'Not found', 409: 'Conflict', 410: 'Gone', 413: 'Too large', 415: 'Wrong kind of content',
  422: 'Cannot be done', 429: 'Too many requests', 500: 'Internal error', 502: 'The other side failed', 503: 'A part is not answering',
};

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
  /** true when it is a defect of ours, so that the log holds it in full */
  readonly defect: boolean;
}

interface FrameworkError {
  statusCode?: unknown;
  code?: unknown;
}

export function toProblem(error: unknown): ProblemAnswer {
  if (error instanceof PlumblineError) return fromCode(error.code, error.message, retryAfterOf(error));
  if (hasZodFastifySchemaValidationErrors(error)) return fromValidation(error.validation);
  if (isPartDown(error)) return fromCode('PLB-API-003', 'The database or the workflow engine did not answer.', RETRY_AFTER_SECONDS);
  const framework = fromFramework(error as FrameworkError | null);
  return framework ?? { ...fromCode('PLB-INTERNAL-001', 'Something went wrong inside Plumbline.'), defect: true };
}

function fromCode(code: ErrorCode, detail: string, retryAfterSeconds?: number): ProblemAnswer {
  const { http, next } = ERRORS[code];
  const headers: Record<string, string> = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return { status: http, headers, body: { type: 'about:blank', title: TITLES[http] ?? 'Error', status: http, code, detail, next }, defect: false };
}

function retryAfterOf(error: PlumblineError): number | undefined {
  if (error.code === 'PLB-API-003') return RETRY_AFTER_SECONDS;
  const given = error.details['retryAfterSeconds'];
  return error.code === 'PLB-API-005' ? (typeof given === 'number' ? given : 60) : undefined;
}

interface ValidationIssue {
  instancePath: string;
  message?: string;
}

function fromValidation(issues: readonly ValidationIssue[]): ProblemAnswer {
  const errors = issues.map((issue) => ({ path: issue.instancePath.replace(/^\//, '').replaceAll('/', '.'), message: issue.message ?? 'cannot be used' }));
  const first = errors[0];
  const problem = fromCode('PLB-API-001', first?.path ? `The field ${first.path}: ${first.message}.` : 'The request is not complete.');
  return { ...problem, body: { ...problem.body, errors } };
}

/** What Fastify itself refuses before a route is reached: bad JSON, a body too large, a wrong content type. */
function fromFramework(error: FrameworkError | null): ProblemAnswer | null {
  const status = typeof error?.statusCode === 'number' ? error.statusCode : 500;
  if (status < 400 || status >= 500) return null;
  const sentences: Record<number, string> = { 413: 'The request is larger than this address takes.', 415: 'Only application/json is understood here.', 404: 'Nothing is at this address.' };
  const problem = fromCode(status === 404 ? 'PLB-API-002' : 'PLB-API-001', sentences[status] ?? 'The request cannot be read as JSON.');
  return { ...problem, status, body: { ...problem.body, status, title: TITLES[status] ?? 'Bad request' } };
}
