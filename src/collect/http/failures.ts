/** Turns what can go wrong with a request into the coded errors. Owns the mapping; never puts a body or a secret in a message. */
import { PlumblineError } from '../../model/errors.js';
import { ADDRESS_REFUSED } from './addresses.js';
import { retryAfterMs } from './retry-after.js';

export interface RequestFacts {
  /** `GET /workflows`: method and path without query */
  readonly request: string;
  readonly host: string;
}

const TLS_WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its TLS certificate has expired',
  CERT_NOT_YET_VALID: 'its TLS certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its TLS certificate is self-signed (name your authority in NODE_EXTRA_CA_CERTS)',
  SELF_SIGNED_CERT_IN_CHAIN: 'its TLS certificate comes from an unknown authority (name it in NODE_EXTRA_CA_CERTS)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its TLS certificate comes from an unknown authority (name it in NODE_EXTRA_CA_CERTS)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its TLS certificate comes from an unknown authority (name it in NODE_EXTRA_CA_CERTS)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its TLS certificate is for another host',
};
const NETWORK_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name is unknown',
  EAI_AGAIN: 'the name cannot be looked up now',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'it did not answer in time',
  ECONNABORTED: 'it did not answer in time',
  EPROTO: 'it does not speak TLS as expected',
};

/** the code of what went wrong with a connection, for logs */
export function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const code = (at as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && (code === ADDRESS_REFUSED || code in TLS_WORDS || code in NETWORK_WORDS)) return code;
  }
  return error instanceof Error ? String((error as NodeJS.ErrnoException).code ?? '') : '';
}

export function timeoutFailure(facts: RequestFacts, milliseconds: number): PlumblineError {
  const seconds = Math.round(milliseconds / 1000);
  return new PlumblineError('PLB-COLLECT-001', `${facts.host} did not finish answering ${facts.request} within ${seconds} s.`, { host: facts.host, request: facts.request, deadlineMs: milliseconds });
}

/** A request that got no answer. `idle`: on a connection that had been kept open. */
export function connectionFailure(facts: RequestFacts, error: unknown, idle = false): PlumblineError {
  const code = codeOf(error);
  if (code === ADDRESS_REFUSED) {
    return new PlumblineError('PLB-COLLECT-007', `${facts.host} is at an address that this installation may not reach.`, { host: facts.host });
  }
  const why = TLS_WORDS[code] ?? NETWORK_WORDS[code] ?? 'the connection failed';
  return new PlumblineError('PLB-COLLECT-001', `${facts.host} could not be reached: ${why}.`, { host: facts.host, cause: code, ...(idle ? { idle } : {}) });
}

/** An answer whose status is no success and for which the manifest has no rule. */
export function statusFailure(facts: RequestFacts, status: number, retryAfter: string | null): PlumblineError {
  const { host, request } = facts;
  const details = { host, request, status };
  if (status === 401) return new PlumblineError('PLB-COLLECT-002', `${host} refused the key at ${request}.`, details);
  if (status === 403) return new PlumblineError('PLB-COLLECT-003', `The key may not ${request} on ${host}.`, details);
  if (status === 429 || status === 503) {
    const wait = retryAfterMs(retryAfter, Date.now());
    return new PlumblineError('PLB-COLLECT-006', `${host} asks to wait ${Math.ceil(wait / 1000)} s before ${request}.`, { ...details, retryAfterMs: wait });
  }
  if (status >= 500) return new PlumblineError('PLB-COLLECT-014', `${host} answered ${request} with status ${status}.`, details);
  return new PlumblineError('PLB-COLLECT-004', `${host} answered ${request} with status ${status}.`, details);
}
