import { describe, expect, it } from 'vitest';
import { labelOf } from '../../../src/collect/engine/request.js';

const label = (path: string, query: readonly (readonly [string, string])[], followed = false): string => labelOf({ path, query, ...(followed ? { followed } : {}) });

describe('what is told of a request', () => {
  it('is its method, path and query', () => {
    expect(label('/flows', [['limit', '250'], ['cursor', 'b2Zmc2V0PTEwMA']])).toBe('GET /flows?limit=250&cursor=b2Zmc2V0PTEwMA');
  });

  it('holds no value of an address that the platform handed out, beyond small numbers', () => {
    expect(label('/flows', [['page', '2'], ['sig', 'pRl8%2Fxy='], ['access_token', 'abcdef'], ['state', 'plain']], true)).toBe('GET /flows?page=2&sig=*&access_token=*&state=*');
  });

  it('holds no secret in a query or path of the manifest either', () => {
    expect(label('/hooks/ghp_R7tQ2mVx9KpL4sWz8BnC3dFh', [['access_token', 'hunter22hunter22'], ['q', 'x']])).toBe('GET /hooks/*?access_token=*&q=x');
  });
});
