/** The key of the fingerprints that stand for secrets: one per tenant, so that two tenants with the same secret cannot be told. Owns deriving it. */
import { hkdfSync } from 'node:crypto';
import { fingerprintKeyKind } from '../src/store/index.js';
import type { ActivityDeps } from './deps.js';

/** Tenants that an older version made keep the key of the installation: with another one all their secrets would look rotated. */
export async function withFingerprintKey(deps: ActivityDeps, tenantId: string): Promise<ActivityDeps> {
  if ((await deps.store.tenant(tenantId, fingerprintKeyKind)) === 'installation') return deps;
  const own = Buffer.from(hkdfSync('sha256', deps.keys.fingerprints, tenantId, 'plumbline/tenant-fingerprints', 32));
  return { ...deps, keys: { ...deps.keys, fingerprints: own } };
}
