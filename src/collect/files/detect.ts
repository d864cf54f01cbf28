/** Tells which platform a document was exported from, by its contents. Owns the three answers: export, broken export, something else. */
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES, isObject } from '../expressions/scope.js';
import type { Expression, JsonObject } from '../expressions/scope.js';
import type { Connector } from '../manifest/connector.js';

export type Detection =
  | { readonly found: 'export'; readonly connector: Connector; readonly items: readonly JsonObject[]; readonly broken: number }
  | { readonly found: 'broken'; readonly connector: Connector }
  | { readonly found: 'other' };

function holds(expression: Expression, item: JsonValue): boolean {
  return expression({ root: item, variables: {}, nodes: NO_NODES }) === true;
}

function candidates(document: JsonValue, listUnder: readonly string[]): { list: readonly JsonValue[]; isList: boolean } {
  if (Array.isArray(document)) return { list: document, isList: true };
  if (!isObject(document)) return { list: [], isList: false };
  const under = listUnder.map((name) => document[name]).find((value) => Array.isArray(value));
  return Array.isArray(under) ? { list: under, isList: true } : { list: [document], isList: false };
}

function detectFor(connector: Connector, document: JsonValue): Detection {
  const files = connector.files!;
  const { item: isItem, claims } = files;
  if (isItem === null) return { found: 'other' };
  const { listUnder, whole } = files.rule;
  const { list, isList } = candidates(document, listUnder);
  if (whole && !isList) return claims.some((claim) => holds(claim, document)) ? { found: 'broken', connector } : { found: 'other' };
  const items = list.filter(isObject);
  const matching = items.filter((item) => holds(isItem, item));
  if (matching.length > 0) {
    // a flat list is one document: every member belongs to it, known type or not
    return { found: 'export', connector, items: whole ? items : matching, broken: whole ? list.length - items.length : list.length - matching.length };
  }
  return items.some((item) => claims.some((claim) => holds(claim, item))) ? { found: 'broken', connector } : { found: 'other' };
}

export function detect(document: JsonValue, connectors: readonly Connector[]): Detection {
  let broken: Detection | null = null;
  for (const connector of connectors) {
    if (!connector.files) continue;
    const detection = detectFor(connector, document);
    if (detection.found === 'export') return detection;
    if (detection.found === 'broken') broken ??= detection;
  }
  return broken ?? { found: 'other' };
}
