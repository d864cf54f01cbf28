/** Where items, fields and texts stand in the answers of a fixture. Owns places and writing at them; decides nothing. Pure. */
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES, isObject } from '../expressions/scope.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';
import type { Exchange } from './fixture.js';

/** Keys from the body down; `#json` steps into a text that holds JSON. */
export type Place = readonly (string | number)[];
export const INTO_JSON = '#json';
type Tree = JsonValue[] | { [key: string]: JsonValue };

function isTree(value: JsonValue | undefined): value is Tree {
  return typeof value === 'object' && value !== null;
}

export function parsedTree(text: string): Tree | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    const value = JSON.parse(text) as JsonValue;
    return isTree(value) ? value : null;
  } catch {
    return null;
  }
}

function member(value: Tree, key: string | number): JsonValue | undefined {
  return (value as Record<string | number, JsonValue>)[key];
}

export function valueAt(value: JsonValue | undefined, place: Place): JsonValue | undefined {
  const [key, ...rest] = place;
  if (key === undefined) return value;
  if (key === INTO_JSON) return typeof value === 'string' ? valueAt(parsedTree(value) ?? undefined, rest) : undefined;
  return isTree(value) ? valueAt(member(value, key), rest) : undefined;
}

/** A copy with another value at the place. */
export function withValue(value: JsonValue | undefined, place: Place, replacement: JsonValue): JsonValue {
  const [key, ...rest] = place;
  if (key === undefined) return replacement;
  if (key === INTO_JSON) return JSON.stringify(withValue(parsedTree(String(value)) ?? {}, rest, replacement));
  if (Array.isArray(value)) return value.map((each, index) => (index === key ? withValue(each, rest, replacement) : each));
  return { ...(value as { [name: string]: JsonValue }), [key]: withValue(isTree(value) ? member(value, key) : undefined, rest, replacement) };
}

/** Every text and number, also inside of texts that hold JSON. */
export function leavesOf(value: JsonValue | undefined, at: Place = []): { place: Place; value: string | number }[] {
  if (typeof value === 'number') return [{ place: at, value }];
  if (typeof value === 'string') {
    const inner = parsedTree(value);
    return [{ place: at, value }, ...(inner ? leavesOf(inner, [...at, INTO_JSON]) : [])];
  }
  if (!isTree(value)) return [];
  return Array.isArray(value) ? value.flatMap((each, index) => leavesOf(each, [...at, index])) : Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...at, key]));
}

/** Places that a pattern of the manifest (`nodes.*.position`) reaches below `from`; only what is there. */
export function expanded(value: JsonValue | undefined, pattern: string, from: Place): Place[] {
  let found: { place: Place; value: JsonValue | undefined }[] = [{ place: from, value: valueAt(value, from) }];
  for (const part of pattern === '' ? [] : pattern.split('.')) {
    found = found.flatMap(({ place, value: at }) => {
      const inner = typeof at === 'string' ? parsedTree(at) : null;
      const [tree, base] = inner ? [inner, [...place, INTO_JSON]] : [at, place];
      if (!isTree(tree)) return [];
      const keys: (string | number)[] = Array.isArray(tree) ? [...tree.keys()] : Object.keys(tree);
      const wanted = part === '*' ? keys : keys.filter((key) => String(key) === part);
      return wanted.map((key) => ({ place: [...base, key], value: member(tree, key) }));
    });
  }
  return found.map(({ place }) => place);
}

function segmentFits(template: string, text: string): boolean {
  const parts = template.split(/\{[^{}]*\}/);
  if (parts.length === 1) return template === text;
  let at = 0;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.startsWith(parts[0]!) && text.endsWith(parts.at(-1)!);
}

/** A template counts from the end of the base, which is not known here, so it must fit the end of the path; with // it is the whole. */
function pathFits(template: string, path: string): boolean {
  const [wanted, found] = [template.replace(/^\/\//, '/').split('/').slice(1), path.split('/').slice(1)];
  if (template.startsWith('//') && wanted.length !== found.length) return false;
  const tail = found.slice(-wanted.length);
  return tail.length === wanted.length && wanted.every((segment, index) => segmentFits(segment, tail[index]!) || segmentFits(segment, decodeURIComponent(tail[index]!)));
}

function hostFits(hostName: string, exchange: Exchange, { manifest }: Connector): boolean {
  if (hostName === 'main') return exchange.host === 'main';
  const base = manifest.hosts[hostName]?.base;
  const isFixed = base !== undefined && !base.includes('{') && URL.canParse(base);
  return isFixed ? exchange.host === new URL(base).host : true;
}

/** A next address may name other parameters than the first request. */
function queryFits(rule: CompiledResource['rule'], { query }: Exchange): boolean {
  const free = rule.paging?.kind === 'next-url' || rule.paging?.kind === 'link-header';
  return Object.entries(rule.query ?? {}).every(([name, value]) => {
    const found = query[name];
    if (typeof value === 'object' || String(value).includes('{') || found === '*') return true;
    return found === undefined ? free : found === String(value);
  });
}

function bodyFits(rule: CompiledResource['rule'], { requestBody }: Exchange): boolean {
  const wanted = rule.readOnlyPost?.body;
  if (!isObject(wanted) || !isObject(requestBody)) return true;
  const isFixed = (value: JsonValue): boolean => typeof value !== 'object' && !String(value).includes('{');
  return Object.entries(wanted).every(([name, value]) => !isFixed(value) || requestBody[name] === value || requestBody[name] === '*');
}

/** By path, query and body; a request may fit several types. */
export function isAnswerOf(resource: CompiledResource, exchange: Exchange, connector: Connector): boolean {
  const { rule } = resource;
  const path = rule.get ?? rule.readOnlyPost?.path ?? rule.job?.result?.get ?? rule.job?.poll;
  if (path === undefined || exchange.method !== (rule.readOnlyPost ? 'POST' : 'GET')) return false;
  return hostFits(rule.host, exchange, connector) && pathFits(path, exchange.path) && queryFits(rule, exchange) && bodyFits(rule, exchange);
}

/** Places of every object and list, by identity: what an expression picked out of the body is found again. */
export function placesByIdentity(value: JsonValue | undefined, at: Place = [], into = new Map<unknown, Place>()): Map<unknown, Place> {
  if (!isTree(value)) return into;
  into.set(value, at);
  if (Array.isArray(value)) value.forEach((each, index) => placesByIdentity(each, [...at, index], into));
  else for (const [key, each] of Object.entries(value)) placesByIdentity(each, [...at, key], into);
  return into;
}

export interface FoundItems {
  readonly resource: CompiledResource;
  /** index in the set's exchanges */
  readonly exchange: number;
  /** the list as a whole, where it is one */
  readonly list: Place | null;
  readonly items: readonly Place[];
}

function itemsIn(resource: CompiledResource, body: JsonValue, exchange: number): FoundItems {
  const places = placesByIdentity(body);
  const found = resource.items({ root: body, variables: {}, nodes: NO_NODES });
  const members = Array.isArray(found) ? found.flat(1) : found === undefined ? [] : [found];
  const ofMember = (each: JsonValue): Place | undefined => places.get(each) ?? (isObject(each) && isTree(each['value']) ? places.get(each['value']) : undefined);
  const items = members.map(ofMember).filter((place) => place !== undefined);
  // what an expression puts together out of the one object of an answer stands where that object stands
  const isMade = resource.rule.single && items.length === 0 && isObject(found) && isObject(body);
  return { resource, exchange, list: Array.isArray(found) ? places.get(found) ?? null : null, items: isMade ? [[]] : items };
}

/** Which answers hold items of which type. An answer whose request fits several types counts for each. */
export function itemsOfSet(connector: Connector, exchanges: readonly Exchange[]): FoundItems[] {
  return exchanges.flatMap((exchange, index) => {
    const { body, status } = exchange;
    if (body === undefined || status >= 300) return [];
    return connector.resources.filter((resource) => isAnswerOf(resource, exchange, connector)).map((resource) => itemsIn(resource, body, index));
  });
}
