/**
 * Changes what a platform hands out with its answers and never means as a fact: cursors, addresses of next pages, entity tags, ids of
 * requests. Owns keeping them in step: who is asked with the new cursor answers as before. Pure.
 */
import type { JsonValue } from '../../model/resource.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';
import type { Exchange, FixtureSet } from './fixture.js';
import { itemsOfSet, valueAt, withValue } from './places.js';

type Query = Exchange['query'];
/** What a request carries now -> what it carries from now on. */
interface Swap {
  readonly fits: (exchange: Exchange) => boolean;
  readonly change: (exchange: Exchange) => Exchange;
}

const other = (value: string): string => `${value.slice(0, Math.ceil(value.length / 2))}0z${value.slice(Math.ceil(value.length / 2))}`;
const placeOf = (path: string): string[] => path.split('.');

function inRequest(name: string, old: string): Swap {
  const inBody = (body: JsonValue | undefined): boolean => typeof body === 'object' && body !== null && !Array.isArray(body) && String(body[name]) === old;
  return {
    fits: ({ query, requestBody }) => query[name] === old || inBody(requestBody),
    change: (exchange) => ({ ...exchange, query: exchange.query[name] === old ? { ...exchange.query, [name]: other(old) } : exchange.query, ...(inBody(exchange.requestBody) ? { requestBody: { ...(exchange.requestBody as { [key: string]: JsonValue }), [name]: other(old) } } : {}) }),
  };
}

/** Parameters that only the platform put into its next address; those of the manifest stay. */
function ownParameters(address: URL, { rule }: CompiledResource): string[] {
  return [...address.searchParams.keys()].filter((name) => !Object.hasOwn(rule.query ?? {}, name) && !/^(?:\$?top|\$?limit|per_?page|page_?size|max|api-version)$/i.test(name));
}

function otherAddress(address: string, resource: CompiledResource): { text: string; swap: Swap } | null {
  const url = new URL(address, 'https://relative.invalid');
  const names = ownParameters(url, resource);
  if (names.length === 0) return null;
  const old = [...url.searchParams];
  const fits = ({ query, path }: Exchange): boolean => decodeURI(path) === decodeURI(url.pathname) && old.every(([name, value]) => query[name] === value) && old.length === Object.keys(query).length;
  const change = (exchange: Exchange): Exchange => ({ ...exchange, query: Object.fromEntries(Object.entries(exchange.query).map(([name, value]) => [name, names.includes(name) && typeof value === 'string' ? other(value) : value])) as Query });
  for (const name of names) url.searchParams.set(name, other(url.searchParams.get(name)!));
  return { text: url.origin === 'https://relative.invalid' ? url.pathname + url.search : url.href, swap: { fits, change } };
}

function bodySwap(exchange: Exchange, resource: CompiledResource): { exchange: Exchange; swap: Swap } | null {
  const { paging } = resource.rule;
  // a cursor that the manifest counts in is no paper of the platform's own
  if (paging?.kind === 'cursor' && 'overlap' in paging) return null;
  const paths = paging?.kind === 'cursor' ? [paging.from] : paging?.kind === 'next-url' ? paging.from : [];
  for (const path of paths) {
    const value = valueAt(exchange.body, placeOf(path)) ?? (exchange.body as { [key: string]: JsonValue } | undefined)?.[path];
    const place = valueAt(exchange.body, placeOf(path)) === undefined ? [path] : placeOf(path);
    if (typeof value !== 'string' || value === '') continue;
    if (paging?.kind === 'cursor') return { exchange: { ...exchange, body: withValue(exchange.body, place, other(value)) }, swap: inRequest(paging.to, value) };
    const changed = otherAddress(value, resource);
    if (changed) return { exchange: { ...exchange, body: withValue(exchange.body, place, changed.text) }, swap: changed.swap };
  }
  return null;
}

function headerSwap(exchange: Exchange, resource: CompiledResource): { exchange: Exchange; swap: Swap } | null {
  const name = Object.keys(exchange.headers).find((each) => each.toLowerCase() === 'link');
  const link = name === undefined ? undefined : exchange.headers[name];
  const address = typeof link === 'string' ? /<([^<>]+)>\s*;[^,]*rel="?next/.exec(link)?.[1] : undefined;
  const changed = resource.rule.paging?.kind === 'link-header' && address !== undefined ? otherAddress(address, resource) : null;
  return changed ? { exchange: { ...exchange, headers: { ...exchange.headers, [name!]: (link as string).replace(address!, changed.text) } }, swap: changed.swap } : null;
}

function otherHeaders(exchange: Exchange, index: number): Exchange {
  const tagged = Object.fromEntries(Object.entries(exchange.headers).map(([name, value]) => [name, name.toLowerCase() === 'etag' && typeof value === 'string' ? value.replace(/"?$/, '7$&') : value]));
  return { ...exchange, headers: { ...tagged, 'x-request-id': `other-${index}`, date: 'Fri, 03 Jan 2031 10:11:12 GMT' } };
}

/** `cursors`: how many were changed, beside the headers of every answer. */
export function otherPaperwork(connector: Connector, fixture: FixtureSet): { fixture: FixtureSet; cursors: number } {
  const found = itemsOfSet(connector, fixture.exchanges);
  const exchanges = fixture.exchanges.map(otherHeaders);
  const swaps: Swap[] = [];
  const seen = new Set<number>();
  for (const { exchange: index, resource } of found) {
    const swapped = seen.has(index) ? null : bodySwap(exchanges[index]!, resource) ?? headerSwap(exchanges[index]!, resource);
    if (swapped === null) continue;
    seen.add(index);
    exchanges[index] = swapped.exchange;
    swaps.push(swapped.swap);
  }
  const asked = exchanges.map((exchange) => swaps.find((swap) => swap.fits(exchange))?.change(exchange) ?? exchange);
  return { fixture: { ...fixture, exchanges: asked }, cursors: swaps.length };
}
