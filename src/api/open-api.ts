/** The OpenAPI 3.1 document, made from the schemas of the routes. Owns its head; docs/openapi.json is a committed copy. */
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { LINK_COOKIE } from './link-session.js';
import { tidyComponents } from './open-api-tidy.js';
import type { Portal } from './portal.js';
import { API_PREFIX, registerRoutes } from './register-routes.js';
import { ROUTES } from './routes/index.js';
import { SESSION_COOKIE } from './sign-in.js';

const DESCRIPTION = [
  'The API that the portal uses. Refusals are application/problem+json with a code of the catalogue and the one next step.',
  'Writes must name the portal itself in the header Origin and send application/json. Lists hold `items` and `nextCursor`. Times are ISO 8601 in UTC.',
].join(' ');

export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Plumbline', version: '1', description: DESCRIPTION },
      components: {
        securitySchemes: {
          person: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: 'A signed-in person' },
          link: { type: 'apiKey', in: 'cookie', name: LINK_COOKIE, description: 'The holder of a mailed link, for one request' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => tidyComponents(jsonSchemaTransformObject(document)),
  });
}

/** Without any server: routes are registered on a bare app and never called. */
export async function openApiDocument(): Promise<object> {
  const app = Fastify({ logger: false });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await registerOpenApi(app);
  await app.register(async (api) => registerRoutes(api, {} as Portal, ROUTES), { prefix: API_PREFIX });
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
