/**
 * The floor of a scan: answers asked for once, parsed and hashed, by nothing but node's own parts. There are two: the bare lists that hold nearly
 * all of the bytes, and whatever an honest reader has to ask for: the sign-in, where there is one, and each list that the connector reads.
 */
import { createHash } from 'node:crypto';

export interface FloorRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  /** follow `nextCursor` */
  readonly paged?: boolean;
}

export interface Floor {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly bytes: number;
  readonly requests: number;
}

/** `signIn` gives the headers of each request, and counts. */
export async function floorOf(base: string, signIn: () => Promise<Record<string, string>>, requests: readonly FloorRequest[]): Promise<Floor> {
  const [began, cpuBefore] = [performance.now(), process.cpuUsage()];
  let [bytes, count] = [0, 0];
  const headers = await signIn();
  for (const { method, path, body, paged } of requests) {
    for (let cursor: string | null = null; ;) {
      const url: string = `${base}${path}${cursor === null ? '' : `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`}`;
      const answer = await fetch(url, { method, headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body }) });
      const text = await answer.text();
      count += 1;
      bytes += Buffer.byteLength(text);
      createHash('sha256').update(text).digest('hex');
      const parsed = (answer.ok ? JSON.parse(text) : {}) as { nextCursor?: string | null };
      cursor = paged === true ? (parsed.nextCursor ?? null) : null;
      if (cursor === null) break;
    }
  }
  const cpu = process.cpuUsage(cpuBefore);
  return { seconds: (performance.now() - began) / 1_000, cpuSeconds: (cpu.user + cpu.system) / 1e6, bytes, requests: count };
}

const get = (path: string): FloorRequest => ({ method: 'GET', path });
const listOf = (path: string): FloorRequest => ({ method: 'GET', path: `/api/v1/${path}`, paged: true });

export const N8N_BARE: readonly FloorRequest[] = [
  listOf('workflows?limit=250&excludePinnedData=true'),
  ...['credentials?limit=250', 'users?limit=250&includeRole=true', 'tags?limit=250', 'variables?limit=250', 'projects?limit=250', 'community-packages', 'roles'].map(listOf),
  { method: 'POST', path: '/api/v1/audit', body: '{"additionalOptions":{"categories":["instance"]}}' },
];

export const N8N_ALL: readonly FloorRequest[] = [
  ...N8N_BARE,
  ...['data-tables?limit=100', 'executions?limit=250&includeData=false', 'settings/security-policy', 'settings/sso/saml', 'settings/sso/oidc', 'settings/ldap', 'settings/otel', 'settings/log-streaming/destinations',
    'node-type-policies/instance', 'role-mapping-rules?limit=250', 'promotions/connections?limit=250'].map((path) => get(`/api/v1/${path}`)),
];

export const NODE_RED_BARE: readonly FloorRequest[] = ['/settings', '/flows', '/nodes', '/diagnostics'].map(get);
export const NODE_RED_ALL: readonly FloorRequest[] = ['/auth/login', '/settings', '/diagnostics', '/flows', '/nodes', '/plugins', '/flows/state'].map(get);
