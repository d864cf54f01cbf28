/**
 * Puts routes on the server. Owns the order of every request: may this caller do this at all, then is the input sound, then
 * the work. Who may not is refused before a single field is read.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { can, type Permission } from '../identity/index.js';
import { PlumblineError } from '../model/errors.js';
import type { Person } from '../store/index.js';
import { readLinkSession, type LinkSession } from './link-session.js';
import type { Portal } from './portal.js';
import type { Access, Route } from './route.js';
import { Problem } from './schemas.js';
import { readPerson, type Exchange } from './sign-in.js';

declare module 'fastify' {
  interface FastifyRequest {
    person: Person | null;
    link: LinkSession | null;
  }
  interface FastifyContextConfig {
    access?: Access;
  }
}

export const API_PREFIX = '/api/v1';

export function registerRoutes(app: FastifyInstance, portal: Portal, routes: readonly Route[]): void {
  app.decorateRequest('person', null);
  app.decorateRequest('link', null);
  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined) throw new Error(`The route ${String(route.method)} ${route.url} does not say who may use it.`);
  });
  for (const route of routes) registerRoute(app, portal, route);
}

function registerRoute(app: FastifyInstance, portal: Portal, route: Route): void {
  const { perMinute, bodyLimit } = route;
  app.withTypeProvider<ZodTypeProvider>().route({
    method: route.method,
    url: route.url,
    config: { access: route.access, ...(perMinute === undefined ? {} : { rateLimit: { max: perMinute, timeWindow: '1 minute' } }) },
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    schema: schemaOf(route),
    onRequest: guard(portal, route.access),
    handler: async (request, reply) => answer(portal, route, { request, reply }),
  });
}

function schemaOf(route: Route): Record<string, unknown> {
  const { params, query, body, response, stream } = route;
  const success = stream === undefined ? response : { content: { [stream]: { schema: z.string() } } };
  return {
    summary: route.summary,
    tags: [route.tag],
    operationId: `${route.method.toLowerCase()}${route.url.replace(/[:/-]+(\w)/g, (_match, letter: string) => letter.toUpperCase())}`,
    ...(route.access.kind === 'public' ? {} : { security: [{ [route.access.kind]: [] }] }),
    ...(params ? { params } : {}),
    ...(query ? { querystring: query } : {}),
    ...(body ? { body } : {}),
    response: { [route.status ?? 200]: success, default: { description: 'Refused or failed', content: { 'application/problem+json': { schema: Problem } } } },
  };
}

function guard(portal: Portal, access: Access): preHandlerAsyncHookHandler {
  return async (request, reply) => {
    if (access.kind === 'person') request.person = await authorised(portal, { request, reply }, access.permission);
    if (access.kind === 'link') request.link = await readLinkSession(portal, request);
  };
}

async function authorised(portal: Portal, exchange: Exchange, permission: Permission): Promise<Person> {
  const person = await readPerson(portal, exchange);
  if (person === null) throw new PlumblineError('PLB-AUTH-001', 'Nobody is signed in.');
  if (!can(person.roles, permission)) {
    exchange.request.log.warn({ person: person.id, permission }, 'refused: the roles of this person do not allow it');
    throw new PlumblineError('PLB-AUTH-002', 'Your roles do not allow this.', { permission });
  }
  return person;
}

async function answer(portal: Portal, route: Route, call: { request: FastifyRequest; reply: FastifyReply }): Promise<unknown> {
  const { request, reply } = call;
  const result = await route.run({ portal, request, reply, person: request.person, link: request.link });
  reply.code(route.status ?? 200);
  if (route.stream !== undefined) reply.type(route.stream);
  return result;
}
