/**
 * A loopback server that answers like n8n's public API over as many made-up workflows as asked for: pages by offset, entity tags, 304.
 * Each page is made once, so that what is measured is the reader. Owns the estate and what was asked; knows nothing of Plumbline.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { n8nNode, inARow, requestNode, webhookNode, codeNode } from './n8n-workflows.js';

export const ESTATE_KEY = 'estate-n8n-key-0001';

export interface EstateN8n {
  readonly url: string;
  readonly apiKey: string;
  /** `GET /workflows?limit=250` -> 200, in order */
  readonly asked: { readonly request: string; readonly status: number; readonly conditional: boolean }[];
  /** replaces all workflows */
  setWorkflows(count: number, mark?: string): void;
  /** answers instead where it returns true; called before anything else */
  answerWith(own: ((request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>) | null): void;
  stop(): Promise<void>;
}

/** Five nodes as people draw them: a hook, code, two calls, an answer. */
export function estateWorkflow(index: number, mark = ''): Record<string, unknown> {
  const hook = webhookNode('Order arrives', { path: `orders/${index}`, responseMode: 'responseNode' });
  const tidy = codeNode('Tidy', `return $input.all().map((item) => ({ json: { number: item.json.body?.number, lane: ${index % 7} } }));`);
  const stock = requestNode('Ask stock', `https://stock-${index % 40}.example.com/api/lots`, { authentication: 'genericCredentialType', genericAuthType: 'httpHeaderAuth' }, { credentials: { httpHeaderAuth: { id: `cred${index % 5}`, name: `Key ${index % 5}` } } });
  const page = requestNode('Tell the shift', 'https://events.example.org/v1/alerts', { method: 'POST' });
  const answer = n8nNode('Answer', 'n8n-nodes-base.respondToWebhook', 1.1, { parameters: { options: {} } });
  const nodes = [hook, tidy, stock, page, answer].map((node, at) => ({ ...node, id: `${String(index).padStart(8, '0')}-0000-4000-8000-00000000000${at}` }));
  return {
    id: `wf${String(index).padStart(14, '0')}`, name: `Orders lane ${index}${mark}`, active: false, isArchived: false, nodes, connections: inARow(...nodes), settings: { executionOrder: 'v1' }, staticData: null, meta: null,
    versionId: createHash('md5').update(String(index)).digest('hex'), triggerCount: 0, tags: [], createdAt: '2026-01-05T08:00:00.000Z', updatedAt: '2026-01-05T08:00:00.000Z',
    shared: [{ createdAt: '2026-01-05T08:00:00.000Z', updatedAt: '2026-01-05T08:00:00.000Z', role: 'workflow:owner', workflowId: `wf${index}`, projectId: 'p1', project: { id: 'p1', name: 'Ada Admin', type: 'personal' } }],
  };
}

interface Stored {
  readonly body: Buffer;
  readonly etag: string;
}

function stored(value: unknown): Stored {
  const body = Buffer.from(JSON.stringify(value));
  return { body, etag: `W/"${body.length.toString(16)}-${createHash('sha1').update(body).digest('base64').slice(0, 27)}"` };
}

const list = (data: unknown[]): Stored => stored({ data, nextCursor: null });
const CREDENTIALS = list([0, 1, 2, 3, 4].map((index) => ({ id: `cred${index}`, name: `Key ${index}`, type: 'httpHeaderAuth', createdAt: '2026-01-05T08:00:00.000Z', updatedAt: '2026-01-05T08:00:00.000Z', shared: [{ id: 'p1', name: 'Ada Admin', role: 'credential:owner' }] })));
const PEOPLE = list([{ id: 'u1', email: 'ada@example.com', firstName: 'Ada', lastName: 'Admin', isPending: false, mfaEnabled: true, role: 'global:owner' }, { id: 'u2', email: 'ben@example.com', firstName: 'Ben', lastName: 'B', isPending: false, role: 'global:member' }]);
const UNLICENSED = stored({ message: 'Your license does not allow for this feature.' });
const SETTINGS = stored({ 'Instance Risk Report': { risk: 'instance', sections: [{ title: 'Settings', settings: { features: { communityPackagesEnabled: true, versionNotificationsEnabled: false, templatesEnabled: false, publicApiEnabled: true }, nodes: { nodesExclude: 'none', nodesInclude: 'none' }, telemetry: { diagnosticsEnabled: false } } }] } });
const FIXED: Record<string, readonly [number, Stored]> = {
  '/credentials': [200, CREDENTIALS], '/users': [200, PEOPLE], '/tags': [200, list([])], '/variables': [403, UNLICENSED], '/projects': [403, UNLICENSED], '/audit': [200, SETTINGS],
};
const MISSING = stored({ message: 'not found' });
const REFUSED = stored({ message: 'unauthorized' });

/** The cursor is base64 of {limit, offset}, as n8n makes it. */
function pagesOf(count: number, mark: string): (limit: number, offset: number) => Stored {
  const made = new Map<string, Stored>();
  return (limit, offset) => {
    const key = `${limit}/${offset}`;
    const known = made.get(key);
    if (known) return known;
    const data = Array.from({ length: Math.max(0, Math.min(limit, count - offset)) }, (_each, at) => estateWorkflow(offset + at, mark));
    const next = offset + limit < count ? Buffer.from(JSON.stringify({ limit, offset: offset + limit })).toString('base64') : null;
    const page = stored({ data, nextCursor: next });
    made.set(key, page);
    return page;
  };
}

export async function startEstateN8n(workflows: number): Promise<EstateN8n> {
  const asked: EstateN8n['asked'] = [];
  let pages = pagesOf(workflows, '');
  let own: ((request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>) | null = null;
  const answerOf = (url: URL, request: IncomingMessage): readonly [number, Stored] => {
    const path = url.pathname.replace('/api/v1', '');
    if (request.headers['x-n8n-api-key'] !== ESTATE_KEY) return [401, REFUSED];
    if (path !== '/workflows') return FIXED[path] ?? [404, MISSING];
    const cursor = url.searchParams.get('cursor');
    const at = cursor === null ? { limit: Number(url.searchParams.get('limit') ?? 100), offset: 0 } : (JSON.parse(Buffer.from(cursor, 'base64').toString()) as { limit: number; offset: number });
    return [200, pages(at.limit, at.offset)];
  };
  const server = createServer(async (request, response) => {
    request.resume();
    const url = new URL(request.url ?? '/', 'http://estate');
    const line = `${request.method} ${url.pathname.replace('/api/v1', '')}${url.search}`;
    const conditional = request.headers['if-none-match'] !== undefined;
    const known = { request: line, status: 0, conditional };
    asked.push(known);
    response.on('finish', () => void (known.status = response.statusCode));
    if (own !== null && (await own(request, response))) return;
    const [status, { body, etag }] = answerOf(url, request);
    if (status === 200 && request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length, ...(status === 200 ? { etag } : {}) }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, apiKey: ESTATE_KEY, asked,
    setWorkflows: (count, mark = '') => void (pages = pagesOf(count, mark)),
    answerWith: (next) => void (own = next),
    stop: () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => resolve()); }),
  };
}
