/**
 * How often somebody may try: everything per address, sign-in per account and address too, links and invitations per address.
 * An account is never counted alone, so that nobody can lock another person out. Owns the figures.
 */
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { PlumblineError } from '../model/errors.js';

export interface LimitFigures {
  readonly requests: number;
  readonly signInsPerAddress: number;
  readonly signInsPerAccount: number;
  readonly tokensPerAddress: number;
}

/** Within one minute. A portal page asks about ten times when it opens. */
export const LIMITS: LimitFigures = { requests: 1200, signInsPerAddress: 30, signInsPerAccount: 8, tokensPerAddress: 30 };

export interface PortalLimits {
  /** PLB-API-005 when there were too many */
  signIn(request: FastifyRequest): Promise<void>;
  token(request: FastifyRequest): Promise<void>;
}

const WINDOW = '1 minute';

export async function registerLimits(app: FastifyInstance, figures: LimitFigures): Promise<PortalLimits> {
  await app.register(rateLimit, {
    global: true, max: figures.requests, timeWindow: WINDOW, cache: 20_000,
    keyGenerator: (request) => request.ip,
    errorResponseBuilder: (_request, context) => tooMany(context.ttl),
  });
  const address = app.createRateLimit({ max: figures.signInsPerAddress, timeWindow: WINDOW, keyGenerator: (request) => `sign-in:${request.ip}` });
  const account = app.createRateLimit({ max: figures.signInsPerAccount, timeWindow: WINDOW, keyGenerator: accountKey });
  const token = app.createRateLimit({ max: figures.tokensPerAddress, timeWindow: WINDOW, keyGenerator: (request) => `token:${request.ip}` });
  return {
    async signIn(request) {
      refuseExceeded(await address(request));
      refuseExceeded(await account(request));
    },
    token: async (request) => refuseExceeded(await token(request)),
  };
}

function accountKey(request: FastifyRequest): string {
  const { email } = request.body as { email: string };
  return `account:${createHash('sha256').update(email.toLowerCase()).digest('base64url')}:${request.ip}`;
}

type Verdict = Awaited<ReturnType<ReturnType<FastifyInstance['createRateLimit']>>>;

function refuseExceeded(verdict: Verdict): void {
  if (!verdict.isAllowed && verdict.isExceeded) throw tooMany(verdict.ttl);
}

function tooMany(leftMs: number): PlumblineError {
  return new PlumblineError('PLB-API-005', 'There were too many tries from here.', { retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1000)) });
}
