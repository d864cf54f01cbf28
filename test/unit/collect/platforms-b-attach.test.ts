/** Platforms that keep workflows and their steps in tables of their own. */
import { describe, expect, it } from 'vitest';
import { withAttached } from '../../../src/collect/graph/attach.js';
import type { TreeGraph } from '../../../src/collect/manifest/connector.js';
import type { JsonObject } from '../../../src/collect/expressions/scope.js';

const evidence = { request: 'GET /flows', pageHash: '', path: 'items[0]' };

function attached(flow: JsonObject, all: JsonObject): JsonObject {
  const attach = [{ from: 'triggers', by: 'id', on: 'flow', as: 'steps' }, { from: 'actions', by: 'id', on: 'flow', as: 'steps' }];
  return withAttached([{ value: flow, evidence }], { rule: { attach, order: 'order' } } as unknown as TreeGraph, all)[0]!.value;
}

describe('steps of other tables', () => {
  const triggers = [{ id: 't', flow: 'f' }];
  const actions = [{ id: 'b', flow: 'f', order: '10' }, { id: 'x', flow: 'other', order: '1' }, { id: 'a', flow: 'f', order: '2' }];

  it('come into their workflow, in the order of their numbers', () => {
    expect(attached({ id: 'f' }, { triggers, actions })['steps']).toEqual([triggers[0], actions[2], actions[0]]);
    expect(attached({ id: 'f' }, { triggers, actions: actions.toReversed() })['steps']).toEqual([triggers[0], actions[2], actions[0]]);
  });

  it('are left out where their table could not be read', () => {
    expect(attached({ id: 'f' }, { triggers })['steps']).toEqual(triggers);
  });
});
