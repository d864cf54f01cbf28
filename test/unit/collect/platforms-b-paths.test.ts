/** Names of members that hold a point, as OData has them. */
import { describe, expect, it } from 'vitest';
import { NO_NODES, compilePath } from '../../../src/collect/expressions/scope.js';
import type { JsonValue } from '../../../src/model/resource.js';

function read(path: string, root: JsonValue): unknown {
  return compilePath(path)({ root, variables: {}, nodes: NO_NODES });
}

describe('paths', () => {
  it('read a member whose name holds a point, written with a backslash', () => {
    const body = { '@odata.nextLink': 'https://example.com/2', '@odata': { nextLink: 'no' }, list: [{ '@odata.type': '#user' }] };

    expect(read('@odata\\.nextLink', body)).toBe('https://example.com/2');
    expect(read('list.*.@odata\\.type', body)).toEqual(['#user']);
    expect(read('@odata.nextLink', body)).toBe('no');
  });
});
