/** Facts that move by themselves (last use, counts of runs) as resources of their own, so that no comparison sees them. Owns their keys. */
import type { Resource } from '../../model/resource.js';
import { resourceId } from '../../model/resource.js';
import type { JsonObject, Scope } from '../expressions/scope.js';
import type { NamedExpressions } from '../manifest/connector.js';

/** One run-stats about `resource`, or none when nothing was observed. */
export function observation(resource: Resource, observed: NamedExpressions, scope: Scope): Resource[] {
  const properties: JsonObject = {};
  for (const [name, expression] of observed) {
    const value = expression(scope);
    if (value !== undefined && value !== null) properties[name] = value;
  }
  if (Object.keys(properties).length === 0) return [];
  return [{ ...resource, kind: 'run-stats', key: resourceId(resource), properties }];
}

/** Several sources may observe the same thing: their facts become one resource, at the place of the first; for the others nothing is given. */
export function observationMerger(): (resource: Resource) => Resource | null {
  const merged = new Map<string, Resource>();
  return (resource) => {
    if (resource.kind !== 'run-stats') return resource;
    const known = merged.get(resource.key);
    if (known) {
      Object.assign(known.properties, resource.properties);
      return null;
    }
    const own = { ...resource, properties: { ...resource.properties } };
    merged.set(resource.key, own);
    return own;
  };
}
