/** A loopback n8n made of the connector's fixtures, so that single answers can be replaced. Owns the routes and paging. */
import { readFileSync } from 'node:fs';
import { startHostileServer, json } from './hostile-server.js';
import type { Answer, HostileServer } from './hostile-server.js';

export const API_KEY = 'n8n-test-key-0001';
const fixture = (name: string): { data?: unknown[] } => JSON.parse(readFileSync(`packs/connectors/n8n/fixtures/${name}.json`, 'utf8')) as { data?: unknown[] };

export interface FakeN8n extends HostileServer {
  /** may be changed while it runs; the server decides how many rows a page has */
  readonly estate: { workflows: Record<string, unknown>[]; pageSize: number };
}

/** `replace[path]` answers instead; the path is without /api/v1 and query. */
export async function startFakeN8n(replace: Readonly<Record<string, Answer>> = {}): Promise<FakeN8n> {
  const state = { workflows: fixture('files/workflows').data as Record<string, unknown>[], pageSize: 250 };
  const server = await startHostileServer((request, response, body) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const path = url.pathname.replace('/api/v1', '');
    const special = replace[path];
    if (special) return special(request, response, body);
    if (request.headers['x-n8n-api-key'] !== API_KEY) return json(response, { message: 'unauthorized' }, 401);
    if (path === '/workflows') return page(url, response);
    if (path === '/audit' && request.method === 'POST') return json(response, fixture('audit'));
    if (path === '/credentials' || path === '/users') return json(response, fixture(path.slice(1)));
    if (path === '/tags') return json(response, { data: [], nextCursor: null });
    if (path === '/variables' || path === '/projects') return json(response, fixture('not-licensed'), 403);
    return json(response, { message: 'not found' }, 404);
  });
  function page(url: URL, response: Parameters<Answer>[1]): void {
    const offset = Number(url.searchParams.get('cursor') ?? 0);
    const data = state.workflows.slice(offset, offset + state.pageSize);
    const next = offset + state.pageSize;
    json(response, { data, nextCursor: next < state.workflows.length ? String(next) : null });
  }
  return { ...server, estate: state };
}
