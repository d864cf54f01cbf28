/**
 * What no request may carry, because it would make a write of a read or another host of the one that was checked. Owns these names and
 * how a mutation of GraphQL is known. Sends nothing.
 */

/** Names that some servers take for the method of the request, in headers and in addresses. */
const METHOD_NAMES = new Set(['x-http-method', 'x-http-method-override', 'x-method-override', 'x-method', 'x-original-method', '_method', '_httpmethod']);
/** What decides where a request goes, or where it ends. */
const ROUTING = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect', 'keep-alive', 'forwarded', 'via', 'x-original-url', 'x-rewrite-url', 'x-real-ip', 'x-host']);
/** What signs in. */
const SIGNING = new Set(['authorization', 'cookie']);

/** Why a header may not be sent at all, or null. */
export function headerRefusal(name: string): string | null {
  const small = name.trim().toLowerCase();
  if (METHOD_NAMES.has(small)) return 'it can make a write of a read';
  return ROUTING.has(small) || /^(?:proxy-|x-forwarded-)/.test(small) ? 'it decides where a request goes' : null;
}

/** Why a header may not stand outside `auth`, or null. */
export function openHeaderRefusal(name: string): string | null {
  return SIGNING.has(name.trim().toLowerCase()) ? 'what signs in stands in `auth` only' : headerRefusal(name);
}

/** Why a query parameter or a member of a form may not be sent, or null. */
export function parameterRefusal(name: string): string | null {
  return METHOD_NAMES.has(name.trim().toLowerCase()) ? 'it can make a write of a read' : null;
}

/** What stands outside of all braces, without texts and comments. */
function outermost(query: string): string {
  const plain = query.replaceAll(/"""[\s\S]*?(?:"""|$)|"(?:[^"\\\n]|\\.)*"?|#[^\n]*/g, ' ');
  let depth = 0;
  let shown = '';
  for (const character of plain) {
    if (character === '}') depth = Math.max(0, depth - 1);
    if (depth === 0) shown += character;
    if (character === '{') depth += 1;
  }
  return shown;
}

/** A document of GraphQL that changes something, or listens. */
export function isMutation(query: string): boolean {
  return /mutation|subscription/.test(query) && /(?:^|[\s,})\uFEFF])(?:mutation|subscription)(?=[\s,({@]|$)/.test(outermost(query));
}

/** Whether a body, parsed, holds such a document in `query`: on its own or among several. */
export function holdsMutation(body: unknown): boolean {
  if (Array.isArray(body)) return body.some(holdsMutation);
  const query = typeof body === 'object' && body !== null ? (body as { query?: unknown }).query : undefined;
  return typeof query === 'string' && isMutation(query);
}

export interface Sent {
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly readOnlyPost?: { readonly body: string; readonly contentType: string };
}

function bodyRefusal({ body, contentType }: NonNullable<Sent['readOnlyPost']>): string | null {
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    const pairs = [...new URLSearchParams(body)];
    const bad = pairs.find(([name]) => parameterRefusal(name) !== null);
    if (bad) return `the parameter ${bad[0]}: ${parameterRefusal(bad[0])!}`;
    return pairs.some(([name, value]) => name === 'query' && isMutation(value)) ? 'a mutation: it would change the platform' : null;
  }
  if (!/mutation|subscription|\\u/.test(body)) return null;
  try {
    return holdsMutation(JSON.parse(body)) ? 'a mutation: it would change the platform' : null;
  } catch {
    return null;
  }
}

/** What in a request may not be sent, in words, or null. */
export function requestRefusal({ query, headers, readOnlyPost }: Sent): string | null {
  const header = Object.keys(headers ?? {}).find((name) => headerRefusal(name) !== null);
  if (header !== undefined) return `the header ${header}: ${headerRefusal(header)!}`;
  const parameter = (query ?? []).find(([name]) => parameterRefusal(name) !== null)?.[0];
  if (parameter !== undefined) return `the parameter ${parameter}: ${parameterRefusal(parameter)!}`;
  if ((query ?? []).some(([name, value]) => name === 'query' && isMutation(value))) return 'a mutation: it would change the platform';
  return readOnlyPost ? bodyRefusal(readOnlyPost) : null;
}
