/** Finds the exchange that answers a request. Owns what "the same request" means. Pure. */
import type { JsonValue } from '../../model/resource.js';
import type { Exchange } from './fixture.js';

export interface AskedRequest {
  /** `main` or the true name of the host */
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function decoded(path: string): string {
  return path.split('/').map((part) => { try { return decodeURIComponent(part); } catch { return part; } }).join('/').replace(/(?<=.)\/$/, '');
}

function valuesFit(wanted: string | readonly string[], found: readonly string[]): boolean {
  const list = typeof wanted === 'string' ? [wanted] : wanted;
  return list.length === found.length && list.every((each, index) => each === '*' || each === found[index]);
}

function queryFits(wanted: Exchange['query'], asked: AskedRequest['query']): boolean {
  const found = grouped(asked);
  const names = Object.keys(wanted);
  return names.length === found.size && names.every((name) => valuesFit(wanted[name]!, (found.get(name) ?? []).map(([, value]) => value)));
}

/** Node 20 has no Map.groupBy. */
function grouped(asked: AskedRequest['query']): Map<string, (readonly [string, string])[]> {
  const groups = new Map<string, (readonly [string, string])[]>();
  for (const pair of asked) groups.set(pair[0], [...(groups.get(pair[0]) ?? []), pair]);
  return groups;
}

function bodyOf(asked: AskedRequest): JsonValue {
  const type = asked.headers['content-type'] ?? '';
  if (/x-www-form-urlencoded/i.test(type)) return Object.fromEntries(new URLSearchParams(asked.body));
  try { return JSON.parse(asked.body) as JsonValue; } catch { return asked.body; }
}

function valueFits(wanted: JsonValue, found: JsonValue | undefined): boolean {
  if (wanted === '*') return found !== undefined;
  if (typeof wanted !== 'object' || wanted === null) return wanted === found;
  if (typeof found !== 'object' || found === null || Array.isArray(wanted) !== Array.isArray(found)) return false;
  const keys = Object.keys(wanted);
  return keys.length === Object.keys(found).length && keys.every((key) => valueFits((wanted as Record<string, JsonValue>)[key]!, (found as Record<string, JsonValue>)[key]));
}

function fits(exchange: Exchange, asked: AskedRequest): boolean {
  return exchange.host === asked.host && exchange.method === asked.method && decoded(exchange.path) === decoded(asked.path)
    && queryFits(exchange.query, asked.query) && (exchange.requestBody === undefined || valueFits(exchange.requestBody, bodyOf(asked)));
}

/** Indexes of the exchanges that answer it, the best first; more than one = the same request written down several times, answered in turn. */
export function matchesOf(exchanges: readonly Exchange[], asked: AskedRequest): number[] {
  const found = exchanges.flatMap((exchange, index) => (fits(exchange, asked) ? [index] : []));
  const first = found[0];
  if (first === undefined) return [];
  const same = labelOf(exchanges[first]!);
  return found.filter((index) => labelOf(exchanges[index]!) === same && JSON.stringify(exchanges[index]!.requestBody) === JSON.stringify(exchanges[first]!.requestBody));
}

function queryText(pairs: readonly (readonly [string, string])[]): string {
  const sorted = pairs.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.map(([name, value]) => `${name}=${value}`).join('&');
}

/** `GET main /api/v2/teams?organizationId=1`: how requests are shown and kept in the golden. */
export function labelOf(exchange: Pick<Exchange, 'host' | 'method' | 'path' | 'query'>): string {
  const query = queryText(Object.entries(exchange.query).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : value.map((each) => [name, each] as const))));
  return `${exchange.method} ${exchange.host} ${exchange.path}${query === '' ? '' : `?${query}`}`;
}

export function askedLabel(asked: AskedRequest): string {
  const query = queryText(asked.query);
  const body = asked.method === 'POST' && asked.body !== '' ? ` with the body ${asked.body.slice(0, 200)}` : '';
  return `${asked.method} ${asked.host} ${asked.path}${query === '' ? '' : `?${query}`}${body}`;
}

function headerFits(wanted: string, found: string | undefined): boolean {
  if (found === undefined) return false;
  if (!wanted.includes('*')) return wanted === found;
  const [start = '', end = ''] = [wanted.slice(0, wanted.indexOf('*')), wanted.slice(wanted.lastIndexOf('*') + 1)];
  return found.startsWith(start) && found.endsWith(end) && found.length >= start.length + end.length;
}

/** Names of the required headers that are missing or have another value. */
export function missingHeaders(exchange: Exchange, asked: AskedRequest): string[] {
  return Object.entries(exchange.requires ?? {}).filter(([name, value]) => !headerFits(value, asked.headers[name.toLowerCase()])).map(([name]) => name);
}
