import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/model/resource.js';
import { ExpressionError, createCompiler } from '../../../src/collect/expressions/compile.js';
import { OPERATORS } from '../../../src/collect/expressions/operators.js';

const compiler = createCompiler({ colours: { r: 'red' } });
const ROOT = { a: { b: [1, 2] }, name: 'Ada L', empty: '', list: [{ n: 'y', on: true }, { n: 'x', on: false }, { n: 'y', on: true }], yes: true, no: false, url: 'HTTP://X', id: 'two', byName: { z: { v: 1 }, k: { v: 2 } } };
const run = (source: JsonValue): unknown => compiler.compile(source, 'place')({ root: ROOT, variables: { platform: { version: '4' } }, nodes: new Map([['two', { on: 'node two' }]]) });

const CASES: readonly (readonly [operator: string, source: JsonValue, expected: unknown])[] = [
  ['value', { value: { a: 1 } }, { a: 1 }],
  ['first', { first: ['missing', 'empty', 'name'] }, 'Ada L'],
  ['case', { case: [{ if: 'no', then: { value: 1 } }, { if: 'yes', then: { value: 2 } }], else: { value: 3 } }, 2],
  ['case', { case: [{ if: 'no', then: { value: 1 } }], else: { value: 3 } }, 3],
  ['lookup', { lookup: 'colours', by: { value: 'r' } }, 'red'],
  ['lookup', { lookup: 'colours', by: { value: 'constructor' } }, undefined],
  ['ref', { ref: 'id', take: 'on' }, 'node two'],
  ['each', { each: 'list', where: 'on', take: 'n' }, ['y', 'y']],
  ['find', { find: 'list', where: { equals: ['n', { value: 'x' }] }, take: 'on' }, false],
  ['entries', { entries: 'byName', take: { join: ['key', 'value.v'], with: ':' } }, ['k:2', 'z:1']],
  ['object', { object: { n: 'name', gone: 'missing' } }, { n: 'Ada L' }],
  ['list', { list: ['name', 'missing', 'id'] }, ['Ada L', 'two']],
  ['sorted', { sorted: 'list', by: 'n' }, [{ n: 'x', on: false }, { n: 'y', on: true }, { n: 'y', on: true }]],
  ['without', { without: 'a', keys: ['b'] }, {}],
  ['only', { only: 'byName', keys: ['z', 'gone'] }, { z: { v: 1 } }],
  ['only', { only: 'byName', keys: ['gone'] }, undefined],
  ['join', { join: ['name', 'id'], with: '/' }, 'Ada L/two'],
  ['all', { all: ['yes', 'name'] }, true],
  ['any', { any: ['no', 'missing'] }, false],
  ['not', { not: 'no' }, true],
  ['truthy', { truthy: 'empty' }, false],
  ['set', { set: 'a.b.0' }, true],
  ['isList', { isList: 'a.b' }, true],
  ['isObject', { isObject: 'a.b' }, false],
  ['count', { count: 'a.b' }, 2],
  ['keys', { keys: 'byName' }, ['k', 'z']],
  ['text', { text: 'a.b.1' }, '2'],
  ['unique', { unique: 'list.*.n' }, ['x', 'y']],
  ['upper', { upper: 'id' }, 'TWO'],
  ['lower', { lower: 'url' }, 'http://x'],
  ['dashed', { dashed: 'name' }, 'Ada-L'],
  ['equals', { equals: ['missing', { value: null }] }, true],
  ['in', { in: ['id', { value: ['one', 'two'] }] }, true],
  ['has', { has: ['url', { value: '://' }] }, true],
  ['startsWith', { startsWith: ['name', { value: 'Ada' }] }, true],
  ['endsWith', { endsWith: ['name', { value: 'Ada' }] }, false],
];

describe('expressions of a manifest', () => {
  it.each(CASES)('%s', (_operator, source, expected) => {
    expect(run(source)).toEqual(expected);
  });

  it('has a case here for every operator', () => {
    expect([...new Set(CASES.map(([operator]) => operator))].sort()).toEqual(Object.keys(OPERATORS).sort());
  });

  it('reads paths, indexes, all members and variables, and nothing inherited', () => {
    expect(run('a.b.1')).toBe(2);
    expect(run('list.*.n')).toEqual(['y', 'x', 'y']);
    expect(run('$platform.version')).toBe('4');
    expect(run('$nobody.version')).toBeUndefined();
    expect(run('constructor.name')).toBeUndefined();
    expect(run('__proto__')).toBeUndefined();
  });

  it.each([
    [{ nosuch: 'a' }, 'unknown operator nosuch'],
    [{ first: 'a' }, 'needs a list'],
    [{ lookup: 'shapes', by: 'a' }, 'there is no table named shapes'],
    [{ equals: ['a'] }, 'exactly two'],
    [{ case: [{ if: 'a' }] }, 'needs `if` and `then`'],
    [3, 'a path or an operator'],
  ])('refuses %j', (source, problem) => {
    expect(() => run(source as JsonValue)).toThrow(ExpressionError);
    expect(() => run(source as JsonValue)).toThrow(problem);
  });
});
