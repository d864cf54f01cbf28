import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { emission } from '../../../src/collect/emit/emit.js';
import { mayHoldMarks } from '../../../src/collect/emit/inline-secrets.js';
import { createCompiler } from '../../../src/collect/expressions/compile.js';
import { NO_NODES, compilePath, membersBut } from '../../../src/collect/expressions/scope.js';
import type { JsonObject, Value } from '../../../src/collect/expressions/scope.js';
import type { SourceItem } from '../../../src/collect/graph/types.js';
import { loadConnector } from '../../../src/collect/index.js';
import type { Connector } from '../../../src/collect/index.js';
import { markOf, redactedSecret, secretPlaces } from '../../../src/collect/redact/marks.js';
import { OBSERVED_KINDS } from '../../../src/model/resource.js';
import type { JsonValue, Resource } from '../../../src/model/resource.js';

let connector: Connector;
beforeAll(async () => {
  connector = await loadConnector(join(import.meta.dirname, '../../../packs/connectors/n8n'));
}, 60_000);

const API = { source: 'api', file: null, fileKey: '', suffix: '' } as const;
const evidence = (index: number): SourceItem['evidence'] => ({ request: 'GET /', pageHash: 'h', path: `items[${index}]` });

/** Parts of workflows as they may come, good and bad. */
const node = fc.record({ id: fc.constantFrom('a', 'b', ''), name: fc.constantFrom('A', 'B', 'A'), type: fc.constantFrom('n8n-nodes-base.webhook', 'n8n-nodes-base.code', undefined), parameters: fc.constantFrom({}, { jsCode: 'require("fs")', path: 'x' }, { jsCode: 7 }) }, { requiredKeys: ['name'] });
const workflow = fc.record({
  id: fc.constantFrom('w1', 'w2', 'w3', undefined), name: fc.constantFrom('One', 'Two'), active: fc.boolean(), nodes: fc.oneof(fc.array(fc.oneof(node, fc.constant(null)), { maxLength: 4 }), fc.constant('none')),
  connections: fc.constantFrom({}, { A: { main: [[{ node: 'B', type: 'main', index: 0 }]] } }), shared: fc.constantFrom([], [{ role: 'workflow:owner', project: { id: 'p', name: 'Ada <ada@example.com>' } }], undefined),
}, { requiredKeys: ['nodes'] }).map((each) => JSON.parse(JSON.stringify(each)) as JsonObject);
const user = fc.record({ id: fc.constantFrom('u1', 'u2', null), email: fc.constant('ada@example.com'), lastActiveAt: fc.constantFrom('2026-01-01', null) }).map((each) => JSON.parse(JSON.stringify(each)) as JsonObject);

/** Holds texts, and makes items of them whenever it is gone through. */
function anew(values: readonly JsonObject[]): Iterable<SourceItem> & { readonly length: number } {
  const texts = values.map((value) => JSON.stringify(value));
  return { length: texts.length, *[Symbol.iterator]() { for (const [index, text] of texts.entries()) yield { value: JSON.parse(text) as JsonObject, evidence: evidence(index) }; } };
}

describe('resources one by one', () => {
  it('are those that are made at once, and what is unread is the same before and after; also from lists that hold no items', () => {
    fc.assert(fc.property(fc.array(workflow, { maxLength: 5 }), fc.array(user, { maxLength: 3 }), (workflows, users) => {
      const held = new Map([['workflows', workflows], ['users', users]].map(([type, list]) => [type as string, (list as JsonObject[]).map((value, index) => ({ value, evidence: evidence(index) }))]));
      const atOnce = emission(connector, held, API).resources();
      const unreadFirst = emission(connector, held, API).unread();

      const made = emission(connector, new Map([['workflows', anew(workflows)], ['users', anew(users)]]), API);
      const observations: Resource[] = [];
      const compared = [...made.each(observations)];

      expect(compared).toEqual(atOnce.filter(({ kind }) => !OBSERVED_KINDS.includes(kind)));
      expect(observations).toEqual(atOnce.filter(({ kind }) => OBSERVED_KINDS.includes(kind)));
      expect(made.unread()).toEqual(unreadFirst);
    }), { numRuns: 300 });
  });
});

describe('the first look for marks', () => {
  const mark = fc.constantFrom(markOf('token', '0123456789abcdef'), markOf('a', 'ffffffffffffffff'));
  const leaf = fc.oneof(fc.string({ maxLength: 40 }), mark, mark.map((each) => `x ${each} y`), fc.constant(redactedSecret('token', '0123456789abcdef')), fc.integer(), fc.constant(null)) as fc.Arbitrary<JsonValue>;
  const key = fc.oneof(fc.constantFrom('a', 'nodes', 'redacted'), mark);
  const value = fc.letrec<{ value: JsonValue }>((tie) => ({ value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(key, tie('value'), { maxKeys: 3 })) as fc.Arbitrary<JsonValue> })).value;

  it('passes nothing by that holds a secret', () => {
    fc.assert(fc.property(value, (each) => {
      if (!mayHoldMarks(each)) expect(secretPlaces(each, '')).toEqual([]);
    }), { numRuns: 2_000 });
  });
});

describe('a path', () => {
  /** One part after the other, asking each time whose the member is. */
  const slowly = (root: Value, path: string): Value => path.split('.').reduce<Value>((at, part) => {
    if (Array.isArray(at)) return /^\d+$/.test(part) ? at[Number(part)] : undefined;
    return typeof at === 'object' && at !== null && Object.hasOwn(at, part) ? at[part] : undefined;
  }, root);

  it('leads to what is the own of each value, whatever its name', () => {
    const part = fc.constantFrom('a', 'b', '0', 'length', 'constructor', 'toString', '__proto__', 'hasOwnProperty');
    const root = fc.letrec<{ value: unknown }>((tie) => ({ value: fc.oneof({ depthSize: 'small' }, fc.constantFrom('text', 1, null, true), fc.array(tie('value'), { maxLength: 2 }), fc.dictionary(part, tie('value'), { maxKeys: 4, noNullPrototype: true })) })).value;
    fc.assert(fc.property(root, fc.array(part, { minLength: 1, maxLength: 4 }), (value, parts) => {
      expect(compilePath(parts.join('.'))({ root: value as Value, variables: {}, nodes: NO_NODES })).toEqual(slowly(value as Value, parts.join('.')));
    }), { numRuns: 2_000 });
  });
});

describe('the object without some of its members', () => {
  it('is what is left when they are filtered out', () => {
    const key = fc.constantFrom('a', 'b', '1', '0', '__proto__', 'constructor');
    fc.assert(fc.property(fc.dictionary(key, fc.integer(), { noNullPrototype: true }), fc.uniqueArray(key), (object, names) => {
      const dropped = new Set<string>(names);
      const rest = membersBut(object, dropped);

      expect(Object.entries(rest)).toEqual(Object.entries(object).filter(([name]) => !dropped.has(name)));
    }), { numRuns: 1_000 });
  });
});

describe('a text that is taken apart again', () => {
  it('gives what it gave before, also after very many others', () => {
    const take = createCompiler({}).compile({ extract: '', pattern: '<([^<>]+)>$' }, 'here');
    const of = (root: string): Value => take({ root, variables: {}, nodes: NO_NODES });

    const first = [of('Ada <ada@example.com>'), of('nobody')];
    for (let at = 0; at < 2_000; at += 1) expect(of(`N <${at}@example.com>`)).toBe(`${at}@example.com`);

    expect([of('Ada <ada@example.com>'), of('nobody')]).toEqual(first);
    expect(first).toEqual(['ada@example.com', undefined]);
  });
});
