import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Baseline, ScanDetails } from '../../src/api/schemas.js';
import { connect, firstAdministrator, join, openDrift, openFindings, scanNow, type ApiClient } from '../support/api-client.js';
import { callN8n, changeNode } from '../support/platforms/n8n-seed.js';
import { installN8n, saveDraft, seedN8n, startN8n, type RunningN8n, type SeededN8n } from '../support/platforms/n8n.js';
import { startTestPlumbline, type TestPlumbline } from '../support/plumbline.js';

let plumbline: TestPlumbline;
let installFolder: string;
let folder: string;
let n8n: RunningN8n;
let seeded: SeededN8n;
let ada: ApiClient;
let otto: ApiClient;
let platformId: string;
let first: ScanDetails;

beforeAll(async () => {
  [installFolder, folder, plumbline] = await Promise.all([installN8n(), mkdtemp(path(tmpdir(), 'plumbline-n8n-')), startTestPlumbline()]);
  n8n = await startN8n({ installFolder, folder });
  seeded = await seedN8n(n8n);
  ada = await firstAdministrator(plumbline);
  otto = await join(ada, 'Otto Officer', ['officer']);
});
afterAll(async () => {
  await plumbline?.stop();
  await n8n?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** The check of certificates that nobody looks at. */
const TLS_OFF = 'NC-CON-04';

interface Workflow {
  readonly name: string;
  readonly nodes: readonly { readonly name: string; readonly type: string; readonly parameters: Readonly<Record<string, unknown>> }[];
  readonly connections: object;
  readonly settings: { readonly executionOrder?: string };
}

const idOf = (name: string): string => seeded.workflows[name]!;
const read = (name: string): Promise<Workflow> => callN8n<Workflow>(n8n, 'GET', `/workflows/${idOf(name)}`);

function save(name: string, { nodes, connections, settings }: Workflow): Promise<unknown> {
  return callN8n(n8n, 'PUT', `/workflows/${idOf(name)}`, { name, nodes, connections, settings: { executionOrder: settings.executionOrder ?? 'v1' } });
}

async function driftAfterScan(): Promise<unknown[]> {
  const { scan } = await scanNow(ada, platformId);
  expect(scan.status).toBe('completed');
  return (await openDrift(ada, platformId)).map((item) => [item.class, item.resource.name, item.sentence]);
}

/** Makes the change, tells what the scan after it shows, and makes it undone again. */
async function shownFor(workflow: string, change: (before: Workflow) => Promise<unknown>): Promise<unknown[]> {
  const before = await read(workflow);
  await change(before);
  const drift = await driftAfterScan();
  await save(workflow, before);
  return drift;
}

describe('one thread through a real n8n', () => {
  it('connects it and scans it at once, saying what this edition does not have', async () => {
    ({ platformId, first } = await connect(ada, { name: 'Roastery n8n', connectorId: 'n8n', baseUrl: n8n.url, secret: { apiKey: n8n.apiKey } }));

    expect(first.scan).toMatchObject({ status: 'completed', trigger: 'first', error: null });
    expect(Object.fromEntries(first.completeness.map((entry) => [entry.type, entry.state]))).toMatchObject({ workflows: 'collected', credentials: 'collected', variables: 'unavailable', projects: 'unavailable' });
  });

  it('judges what runs and the draft beside it, each for itself', async () => {
    const unchecked = async (): Promise<string[]> => (await openFindings(ada, platformId)).filter((finding) => finding.checkId === TLS_OFF && finding.outcome === 'fail' && finding.resource.name === 'Price board').map((finding) => finding.resource.key);
    const { nodes } = await read('Publish prices');
    await saveDraft(n8n.session, idOf('Publish prices'), { nodes: nodes.map((node) => (node.name === 'Price board' ? { ...node, parameters: { ...node.parameters, options: { allowUnauthorizedCerts: true } } } : node)) });
    await scanNow(ada, platformId);
    const drafted = await unchecked();
    await callN8n(n8n, 'POST', `/workflows/${idOf('Publish prices')}/activate`);
    await scanNow(ada, platformId);
    const running = await unchecked();
    await saveDraft(n8n.session, idOf('Publish prices'), { nodes });
    first = await scanNow(ada, platformId);

    expect([drafted.length, running.length]).toEqual([1, 1]);
    expect(drafted).not.toEqual(running);
    expect(await unchecked()).toEqual(running);
  });

  it('takes the scan as baseline when a second officer approves it', async () => {
    const { baseline } = await ada.post<{ baseline: Baseline }>(`/platforms/${platformId}/baselines`, { scanId: first.scan.id });

    const refused = await ada.refusal('POST', `/baselines/${baseline.id}/decision`, { decision: 'approved', reason: 'Mine.' });
    const approved = await otto.post<{ baseline: Baseline }>(`/baselines/${baseline.id}/decision`, { decision: 'approved', reason: 'Seen.' });

    expect([refused.code, approved.baseline.status]).toEqual(['PLB-BASELINE-001', 'approved']);
  });

  it('sees nothing when nothing was changed, twice back to back', async () => {
    const [one, two] = [await scanNow(ada, platformId), await scanNow(ada, platformId)];

    expect([one.scan, two.scan].map((scan) => [scan.drift, scan.root])).toEqual([[0, first.scan.root], [0, first.scan.root]]);
  });
});

describe('a change by the public API', () => {
  it('of an address shows as exactly one new host', async () => {
    const drift = await shownFor('Importer stock sync', () => changeNode(n8n, idOf('Importer stock sync'), 'Importer stock', { url: 'https://stock.elsewhere.example.net/api/lots' }));

    expect(drift).toEqual([['host-added', 'Importer stock', expect.stringContaining('stock.elsewhere.example.net')]]);
  });

  it('that leaves a webhook without its password shows as exactly that', async () => {
    const drift = await shownFor('Order lookup for shops', async (before) => {
      const hook = before.nodes.find((node) => node.type.endsWith('.webhook'))!;
      await changeNode(n8n, idOf('Order lookup for shops'), hook.name, { authentication: 'none' });
    });

    expect(drift).toEqual([['auth-removed', expect.any(String), expect.stringContaining('no longer asks for')]]);
  });

  it('that takes a workflow offline shows as exactly that, and publishing it again as nothing', async () => {
    await callN8n(n8n, 'POST', `/workflows/${idOf('Tasting sign-up')}/deactivate`);
    const offline = await driftAfterScan();
    await callN8n(n8n, 'POST', `/workflows/${idOf('Tasting sign-up')}/activate`);
    const online = await driftAfterScan();

    expect(offline).toEqual([['disabled', 'Tasting sign-up', expect.stringMatching(/switched off|no longer published/)]]);
    expect(online).toEqual([]);
  });

  it('that is only a draft is told as a draft', async () => {
    const before = await read('Bean orders from the web');
    const nodes = before.nodes.map((node, index) => (index === before.nodes.length - 1 ? { ...node, name: `${node.name}` } : node));
    await saveDraft(n8n.session, idOf('Bean orders from the web'), { nodes: [...nodes, { id: 'draft-only', name: 'Copy to a stranger', type: 'n8n-nodes-base.httpRequest', typeVersion: 4.2, position: [900, 900], parameters: { url: 'https://stranger.example.net/copy' } }] });

    const drift = await driftAfterScan();
    await save('Bean orders from the web', before);

    expect(drift).toHaveLength(1);
    expect(JSON.stringify(drift)).toMatch(/draft|not published/);
    expect(await driftAfterScan()).toEqual([]);
  });
});

describe('no change', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['a PUT of what is there', async () => save('Importer stock sync', await read('Importer stock sync'))],
    ['unpublishing and publishing again', async () => {
      await callN8n(n8n, 'POST', `/workflows/${idOf('Tasting sign-up')}/deactivate`);
      await callN8n(n8n, 'POST', `/workflows/${idOf('Tasting sign-up')}/activate`);
    }],
    ['a restart of n8n', async () => {
      await n8n.stop();
      n8n = await startN8n({ installFolder, folder, port: Number(new URL(n8n.url).port) });
    }],
  ])('is told after %s', async (_what, act) => {
    await act();

    const { scan } = await scanNow(ada, platformId);

    expect([scan.status, scan.drift, scan.root]).toEqual(['completed', 0, first.scan.root]);
    expect(await openDrift(ada, platformId)).toEqual([]);
  });
});

describe('a key that is not enough', () => {
  const add = (secret: Record<string, string>): object => ({ name: 'With another key', connectorId: 'n8n', baseUrl: n8n.url, secret, environment: 'test' });

  it("of a member gives no empty pass: it is refused, or the scan fails and says why", async () => {
    const answer = await ada.call<{ code?: string; platform?: { id: string } }>('POST', '/platforms', add({ apiKey: n8n.memberApiKey }));

    if (answer.status >= 400) expect(answer.body.code).toBe('PLB-COLLECT-009');
    else expect((await scanNow(ada, answer.body.platform!.id)).scan).toMatchObject({ status: 'failed', findings: null, error: { code: 'PLB-COLLECT-009' } });
  });

  it('of the wrong kind is refused', async () => {
    const refused = await ada.refusal('POST', '/platforms', add({ apiKey: 'a-session-cookie-instead-of-a-key' }));

    expect(refused).toMatchObject({ code: 'PLB-COLLECT-002', next: expect.stringContaining('key') });
  });
});
