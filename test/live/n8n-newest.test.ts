import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, loadConnectors, memoryPages } from '../../src/collect/index.js';
import type { Collection } from '../../src/collect/index.js';
import { diffSnapshots, snapshotRoot, toEntries } from '../../src/compare/index.js';
import { changeNode, saveUnchanged } from '../support/platforms/n8n-seed.js';
import { installN8n, NEWEST_N8N_VERSION, seedN8n, startN8n, type RunningN8n, type SeededN8n } from '../support/platforms/n8n.js';
import { createApiKeyWith } from '../support/platforms/n8n-session.js';
import { installNode24 } from '../support/platforms/node-24.js';

const connector = (await loadConnectors('packs')).get('n8n')!;
let n8n: RunningN8n;
let seeded: SeededN8n;

beforeAll(async () => {
  const installFolder = await installN8n({ version: NEWEST_N8N_VERSION });
  n8n = await startN8n({ installFolder, node: (await installNode24()).node });
  seeded = await seedN8n(n8n);
});
afterAll(() => n8n?.stop());

function read(apiKey = n8n.apiKey): Promise<Collection> {
  return collect({ connector, baseUrl: n8n.url, secret: { apiKey }, fingerprintKey: new Uint8Array(32).fill(3), pages: memoryPages(), allowLoopback: true, onProgress: () => undefined });
}
const rootOf = (collection: Collection): string => snapshotRoot(toEntries(collection.resources));
const statesOf = (collection: Collection): Record<string, string> => Object.fromEntries(collection.completeness.map(({ type, state }) => [type, state]));

describe('collecting from the newest n8n, under Node 24', () => {
  it('reads what only this version tells: roles, community packages, MFA of people', async () => {
    const collection = await read();

    expect(statesOf(collection)).toMatchObject({ workflows: 'collected', credentials: 'collected', users: 'collected', roles: 'collected', communityPackages: 'empty', variables: 'unavailable', projects: 'unavailable', audit: 'collected' });
    expect(collection.resources.filter(({ kind }) => kind === 'workflow').map(({ name }) => name).sort()).toEqual(Object.keys(seeded.workflows).sort());
    expect(collection.resources.filter(({ kind }) => kind === 'user').map(({ properties }) => properties['mfaEnabled'])).toEqual([false, false]);
    expect(collection.resources.some(({ kind, properties }) => kind === 'role' && Array.isArray(properties['scopes']))).toBe(true);
    expect(JSON.stringify(collection)).not.toContain(n8n.apiKey);
    expect(collection.completeness.filter(({ state }) => state === 'failed' || state === 'partial')).toEqual([]);
    expect(Object.fromEntries(collection.completeness.map(({ type, state, because }) => [type, because ?? state]))).toMatchObject({ projectUsers: 'plan', dataTables: 'empty', otel: 'collected', securityPolicy: 'plan', saml: 'plan', oidc: 'plan', ldap: 'plan', logStreaming: 'plan', nodeTypePolicy: 'plan', roleMappingRules: 'plan', gitConnections: 'plan' });
    expect(collection.resources.find(({ kind }) => kind === 'platform-settings')?.properties['tracing']).toMatchObject({ enabled: false });
  });

  it('names the right that a narrow key lacks, and takes nothing for empty', async () => {
    const key = await createApiKeyWith(n8n.session, 'narrow', ['workflow:list']);

    const { completeness } = await read(key);

    const told = Object.fromEntries(completeness.map(({ type, state, missing }) => [type, [state, missing]]));
    expect(told['users']).toEqual(['forbidden', 'user:list']);
    expect(told['credentials']).toEqual(['forbidden', 'credential:list']);
    expect(completeness.filter(({ state }) => state === 'failed')).toEqual([]);
  });

  it('takes no save without an edit for a change', async () => {
    const before = rootOf(await read());

    const again = rootOf(await read());
    await saveUnchanged(n8n, seeded.workflows['Importer stock sync']!);

    expect([again, rootOf(await read())]).toEqual([before, before]);
  });

  it('sees exactly one changed host', async () => {
    const before = (await read()).resources;

    await changeNode(n8n, seeded.workflows['Importer stock sync']!, 'Importer stock', { url: 'https://other.example.net/api' });

    const items = diffSnapshots(before, (await read()).resources, {});
    expect(items.map(({ class: semantic, resource }) => [semantic, resource.name])).toEqual([['host-added', 'Importer stock']]);
  });
});
