import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonValue } from '../../../src/model/resource.js';
import { ExpressionError, createCompiler } from '../../../src/collect/expressions/compile.js';
import { OPERATORS } from '../../../src/collect/expressions/operators.js';
import { VARIABLES } from '../../../src/collect/expressions/scope.js';

const compiler = createCompiler({ colours: { r: 'red' } }, { types: new Set(['people', 'teams']) });
const PEOPLE = [{ id: 'p1', name: 'Ada', teams: ['t1', 't2'] }, { id: 'p2', name: 'Ben', teams: ['t2'] }, { id: 3, name: 'Cy', teams: [] }];
const ROOT = { a: { b: [1, 2] }, name: 'Ada L', empty: '', list: [{ n: 'y', on: true }, { n: 'x', on: false }, { n: 'y', on: true }], yes: true, no: false, url: 'HTTP://X', id: 'two', byName: { z: { v: 1 }, k: { v: 2 } }, when: '2026-11-22 20:15:00', number: '12.5', owner: 'p2', team: 't2',
  tree: { Get: { type: 'http' }, If: { type: 'if', actions: { Mail: { type: 'mail' } }, cases: { a: { actions: [{ type: 'sql' }] } } } },
};
const run = (source: JsonValue): unknown => compiler.compile(source, 'place')({ root: ROOT, variables: { platform: { version: '4' }, all: { people: PEOPLE } }, nodes: new Map([['two', { on: 'node two' }]]) });

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
  ['any', { any: ['no', 'empty'] }, false],
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
  ['equals', { equals: ['id', { value: 'two' }] }, true],
  ['in', { in: ['id', { value: ['one', 'two'] }] }, true],
  ['has', { has: ['url', { value: '://' }] }, true],
  ['startsWith', { startsWith: ['name', { value: 'Ada' }] }, true],
  ['greater', { greater: ['number', { value: 9 }] }, true],
  ['greater', { greater: ['empty', { value: 9 }] }, false],
  ['less', { less: ['when', { value: '2027' }] }, true],
  ['less', { less: ['yes', { value: {} }] }, false],
  ['flat', { flat: { value: [[1, 2], 3, [[4]]] } }, [1, 2, 3, [4]]],
  ['sum', { sum: { value: [1, '2.5', 'x', '', null] } }, 3.5],
  ['sum', { sum: 'missing' }, undefined],
  ['largest', { largest: { value: ['2026-03-01', null, '2026-11-01', ''] } }, '2026-11-01'],
  ['largest', { largest: { value: [9, '10', 2] } }, '10'],
  ['largest', { largest: 'missing' }, undefined],
  ['smallest', { smallest: { value: [9, '10', 2] } }, 2],
  ['members', { members: 'byName' }, [{ key: 'k', v: 2 }, { key: 'z', v: 1 }]],
  ['members', { members: { value: { a: 1, b: { key: 'own' } } } }, [{ key: 'a', value: 1 }, { key: 'own' }]],
  ['merge', { merge: ['byName', { value: { z: 1 } }, 'missing', 'name'] }, { z: 1, k: { v: 2 } }],
  ['merge', { merge: ['missing'] }, undefined],
  ['member', { member: 'byName', by: { value: 'k' }, take: 'v' }, 2],
  ['member', { member: 'byName', by: { value: 'constructor' } }, undefined],
  ['split', { split: { value: ' a, b,,c ' }, at: ',' }, ['a', 'b', 'c']],
  ['split', { split: 'missing', at: ',' }, undefined],
  ['extract', { extract: { value: '/providers/apis/shared_sql/x' }, pattern: '/apis/([^/]+)' }, 'shared_sql'],
  ['extract', { extract: 'name', pattern: '(\\d+)' }, undefined],
  ['host', { host: { value: 'https://user@API.Example.com:8443/x?y=1' } }, 'api.example.com'],
  ['host', { host: { value: 'https://{{host}}/x' } }, undefined],
  ['number', { number: 'number' }, 12.5],
  ['number', { number: 'empty' }, undefined],
  ['number', { number: 'name' }, undefined],
  ['boolean', { boolean: { value: 'TRUE' } }, true],
  ['boolean', { boolean: { value: 0 } }, false],
  ['boolean', { boolean: { value: 'perhaps' } }, undefined],
  ['date', { date: 'when' }, '2026-11-22T20:15:00.000Z'],
  ['date', { date: { value: '2026-11-22T20:15:00.123456+0130' } }, '2026-11-22T18:45:00.123Z'],
  ['date', { date: { value: 1795378500 } }, '2026-11-22T20:15:00.000Z'],
  ['date', { date: { value: '1795378500000' } }, '2026-11-22T20:15:00.000Z'],
  ['date', { date: { value: '2026-02-30' } }, undefined],
  ['date', { date: 'name' }, undefined],
  ['related', { related: 'people', by: 'owner', on: 'id', take: 'name' }, 'Ben'],
  ['related', { related: 'people', by: 'team', on: 'teams', take: 'name', all: true }, ['Ada', 'Ben']],
  ['related', { related: 'people', by: { value: 3 }, on: 'id', take: 'name' }, 'Cy'],
  ['related', { related: 'people', by: 'missing', on: 'id', all: true }, []],
  ['related', { related: 'teams', by: 'team', on: 'id', all: true }, undefined],
  ['matching', { matching: 'list', by: { value: 'x' }, on: 'n', take: 'on' }, false],
  ['walk', { walk: 'tree', children: ['actions', 'cases.*.actions'], take: 'type' }, ['http', 'if', 'mail', 'sql']],
  ['walk', { walk: 'tree', children: ['actions'], where: { not: { equals: ['type', { value: 'if' }] } }, take: '$key' }, ['Get', 'Mail']],
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
    expect(run('$workflow.version')).toBeUndefined();
    expect(run('constructor.name')).toBeUndefined();
    expect(run('__proto__')).toBeUndefined();
  });

  it.each([
    [{ nosuch: 'a' }, 'unknown operator nosuch'],
    [{}, 'unknown operator (none)'],
    [3, 'a path or an operator'],
    ['$nobody.version', 'no variable $nobody'],
    ['$all.houses', 'no resource named houses'],
    [{ each: 'list', tak: 'n' }, 'each has no argument tak; it takes where, take'],
    ...['first', 'list', 'join', 'all', 'any', 'merge'].map((name): [JsonValue, string] => [{ [name]: 'a' }, 'needs a list']),
    ...['equals', 'in', 'greater', 'less', 'has', 'startsWith', 'endsWith'].map((name): [JsonValue, string] => [{ [name]: ['a'] }, 'exactly two']),
    ...['not', 'truthy', 'set', 'isList', 'isObject', 'unique', 'flat', 'count', 'sum', 'largest', 'smallest', 'members', 'keys', 'text', 'upper', 'lower', 'dashed', 'host', 'number', 'boolean', 'date', 'each', 'find', 'sorted', 'entries', 'ref', 'walk']
      .map((name): [JsonValue, string] => [{ [name]: 7 }, 'a path or an operator']),
    [{ value: 1, take: 'a' }, 'value has no argument take; it takes none'],
    [{ case: 'a' }, 'needs a list of { if, then }'],
    [{ case: [{ if: 'a' }] }, 'needs `if` and `then`'],
    [{ lookup: 'shapes', by: 'a' }, 'there is no table named shapes'],
    [{ lookup: 3 }, 'needs the name of a table'],
    [{ object: ['a'] }, 'needs named members'],
    [{ without: 'a' }, 'needs `keys`'],
    [{ only: 'a', keys: 'b' }, 'needs `keys`'],
    [{ member: 'a' }, 'needs `by`'],
    [{ split: 'a' }, 'needs `at`'],
    [{ extract: 'a' }, 'needs `pattern`'],
    [{ extract: 'a', pattern: 'b' }, 'exactly one group'],
    [{ extract: 'a', pattern: '(b' }, 'no RE2 expression'],
    [{ extract: 'a', pattern: '(?<=b)(c)' }, 'no RE2 expression'],
    [{ related: 'houses', by: 'a', on: 'b' }, 'no resource named houses'],
    [{ related: 'people', by: 'a' }, 'needs `by`'],
    [{ related: 'people', by: 'a', on: 'b', all: 'yes' }, 'true or false'],
    [{ matching: 'list', on: 'b' }, 'needs `by`'],
    [{ walk: 'tree' }, 'needs `children`'],
  ])('refuses %j', (source, problem) => {
    expect(() => run(source as JsonValue)).toThrow(ExpressionError);
    expect(() => run(source as JsonValue)).toThrow(problem);
  });

  it('refuses a bad argument of every operator', () => {
    for (const name of Object.keys(OPERATORS)) expect(() => run({ [name]: { value: 1 }, nosuch: 1 }), name).toThrow(ExpressionError);
  });

  it.each(['$all.people', '$field.zone', { related: 'people', by: 'id', on: 'id' }])('refuses %j where an item is looked at on its own', (source) => {
    const alone = createCompiler({}, { alone: true, types: new Set(['people']) });

    expect(() => alone.compile(source, 'resources.people.key')).toThrow('only `emit`, `graphs` and step types see more');
    expect(() => alone.compile({ walk: 'list', children: ['list'], take: '$key' }, 'resources.people.items')).not.toThrow();
  });

  it('takes `all` for the argument of a join, wherever it stands', () => {
    expect(run({ all: true, on: 'id', by: 'owner', related: 'people', take: 'name' })).toEqual(['Ben']);
  });

  it('has each operator and each variable in the reference, with an example that can be compiled', () => {
    const reference = readFileSync('docs/connectors/language.md', 'utf8');
    const rows = [...reference.matchAll(/^\| `([a-zA-Z]+)` \| .+ \| `(\{.+\})` \|$/gm)].map(([, name, example]) => ({ name: name!, example: example! }));
    const free = createCompiler({ roles: {} });

    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(OPERATORS).sort());
    for (const { name, example } of rows) {
      expect(example, name).toMatch(new RegExp(`^\\{ ${name}:`));
      expect(() => free.compile(parse(example) as JsonValue, name), example).not.toThrow();
    }
    for (const variable of VARIABLES) expect(reference).toMatch(new RegExp(`^\\| \`\\$${variable}[.<>a-z]*\` \\|`, 'm'));
  });
});

describe('what is not known', () => {
  const one = { value: 1 };
  const UNKNOWN: readonly JsonValue[] = [
    { truthy: 'missing' }, { not: 'missing' }, { not: { truthy: 'missing' } }, { equals: ['missing', one] }, { equals: [one, 'missing'] }, { equals: ['missing', 'gone'] }, { equals: ['missing', { value: null }] },
    { in: ['missing', { value: [1] }] }, { in: [one, 'missing'] }, { greater: ['missing', one] }, { less: [one, 'missing'] },
    { has: ['missing', 'name'] }, { startsWith: ['name', 'missing'] }, { endsWith: ['missing', 'name'] },
    { all: ['yes', 'missing'] }, { any: ['no', 'missing'] }, { not: { all: ['yes', { equals: ['missing', one] }] } },
    { count: 'missing' }, { each: 'missing', take: 'n' }, { list: ['missing', 'gone'] }, { in: [one, { each: 'missing', take: 'n' }] },
    { case: [{ if: { equals: ['missing', one] }, then: one }] }, { case: [{ if: 'yes', then: { truthy: 'missing' } }], else: one },
  ];
  it.each(UNKNOWN)('is not told as yes or no: %j', (source) => {
    expect(run(source)).toBeUndefined();
  });

  const KNOWN: readonly (readonly [JsonValue, unknown])[] = [
    [{ all: ['no', 'missing'] }, false], [{ any: ['missing', 'yes'] }, true], [{ set: 'missing' }, false], [{ isList: 'missing' }, false], [{ isObject: 'missing' }, false],
    [{ truthy: { value: null } }, false], [{ truthy: 'empty' }, false], [{ equals: [{ value: null }, { value: null }] }, true], [{ in: [one, { value: [] }] }, false], [{ count: { value: [] } }, 0],
    [{ truthy: { first: ['missing', { value: false }] } }, false], [{ not: { first: ['missing', { value: false }] } }, true], [{ list: ['missing', { value: null }] }, []],
    [{ case: [{ if: 'missing', then: one }, { if: { not: { truthy: 'missing' } }, then: { value: 2 } }], else: { value: 3 } }, 2], [{ case: [{ if: { equals: ['missing', one] }, then: one }], else: { value: 3 } }, 3],
  ];
  it.each(KNOWN)('leaves what is known as it is: %j is %j', (source, expected) => {
    expect(run(source)).toEqual(expected);
  });

  it('counts as no where members are chosen, on both sides of a not', () => {
    expect(run({ each: 'list', where: { not: { equals: ['missing', one] } }, take: 'n' })).toEqual(['y', 'x', 'y']);
    expect(run({ each: 'list', where: { equals: ['missing', one] }, take: 'n' })).toEqual([]);
    expect(run({ find: 'list', where: { any: ['missing', { not: 'missing' }] }, take: 'n' })).toBe('y');
    expect(run({ walk: 'tree', children: ['actions'], where: { not: 'missing' }, take: 'type' })).toEqual(['http', 'if', 'mail']);
  });

  it('is not taken for no in what is taken of a member', () => {
    expect(run({ each: 'list', where: 'on', take: { object: { n: 'n', open: { truthy: 'missing' } } } })).toEqual([{ n: 'y' }, { n: 'y' }]);
  });

  it('counts as no where the place is a condition as a whole', () => {
    expect(compiler.compile({ not: { truthy: 'missing' } }, 'where', 'condition')({ root: ROOT, variables: {}, nodes: new Map() })).toBe(true);
  });
});

describe('the cost of an expression', () => {
  const many = Array.from({ length: 5_000 }, (_, index) => ({ id: `p${index}`, boss: `p${(index * 7) % 5_000}` }));
  const scope = { root: { list: many, id: 'p1' }, variables: { all: { people: many } }, nodes: new Map() };

  it('ends a list within a list before it runs away, and says where', () => {
    const runaway = compiler.compile({ each: '$all.people', take: { each: '$all.people', take: 'id' } }, 'emit[2].properties.pairs');
    expect(() => runaway(scope)).toThrow(/emit\[2\]\.properties\.pairs: the expression looks at more than 1000000 members/);
    expect(() => runaway(scope)).toThrow(expect.objectContaining({ code: 'PLB-COLLECT-011' }));
  });

  it.each<JsonValue>([
    { each: '$all.people', where: { in: ['id', '$all.people'] }, take: 'id' },
    { each: '$all.people', take: { count: '$all.people' } },
    { find: '$all.people', where: { equals: ['$all.people', { value: [] }] } },
    { each: '$all.people', take: { related: 'people', by: { value: 'x' }, on: 'kind', take: 'id', all: true } },
    { each: '$all.people', take: { join: [{ text: { count: { list: ['$all.people.*.id'] } } }] } },
  ])('ends %j too', (source) => {
    const people = many.map((person) => ({ ...person, kind: 'x' }));

    expect(() => compiler.compile(source, 'place')({ root: {}, variables: { all: { people } }, nodes: new Map() })).toThrow('more than 1000000 members');
  });

  it('starts each evaluation with a whole budget', () => {
    const expression = compiler.compile({ count: { each: '$all.people', take: 'id' } }, 'place');

    for (let run = 0; run < 300; run += 1) expect(expression(scope)).toBe(5_000);
  });

  it('indexes a join once: one look for each of many items', () => {
    let looks = 0;
    const counted = many.map((person) => ({ ...person, get id() { looks += 1; return person.id; } }));
    const expression = compiler.compile({ related: 'people', by: 'boss', on: 'id', take: 'boss' }, 'place');
    const variables = { all: { people: counted } };

    for (const root of many) expression({ root, variables, nodes: new Map() });

    expect(looks).toBe(5_000);
  });

  it('builds the index anew for another collection', () => {
    const expression = compiler.compile({ related: 'people', by: 'id', on: 'id', take: 'boss' }, 'place');

    expect(expression({ root: { id: 'x' }, variables: { all: { people: [{ id: 'x', boss: 'one' }] } }, nodes: new Map() })).toBe('one');
    expect(expression({ root: { id: 'x' }, variables: { all: { people: [{ id: 'x', boss: 'two' }] } }, nodes: new Map() })).toBe('two');
  });

  it('takes no half of a character, however long the text is', () => {
    const expression = compiler.compile({ extract: 'text', pattern: '(?s)(..)$' }, 'place');

    const found = expression({ root: { text: `${'a'.repeat(99_999)}\u{1F600}${'b'.repeat(10)}` }, variables: {}, nodes: new Map() });

    expect(found).toBe('aa');
  });

  it('stands a pattern that would make other engines run for ever', () => {
    const expression = compiler.compile({ extract: 'text', pattern: '^((?:a+)+)$' }, 'place');
    const began = performance.now();

    expect(expression({ root: { text: `${'a'.repeat(50_000)}!` }, variables: {}, nodes: new Map() })).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
