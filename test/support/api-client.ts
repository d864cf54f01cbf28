/**
 * The HTTP API as a browser uses it: a session cookie, the Origin header, JSON. Owns: calls, sign-up, and the few steps that
 * every acceptance test takes. Knows nothing of how the server is made.
 */
import type { AddPlatformRequest, Baseline, Drift, DriftList, Finding, FindingList, Invited, PlatformAdded, Problem, Scan, ScanDetails, ScanList, ScanStarted } from '../../src/api/schemas.js';
import type { Role } from '../../src/model/identity.js';
import { until } from './until.js';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

export interface ApiClient {
  readonly url: string;
  /** The answer's body; throws with code and detail where the API refuses. */
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  remove<T>(path: string): Promise<T>;
  /** Whatever is answered, refusals too. */
  call<T>(method: string, path: string, body?: unknown): Promise<Answer<T>>;
  /** The refusal; throws where the API does not refuse. */
  refusal(method: string, path: string, body?: unknown): Promise<Problem>;
  bytes(path: string): Promise<Buffer>;
}

export const TEST_PASSWORD = 'correct horse battery staple';
const PATIENCE_MS = 60_000;

export function apiClient(url: string): ApiClient {
  const cookies = new Map<string, string>();

  async function send(method: string, path: string, body?: unknown): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers: Record<string, string> = { origin: url, ...(cookie === '' ? {} : { cookie }), ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const init: RequestInit = { method, headers, signal: AbortSignal.timeout(PATIENCE_MS), ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await fetch(`${url}/api/v1${path}`, init);
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return answer;
  }
  async function call<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const answer = await send(method, path, body);
    return { status: answer.status, body: JSON.parse(await answer.text()) as T };
  }
  async function wanted<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await call<T>(method, path, body);
    if (answer.status < 300) return answer.body;
    const { code, detail } = answer.body as Problem;
    throw new Error(`${method} ${path}: ${answer.status} ${code} ${detail}`);
  }
  return {
    url,
    call,
    get: (path) => wanted('GET', path),
    post: (path, body) => wanted('POST', path, body),
    put: (path, body) => wanted('PUT', path, body),
    remove: (path) => wanted('DELETE', path),
    async refusal(method, path, body) {
      const answer = await call<Problem>(method, path, body);
      if (answer.status < 400) throw new Error(`${method} ${path} was not refused: ${answer.status}`);
      return answer.body;
    },
    async bytes(path) {
      const answer = await send('GET', path);
      if (!answer.ok) throw new Error(`GET ${path}: ${answer.status}`);
      return Buffer.from(await answer.arrayBuffer());
    },
  };
}

/** Opens the printed one-time link: an administrator who is an officer too. */
export async function firstAdministrator({ url, firstAdminUrl }: { url: string; firstAdminUrl: string | null }): Promise<ApiClient> {
  const client = apiClient(url);
  const token = firstAdminUrl?.split('#')[1];
  await client.post('/setup', { token, name: 'Ada Admin', email: 'ada@harbour.example', password: TEST_PASSWORD });
  return client;
}

/** Another person, by invitation and with an own session. */
export async function join(admin: ApiClient, name: string, roles: readonly Role[]): Promise<ApiClient> {
  const email = `${name.toLowerCase().replace(/\W+/g, '.')}@harbour.example`;
  const invited = await admin.post<Invited>('/people', { email, name, roles });
  const client = apiClient(admin.url);
  await client.post('/invitations/accept', { token: invited.invitationUrl.split('#')[1], name, password: TEST_PASSWORD });
  return client;
}

export async function signIn(url: string, email = 'ada@harbour.example'): Promise<ApiClient> {
  const client = apiClient(url);
  await client.post('/sign-in', { email, password: TEST_PASSWORD });
  return client;
}

/** Connects a platform and waits for the scan that it gets without being asked for. */
export async function connect(client: ApiClient, request: Partial<AddPlatformRequest>): Promise<{ platformId: string; first: ScanDetails }> {
  const { platform } = await client.post<PlatformAdded>('/platforms', { environment: 'test', ...request });
  return { platformId: platform.id, first: await endedScan(client, platform.id, null) };
}

export async function newestScan(client: ApiClient, platformId: string): Promise<Scan | null> {
  return (await client.get<ScanList>(`/platforms/${platformId}/scans?limit=1`)).items[0] ?? null;
}

/** Waits for a scan other than `before` to end. */
export async function endedScan(client: ApiClient, platformId: string, before: string | null): Promise<ScanDetails> {
  const scan = await until(
    async () => {
      const newest = await newestScan(client, platformId);
      return newest === null || newest.id === before || newest.status === 'running' ? null : newest;
    },
    { what: `a scan of ${platformId} after ${before ?? 'none'} ends`, limitMs: 180_000 },
  );
  return client.get<ScanDetails>(`/scans/${scan.id}`);
}

/** Asks until a scan of our own is started: for a moment after its end, a scan can still be joined. */
export async function startScan(client: ApiClient, platformId: string): Promise<void> {
  await until(async () => ((await client.post<ScanStarted>(`/platforms/${platformId}/scans`)).joined ? null : true), { what: 'a scan of our own starts' });
}

export async function scanNow(client: ApiClient, platformId: string): Promise<ScanDetails> {
  const before = (await newestScan(client, platformId))?.id ?? null;
  await startScan(client, platformId);
  return endedScan(client, platformId, before);
}

export async function openDrift(client: ApiClient, platformId: string): Promise<Drift[]> {
  return (await client.get<DriftList>(`/drift?platformId=${platformId}`)).items;
}

/** All pages. */
export async function openFindings(client: ApiClient, platformId: string): Promise<Finding[]> {
  const found: Finding[] = [];
  let cursor: string | null = null;
  do {
    const page: FindingList = await client.get(`/findings?platformId=${platformId}&limit=200${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

/** Proposed by one, approved by the other. */
export async function approve(by: { proposer: ApiClient; approver: ApiClient }, platformId: string, scanId: string): Promise<Baseline> {
  const { baseline } = await by.proposer.post<{ baseline: Baseline }>(`/platforms/${platformId}/baselines`, { scanId });
  return (await by.approver.post<{ baseline: Baseline }>(`/baselines/${baseline.id}/decision`, { decision: 'approved', reason: 'Reviewed with the flow owners.' })).baseline;
}
