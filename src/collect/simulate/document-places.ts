/** Where the items of an exported document stand in it. Owns nothing of how they are found: that is the import's. Pure. */
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES } from '../expressions/scope.js';
import { detect } from '../files/detect.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';
import { placesByIdentity } from './places.js';
import type { FoundItems, Place } from './places.js';

/** Where one answer is one item, the item of a file stands for the whole answer. */
function itemOf({ rule, items }: CompiledResource, item: JsonValue): JsonValue {
  const found = rule.single && rule.items !== undefined ? items({ root: item, variables: {}, nodes: NO_NODES }) : item;
  return typeof found === 'object' && found !== null ? found : item;
}

export function itemsOfDocument(connector: Connector, document: JsonValue): FoundItems[] {
  const detection = detect(document, [connector]);
  const resource = connector.resources.find(({ type }) => type === connector.files?.rule.type);
  if (detection.found !== 'export' || resource === undefined) return [];
  const places = placesByIdentity(document);
  const items = detection.items.map((item) => places.get(itemOf(resource, item)) ?? places.get(item)).filter((place): place is Place => place !== undefined);
  const parent = items[0]?.slice(0, -1) ?? [];
  return [{ resource, exchange: 0, items, list: items.length > 0 && typeof items[0]!.at(-1) === 'number' && !resource.rule.single ? parent : null }];
}
