import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { describe, expect, test } from 'vitest';
import { PERMISSIONS } from '../../../src/identity/index.js';
import type { Portal } from '../../../src/api/portal.js';
import { registerRoutes } from '../../../src/api/register-routes.js';
import { ROUTES } from '../../../src/api/routes/index.js';

function emptyApp(): ReturnType<typeof Fastify> {
  const app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  return app;
}

describe('the routes of the API', () => {
  test('a route that does not say who may use it cannot be registered', () => {
    const app = emptyApp();
    registerRoutes(app, {} as Portal, ROUTES);

    expect(() => app.get('/unguarded', async () => 'data')).toThrow(/does not say who may use it/);
  });

  test('every permission of the table is needed by some route, and no other is', () => {
    const needed = new Set(ROUTES.flatMap((route) => (route.access.kind === 'person' ? [route.access.permission] : [])));

    expect([...needed].toSorted()).toEqual([...PERMISSIONS].toSorted());
  });

  test('nothing changes by a GET: every write has its own method', () => {
    const writing = ROUTES.filter((route) => route.access.kind === 'person' && /\.(manage|run|decide|propose|produce)$/.test(route.access.permission));

    expect(writing.length).toBeGreaterThan(15);
    expect(writing.filter((route) => route.method === 'GET').map((route) => route.url)).toEqual([]);
  });
});
