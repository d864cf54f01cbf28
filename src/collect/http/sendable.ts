/**
 * What no request may carry, because it would make a write of a read or another host of the one that was checked. Owns these names; what
 * writes by what it says is known in writes.ts. Sends nothing.
 */
import { doingBody } from './doing-words.js';
import { bodyWrites, parameterWrites, pathWrites } from './writes.js';

/** Names that some servers take for the method of the request, in headers and in addresses. */
const METHOD_NAME = /^(?:x-?)?(?:(?:http|original|request|rest|real|tunnel(?:led|ed)?)-?){0,3}(?:method|verb)(?:-?override)?$|method-?override|http-?(?:method|verb)/;
/** What decides where a request goes, or where it ends. */
const ROUTING = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect', 'keep-alive', 'forwarded', 'via', 'x-original-url', 'x-rewrite-url', 'x-real-ip', 'x-host']);
/** What signs in. */
const SIGNING = new Set(['authorization', 'cookie']);

/** Gateways take `_` for `-`, and `_method[]` for a list of one. A bare `method` says something else in a parameter, and nothing in a header. */
function namesMethod(name: string): boolean {
  const small = name.trim().toLowerCase().replace(/\[.*\]$/, '').replaceAll('_', '-').replace(/^[-$]+/, '-');
  return small !== 'method' && METHOD_NAME.test(small.replace(/^-/, ''));
}

/** Why a header may not be sent at all, or null. */
export function headerRefusal(name: string): string | null {
  const small = name.trim().toLowerCase();
  if (namesMethod(name)) return 'it can make a write of a read';
  return ROUTING.has(small) || /^(?:proxy-|x-forwarded-)/.test(small) ? 'it decides where a request goes' : null;
}

/** Why a header may not stand outside `auth`, or null. */
export function openHeaderRefusal(name: string): string | null {
  return SIGNING.has(name.trim().toLowerCase()) ? 'what signs in stands in `auth` only' : headerRefusal(name);
}

/** Why a query parameter or a member of a form may not be sent, or null. */
export function parameterRefusal(name: string): string | null {
  return namesMethod(name) ? 'it can make a write of a read' : null;
}

export interface Sent {
  readonly path?: string;
  /** the path as the manifest writes it */
  readonly told?: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly readOnlyPost?: { readonly body: string; readonly contentType: string };
}

function formRefusal(pairs: readonly (readonly [string, string])[]): string | null {
  for (const [name, value] of pairs) {
    const named = parameterRefusal(name);
    if (named !== null) return `the parameter ${name}: ${named}`;
    const why = parameterWrites(name, value);
    if (why !== null) return why;
  }
  return null;
}

/** A form as the object that it stands for; null for what is neither form nor JSON. */
function parsedBody({ body, contentType }: NonNullable<Sent['readOnlyPost']>): unknown {
  if (contentType.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(body));
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function bodyRefusal(path: string, post: NonNullable<Sent['readOnlyPost']>): string | null {
  const parsed = parsedBody(post);
  const action = doingBody(path, parsed);
  if (action !== null) return `the action ${action} in its body, by which something is done`;
  return post.contentType.startsWith('application/x-www-form-urlencoded') ? formRefusal([...new URLSearchParams(post.body)]) : bodyWrites(parsed);
}

/** What in a request may not be sent, in words, or null. */
export function requestRefusal({ path = '', told = path, query, headers, readOnlyPost }: Sent): string | null {
  const header = Object.keys(headers ?? {}).find((name) => headerRefusal(name) !== null);
  if (header !== undefined) return `the header ${header}: ${headerRefusal(header)!}`;
  const why = pathWrites(path, readOnlyPost !== undefined, told) === null ? formRefusal(query ?? []) : 'its path, behind which something is done';
  return why ?? (readOnlyPost ? bodyRefusal(path, readOnlyPost) : null);
}
