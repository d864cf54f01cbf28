/**
 * Refusing writes that another site sent (CSRF). A browser names the sender in `Origin`; a write without it, or from
 * elsewhere, is refused. Owns that one question.
 */
import type { FastifyRequest } from 'fastify';
import { PlumblineError } from '../model/errors.js';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** The configured address; where that is loopback, the other spellings of loopback on the same port too. Never the Host header. */
export function allowedOrigins(baseUrl: string): ReadonlySet<string> {
  const { origin, protocol, hostname, port } = new URL(baseUrl);
  const origins = new Set([origin]);
  if (LOOPBACK_NAMES.includes(hostname)) for (const name of LOOPBACK_NAMES) origins.add(new URL(`${protocol}//${name}${port ? `:${port}` : ''}`).origin);
  return origins;
}

export function refuseForeignWrite(request: FastifyRequest, origins: ReadonlySet<string>): void {
  if (READING.has(request.method)) return;
  const { origin } = request.headers;
  if (origin !== undefined && origins.has(origin)) return;
  throw new PlumblineError('PLB-API-006', origin === undefined ? 'The request does not say where it comes from (header Origin).' : 'The request comes from another address than the portal’s.');
}
