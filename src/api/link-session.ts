/**
 * The session of whoever holds a mailed link: it reaches one request and nothing else. Owns its cookie and its reading.
 * A link identifies; sending the answers is a second, explicit act.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { PlumblineError } from '../model/errors.js';
import type { Actor } from '../model/identity.js';
import { hashToken } from '../remind/index.js';
import { findSession, type AnswerRequest } from '../store/index.js';
import type { Portal } from './portal.js';

export const LINK_COOKIE = 'plumbline_link';
export const LINK_PATH = '/api/v1/link';
export const LINK_SESSION_MS = 12 * 60 * 60 * 1000;

export interface LinkSession {
  readonly requestId: string;
  readonly assessmentId: string;
  readonly actor: Actor;
}

/** The same words whether a link is unknown, mistyped, expired, revoked or of another tenant. */
export function unknownLink(): PlumblineError {
  return new PlumblineError('PLB-ASSESS-001', 'This link does not work.');
}

export function newSessionToken(): string {
  return randomBytes(32).toString('base64url');
}

export function linkActor(request: Pick<AnswerRequest, 'id' | 'contactName'>): Actor {
  return { type: 'request', id: request.id, name: request.contactName };
}

export function setLinkCookie(portal: Pick<Portal, 'secure'>, reply: FastifyReply, token: string): void {
  reply.setCookie(LINK_COOKIE, token, { path: LINK_PATH, httpOnly: true, sameSite: 'strict', secure: portal.secure, maxAge: LINK_SESSION_MS / 1000 });
}

export async function readLinkSession(portal: Portal, request: FastifyRequest): Promise<LinkSession> {
  const token = request.cookies[LINK_COOKIE];
  if (token === undefined || token.length > 200) throw unknownLink();
  const found = await portal.inTenant((tx) => findSession(tx, hashToken(token)));
  if (found === null) throw unknownLink();
  return { requestId: found.id, assessmentId: found.assessmentId, actor: linkActor(found) };
}
