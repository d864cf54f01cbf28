/** The floor of a scan: every answer that the connector needs, asked for once, parsed and hashed, by nothing but node's own parts. */
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
  readonly bytes: number;
  readonly requests: number;
}

export async function floorOf(base: string, headers: Record<string, string>, requests: readonly FloorRequest[]): Promise<Floor> {
  const began = performance.now();
  let [bytes, count] = [0, 0];
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
  return { seconds: (performance.now() - began) / 1_000, bytes, requests: count };
}

export const N8N_FLOOR: readonly FloorRequest[] = [
  { method: 'GET', path: '/api/v1/workflows?limit=250&excludePinnedData=true', paged: true },
  ...['credentials?limit=250', 'users?limit=250&includeRole=true', 'tags?limit=250', 'variables?limit=250', 'projects?limit=250', 'community-packages', 'roles'].map((path) => ({ method: 'GET' as const, path: `/api/v1/${path}`, paged: true })),
  { method: 'POST', path: '/api/v1/audit', body: '{"additionalOptions":{"categories":["instance"]}}' },
];
