import { describe, expect, it } from 'vitest';
import { labelOf, requestOf } from '../../../src/collect/engine/request.js';
import { factsOf } from '../../../src/collect/http/door.js';
import { statusFailure } from '../../../src/collect/http/failures.js';
import { describeError } from '../../../src/model/errors.js';
import { connectorOf, walk } from './walk-fixtures.js';

const SECRET = 'Zk3vQ9xW1yT5uR7pB2nM';

describe('an error about a request', () => {
  it('names the path as the manifest writes it, not what was filled in', () => {
    const { rule } = connectorOf({ flows: { get: '/apps/{app}/flows', forEach: { of: 'apps', bind: { app: 'id' } } }, apps: { get: '/apps' } }).resources.find(({ type }) => type === 'flows')!;
    const request = requestOf(rule, { app: SECRET }, { cursor: null });

    for (const status of [400, 401, 403, 404, 429, 500, 503]) {
      const error = statusFailure(factsOf('made-up.example.com', request), status, null);
      expect(describeError(error) + JSON.stringify(error.details)).toContain('GET /apps/{app}/flows');
      expect(describeError(error) + JSON.stringify(error.details)).not.toContain(SECRET);
    }
  });

  it.each([
    ['a webhook', `/webhook/${SECRET}`, '/webhook/*'],
    ['a token in a path', `/api/hooks/${SECRET}/flows`, '/api/hooks/*/flows'],
    ['a session id', '/flows;jsessionid=abc123/list', '/flows;*/list'],
    ['a number or a readable name', '/teams/17/flows-of-all', '/teams/17/flows-of-all'],
    ['an id of the usual form', '/apps/6a2f0e0c-1111-4222-8333-944455556666/flows', '/apps/6a2f0e0c-1111-4222-8333-944455556666/flows'],
  ])('hides what may be a key in a path that no manifest wrote: %s', (_what, path, told) => {
    expect(factsOf('h', { path }).request).toBe(`GET ${told}`);
  });

  it('names the list, not the address, where the platform told the address', async () => {
    const walked = await walk({ things: { get: '/things', items: 'items', paging: { kind: 'next-url', from: ['next'] } } }, ({ path }) => (path === '/things' ? { body: { items: [{ id: 'a' }], next: `/s/${SECRET}/page` } } : { status: 404, body: {} }));

    expect(JSON.stringify([walked.completeness, walked.resources])).not.toContain(SECRET);
    expect(walked.entry('things').state).toBe('partial');
  });
});

describe('what is told of a page', () => {
  it('holds no cursor, beyond offsets and page numbers', () => {
    const { rule } = connectorOf({ things: { get: '/things', paging: { kind: 'cursor', from: 'next', to: 'after' } } }).resources[0]!;

    expect(labelOf(requestOf(rule, {}, { cursor: 'short-one' }))).toBe('GET /things?after=*');
    expect(labelOf(requestOf(rule, {}, { cursor: '200' }))).toBe('GET /things?after=200');
  });

  it('holds no name and no number out of an answer that may be a secret', async () => {
    const walked = await walk({ things: { get: '/things' } }, () => ({ body: Buffer.from(`[{"id":"a","ghp_R7tQ2mVx9KpL4sWz8BnC3dFh":1,"ghp_R7tQ2mVx9KpL4sWz8BnC3dFh":2,"pin":47110815471108154711}]`) }));

    const told = JSON.stringify(walked.completeness);
    expect(told).not.toContain('R7tQ2mVx9KpL4sWz8BnC3dFh');
    expect(told).not.toContain('47110815471108154711');
    expect(told).toMatch(/stands twice/);
    expect(told).toMatch(/20 digits/);
  });
});
