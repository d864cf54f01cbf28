/** Owns: filling a test n8n through its public API, and changing it as people do. Does not own: the workflows themselves. */
import { saveDraft, type N8nSession } from './n8n-session.js';
import { codeNode, inARow, n8nNode, requestNode, seedWorkflows, webhookNode, BASE, type SeedCredentials, type SeedWorkflow } from './n8n-workflows.js';

export interface N8nTarget {
  readonly url: string;
  readonly apiKey: string;
}

export interface SeededN8n {
  /** Workflow name to id. */
  readonly workflows: Readonly<Record<string, string>>;
  readonly credentials: SeedCredentials;
}

/** One call of the public API; throws with the status, never with the body. */
export async function callN8n<T>({ url, apiKey }: N8nTarget, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { 'x-n8n-api-key': apiKey, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  if (!answer.ok) throw new Error(`n8n answered ${answer.status} to ${method} /api/v1${path}`);
  const text = await answer.text();
  return (text === '' ? null : JSON.parse(text)) as T;
}

/** Credentials, tags and eleven workflows: some published, one whose draft differs from what is published. */
export async function seedN8n(target: N8nTarget & { readonly session: N8nSession }): Promise<SeededN8n> {
  const credentials = await seedCredentials(target);
  const seeds = seedWorkflows(credentials);
  const tags = await seedTags(target, new Set(seeds.flatMap((seed) => seed.tags)));
  const workflows: Record<string, string> = {};
  for (const seed of seeds) workflows[seed.name] = await seedOne(target, seed, tags);
  return { workflows, credentials };
}

async function seedOne(target: N8nTarget & { readonly session: N8nSession }, seed: SeedWorkflow, tags: ReadonlyMap<string, string>): Promise<string> {
  const { name, nodes, connections } = seed;
  const { id } = await callN8n<{ id: string }>(target, 'POST', '/workflows', { name, nodes, connections, settings: { executionOrder: 'v1' } });
  if (seed.tags.length > 0) await callN8n(target, 'PUT', `/workflows/${id}/tags`, seed.tags.map((tag) => ({ id: tags.get(tag) })));
  if (seed.publish) await callN8n(target, 'POST', `/workflows/${id}/activate`);
  if (seed.draftNodes !== undefined) await saveDraft(target.session, id, { nodes: seed.draftNodes });
  return id;
}

async function seedTags(target: N8nTarget, names: ReadonlySet<string>): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const name of names) ids.set(name, (await callN8n<{ id: string }>(target, 'POST', '/tags', { name })).id);
  return ids;
}

async function seedCredentials(target: N8nTarget): Promise<SeedCredentials> {
  const make = async (name: string, type: string, data: object): Promise<string> =>
    (await callN8n<{ id: string }>(target, 'POST', '/credentials', { name, type, data })).id;
  return {
    openAi: await make('OpenAI (care team)', 'openAiApi', { apiKey: 'demo-openai-key', header: false }),
    partnerKey: await make('Importer key', 'httpHeaderAuth', { name: 'X-Importer-Key', value: 'demo-importer-key' }),
    doorman: await make('Doorman', 'httpBasicAuth', { user: 'shops', password: 'demo-doorman-password' }),
    ordersDatabase: await make('Orders database', 'postgres', {
      host: '127.0.0.1', port: 9, database: 'orders', user: 'n8n', password: 'demo-database-password', ssl: 'disable', allowUnauthorizedCerts: false, sshTunnel: false,
    }),
  };
}

/** Adds `count` workflows of five nodes, unpublished, one after the other (n8n on SQLite is slower with several at once). */
export async function createManyWorkflows(target: N8nTarget, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    ids.push((await callN8n<{ id: string }>(target, 'POST', '/workflows', bulkWorkflow(index))).id);
  }
  return ids;
}

function bulkWorkflow(index: number): object {
  const hook = webhookNode('Arrives', { path: `bulk/${index}`, ...(index % 3 === 0 ? { authentication: 'headerAuth' } : {}) });
  const clean = codeNode('Clean', `// Step of team ${index % 17}\nreturn $input.all().filter((item) => item.json.kilos > ${index});`);
  const enrich = requestNode('Enrich', `https://api${index % 40}.partners.example.com/v1/lots/${index}`, { options: index % 11 === 0 ? { allowUnauthorizedCerts: true } : {} });
  const check = n8nNode('Enough?', `${BASE}if`, 2.2, {
    parameters: {
      conditions: {
        options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
        conditions: [{ id: `c${index}`, leftValue: '={{ $json.kilos }}', rightValue: index, operator: { type: 'number', operation: 'gt' } }],
        combinator: 'and',
      },
      options: {},
    },
  });
  const store = requestNode('Store', `https://ingest${index % 7}.drumlake.example.org/rows`, { method: 'POST' });
  const nodes = [hook, clean, enrich, check, store];
  return { name: `Lot flow ${String(index).padStart(4, '0')}`, nodes, connections: inARow(...nodes), settings: { executionOrder: 'v1' } };
}

/** Changes one node of a workflow through the public API, as an integration would; a published workflow is published anew. */
export async function changeNode(target: N8nTarget, workflowId: string, nodeName: string, parameters: Readonly<Record<string, unknown>>): Promise<void> {
  const { name, nodes, connections, settings } = await callN8n<{
    name: string;
    nodes: { name: string; parameters: object }[];
    connections: object;
    settings: { executionOrder?: string };
  }>(target, 'GET', `/workflows/${workflowId}`);
  if (!nodes.some((node) => node.name === nodeName)) throw new Error(`no node "${nodeName}" in this workflow`);
  const edited = nodes.map((node) => (node.name === nodeName ? { ...node, parameters: { ...node.parameters, ...parameters } } : node));
  // The API refuses settings it added itself on the way out.
  const body = { name, nodes: edited, connections, settings: { executionOrder: settings.executionOrder ?? 'v1' } };
  await callN8n(target, 'PUT', `/workflows/${workflowId}`, body);
}

interface SavedWorkflow {
  readonly name: string;
  readonly nodes: readonly { readonly position: readonly [number, number] }[];
  readonly connections: object;
  readonly settings: object;
}

async function save(target: N8nTarget, workflowId: string, change: (nodes: SavedWorkflow['nodes']) => SavedWorkflow['nodes']): Promise<void> {
  const { name, nodes, connections, settings } = await callN8n<SavedWorkflow>(target, 'GET', `/workflows/${workflowId}`);
  await callN8n(target, 'PUT', `/workflows/${workflowId}`, { name, nodes: change(nodes), connections, settings });
}

/** What is there, saved again. */
export async function saveUnchanged(target: N8nTarget, workflowId: string): Promise<void> {
  await save(target, workflowId, (nodes) => nodes);
}

/** Every node dragged to another place of the canvas. */
export async function dragNodes(target: N8nTarget, workflowId: string): Promise<void> {
  await save(target, workflowId, (nodes) => nodes.map((node) => ({ ...node, position: [node.position[0] + 40, 7] })));
}
