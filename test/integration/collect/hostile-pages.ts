/** A platform of two pages whose second one misbehaves. Owns the check that what was read before it stays. */
import { expect } from 'vitest';
import { collect, memoryPages } from '../../../src/collect/index.js';
import type { CollectOptions, Collection, PageStore } from '../../../src/collect/index.js';
import { PlumblineError } from '../../../src/model/errors.js';
import { connectorOf } from '../../unit/collect/session-connector.js';
import { json, startHostileServer } from './hostile-server.js';
import type { Answer, HostileServer } from './hostile-server.js';

export const KEY = 'key-0001-canary';

export const paged = connectorOf({
  secretFields: [{ name: 'key', label: 'Key', kind: 'password' }], auth: { kind: 'header', set: { 'X-Api-Key': '{key}' } },
  resources: { things: { title: 'Things', get: '/things', items: 'data', key: 'id', right: 'things:read', required: true, paging: { kind: 'cursor', from: 'next', to: 'cursor' } } },
  emit: [{ kind: 'user', from: 'things', key: 'id', name: 'name', properties: {} }],
});

/** `bad` answers the second page until `heal` was called. */
export async function startPaged(bad: Answer): Promise<HostileServer & { heal(): void }> {
  let healthy = false;
  const server = await startHostileServer((request, response, body) => {
    const url = new URL(request.url ?? '', 'http://x');
    const second = url.searchParams.get('cursor') === '2';
    if (url.pathname === '/things' && !second) return json(response, { data: [{ id: 'a', name: 'A' }], next: '2' });
    if (!healthy) return bad(request, response, body);
    return json(response, { data: [{ id: 'b', name: 'B' }], next: null });
  });
  return { ...server, heal: () => { healthy = true; } };
}

export function read(url: string, more: Partial<CollectOptions> = {}): Promise<Collection> {
  return collect({ connector: paged, baseUrl: url, secret: { key: KEY }, fingerprintKey: new Uint8Array(32), pages: memoryPages(), allowLoopback: true, onProgress: () => undefined, ...more });
}

export async function failure(promise: Promise<unknown>): Promise<PlumblineError> {
  const error: unknown = await promise.then(() => new Error('it did not fail'), (reason: unknown) => reason);
  expect(error).toBeInstanceOf(PlumblineError);
  return error as PlumblineError;
}

/** The second try asks only for what the first one did not get, and ends with everything. */
export async function expectToGoOn(server: HostileServer & { heal(): void }, pages: PageStore): Promise<void> {
  server.heal();
  const before = server.asked.length;

  const { resources, completeness } = await read(server.url, { pages });

  expect(server.asked.slice(before).map(({ url }) => url)).toEqual(['/things?cursor=2']);
  expect(resources.map(({ key }) => key).sort()).toEqual(['a', 'b']);
  expect(completeness.find(({ type }) => type === 'things')?.state).toBe('collected');
}
