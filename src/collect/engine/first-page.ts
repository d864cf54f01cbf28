/** Cuts a resource type down to one request: for a look before a platform is added, and for the list of rights. Pure. */
import type { CompiledResource } from '../manifest/connector.js';

/** The same request as the first one of a scan; of a loop the first item, of constants the first of each. */
export function firstPageOnly(resource: CompiledResource): CompiledResource {
  const { paging, forEach, matrix, recurse, total: _total, ...rule } = resource.rule;
  return {
    ...resource, canary: null,
    forEach: resource.forEach ? { ...resource.forEach, limit: 1 } : null,
    rule: {
      ...rule, canary: undefined,
      ...(paging ? { paging: { ...paging, maxPages: 1, recheck: false } } : {}),
      ...(forEach ? { forEach: { ...forEach, limit: 1 } } : {}),
      ...(matrix ? { matrix: Object.fromEntries(Object.entries(matrix).map(([name, values]) => [name, values.slice(0, 1)])) } : {}),
      ...(recurse ? { recurse: { ...recurse, depth: 0 } } : {}),
    },
  };
}
