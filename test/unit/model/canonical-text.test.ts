import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/model/canonical.js';
import { plainCanonicalText } from '../../../src/model/canonical-text.js';

const library = canonicalize as unknown as (value: unknown) => string | undefined;

describe('the canonical text of plain JSON', () => {
  test('is what the library writes, for whatever JSON there is', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      // lone surrogates are left to the library
      const text = plainCanonicalText(value);
      if (text !== null) expect(text).toBe(library(value));
    }), { numRuns: 2_000 });
  });

  test.each([
    [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
    [{ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1F600}': 5, '\u0080': 6, '\u00f6': 7 }, '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1F600}":5,"\ufb33":3}'],
    [[Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27, -0], '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]'],
    [{ a: undefined, b: [undefined, null] }, '{"b":[null,null]}'],
    [{ ['__proto__']: 1, 'a\u0000"\\': '\u2028' }, undefined],
  ])('%o', (value, text) => {
    expect(plainCanonicalText(value)).toBe(text ?? library(value));
  });

  test('is left to the library for what is no plain JSON: its refusals stay', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;

    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udc00': 1 }, circular]) expect(() => canonicalJson({ value })).toThrow();
    expect(canonicalJson({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
  });
});
