import { describe, expect, it } from 'vitest';
import { openDoor } from '../../../src/collect/http/door.js';
import type { DoorRequest } from '../../../src/collect/http/door.js';
import { isMutation } from '../../../src/collect/http/writes.js';

const json = (body: unknown): Partial<DoorRequest> => ({ readOnlyPost: { body: JSON.stringify(body), contentType: 'application/json', reason: 'asks only' } });

describe('the door', () => {
  it.each<[string, Partial<DoorRequest>]>([
    ['a header that overrides the method', { headers: { 'X-HTTP-Method-Override': 'DELETE' } }],
    ['the same in small letters', { headers: { 'x-http-method-override': 'DELETE' } }],
    ['another host', { headers: { Host: 'other.example.com' } }],
    ['a forwarded host', { headers: { 'X-Forwarded-Host': 'other.example.com' } }],
    ['a length of its own', { headers: { 'Transfer-Encoding': 'chunked' } }],
    ['words for a proxy', { headers: { 'Proxy-Authorization': 'Basic eA==' } }],
    ['a parameter that overrides the method', { query: [['_method', 'DELETE']] }],
    ['a form that overrides the method', { readOnlyPost: { body: '_method=PATCH&a=b', contentType: 'application/x-www-form-urlencoded', reason: 'asks only' } }],
    ['a mutation', json({ query: 'mutation M($id: ID) { delete(id: $id) { id } }' })],
    ['a mutation among several', json([{ query: '{ me { id } }' }, { query: 'mutation { a }' }])],
    ['a path that was filled in with something done', { path: '/api/users/delete', told: '/api/users/{verb}', ...json({ id: '7' }) }],
    ['the same behind a colon', { path: '/api/users/7:Deactivate', told: '/api/users/{id}:{verb}', ...json({}) }],
    ['an action that was filled in', { path: '/rpc', ...json({ action: 'delete', id: '7' }) }],
    ['an action in a form', { path: '/rpc', readOnlyPost: { body: 'command=DELETE&a=b', contentType: 'application/x-www-form-urlencoded', reason: 'asks only' } }],
    ['a mutation in an address', { query: [['query', 'mutation { a }']] }],
  ])('sends nothing with %s, before any connection is made', async (_what, request) => {
    // nobody listens at port 1: a request that went out would fail with PLB-COLLECT-001
    const door = openDoor({ baseUrl: 'http://127.0.0.1:1', allowLoopback: true });

    await expect(door.send({ path: '/x', ...request })).rejects.toMatchObject({ code: 'PLB-COLLECT-011' });
    door.close();
  });

  it('lets pass what only reads', async () => {
    const door = openDoor({ baseUrl: 'http://127.0.0.1:1', allowLoopback: true });

    await expect(door.send({ path: '/x', headers: { Cookie: 'a=b', Authorization: 'Bearer x' }, ...json({ query: '{ mutation { id } }' }) })).rejects.toMatchObject({ code: 'PLB-COLLECT-001' });
    door.close();
  });
});

describe('a path that is filled in with the name of a thing', () => {
  it.each(['create-orders', 'Delete old rows', 'updates', '7c9e6679-7425-40de-944b-e07fc1f90ae7'])('is sent, whatever the thing is called: %s', async (name) => {
    const door = openDoor({ baseUrl: 'http://127.0.0.1:1', allowLoopback: true });

    await expect(door.send({ path: `/export/apps/${encodeURIComponent(name)}`, told: '/export/apps/{app}', ...json({}) })).rejects.toMatchObject({ code: 'PLB-COLLECT-001' });
    door.close();
  });
});

describe('a mutation of GraphQL', () => {
  it.each([['mutation{a}', true], ['# x\nmutation @d { a }', true], ['query Q { a } mutation M { b }', true], ['fragment F on T { a }\nmutation M { b }', true], ['query { a(x: "\\"} mutation {") }', false], ['{ mutation { a } }', false], ['query mutation_log { a }', false], ['query Q { a } # mutation { b }', false]])('%s: %s', (query, expected) => {
    expect(isMutation(query)).toBe(expected);
  });
});
