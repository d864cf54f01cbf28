/** What platforms' own logs say, and how often their things run: the list, and all of it for other programs. Owns no row. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { getPlatform, listObservations, type Observation as Stored, type ObservationFilter } from '../../store/index.js';
import type { Portal } from '../portal.js';
import { personRoute, type Route } from '../route.js';
import { ObservationList, ObservationsQuery, type Observation } from '../schemas.js';
import { PlatformParams } from './platforms.js';

const READ_AT_ONCE = 500;

function view({ kind, key, name, at, properties }: Stored): Observation {
  return { kind: kind as Observation['kind'], key, name, at, properties };
}

/** Page by page, each in a transaction of its own: an entry that comes meanwhile may be in it or not, none comes twice. */
async function* lines(portal: Pick<Portal, 'inTenant'>, filter: ObservationFilter): AsyncGenerator<string> {
  for (let cursor: string | null = null; ;) {
    const page: Awaited<ReturnType<typeof listObservations>> = await portal.inTenant((tx) => listObservations(tx, { ...filter, limit: READ_AT_ONCE, cursor }));
    for (const item of page.items) yield `${JSON.stringify(view(item))}\n`;
    if ((cursor = page.nextCursor) === null) return;
  }
}

export const observationRoutes: readonly Route[] = [
  personRoute(
    'scans.read',
    { method: 'GET', url: '/platforms/:id/observations', tag: 'scans', summary: 'What the platform\'s own log says and how often its things run, newest first', params: PlatformParams, query: ObservationsQuery, response: ObservationList },
    ({ portal, params, query }) =>
      portal.inTenant(async (tx) => {
        const platform = await getPlatform(tx, params.id);
        const page = await listObservations(tx, { ...query, platformId: platform.id });
        return { items: page.items.map(view), nextCursor: page.nextCursor };
      }),
  ),
  personRoute(
    'scans.read',
    { method: 'GET', url: '/platforms/:id/observations/export', tag: 'scans', summary: 'The same as lines of JSON, all of them', params: PlatformParams, query: ObservationsQuery.omit({ cursor: true, limit: true }), response: z.any(), stream: 'application/x-ndjson', perMinute: 10 },
    async ({ portal, params, query, reply }) => {
      const platform = await portal.inTenant((tx) => getPlatform(tx, params.id));
      reply.header('content-disposition', 'attachment; filename="platform-log.ndjson"');
      return Readable.from(lines(portal, { ...query, platformId: platform.id }));
    },
  ),
];
