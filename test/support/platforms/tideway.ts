/**
 * Tideway, a platform that nobody has: a loopback server with a sign-in, four kinds of lists, flows whose steps stand as JSON in a text,
 * and fields that change by themselves. Owns its estate; docs/connectors/your-own-platform.md is written about it.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const TIDEWAY_SECRET = { clientId: 'plumbline-reader', clientSecret: 'tw-secret-91c2e7a4b8d05f63' };
/** what stands in clear in one of its steps */
export const TIDEWAY_INLINE_SECRET = 'tk9ZqW7xL2mV5bN8cR4dF1gH';
const TOKEN = 'tws-5d1f8e0b7c264a93';

interface Step {
  readonly ref: string;
  readonly app: string;
  readonly label: string;
  readonly enabled?: boolean;
  readonly options: Record<string, unknown>;
  readonly branches?: readonly { readonly when: string; readonly steps: readonly Step[] }[];
}

const intake: Step[] = [
  { ref: 'a', app: 'hook', label: 'Order in', options: { path: '/in/orders', protect: 'none' } },
  { ref: 'b', app: 'split', label: 'Large order?', options: { field: 'amount' }, branches: [
    { when: 'amount > 1000', steps: [{ ref: 'c', app: 'call', label: 'Tell the bank', options: { verb: 'POST', to: 'http://bank.example.org/holds', headers: { 'X-Api-Key': TIDEWAY_INLINE_SECRET } } }] },
    { when: 'else', steps: [{ ref: 'd', app: 'script', label: 'Round', options: { body: 'return Math.round(order.amount)' } }] },
  ] },
];
const letters: Step[] = [
  { ref: 'a', app: 'clock', label: 'Each morning', options: { every: '1d' } },
  { ref: 'b', app: 'assistant', label: 'Draft', options: { model: 'gpt-4o-mini', prompt: 'Answer: <<letter.text>>' } },
  { ref: 'c', app: 'call', label: 'Old archive', enabled: false, options: { verb: 'GET', to: 'https://archive.example.net/letters' } },
];

const SPACES = [{ id: 'sp-1', name: 'Sales', plan: 'team' }, { id: 'sp-2', name: 'Office', plan: 'team' }, { id: 'sp-3', name: 'Empty', plan: 'team' }];
const FLOWS: Record<string, { id: string; title: string; status: string; labels: string[]; steps: Step[]; runs: number }[]> = {
  'sp-1': [{ id: 'fl-1', title: 'Order intake', status: 'on', labels: ['orders', 'eu'], steps: intake, runs: 812 }, { id: 'fl-2', title: 'Order report', status: 'off', labels: [], steps: [], runs: 3 }],
  'sp-2': [{ id: 'fl-3', title: 'Letters', status: 'on', labels: ['letters'], steps: letters, runs: 44 }],
  'sp-3': [],
};
const MEMBERS = [
  { id: 'm-1', mail: 'olga@tideway-customer.com', role: 'owner', twoStep: false, lastSeen: 1_763_000_000 },
  { id: 'm-2', mail: 'mika@tideway-customer.com', role: 'editor', twoStep: true, lastSeen: 1_763_100_000 },
  { id: 'm-3', mail: 'vera@tideway-customer.com', role: 'editor', twoStep: true, lastSeen: null },
];
const CONNECTIONS = [{ id: 'cn-1', app: 'bank', name: 'Bank account', space: 'sp-1', sharedWith: ['m-2', 'm-1'], value: '********' }];

export interface Tideway {
  readonly url: string;
  /** `GET /api/v2/spaces?page=1`, in the order they came */
  requests(): string[];
  close(): Promise<void>;
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  try { return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>; } catch { return {}; }
}

/** What changes although nobody changes anything: a time, a count, the order of a set. */
let reads = 0;
const now = (): string => new Date(1_764_000_000_000 + reads * 1000).toISOString();
const shuffled = <T>(list: readonly T[]): T[] => (reads % 2 === 0 ? [...list] : [...list].reverse());

function spaces(query: URLSearchParams): unknown {
  const [page, size] = [Number(query.get('page') ?? 1), Math.min(2, Number(query.get('size') ?? 2))];
  return { spaces: SPACES.slice((page - 1) * size, page * size).map((space) => ({ ...space, modifiedAt: now() })), hasMore: page * size < SPACES.length };
}

function flows(space: string, query: URLSearchParams): unknown {
  const all = FLOWS[space] ?? [];
  const at = query.has('after') ? Number(query.get('after')!.slice(2)) : 0;
  const page = all.slice(at, at + 1).map(({ steps, runs, labels, ...flow }) => ({ ...flow, labels: shuffled(labels), modifiedAt: now(), runCount: runs + reads, definition: JSON.stringify({ version: 3, steps }) }));
  return { flows: page, next: at + 1 < all.length ? `t-${at + 1}` : null };
}

function members(query: URLSearchParams): unknown {
  const [offset, limit] = [Number(query.get('offset') ?? 0), Math.min(2, Number(query.get('limit') ?? 2))];
  return { members: MEMBERS.slice(offset, offset + limit), total: MEMBERS.length };
}

function answer(path: string, query: URLSearchParams, response: ServerResponse): void {
  const space = /^\/api\/v2\/spaces\/([^/]+)\/flows$/.exec(path)?.[1];
  if (space !== undefined) return json(response, flows(space, query));
  if (path === '/api/v2/spaces') return json(response, spaces(query));
  if (path === '/api/v2/members') return json(response, members(query));
  if (path === '/api/v2/connections') return json(response, CONNECTIONS.map((each) => ({ ...each, sharedWith: shuffled(each.sharedWith) })));
  if (path === '/api/v2/audit') return json(response, { error: 'plan_required', message: 'The audit log is part of the Harbour plan.' }, 403);
  return json(response, { error: 'not_found' }, 404);
}

export async function startTideway(): Promise<Tideway> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://tideway');
      asked.push(`${request.method} ${url.pathname}${url.search}`);
      if (url.pathname === '/api/v2/session' && request.method === 'POST') {
        const body = await bodyOf(request);
        const good = body['clientId'] === TIDEWAY_SECRET.clientId && body['clientSecret'] === TIDEWAY_SECRET.clientSecret;
        return good ? json(response, { session: { token: TOKEN, expiresIn: 900 } }) : json(response, { error: 'wrong_client' }, 401);
      }
      if (request.headers['x-tideway-session'] !== TOKEN) return json(response, { error: 'no_session' }, 401);
      if (request.method !== 'GET') return json(response, { error: 'read_only_test' }, 405);
      reads += 1;
      return answer(url.pathname, url.searchParams, response);
    })();
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => [...asked],
    close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
}
