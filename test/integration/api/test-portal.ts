/**
 * A portal over a real database and the run's Temporal server, without listening. Owns making it, people in every role,
 * and calling it as one of them. No worker runs: what a workflow would do is stored by the tests themselves.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { inject } from 'vitest';
import { buildPortal, type PortalDeps } from '../../../src/api/index.js';
import { createAuth, hashInvitationToken, newInvitationToken, type Auth } from '../../../src/identity/index.js';
import type { Role } from '../../../src/model/identity.js';
import { SYSTEM } from '../../../src/model/identity.js';
import { createInvitation } from '../../../src/store/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

export const BASE_URL = 'http://127.0.0.1:7080';
export const PASSWORD = 'correct horse battery staple';
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Answer {
  status: number;
  body: Record<string, never> & { [key: string]: unknown };
  text: string;
  headers: Record<string, string | string[] | number | undefined>;
  cookies: string[];
}
export interface CallOptions {
  cookie?: string | undefined;
  body?: unknown;
  /** null: none */
  origin?: string | null;
  headers?: Record<string, string>;
}
export interface TestPortal {
  app: FastifyInstance;
  deps: PortalDeps;
  database: TestDatabase;
  client: Client;
  reconcile(): Promise<void>;
  call(method: string, url: string, options?: CallOptions): Promise<Answer>;
  /** cookie of a signed-in person with this role; the administrator comes first */
  person(role: Role, name?: string): Promise<{ cookie: string; id: string; email: string }>;
  log: string[];
  close(): Promise<void>;
}

export async function firstAdminToken(database: TestDatabase, expiresAt = new Date(Date.now() + 60_000)): Promise<string> {
  const token = newInvitationToken();
  await database.store.tenant(database.tenantId, (tx) => createInvitation(tx, SYSTEM, { kind: 'first-admin', email: null, name: null, roles: ['administrator'], tokenHash: hashInvitationToken(token), expiresAt }));
  return token;
}

export async function startTestPortal(change: Partial<PortalDeps> = {}): Promise<TestPortal> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-portal-'));
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  const client = new Client({ connection });
  const auth = createAuth({ databaseUrl: database.appUrl, baseUrl: BASE_URL, secret: randomBytes(32), signInLimit: { attempts: 1000, windowSeconds: 60 } });
  const log: string[] = [];
  const deps = { ...dependencies({ database, client, auth, folder, log }), ...change };
  const { app, reconcile } = await buildPortal(deps);
  await app.ready();
  const portal = { app, deps, database, client, reconcile, log, call: caller(app) };
  return {
    ...portal,
    person: people(portal),
    close: async () => {
      await app.close();
      await auth.close();
      await connection.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function dependencies(given: { database: TestDatabase; client: Client; auth: Auth; folder: string; log: string[] }): PortalDeps {
  const { database, client, auth, folder, log } = given;
  const keys = { secrets: randomBytes(32), links: randomBytes(32), fingerprints: randomBytes(32), checkpoint: randomBytes(32) };
  return {
    configuration: { host: '127.0.0.1', port: 0, baseUrl: BASE_URL, home: folder },
    store: database.store, temporal: client, auth, keys, tenantId: database.tenantId,
    removeDemo: async () => undefined,
    packsRoot: join(ROOT, 'packs'), templatesRoot: join(ROOT, 'templates'), portalFolder: join(folder, 'portal'), blobFolder: join(folder, 'blobs'),
    mailCaught: true, allowLoopback: true,
    parts: async () => [{ name: 'worker', status: 'ok', version: null, detail: 'answers' }],
    logger: pino({ level: 'info' }, { write: (line: string) => void log.push(line) }),
  };
}

function caller(app: FastifyInstance): TestPortal['call'] {
  return async (method, url, options = {}) => {
    const { cookie, body, origin = BASE_URL } = options;
    const response = await app.inject({
      method: method as 'GET', url: url.startsWith('/') ? url : `/api/v1/${url}`,
      headers: { ...(origin === null ? {} : { origin }), ...(cookie ? { cookie } : {}), ...options.headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const json = String(response.headers['content-type'] ?? '').includes('json') && !String(response.headers['content-type']).includes('ndjson');
    return { status: response.statusCode, body: (json ? response.json() : {}) as Answer['body'], text: response.body, headers: response.headers, cookies: [response.headers['set-cookie'] ?? []].flat() };
  };
}

/** Name and value only, as a browser sends it back. */
export function cookieOf(answer: Answer): string {
  return answer.cookies.map((cookie) => cookie.split(';')[0]).join('; ');
}

function people(portal: Omit<TestPortal, 'person' | 'close'>): TestPortal['person'] {
  let administrator: { cookie: string; id: string; email: string } | undefined;
  const first = async (): Promise<typeof administrator & object> => {
    if (administrator) return administrator;
    const email = 'ada@example.org';
    const answer = await portal.call('POST', 'setup', { body: { token: await firstAdminToken(portal.database), name: 'Ada Admin', email, password: PASSWORD } });
    administrator = { cookie: cookieOf(answer), id: (answer.body['person'] as unknown as { id: string }).id, email };
    return administrator;
  };
  return async (role, name = `Person ${role}`) => {
    const inviter = await first();
    if (role === 'administrator' && name === `Person ${role}`) return inviter;
    const email = `${randomUUID()}@example.org`;
    const invited = await portal.call('POST', 'people', { cookie: inviter.cookie, body: { email, name, roles: [role] } });
    const token = new URL(String(invited.body['invitationUrl'])).hash.slice(1);
    const accepted = await portal.call('POST', 'invitations/accept', { body: { token, name, password: PASSWORD } });
    return { cookie: cookieOf(accepted), id: (accepted.body['person'] as unknown as { id: string }).id, email };
  };
}
