/**
 * The one outbound door: the only importer of axios. Owns: one host per door, address checks when connecting,
 * redirects on the same host only, deadlines and size limits. Knows no platform and keeps no secret.
 */
import axios from 'axios';
import type { AxiosInstance, AxiosResponse } from 'axios';
import type { Readable } from 'node:stream';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { isIP } from 'node:net';
import { PlumblineError } from '../../model/errors.js';
import { checkedBaseUrl, guardedLookup, isAllowed } from './addresses.js';
import { bodyFailure, readBody, refuseAnnounced } from './bodies.js';
import { codeOf, connectionFailure, timeoutFailure } from './failures.js';
import type { RequestFacts } from './failures.js';
import { DOOR_LIMITS } from './limits.js';
import { requestRefusal } from './sendable.js';
import { toldPath } from './told.js';
import type { DoorLimits } from './limits.js';

export interface DoorOptions {
  readonly baseUrl: string;
  /** how errors call the host; default: the host of the base URL */
  readonly name?: string;
  /** the path that stands for the root of the host, where one loopback server plays several hosts */
  readonly rootPath?: string;
  readonly allowLoopback: boolean;
  /** private addresses (10.x, 192.168.x, fd00::): normal for an own n8n in the house; default true */
  readonly allowPrivate?: boolean;
  readonly limits?: Partial<DoorLimits>;
  readonly signal?: AbortSignal | undefined;
}

export interface DoorRequest {
  /** relative to the base URL, begins with /; with // it counts from the root of the host */
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  /** a POST that only reads must say why; there is no other way to send a body */
  readonly readOnlyPost?: { readonly body: string; readonly contentType: string; readonly reason: string };
  /** the path as the manifest writes it, values as `{name}`: what errors say of the request */
  readonly told?: string;
  /** parameters whose values came from the platform to ask on with, perhaps a key: told to nobody */
  readonly hidden?: readonly string[];
  /** its address came from an answer: what stands in its query is the platform's own, perhaps a key, and is told to nobody */
  readonly followed?: boolean;
  /** an answer that redirects is handed back as it is instead of being followed: some sign-ins end so */
  readonly keepRedirect?: boolean;
}

export interface DoorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** each Set-Cookie header, whole */
  readonly cookies?: readonly string[];
  readonly body: Buffer;
}

export interface Door {
  readonly host: string;
  readonly limits: DoorLimits;
  send(request: DoorRequest): Promise<DoorAnswer>;
  close(): void;
}

/** the most that a manifest may ask for at once */
const MAX_SOCKETS = 8;

interface Wiring {
  readonly base: URL;
  readonly name: string;
  readonly rootPath: string;
  readonly http: AxiosInstance;
  readonly limits: DoorLimits;
  readonly signal: AbortSignal | undefined;
}

/** `..` in a path would leave the place that the manifest named, even where a value from the platform brought it. */
function climbs(path: string): boolean {
  return path.includes('\\') || path.split('/').some((part) => /^(?:\.|%2e){1,2}$/i.test(part));
}

function targetOf({ base, name, rootPath }: Wiring, request: DoorRequest): URL {
  const url = new URL(base);
  const refused = (why: string): PlumblineError => new PlumblineError('PLB-COLLECT-007', why, { host: name });
  if (climbs(request.path)) throw refused('A request would have left the path that the manifest names.');
  url.pathname = request.path.startsWith('//') ? rootPath + request.path.slice(1) : base.pathname.replace(/\/+$/, '') + request.path;
  for (const [key, value] of request.query ?? []) url.searchParams.append(key, value);
  if (url.host !== base.host) throw refused('A request left the host of the platform.');
  return url;
}

/** Whatever a manifest says and whatever an answer brought: nothing that would write, or go elsewhere. */
function checkRequest(request: DoorRequest, facts: RequestFacts): void {
  const refused = requestRefusal(request);
  if (refused !== null) throw new PlumblineError('PLB-COLLECT-011', `${facts.request} was not sent to ${facts.host} because of ${refused}.`, { host: facts.host, request: facts.request });
  const bad = Object.entries(request.headers ?? {}).find(([, value]) => /[^\t\x20-\x7e\x80-\xff]/.test(value));
  if (bad) throw new PlumblineError('PLB-COLLECT-005', `The header ${bad[0]} of ${facts.request} would hold a character that no header may have.`, { host: facts.host, request: facts.request });
}

function redirectTarget(from: URL, location: string | undefined, facts: RequestFacts): URL {
  const to = location !== undefined && URL.canParse(location, from.href) ? new URL(location, from) : null;
  const sameHost = to !== null && to.hostname === from.hostname && to.username === '' && to.password === '';
  const samePlace = to?.protocol === from.protocol && to.port === from.port;
  const upgraded = from.protocol === 'http:' && to?.protocol === 'https:' && from.port === '' && to.port === '';
  if (to && sameHost && (samePlace || upgraded)) return to;
  throw new PlumblineError('PLB-COLLECT-007', `${facts.host} redirects ${facts.request} to another place; the key was not sent there.`, { host: facts.host });
}

function plainHeaders(answer: AxiosResponse): Record<string, string> {
  return Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/**
 * A connection that was kept open was closed by the other side just when it was used again: the request was not taken,
 * and no fault of the platform.
 */
function wasIdle(error: unknown): boolean {
  return codeOf(error) === 'ECONNRESET' && (error as { request?: { reusedSocket?: unknown } }).request?.reusedSocket === true;
}

/** One hop, once more where only an idle connection was lost. What is posted is never sent twice. */
async function hop(wiring: Wiring, url: URL, request: DoorRequest, facts: RequestFacts): Promise<DoorAnswer> {
  try {
    return await tryHop(wiring, url, request, facts);
  } catch (error) {
    const again = error instanceof PlumblineError && error.details['idle'] === true && !request.readOnlyPost;
    if (!again) throw error;
    return tryHop(wiring, url, request, facts);
  }
}

/** One hop under both deadlines. The stream is destroyed on every way out. */
async function tryHop(wiring: Wiring, url: URL, request: DoorRequest, facts: RequestFacts): Promise<DoorAnswer> {
  const { limits } = wiring;
  const controller = new AbortController();
  let late = 0;
  const giveUp = (milliseconds: number) => (): void => { late = milliseconds; controller.abort(); };
  const headerTimer = setTimeout(giveUp(limits.headerMs), limits.headerMs);
  const totalTimer = setTimeout(giveUp(limits.totalMs), limits.totalMs);
  const signal = wiring.signal ? AbortSignal.any([controller.signal, wiring.signal]) : controller.signal;
  let stage: 'connect' | 'body' = 'connect';
  try {
    const post = request.readOnlyPost;
    const answer = await wiring.http.request<Readable>({
      url: url.href, method: post ? 'POST' : 'GET', data: post?.body, signal,
      headers: { Accept: 'application/json', ...request.headers, ...(post ? { 'Content-Type': post.contentType } : {}) },
    });
    clearTimeout(headerTimer);
    stage = 'body';
    const headers = plainHeaders(answer);
    refuseAnnounced(answer.data, headers, { limit: limits.bytes, facts });
    const body = await readBody(answer.data, limits.bytes, facts);
    return { status: answer.status, headers, cookies: answer.headers['set-cookie'] ?? [], body };
  } catch (error) {
    if (wiring.signal?.aborted === true) throw wiring.signal.reason;
    if (late > 0) throw timeoutFailure(facts, late);
    throw stage === 'connect' ? connectionFailure(facts, error, wasIdle(error)) : bodyFailure(facts, error);
  } finally {
    clearTimeout(headerTimer);
    clearTimeout(totalTimer);
  }
}

/** What an error may say of a request: never its query or headers, nor values in its path, which may hold a key. */
export function factsOf(host: string, request: DoorRequest): RequestFacts {
  return { host, request: `${request.readOnlyPost ? 'POST' : 'GET'} ${toldPath(request)}` };
}

async function follow(wiring: Wiring, request: DoorRequest): Promise<DoorAnswer> {
  const facts = factsOf(wiring.name, request);
  checkRequest(request, facts);
  let url = targetOf(wiring, request);
  for (let hops = 0; hops <= wiring.limits.redirects; hops += 1) {
    const answer = await hop(wiring, url, request, facts);
    const moved = answer.status >= 300 && answer.status < 400 && answer.status !== 304;
    if (!moved || request.keepRedirect === true) return answer;
    url = redirectTarget(url, answer.headers['location'], facts);
    if (request.readOnlyPost) throw new PlumblineError('PLB-COLLECT-007', `${facts.host} redirects ${facts.request}; nothing was sent on.`, { host: facts.host });
  }
  throw new PlumblineError('PLB-COLLECT-007', `${facts.host} redirects ${facts.request} in circles.`, { host: facts.host });
}

/** Opens the door to one platform. Throws PLB-COLLECT-007 for an address that may not be reached. */
export function openDoor(options: DoorOptions): Door {
  const rules = { allowLoopback: options.allowLoopback, allowPrivate: options.allowPrivate ?? true };
  const base = checkedBaseUrl(options.baseUrl, rules);
  const limits = { ...DOOR_LIMITS, ...options.limits };
  const literal = base.hostname.replace(/^\[|\]$/g, '');
  const vetted = isIP(literal) !== 0 && isAllowed(literal, rules) ? [literal] : [];
  const agentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS, allowIPAddressList: vetted, lookup: guardedLookup(rules, vetted) };
  const httpAgent = new RequestFilteringHttpAgent(agentOptions);
  // said here so that no variable of the environment can switch certificate checks off
  const httpsAgent = new RequestFilteringHttpsAgent({ ...agentOptions, rejectUnauthorized: true, minVersion: 'TLSv1.2' });
  const http = axios.create({
    adapter: 'http', httpAgent, httpsAgent, proxy: false, maxRedirects: 0, responseType: 'stream', decompress: true,
    validateStatus: () => true, maxContentLength: -1, maxBodyLength: 64 * 1024, transformRequest: (data: unknown) => data,
    headers: { 'User-Agent': 'plumbline' },
  });
  const wiring: Wiring = { base, name: options.name ?? base.host, rootPath: options.rootPath ?? '', http, limits, signal: options.signal };
  return {
    host: wiring.name,
    limits,
    send: (request) => follow(wiring, request),
    close: () => { httpAgent.destroy(); httpsAgent.destroy(); },
  };
}
