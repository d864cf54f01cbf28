/** A server that plays the platform, and a session with it; both are closed after each test. Owns no test. */
import { inspect } from 'node:util';
import { afterEach, expect } from 'vitest';
import { openSession } from '../../../src/collect/engine/session.js';
import type { Session, SessionOptions } from '../../../src/collect/engine/session.js';
import { PlumblineError } from '../../../src/model/errors.js';
import { connectorOf } from '../../unit/collect/session-connector.js';
import { gives, json, play, startHostileServer } from './hostile-server.js';
import type { Answer, HostileServer, Script } from './hostile-server.js';

export const SECRET = 'sk-0001-canary';
export const field = (name: string, kind = 'password'): Record<string, unknown> => ({ name, label: name, kind, pattern: '[a-z0-9]+', required: false });
const open: { stop?(): Promise<void>; close?(): void }[] = [];
afterEach(async () => { await Promise.all(open.splice(0).map((each) => (each.close ? each.close() : each.stop?.()))); });

export async function serve(script: Script): Promise<HostileServer> {
  const server = await startHostileServer(play({ '/things': gives({ data: [] }), ...script }));
  open.push(server);
  return server;
}
export async function sign(server: HostileServer, manifest: Record<string, unknown>, secret: Record<string, string> = {}, more: Partial<SessionOptions> = {}): Promise<Session> {
  const session = await openSession({ connector: connectorOf({ secretFields: ['key', 'user', 'password', 'id', 'refresh'].map((name) => field(name)), ...manifest }), baseUrl: server.url, secret, allowLoopback: true, ...more });
  open.push(session);
  return session;
}
export async function failure(promise: Promise<unknown>): Promise<PlumblineError> {
  const error: unknown = await promise.then(() => new Error('it did not fail'), (reason: unknown) => reason);
  expect(error).toBeInstanceOf(PlumblineError);
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(SECRET);
  return error as PlumblineError;
}
export const sent = (server: HostileServer, path: string) => server.asked.filter((each) => each.url.split('?')[0] === path);
export const form = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));

/** A token endpoint that counts, and things that take only the newest token. */
export function tokenPlatform(answer: Record<string, unknown> = {}): { script: Script; revoke(): void; readonly tokens: number } {
  let tokens = 0;
  let valid = 0;
  const things: Answer = (request, response) => (request.headers.authorization === `Bearer token-${valid}` ? json(response, { data: [] }) : json(response, {}, 401));
  return { script: { '/token': (_request, response) => { tokens += 1; valid = tokens; json(response, { access_token: `token-${tokens}`, ...answer }); }, '/things': things }, revoke: () => { valid = -1; }, get tokens() { return tokens; } };
}
export const clientCredentials = { kind: 'oauth2', grant: 'client_credentials', tokenUrl: '/token', clientId: '{id}', clientSecret: '{key}' };
