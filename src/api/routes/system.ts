/** How Plumbline is: health without signing in, and the description of this API. */
import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import { latestFinishedScan } from '../../store/index.js';
import type { Portal } from '../portal.js';
import { publicRoute, type Route } from '../route.js';
import { Health, type HealthPart } from '../schemas.js';

const PATIENCE_MS = 4_000;

/** A part that hangs must not make the question hang. */
async function within<T>(work: Promise<T>, fallback: T, logger: FastifyBaseLogger): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => { timer = setTimeout(() => resolve(fallback), PATIENCE_MS); });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    logger.warn({ err: error }, 'health could not be told in full');
    return fallback;
  } finally {
    clearTimeout(timer);
  }
}

async function lastScan(portal: Portal): Promise<Health['lastScan']> {
  const latest = await portal.inTenant(latestFinishedScan);
  if (latest === null || latest.scan.finishedAt === null) return null;
  const { scan, platformName } = latest;
  return { platform: platformName, finishedAt: scan.finishedAt!, resources: scan.resourceCount ?? 0, findings: scan.findingCount ?? 0 };
}

async function health(portal: Portal): Promise<Health> {
  const [parts, last] = await Promise.all([
    within(portal.parts(), [{ name: 'parts', status: 'down', version: null, detail: 'do not answer' } satisfies HealthPart], portal.logger),
    within(lastScan(portal), null, portal.logger),
  ]);
  return { status: worst(parts), parts, lastScan: last };
}

function worst(parts: readonly HealthPart[]): Health['status'] {
  if (parts.some((part) => part.status === 'down')) return 'down';
  return parts.some((part) => part.status === 'degraded') ? 'degraded' : 'ok';
}

export const systemRoutes: readonly Route[] = [
  publicRoute({ method: 'GET', url: '/health', tag: 'system', summary: 'Health of every part and the last finished scan', response: Health }, ({ portal }) => health(portal)),
  publicRoute({ method: 'GET', url: '/openapi.json', tag: 'system', summary: 'This description', response: z.record(z.string(), z.unknown()) }, async ({ request }) => request.server.swagger() as unknown as Record<string, unknown>),
];
