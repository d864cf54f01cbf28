/** Who is calling: the session cookie and the person behind it. Owns the passage between HTTP and src/identity; no rule. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PlumblineError } from '../model/errors.js';
import { findPersonByAuthUser, type Person } from '../store/index.js';
import type { Portal } from './portal.js';

/** `__Secure-` stands before it where the portal is reached by https. */
export const SESSION_COOKIE = 'plumbline.session_token';

export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Null for nobody, for an ended session and for a person who was disabled. Asked at every request: a lost right is lost at once. */
export async function readPerson(portal: Portal, { request, reply }: Exchange): Promise<Person | null> {
  const session = await portal.auth.readSession({ cookie: request.headers.cookie }).catch(notChecked);
  if (session === null) return null;
  passOn(reply, session.cookies);
  return portal.inTenant((tx) => findPersonByAuthUser(tx, session.authUserId));
}

/** The same refusal for an unknown address, a wrong password and a disabled person. */
export async function openSignIn(portal: Portal, given: { email: string; password: string }, { request, reply }: Exchange): Promise<Person> {
  const result = await portal.auth.signIn({ ...given, clientIp: request.ip, userAgent: request.headers['user-agent'] });
  if (!result.ok && result.reason === 'limited') throw new PlumblineError('PLB-API-005', 'There were too many tries from here.', { retryAfterSeconds: result.retryAfterSeconds });
  const person = result.ok ? await portal.inTenant((tx) => findPersonByAuthUser(tx, result.authUserId)) : null;
  if (!result.ok || person === null) throw new PlumblineError('PLB-AUTH-004', 'The address or the password is wrong.');
  passOn(reply, result.cookies);
  return person;
}

export async function signOut(portal: Portal, { request, reply }: Exchange): Promise<void> {
  passOn(reply, await portal.auth.signOut({ cookie: request.headers.cookie }).catch(notChecked));
}

export async function hashPassword(portal: Portal, password: string): Promise<string> {
  const hash = await portal.auth.hashPassword(password);
  if (hash === null) throw new PlumblineError('PLB-API-001', 'The field password: it is too short or too long.');
  return hash;
}

/** The sign-in library words every failure of the database as an error of its own. */
function notChecked(error: unknown): never {
  throw new PlumblineError('PLB-API-003', 'The database did not answer while the session was checked.', {}, error);
}

function passOn(reply: FastifyReply, cookies: readonly string[]): void {
  if (cookies.length > 0) reply.header('set-cookie', [...cookies]);
}
