/** Keys and what they see: preflight before a platform is connected, a new key for one that is, and a count that a person vouches for. */
import { z } from 'zod';
import { preflight, probe } from '../../collect/index.js';
import { confirmCount, getPlatform, replaceKey } from '../../store/index.js';
import { checkedSecret, liveConnectorOf } from '../connector-fields.js';
import { personRoute, type Route } from '../route.js';
import { ConfirmCountRequest, PlatformAnswer, Preflight, PreflightRequest, ReplaceSecretRequest } from '../schemas.js';
import { onePlatform, PlatformParams } from './platforms.js';

const ConnectorParams = z.object({ id: z.string().min(1).max(60) });

export const platformAccessRoutes: readonly Route[] = [
  personRoute(
    'platforms.manage',
    { method: 'POST', url: '/connectors/:id/preflight', tag: 'platforms', summary: 'Hold the rights that a connector needs against those that a key has; nothing is stored', params: ConnectorParams, body: PreflightRequest, response: Preflight, perMinute: 20 },
    async ({ portal, params, body }) => {
      const connector = liveConnectorOf(portal, params.id);
      const secret = checkedSecret(connector, body.secret);
      const entries = await preflight({ connector, baseUrl: body.baseUrl, secret, allowLoopback: portal.allowLoopback });
      return { entries: entries.map((entry) => ({ ...entry, kinds: [...entry.kinds] })) };
    },
  ),
  personRoute(
    'platforms.manage',
    { method: 'PUT', url: '/platforms/:id/secret', tag: 'platforms', summary: 'Replace the key of a platform: the new one is tried first, and the history stays', params: PlatformParams, body: ReplaceSecretRequest, response: PlatformAnswer, perMinute: 20 },
    async ({ portal, params, body, actor }) => {
      const { connectorId, baseUrl } = await portal.inTenant((tx) => getPlatform(tx, params.id));
      const connector = liveConnectorOf(portal, connectorId);
      const fields = checkedSecret(connector, body.secret);
      await probe({ connector, baseUrl, secret: fields, allowLoopback: portal.allowLoopback });
      await portal.inTenant((tx) => replaceKey(tx, actor, { platformId: params.id, rootKey: portal.keys.secrets, fields }));
      return { platform: await onePlatform(portal, params.id) };
    },
  ),
  personRoute(
    'baselines.decide',
    { method: 'POST', url: '/platforms/:id/confirm-count', tag: 'platforms', summary: 'Say that a suspect count is so: the next scan believes it', params: PlatformParams, body: ConfirmCountRequest, response: PlatformAnswer },
    async ({ portal, params, body, actor }) => {
      await portal.inTenant((tx) => confirmCount(tx, actor, { platformId: params.id, ...body }));
      return { platform: await onePlatform(portal, params.id) };
    },
  ),
];
