/**
 * Signing in with address and password, by better-auth on the schema `auth`. Owns its settings and the few calls the API makes.
 * Does not own: people and roles (src/store/people.ts). Accounts are made only by one-time links: hash here, then createSignIn there.
 */
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { PlumblineError } from '../model/errors.js';

export interface AuthOptions {
  /** postgres:// address of the app role */
  databaseUrl: string;
  /** address people open the portal at; decides the Secure flag of cookies */
  baseUrl: string;
  /** 32 bytes or more */
  secret: Uint8Array;
  /** sign-in attempts per address and window; lower in tests */
  signInLimit?: { attempts: number; windowSeconds: number } | undefined;
}

export type SignInResult =
  | { ok: true; authUserId: string; /** Set-Cookie values to pass on */ cookies: string[] }
  | { ok: false; reason: 'refused' }
  | { ok: false; reason: 'limited'; retryAfterSeconds: number };

export interface Auth {
  signIn(input: { email: string; password: string; clientIp: string; userAgent?: string | undefined }): Promise<SignInResult>;
  /** Who the cookie belongs to; asked at every request, so that a revoked session ends at once. `cookies`: renewed ones to pass on. */
  readSession(headers: { cookie?: string | undefined }): Promise<{ authUserId: string; cookies: string[] } | null>;
  /** Ends the session of the cookie; returns the Set-Cookie values that clear it. */
  signOut(headers: { cookie?: string | undefined }): Promise<string[]>;
  revokeSessions(authUserId: string): Promise<void>;
  /** For createSignIn of the store. Null when the password is too short or too long. */
  hashPassword(password: string): Promise<string | null>;
  close(): Promise<void>;
}

export const PASSWORD_LENGTH = { min: 12, max: 128 } as const;
const SCHEMA = 'auth';
const CLIENT_IP_HEADER = 'x-plumbline-client-ip';
const DEFAULT_LIMIT = { attempts: 10, windowSeconds: 60 };

// Inferred on purpose: the type of the library's instance depends on the options given.
function settings(db: Kysely<unknown>, options: Pick<AuthOptions, 'baseUrl' | 'signInLimit'> & { secret: string }) {
  const secure = new URL(options.baseUrl).protocol === 'https:';
  const { attempts, windowSeconds } = options.signInLimit ?? DEFAULT_LIMIT;
  return {
    appName: 'Plumbline',
    baseURL: options.baseUrl,
    basePath: '/api/auth',
    secret: options.secret,
    database: { db, type: 'postgres' as const, schemaName: SCHEMA },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: PASSWORD_LENGTH.min, maxPasswordLength: PASSWORD_LENGTH.max },
    session: { expiresIn: 12 * 3600, updateAge: 1800, cookieCache: { enabled: false } },
    rateLimit: { enabled: true, storage: 'memory' as const, window: 60, max: 600, customRules: { '/sign-in/email': { window: windowSeconds, max: attempts } } },
    trustedOrigins: [new URL(options.baseUrl).origin],
    telemetry: { enabled: false },
    logger: { disabled: true },
    advanced: {
      // Written by us from the connection (see signIn), so no caller can choose it.
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
      useSecureCookies: secure,
      cookiePrefix: 'plumbline',
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' as const, secure, path: '/' },
    },
  };
}

function connect(databaseUrl: string, max: number): { pool: Pool; db: Kysely<unknown> } {
  const pool = new Pool({ connectionString: databaseUrl, max, application_name: 'plumbline-identity', connectionTimeoutMillis: 10_000 });
  // The pool replaces a connection that breaks while idle; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The pool listens only to idle connections; one that breaks at work fails its query, and would end the process besides.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { pool, db: new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }) };
}

/** Creates or completes the tables of schema `auth`. Called by the store's migrate with the owner's address. */
export async function migrateAuth(ownerUrl: string): Promise<void> {
  const { db } = connect(ownerUrl, 1);
  try {
    const { runMigrations } = await getMigrations(settings(db, { baseUrl: 'http://127.0.0.1', secret: 'only for reading the shape of the tables' }));
    await runMigrations();
  } finally {
    await db.destroy();
  }
}

export function createAuth(options: AuthOptions): Auth {
  const { db } = connect(options.databaseUrl, 5);
  const instance = betterAuth(settings(db, { ...options, secret: Buffer.from(options.secret).toString('base64') }));
  return {
    signIn: (input) => signIn((request) => instance.handler(request), options.baseUrl, input),
    readSession: async ({ cookie }) => {
      if (!cookie) return null;
      const answer = await instance.api.getSession({ headers: new Headers({ cookie }), returnHeaders: true });
      return answer.response === null ? null : { authUserId: answer.response.user.id, cookies: answer.headers.getSetCookie() };
    },
    signOut: async ({ cookie }) => {
      const answer = await instance.api.signOut({ headers: new Headers(cookie ? { cookie } : {}), returnHeaders: true });
      return answer.headers.getSetCookie();
    },
    revokeSessions: async (authUserId) => (await instance.$context).internalAdapter.deleteUserSessions(authUserId),
    hashPassword: async (password) => {
      const fits = password.length >= PASSWORD_LENGTH.min && password.length <= PASSWORD_LENGTH.max;
      return fits ? (await instance.$context).password.hash(password) : null;
    },
    close: () => db.destroy(),
  };
}

/** Through the library's own door, so that its limits per client address apply. */
async function signIn(handle: (request: Request) => Promise<Response>, baseUrl: string, input: Parameters<Auth['signIn']>[0]): Promise<SignInResult> {
  const headers = new Headers({ 'content-type': 'application/json', origin: new URL(baseUrl).origin, [CLIENT_IP_HEADER]: input.clientIp });
  if (input.userAgent) headers.set('user-agent', input.userAgent);
  const body = JSON.stringify({ email: input.email.trim().toLowerCase(), password: input.password });
  const response = await handle(new Request(new URL('/api/auth/sign-in/email', baseUrl), { method: 'POST', headers, body }));
  if (response.status === 429) return { ok: false, reason: 'limited', retryAfterSeconds: Number(response.headers.get('x-retry-after') ?? '60') };
  if (response.status >= 500) throw new PlumblineError('PLB-API-003', 'The database did not answer while the sign-in was checked.');
  if (!response.ok) return { ok: false, reason: 'refused' };
  const answer = (await response.json()) as { user?: { id?: string } };
  const authUserId = answer.user?.id;
  return authUserId ? { ok: true, authUserId, cookies: response.headers.getSetCookie() } : { ok: false, reason: 'refused' };
}
