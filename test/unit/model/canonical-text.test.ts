import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalDigest, canonicalJson, ofCanonicalBytes } from '../../../src/model/canonical.js';
import { plainCanonicalText as plainText } from '../../../src/model/canonical-text.js';

const library = canonicalize as unknown as (value: unknown) => string | undefined;

describe('the canonical text of plain JSON', () => {
  test('is what the library writes, for whatever JSON there is', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      // lone surrogates are left to the library
      const text = plainText(value);
      if (text !== null) expect(text).toBe(library(value));
    }), { numRuns: 2_000 });
  });

  test('is what the library writes where keys come in any order and texts hold any character, also when keys were seen in another order before', () => {
    const key = fc.oneof(fc.constantFrom('a', 'b', 'c', '10', '9', 'é', '\u{1F600}', '\ufb33', '"', 'x'.repeat(90)), fc.string({ unit: 'binary', maxLength: 4 }));
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 300 }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(-0, 1e21, 5e-324, null, true));
    fc.assert(fc.property(fc.array(fc.dictionary(key, fc.oneof(value, fc.array(value), fc.dictionary(key, value))), { maxLength: 5 }), (objects) => {
      const text = plainText(objects);
      if (text !== null) expect(text).toBe(library(objects));
    }), { numRuns: 2_000 });
  });

  test('is what the library writes for very long texts, lists and objects, and for small ones after them', () => {
    const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_each, at) => [`k${at}`, 'ü'.repeat(at % 40)]));
    for (const value of [{ text: 'y'.repeat(5_000_000) }, { text: 'é"\n'.repeat(2_000_000) }, wide, Array.from({ length: 100_000 }, (_each, at) => at), { b: 1, a: 2 }]) expect(plainText(value)).toBe(library(value));
  });

  test('is what the library writes when more sorts of objects were seen than are remembered', () => {
    for (let at = 0; at < 30_000; at += 1) plainText({ [`z${at}`]: 1, a: 2 });

    expect(plainText({ z1: 1, a: 2, m: 3 })).toBe('{"a":2,"m":3,"z1":1}');
  });

  test.each([
    [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
    [{ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1F600}': 5, '\u0080': 6, '\u00f6': 7 }, '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1F600}":5,"\ufb33":3}'],
    [[Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27, -0], '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]'],
    [{ a: undefined, b: [undefined, null] }, '{"b":[null,null]}'],
    [{ ['__proto__']: 1, 'a\u0000"\\': '\u2028' }, undefined],
  ])('%o', (value, text) => {
    expect(plainText(value)).toBe(text ?? library(value));
  });

  test('is left to the library for what is no plain JSON: its refusals stay', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;

    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udc00': 1 }, circular]) expect(() => canonicalJson({ value })).toThrow();
    expect(canonicalJson({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
  });
});

describe('the canonical bytes', () => {
  test('are those of the text, be it short or long', () => {
    for (const value of [{ b: 'ü', a: [1] }, 'é'.repeat(200_000), 'x'.repeat(100_000), {}]) {
      expect(ofCanonicalBytes(value, (bytes) => ({ text: Buffer.from(bytes).toString() })).text).toBe(canonicalJson(value));
    }
  });
});

describe('the canonical digest', () => {
  test('is that of the text', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      fc.pre(plainText(value) !== null);
      expect(canonicalDigest(value)).toBe(createHash('sha256').update(canonicalJson(value)).digest('hex'));
    }));
    expect(canonicalDigest({ at: new Date(0) })).toBe(createHash('sha256').update('{"at":"1970-01-01T00:00:00.000Z"}').digest('hex'));
  });
});
