/**
 * The portal's files: built assets, and index.html for every address that the portal routes itself. Owns nothing of /api.
 */
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PlumblineError } from '../model/errors.js';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

export async function serveStaticPortal(app: FastifyInstance, folder: string): Promise<void> {
  const built = existsSync(join(folder, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: folder, wildcard: false, index: 'index.html', dotfiles: 'deny', redirect: false, schemaHide: true, cacheControl: false,
      setHeaders: (reply, path) => void reply.header('cache-control', cacheControl(path)),
    });
  }
  app.setNotFoundHandler((request, reply) => answerUnknown(request, reply, built));
}

/** Files below assets/ carry a hash of their content in their name; everything else is asked for anew. */
function cacheControl(path: string): string {
  return /[\\/]assets[\\/]/.test(path) ? `public, max-age=${YEAR_MS / 1000}, immutable` : 'no-cache';
}

function answerUnknown(request: FastifyRequest, reply: FastifyReply, built: boolean): unknown {
  const path = request.url.split('?')[0] ?? '';
  const isPage = request.method === 'GET' && !path.startsWith('/api/') && !path.startsWith('/assets/') && !/\.[a-z0-9]+$/i.test(path);
  if (isPage && built) return reply.header('cache-control', 'no-cache').sendFile('index.html');
  throw new PlumblineError('PLB-API-002', 'Nothing is at this address.');
}
