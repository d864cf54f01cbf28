import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answers } from '../../src/runtime/ports.js';
import { processStartMark } from '../../src/runtime/process-identity.js';
import { createManyWorkflows, installN8n, seedN8n, startN8n, type RunningN8n, type SeededN8n } from '../support/platforms/n8n.js';
import { callN8n, changeNode } from '../support/platforms/n8n-seed.js';

interface Workflow {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  readonly nodes: readonly { name: string; parameters: { url?: string } }[];
  readonly activeVersion: { nodes: Workflow['nodes'] } | null;
}

let n8n: RunningN8n;
let seeded: SeededN8n;

beforeAll(async () => {
  const installFolder = await installN8n();
  n8n = await startN8n({ installFolder });
  seeded = await seedN8n(n8n);
});

afterAll(() => n8n?.stop());

const list = async (apiKey = n8n.apiKey): Promise<readonly Workflow[]> =>
  (await callN8n<{ data: Workflow[] }>({ url: n8n.url, apiKey }, 'GET', '/workflows?limit=250')).data;

const requestUrl = (nodes: Workflow['nodes']): string | undefined => nodes.find((node) => node.parameters.url !== undefined)?.parameters.url;

describe('a real n8n', () => {
  it('holds the workflows it was filled with, published as asked', async () => {
    const workflows = await list();

    expect(workflows.map((workflow) => workflow.name).sort()).toEqual(Object.keys(seeded.workflows).sort());
    expect(workflows).toHaveLength(11);
    const published = workflows.filter((workflow) => workflow.active).map((workflow) => workflow.name);
    expect(published.sort()).toEqual(['Ask the barista', 'Bean orders from the web', 'Importer stock sync', 'Order lookup for shops', 'Publish prices', 'Tasting sign-up']);
  });

  it('runs one thing and draws another where somebody saved a draft after publishing', async () => {
    const prices = (await list()).find((workflow) => workflow.name === 'Publish prices')!;

    expect(requestUrl(prices.nodes)).toBe('https://board.newboard.example.net/lots');
    expect(requestUrl(prices.activeVersion!.nodes)).toBe('https://board.roastprices.example.org/lots');
  });

  it('publishes anew what is changed through its public API', async () => {
    await changeNode(n8n, seeded.workflows['Importer stock sync']!, 'Importer stock', { url: 'https://other.example.net/api' });

    const sync = (await list()).find((workflow) => workflow.name === 'Importer stock sync')!;

    expect([requestUrl(sync.nodes), requestUrl(sync.activeVersion!.nodes)]).toEqual(['https://other.example.net/api', 'https://other.example.net/api']);
  });

  it("shows a member's key an empty list and refuses it the credentials", async () => {
    const refused = await callN8n({ url: n8n.url, apiKey: n8n.memberApiKey }, 'GET', '/credentials').catch((error: Error) => error.message);

    expect(await list(n8n.memberApiKey)).toEqual([]);
    expect(refused).toBe('n8n answered 403 to GET /api/v1/credentials');
  });

  it('takes workflows by the hundred', async () => {
    const before = (await list()).length;

    const ids = await createManyWorkflows(n8n, 100);

    expect(new Set(ids).size).toBe(100);
    expect((await list()).length).toBe(before + 100);
  });

  it('leaves no process and no port behind', async () => {
    const port = Number(new URL(n8n.url).port);

    await n8n.stop();

    expect(processStartMark(n8n.pid)).toBeNull();
    expect(await answers(port)).toBe(false);
  });
});
