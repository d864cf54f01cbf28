/**
 * The portal's server: API and static pages in one process. Owns assembling, listening and closing. Does not own routes
 * (routes/), who may what (src/identity) or the parts it is given (src/runtime).
 */
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import Fastify, { LogController, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { PlumblineError } from '../model/errors.js';
import { auditSigner, keepCheckpoints } from './audit-signer.js';
import { helmetOptions } from './content-policy.js';
import { LIMITS, registerLimits } from './limits.js';
import { createNews, type News } from './news.js';
import { registerOpenApi } from './open-api.js';
import { createPortal, loadPacks, type Packs } from './portal.js';
import type { PortalDeps } from './portal-deps.js';
import { PROBLEM_TYPE, toProblem } from './problem.js';
import { reconcile } from './reconcile.js';
import { API_PREFIX, registerRoutes } from './register-routes.js';
import type { Route } from './route.js';
import { ROUTES } from './routes/index.js';
import { allowedOrigins, refuseForeignWrite } from './same-origin.js';
import { serveStaticPortal } from './static-portal.js';

const BODY_LIMIT = 256 * 1024;

export interface RunningPortal {
  /** e.g. http://127.0.0.1:7080 */
  readonly address: string;
  close(): Promise<void>;
}

/** Listens; PLB-START-001 when the port is taken. Then brings schedules and running cycles in step with the store. */
export async function startPortal(deps: PortalDeps): Promise<RunningPortal> {
  const built = await buildPortal(deps);
  const { host, port } = deps.configuration;
  try {
    const address = await built.app.listen({ host, port });
    const keeper = keepCheckpoints({ store: deps.store, tenantId: deps.tenantId, signer: auditSigner(deps.tenantId, deps.keys.checkpoint), onError: (error) => deps.logger.warn({ err: error }, 'no checkpoint of the audit trail was signed; it is tried again') });
    void built.reconcile().catch((error: unknown) => deps.logger.warn({ err: error }, 'schedules and cycles could not be compared with the store; it is tried at the next start'));
    const close = async (): Promise<void> => {
      await built.app.close();
      await keeper.stop();
    };
    return { address, close };
  } catch (error) {
    await built.app.close();
    throw listenError(error, deps.configuration);
  }
}

function listenError(error: unknown, { host, port }: { host: string; port: number }): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return new PlumblineError('PLB-START-001', `The port ${port} on ${host} is in use.`, { host, port }, error);
  if (code === 'EACCES') return new PlumblineError('PLB-START-001', `The port ${port} on ${host} may not be used by this user.`, { host, port }, error);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return new PlumblineError('PLB-START-010', `The setting PLUMBLINE_HOST names an address that this machine does not have: ${host}.`, { variable: 'PLUMBLINE_HOST' }, error);
  return error;
}

export interface BuiltPortal {
  readonly app: FastifyInstance;
  readonly reconcile: () => Promise<void>;
}

/** Everything but listening. `routes` may be extended by tests. */
export async function buildPortal(deps: PortalDeps, routes: readonly Route[] = ROUTES): Promise<BuiltPortal> {
  const packs = await loadPacks(deps.packsRoot);
  const app = Fastify({ loggerInstance: deps.logger, bodyLimit: BODY_LIMIT, logController: new LogController({ disableRequestLogging: true }), requestTimeout: 60_000, forceCloseConnections: true, routerOptions: { maxParamLength: 200 } });
  const news = createNews(deps.logger);
  app.addHook('onClose', async () => news.close());
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  app.removeContentTypeParser('text/plain');
  const secure = deps.configuration.baseUrl.startsWith('https:');
  await app.register(helmet, helmetOptions(secure));
  await app.register(cookie);
  const portal = await registerApi(app, deps, { packs, news, routes });
  await serveStaticPortal(app, deps.portalFolder);
  return { app, reconcile: () => reconcile(portal()) };
}

/** Refusals are worded here for every route; what is a defect goes to the log in full and to the caller without a word of it. */
function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  const facts = { err: error, code: problem.body.code, method: request.method, route: request.routeOptions.url };
  if (problem.defect) request.log.error(facts, 'a request failed');
  else if (problem.status >= 500) request.log.warn(facts, 'a request failed');
  return reply.code(problem.status).headers(problem.headers).type(PROBLEM_TYPE).send(JSON.stringify(problem.body));
}

async function registerApi(app: FastifyInstance, deps: PortalDeps, parts: { packs: Packs; news: News; routes: readonly Route[] }): Promise<() => ReturnType<typeof createPortal>> {
  const origins = allowedOrigins(deps.configuration.baseUrl);
  let portal: ReturnType<typeof createPortal> | undefined;
  await registerOpenApi(app);
  await app.register(
    async (api) => {
      const limits = await registerLimits(api, deps.limits ?? LIMITS);
      const made = createPortal(deps, { packs: parts.packs, news: parts.news, limits });
      portal = made;
      api.addHook('onRequest', async (request, reply) => {
        reply.header('cache-control', 'no-store');
        refuseForeignWrite(request, origins);
      });
      registerRoutes(api, made, parts.routes);
    },
    { prefix: API_PREFIX },
  );
  return () => portal!;
}
