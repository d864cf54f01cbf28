import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, loadConnector, memoryPages } from '../../src/collect/index.js';
import type { Collection } from '../../src/collect/index.js';
import { diffSnapshots, snapshotRoot, toEntries } from '../../src/compare/index.js';
import type { Resource } from '../../src/model/resource.js';
import { installLangflow, langflowMissing } from '../support/platforms/langflow-install.js';
import { LITERAL_KEY, put, seedLangflow, type LangflowFlow } from '../support/platforms/langflow-seed.js';
import { startLangflow, type RunningLangflow } from '../support/platforms/langflow.js';

const missing = await langflowMissing();
const connector = await loadConnector('packs/connectors/langflow');
let langflow: RunningLangflow;
let seeded: Awaited<ReturnType<typeof seedLangflow>>;

function read(apiKey = langflow.apiKey): Promise<Collection> {
  return collect({ connector, baseUrl: langflow.url, secret: { apiKey }, fingerprintKey: new Uint8Array(32).fill(3), pages: memoryPages(), allowLoopback: true, onProgress: () => undefined });
}
const rootOf = (collection: Collection): string => snapshotRoot(toEntries(collection.resources));
const statesOf = (collection: Collection): Record<string, string> => Object.fromEntries(collection.completeness.map(({ type, state }) => [type, state]));
const stepOf = (collection: Collection, id: string): Resource => collection.resources.find(({ key }) => key.endsWith(`/${id}`))!;

async function change(flow: LangflowFlow, edit: (copy: LangflowFlow) => void): Promise<void> {
  const copy = structuredClone(flow);
  edit(copy);
  await put(langflow, 'PATCH', `/api/v1/flows/${flow.id}`, { data: copy.data });
}

describe.skipIf(missing !== null)(`a real Langflow${missing === null ? '' : ` (not read: ${missing})`}`, () => {
  beforeAll(async () => {
    langflow = await startLangflow(await installLangflow());
    seeded = await seedLangflow(langflow);
  });
  afterAll(() => langflow?.stop());

  it('is read to its end, and tells what its steps do', async () => {
    const collection = await read();

    expect(collection.platformVersion).toBe('1.13.0');
    expect(statesOf(collection)).toMatchObject({ config: 'collected', autoLogin: 'empty', projects: 'collected', users: 'collected', flows: 'collected', variables: 'collected', roles: 'collected', teams: 'empty', mcpServers: 'empty', audit: 'empty' });
    expect(collection.completeness.filter(({ state }) => state === 'failed' || state === 'partial')).toEqual([]);
    expect(stepOf(collection, 'Webhook-1')).toMatchObject({ kind: 'entry-point', properties: { authentication: 'api-key', path: '/api/v1/webhook/orders' } });
    expect(stepOf(collection, 'Request-1').properties).toMatchObject({ hosts: ['crm.example.com'], clearText: true });
    expect(stepOf(collection, 'Model-1').properties).toMatchObject({ ai: { provider: 'OpenAI', model: 'gpt-4o' }, credentials: [expect.objectContaining({ name: 'OPENAI_API_KEY_PROD' })] });
    expect(stepOf(collection, 'ChatInput-1').properties).toMatchObject({ public: true, authentication: 'none' });
    expect(stepOf(collection, 'Custom-1').properties).toMatchObject({ class: 'code', modules: ['requests'] });
    expect(collection.resources.find(({ kind }) => kind === 'platform-settings')?.properties).toMatchObject({ autoLogin: false, webhookAuthentication: true });
  });

  it('gives away no key: neither that of the scan nor one that stands in a flow', async () => {
    const collection = await read();

    const text = JSON.stringify(collection);

    for (const secret of [langflow.apiKey, LITERAL_KEY, 'sk-proj-stored']) expect(text).not.toContain(secret);
    expect(stepOf(collection, 'Model-2').properties['inlineSecrets']).toEqual([expect.objectContaining({ path: 'data.node.template.api_key.value' })]);
  });

  it('is equal when read twice, and when somebody only moved a component', async () => {
    const before = rootOf(await read());

    await change(seeded.orders, ({ data }) => { data.nodes[0]!.position = { x: 500, y: 700 }; data.nodes.reverse(); });

    expect(rootOf(await read())).toBe(before);
  });

  it('shows a rotated key in the one step that holds it, without its value', async () => {
    const before = await read();

    await change(seeded.orders, ({ data }) => { data.nodes.find(({ id }) => id === 'Model-2')!.data.node.template['api_key']!.value = 'sk-proj-live0000test0000live0000test0000key2'; });
    const after = await read();

    const drift = diffSnapshots(before.resources, after.resources);
    expect(new Set(drift.map(({ resource }) => resource.key))).toEqual(new Set([`${seeded.orders.id}/Model-2`]));
    expect(JSON.stringify(drift)).not.toContain('key2');
  });

  it('lists to each key what its owner owns, and people to a superuser only', async () => {
    const [superuser, member] = [await read(), await read(langflow.memberApiKey)];

    const flowsOf = (collection: Collection): string[] => collection.resources.filter(({ kind }) => kind === 'workflow').map(({ name }) => name).sort();
    expect(flowsOf(superuser)).toEqual(['Order intake', 'Public help desk']);
    expect(flowsOf(member)).toEqual(['Of a member']);
    expect(statesOf(member)).toMatchObject({ users: 'forbidden' });
  });

  it('refuses a wrong key, and the scan says that the key is not good', async () => {
    await expect(read('sk-wrong0000wrong0000wrong0000')).rejects.toThrow(/PLB-COLLECT-00[23]|key/);
  });
});
