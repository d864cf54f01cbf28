/** Talks to /api/v1. Owns: the fetch call and how a refusal reaches a page. Does not own: what a page does with it. */

/** A refusal as the API words it (RFC 9457 problem+json): code, what happened, what to do next. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly next: string;
  readonly fields: { path: string; message: string }[];

  constructor(problem: { status: number; code: string; detail: string; next: string; errors?: { path: string; message: string }[] }) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.next = problem.next;
    this.fields = problem.errors ?? [];
  }
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1/${path}`, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiProblem({ status: 0, code: 'PLB-API-003', detail: 'Plumbline does not answer.', next: 'Check that it is running, then try again.' });
  }
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  const problem = (answer ?? {}) as { code?: string; detail?: string; next?: string; errors?: { path: string; message: string }[] };
  throw new ApiProblem({
    status: response.status,
    code: problem.code ?? 'PLB-INTERNAL-001',
    detail: problem.detail ?? 'Something went wrong on our side.',
    next: problem.next ?? 'Try again; if it repeats, report it with the time.',
    ...(problem.errors ? { errors: problem.errors } : {}),
  });
}

export const api = {
  get: <T>(path: string): Promise<T> => call<T>('GET', path),
  post: <T>(path: string, body: unknown = {}): Promise<T> => call<T>('POST', path, body),
  put: <T>(path: string, body: unknown): Promise<T> => call<T>('PUT', path, body),
  delete: <T>(path: string): Promise<T> => call<T>('DELETE', path),
};
