import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonTextError, closeLook, parseJson, readJson } from '../../../src/collect/http/json-text.js';
import { isPlainJson } from '../../../src/collect/http/plain-json.js';

const LIMITS = { depth: 6, keys: 12 };
const NOTHING = { duplicateKeys: [], unsafeNumbers: [] };

/** What a close look says, or the name of the error that it ends with. */
function closely(text: string): unknown {
  try {
    return closeLook(text, LIMITS);
  } catch (error) {
    return (error as Error).name;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Pieces that make all that the look is for likely: doubled keys, halves of characters, numbers at the edge, names that steer. */
const text = fc.constantFrom('a', 'b', 'é', '', 'constructor', 'prototype', '__proto__', '\\u0061', '\\ud83d\\ude00', '\\ud83d', '\\ude00', '\\\\', '\\"', '\\\\ud83d', '1e999', '{', ']').map((each) => `"${each}"`);
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), fc.constantFrom('-0', '-0.0', '0', '1e309', '-1E+400', '9007199254740993', '9007199254740991', '123456789012345678.5', '12345678901234567890', '1e5', '-12'));
const space = fc.constantFrom('', '', ' ', '\n\t');
const json = fc.letrec<{ value: string; list: string; object: string; member: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, text, number, fc.constantFrom('true', 'null'), tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 4 }).map((members) => `[${members.join(' , ')}]`),
  object: fc.array(tie('member'), { maxLength: 5 }).map((members) => `{${members.join(',')}}`),
  member: fc.tuple(text, space, space, tie('value')).map(([key, before, after, value]) => `${key}${before}:${after}${value}`),
})).value;

describe('the first look at JSON', () => {
  it('passes nothing in which a close look finds something', () => {
    fc.assert(fc.property(json, (document) => {
      if (isPlainJson(document, LIMITS)) expect(closely(document)).toEqual(NOTHING);
    }), { numRuns: 5_000 });
  });

  it('passes no broken text that the parser takes, and none that a close look refuses', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '"a"', '"a":', '1', '-', ' ', '\\ud800', 'e9'), { maxLength: 14 }).map((parts) => parts.join('')), (document) => {
      if (isJson(document) && isPlainJson(document, LIMITS)) expect(closely(document)).toEqual(NOTHING);
    }), { numRuns: 5_000 });
  });

  it('leaves the value as the slow way makes it', () => {
    fc.assert(fc.property(json, (document) => {
      if (isPlainJson(document, LIMITS)) expect(readJson(document, LIMITS).value).toEqual(parseJson(document));
    }), { numRuns: 2_000 });
  });

  it('passes what is plain, so that it is of use', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const document = JSON.stringify(value);
      const { duplicateKeys, unsafeNumbers, halfCharacters } = closeLook(document, { depth: 20, keys: 10_000 });
      if (duplicateKeys.length > 0 || unsafeNumbers.length > 0 || halfCharacters || /\\|proto/.test(document)) return;
      expect(isPlainJson(document, { depth: 20, keys: 10_000 })).toBe(true);
    }));
    expect(isPlainJson('{"id":"3e123456","versionId":"0e999","n":[1,-2.5,1e5,9007199254740991],"text":"a\\nb"}', { depth: 3, keys: 10 })).toBe(true);
  });

  it('leaves the objects with very many keys to the close look', () => {
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 300 }, (_each, at) => [`k${at}`, at])));

    expect(isPlainJson(wide, { depth: 10, keys: 1_000 })).toBe(false);
    expect(readJson(wide, { depth: 10, keys: 1_000 }).notes).toEqual(NOTHING);
  });
});

describe('numbers without end', () => {
  it('become the largest there is, wherever they stand; ids of digits are left alone', () => {
    expect(parseJson('[1e309, -1e400]')).toEqual([Number.MAX_VALUE, -Number.MAX_VALUE]);
    expect(parseJson(`{"a":${'9'.repeat(400)}}`)).toEqual({ a: Number.MAX_VALUE });
    expect(parseJson('1e999')).toBe(Number.MAX_VALUE);
    expect(parseJson('{"a":"3e123"}')).toEqual({ a: '3e123' });
    expect(() => parseJson('{"a":1e')).toThrow(JsonTextError);
  });
});
