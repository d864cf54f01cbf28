/** Changes a fixture as a platform changes by itself: the fields that the manifest drops. Owns what counts as noise; reads nothing. Pure. */
import type { JsonValue } from '../../model/resource.js';
import type { Connector } from '../manifest/connector.js';
import type { Exchange, FixtureSet } from './fixture.js';
import { expanded, itemsOfSet, valueAt, withValue } from './places.js';
import type { FoundItems } from './places.js';

function withOtherBodies(fixture: FixtureSet, change: (body: JsonValue, index: number) => JsonValue): FixtureSet {
  const exchanges = fixture.exchanges.map((exchange, index): Exchange => (exchange.body === undefined ? exchange : { ...exchange, body: change(exchange.body, index) }));
  return { ...fixture, exchanges };
}

function otherValue(value: JsonValue | undefined): JsonValue {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? '2031-01-02T03:04:05.000Z' : `${value} changed`;
  if (Array.isArray(value)) return [...value, 'changed'];
  return typeof value === 'object' && value !== null ? { ...value, changed: true } : 'changed';
}

/** Fields by which the walk goes on are no noise for it. */
function isWalkedBy({ resource }: FoundItems, path: string): boolean {
  const { paging, since } = resource.rule;
  return (paging?.kind === 'keyset' && paging.by === path) || since?.at === path;
}

/** Every dropped field with another value; null when no answer holds one. */
export function volatileChanged(connector: Connector, fixture: FixtureSet): { fixture: FixtureSet; fields: number } {
  let fields = 0;
  const found = itemsOfSet(connector, fixture.exchanges);
  const changed = withOtherBodies(fixture, (body, index) => {
    let result = body;
    for (const each of found.filter(({ exchange }) => exchange === index)) {
      const places = each.resource.rule.drop.filter((path) => !isWalkedBy(each, path)).flatMap((path) => each.items.flatMap((item) => expanded(body, path, item)));
      fields += places.length;
      for (const place of places) result = withValue(result, place, otherValue(valueAt(result, place)));
    }
    return result;
  });
  return { fixture: changed, fields };
}
