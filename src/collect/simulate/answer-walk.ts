/**
 * Walks an answer of a fixture and tells, at each value, of which items it is a part and at which path of theirs. Owns that way down;
 * what is changed there is the caller's. Pure.
 */
import type { JsonValue } from '../../model/resource.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';
import type { Exchange, FixtureSet } from './fixture.js';
import { fitsGlob } from './globs.js';
import { itemsOfSet, parsedTree } from './places.js';
import type { FoundItems } from './places.js';

/** An item that a value is a part of. */
export interface Within {
  readonly resource: CompiledResource;
  /** from the item down; a text that holds JSON is stepped into without a part of its own */
  readonly path: readonly string[];
}
export interface Spot {
  readonly within: readonly Within[];
  /** the types whose list of items this is */
  readonly listOf: readonly CompiledResource[];
  /** the name of the member, of a list's member that of the list */
  readonly name: string;
}
/** What stands there instead. Members have been changed already. */
export type Change = (value: JsonValue, spot: Spot) => JsonValue;

const join = (place: readonly (string | number)[]): string => JSON.stringify(place);

interface Answer {
  readonly items: ReadonlyMap<string, readonly CompiledResource[]>;
  readonly lists: ReadonlyMap<string, readonly CompiledResource[]>;
  readonly change: Change;
}

function decodesHere(within: readonly Within[]): boolean {
  return within.some(({ resource, path }) => resource.rule.decode.some((rule) => rule.as === 'json' && fitsGlob(rule.path, path.length === 0 ? [''] : path)));
}

function walk(value: JsonValue, at: { readonly place: readonly (string | number)[]; readonly within: readonly Within[]; readonly name: string }, answer: Answer): JsonValue {
  const key = join(at.place);
  const within = [...at.within, ...(answer.items.get(key) ?? []).map((resource): Within => ({ resource, path: [] }))];
  const spot: Spot = { within, listOf: answer.lists.get(key) ?? [], name: at.name };
  const below = (member: JsonValue, part: string | number): JsonValue => walk(member, {
    place: [...at.place, part], name: typeof part === 'number' ? at.name : part, within: within.map(({ resource, path }) => ({ resource, path: [...path, String(part)] })),
  }, answer);
  if (Array.isArray(value)) return answer.change(value.map(below), spot);
  if (typeof value === 'object' && value !== null) return answer.change(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, below(member, name)])), spot);
  const inner = typeof value === 'string' && decodesHere(within) ? parsedTree(value) : null;
  if (inner === null) return answer.change(value, spot);
  return JSON.stringify(walk(inner, { place: [...at.place, '#json'], within, name: at.name }, answer));
}

function byPlace(found: readonly FoundItems[], placesOf: (each: FoundItems) => readonly (readonly (string | number)[])[]): Map<string, CompiledResource[]> {
  const map = new Map<string, CompiledResource[]>();
  for (const each of found) for (const place of placesOf(each)) map.set(join(place), [...(map.get(join(place)) ?? []), each.resource]);
  return map;
}

/** One document, of which the items are known. */
export function changedDocument(document: JsonValue, found: readonly FoundItems[], change: Change): JsonValue {
  return walk(document, { place: [], within: [], name: '' }, { items: byPlace(found, ({ items }) => items), lists: byPlace(found, ({ list }) => (list ? [list] : [])), change });
}

/** Every answer that some type reads; what only signs in stays as it is. */
export function changedAnswers(connector: Connector, fixture: FixtureSet, change: Change): FixtureSet {
  const found = itemsOfSet(connector, fixture.exchanges);
  const exchanges = fixture.exchanges.map((exchange, index): Exchange => {
    const here = found.filter((each) => each.exchange === index);
    return exchange.body === undefined || here.length === 0 ? exchange : { ...exchange, body: changedDocument(exchange.body, here, change) };
  });
  return { ...fixture, exchanges };
}
