import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, loadConnectors, memoryPages, probe } from '../../src/collect/index.js';
import type { Collection } from '../../src/collect/index.js';
import { diffSnapshots, snapshotRoot, toEntries } from '../../src/compare/index.js';
import type { PlumblineError } from '../../src/model/errors.js';
import { createManyWorkflows, installN8n, seedN8n, startN8n, type RunningN8n, type SeededN8n } from '../support/platforms/n8n.js';
import { callN8n, changeNode, dragNodes, saveUnchanged } from '../support/platforms/n8n-seed.js';
import { signIn } from '../support/platforms/n8n-session.js';

const connector = (await loadConnectors('packs')).get('n8n')!;
let n8n: RunningN8n;
let seeded: SeededN8n;

beforeAll(async () => {
  n8n = await startN8n({ installFolder: await installN8n() });
  seeded = await seedN8n(n8n);
});
afterAll(() => n8n?.stop());

function read(apiKey = n8n.apiKey): Promise<Collection> {
  return collect({ connector, baseUrl: n8n.url, secret: { apiKey }, fingerprintKey: new Uint8Array(32).fill(3), pages: memoryPages(), allowLoopback: true, onProgress: () => undefined });
}
const rootOf = (collection: Collection): string => snapshotRoot(toEntries(collection.resources));

describe('collecting from a real n8n', () => {
  it('reads what the free edition offers and says what it does not', async () => {
    const { completeness, resources } = await read();

    expect(Object.fromEntries(completeness.map(({ type, state }) => [type, state]))).toMatchObject({ workflows: 'collected', credentials: 'collected', users: 'collected', variables: 'unavailable', projects: 'unavailable', audit: 'collected' });
    expect(resources.filter((resource) => resource.kind === 'workflow').map((resource) => resource.name).sort()).toEqual(Object.keys(seeded.workflows).sort());
    expect(resources.find((resource) => resource.kind === 'platform-settings')?.properties['publicApi']).toBe(true);
    expect(JSON.stringify(resources)).not.toContain(n8n.apiKey);
    expect(completeness.filter(({ state }) => state === 'failed' || state === 'partial')).toEqual([]);
    expect(Object.fromEntries(completeness.map(({ type, state, because }) => [type, because ?? state]))).toMatchObject({ projectUsers: 'plan', dataTables: 'empty', securityPolicy: 'version', ldap: 'version', roleMappingRules: 'version', logStreaming: 'version' });
  });

  it('shows what runs, and the draft beside it', async () => {
    const { resources } = await read();

    const prices = resources.filter((resource) => resource.properties['workflowName'] === 'Publish prices' && resource.properties['class'] === 'http-request');

    expect(prices.map((step) => [step.properties['version'], step.properties['hosts']]).sort()).toEqual([['draft', ['board.newboard.example.net']], ['live', ['board.roastprices.example.org']]]);
    expect(resources.find((resource) => resource.name === 'Publish prices')?.properties).toMatchObject({ published: true, draftDiffers: true });
  });

  it('gives the same snapshot twice, and after a save without an edit', async () => {
    const before = rootOf(await read());

    const again = rootOf(await read());
    await saveUnchanged(n8n, seeded.workflows['Importer stock sync']!);

    expect([again, rootOf(await read())]).toEqual([before, before]);
  });

  it('takes a run, a moved node and another sign-in for no change, and tells the run apart', async () => {
    const id = seeded.workflows['Importer stock sync']!;
    const before = rootOf(await read());
    const open = await callN8n<{ data: { id: string; active: boolean; nodes: { type: string; parameters: { path?: string; httpMethod?: string; authentication?: string } }[] }[] }>(n8n, 'GET', '/workflows?active=true');
    const hook = open.data.flatMap(({ id: workflow, nodes }) => nodes.map((node) => ({ workflow, node }))).find(({ node }) => node.type.endsWith('.webhook') && (node.parameters.authentication ?? 'none') === 'none')!;

    await fetch(`${n8n.url}/webhook/${hook.node.parameters.path!}`, { method: hook.node.parameters.httpMethod ?? 'GET', headers: { 'content-type': 'application/json' }, ...(hook.node.parameters.httpMethod === 'POST' ? { body: '{}' } : {}) });
    await dragNodes(n8n, id);
    await signIn(n8n.url, n8n.owner);
    const after = await read();

    expect(rootOf(after)).toBe(before);
    expect(after.completeness.find(({ type }) => type === 'executions')?.state).toBe('collected');
    expect(after.observations.find(({ key }) => key === `workflow:${hook.workflow}`)?.properties).toMatchObject({ recentRuns: expect.any(Number) as number, lastUsedAt: expect.stringMatching(/^20..-.*Z$/) as string });
    expect(JSON.stringify(after.observations)).not.toContain(hook.node.parameters.path!);
  });

  it('knows who may use what', async () => {
    const { resources } = await read();
    const owner = resources.find(({ kind, properties }) => kind === 'user' && properties['role'] === 'global:owner')!;
    const grants = resources.filter(({ kind }) => kind === 'grant');

    expect(grants.filter(({ properties }) => properties['objectKind'] === 'credential-ref').map(({ properties }) => [properties['subjectKind'], properties['subject'], properties['level']])).toContainEqual(['user', owner.key, 'owner']);
    expect(grants.filter(({ properties }) => properties['objectKind'] === 'workflow')).toHaveLength(Object.keys(seeded.workflows).length);
  });

  it('sees exactly one changed host', async () => {
    const before = (await read()).resources;

    await changeNode(n8n, seeded.workflows['Importer stock sync']!, 'Importer stock', { url: 'https://other.example.net/api' });
    const after = (await read()).resources;

    const items = diffSnapshots(before, after, {});
    expect(new Set(items.map((item) => item.resource.name))).toEqual(new Set(['Importer stock']));
  });

  it('refuses a member\'s key instead of calling the instance empty', async () => {
    const error = (await read(n8n.memberApiKey).catch((reason: unknown) => reason)) as PlumblineError;

    expect(error.code).toBe('PLB-COLLECT-009');
    expect(await probe({ connector, baseUrl: n8n.url, secret: { apiKey: n8n.apiKey }, allowLoopback: true })).toEqual({ platformVersion: null, title: 'n8n' });
  });

  it('tells a wrong key', async () => {
    expect(((await read('wrong-key-0000').catch((reason: unknown) => reason)) as PlumblineError).code).toBe('PLB-COLLECT-002');
  });

  it('reads several pages completely', async () => {
    await createManyWorkflows(n8n, 300);

    const { resources, completeness } = await read();

    expect(resources.filter((resource) => resource.kind === 'workflow')).toHaveLength(Object.keys(seeded.workflows).length + 300);
    expect(completeness.find((entry) => entry.type === 'workflows')?.state).toBe('collected');
  });
});
