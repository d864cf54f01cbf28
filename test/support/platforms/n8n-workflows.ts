/** Owns: the workflows a test n8n is filled with, a made-up coffee roaster's. Does not own: creating them (n8n-seed.ts). */

export interface N8nNode {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly typeVersion: number;
  readonly position: readonly [number, number];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly [more: string]: unknown;
}

export interface SeedWorkflow {
  readonly name: string;
  readonly tags: readonly string[];
  readonly publish: boolean;
  readonly nodes: readonly N8nNode[];
  readonly connections: Readonly<Record<string, unknown>>;
  /** Put into the draft after publishing: what runs and what is drawn then differ. */
  readonly draftNodes?: readonly N8nNode[];
}

/** Ids n8n gave to the credentials made before. */
export interface SeedCredentials {
  readonly openAi: string;
  readonly partnerKey: string;
  readonly doorman: string;
  readonly ordersDatabase: string;
}

export const BASE = 'n8n-nodes-base.';
export const AI = '@n8n/n8n-nodes-langchain.';

let counter = 0;

/** A node at the next place in the row, with an id of its own. */
export function n8nNode(name: string, type: string, typeVersion: number, extra: { parameters?: object; [more: string]: unknown } = {}): N8nNode {
  counter += 1;
  const id = `5eed0000-0000-4000-8000-${String(counter).padStart(12, '0')}`;
  const { parameters = {}, ...more } = extra;
  return { id, name, type, typeVersion, position: [220 * (counter % 5), 40 * (counter % 3)], parameters: { ...parameters }, ...more };
}

/** Connects the nodes one after the other. */
export function inARow(...nodes: readonly N8nNode[]): Record<string, unknown> {
  const pairs = nodes.slice(0, -1).map((from, index) => [from.name, { main: [[{ node: nodes[index + 1]!.name, type: 'main', index: 0 }]] }]);
  return Object.fromEntries(pairs) as Record<string, unknown>;
}

/** A language model hanging under a chain or an agent. */
export function modelUnder(model: N8nNode, parent: N8nNode): Record<string, unknown> {
  return { [model.name]: { ai_languageModel: [[{ node: parent.name, type: 'ai_languageModel', index: 0 }]] } };
}

export function webhookNode(name: string, parameters: object, more: object = {}): N8nNode {
  const node = n8nNode(name, `${BASE}webhook`, 2, { parameters: { httpMethod: 'POST', options: {}, ...parameters } });
  return { ...node, webhookId: node.id.replace('5eed', 'ba5e'), ...more };
}

export function requestNode(name: string, url: string, parameters: object = {}, more: object = {}): N8nNode {
  return n8nNode(name, `${BASE}httpRequest`, 4.2, { parameters: { method: 'GET', url, options: {}, ...parameters }, ...more });
}

export function codeNode(name: string, jsCode: string): N8nNode {
  return n8nNode(name, `${BASE}code`, 2, { parameters: { jsCode } });
}

const byHand = (): N8nNode => n8nNode('By hand', `${BASE}manualTrigger`, 1);
/** Once a year, so that nothing fires while a test runs. */
const yearly = (): N8nNode => n8nNode('Once a year', `${BASE}scheduleTrigger`, 1.2, { parameters: { rule: { interval: [{ field: 'cronExpression', expression: '0 4 29 2 *' }] } } });
const openAiModel = (name: string, model: string, id: string): N8nNode =>
  n8nNode(name, `${AI}lmChatOpenAi`, 1.2, {
    parameters: { model: { __rl: true, mode: 'list', value: model }, options: {} },
    credentials: { openAiApi: { id, name: 'OpenAI (care team)' } },
  });

export function seedWorkflows(ids: SeedCredentials): SeedWorkflow[] {
  return [...intake(ids), ...partners(ids), ...ai(ids), ...chores()];
}

function intake({ doorman, ordersDatabase }: SeedCredentials): SeedWorkflow[] {
  const hook = webhookNode('Order arrives', { path: 'beans/orders', responseMode: 'responseNode' });
  const tidy = codeNode('Tidy', 'return $input.all().map((item) => ({ json: { number: item.json.body?.number } }));');
  const answer = n8nNode('Answer', `${BASE}respondToWebhook`, 1.1, { parameters: { options: {} } });
  const guarded = webhookNode('Look up order', { httpMethod: 'GET', path: 'beans/lookup', authentication: 'basicAuth' }, { credentials: { httpBasicAuth: { id: doorman, name: 'Doorman' } } });
  const sql = n8nNode('Find order', `${BASE}postgres`, 2.5, {
    parameters: { operation: 'executeQuery', query: "=SELECT number, state FROM orders WHERE number = '{{ $json.query.number }}'", options: {} },
    credentials: { postgres: { id: ordersDatabase, name: 'Orders database' } },
  });
  const form = n8nNode('Tasting form', `${BASE}formTrigger`, 2.2, {
    parameters: { formTitle: 'Join a tasting', formFields: { values: [{ fieldLabel: 'Your e-mail' }] }, options: {} },
    webhookId: 'ba5e0000-0000-4000-8000-00000000f0f0',
  });
  const mark = n8nNode('Mark source', `${BASE}set`, 3.4, { parameters: { assignments: { assignments: [{ id: 'source', name: 'source', value: 'tasting', type: 'string' }] }, options: {} } });
  return [
    { name: 'Bean orders from the web', tags: ['production', 'customer data'], publish: true, nodes: [hook, tidy, answer], connections: inARow(hook, tidy, answer) },
    { name: 'Order lookup for shops', tags: ['production'], publish: true, nodes: [guarded, sql], connections: inARow(guarded, sql) },
    { name: 'Tasting sign-up', tags: [], publish: true, nodes: [form, mark], connections: inARow(form, mark) },
  ];
}

function partners({ partnerKey }: SeedCredentials): SeedWorkflow[] {
  const clock = yearly();
  const stock = requestNode('Importer stock', 'https://stock.beanport.example.com/api/lots', {
    authentication: 'genericCredentialType', genericAuthType: 'httpHeaderAuth', options: { allowUnauthorizedCerts: true },
  }, { credentials: { httpHeaderAuth: { id: partnerKey, name: 'Importer key' } } });
  const trigger = byHand();
  const legacy = requestNode('Old stamp cards', 'http://cards.loyalbean.example.com/export', {
    sendHeaders: true, headerParameters: { parameters: [{ name: 'Authorization', value: 'Bearer lbn_live_4Wq8Zt2Xr6Kc9Vb3Nm7Jh5Gd' }] },
  });
  const yearlyPrices = yearly();
  const prices = requestNode('Price board', 'https://board.roastprices.example.org/lots', { method: 'PUT' });
  const moved = { ...prices, parameters: { ...prices.parameters, url: 'https://board.newboard.example.net/lots' } };
  return [
    { name: 'Importer stock sync', tags: ['partner', 'production'], publish: true, nodes: [clock, stock], connections: inARow(clock, stock) },
    { name: 'Stamp card import', tags: ['partner'], publish: false, nodes: [trigger, legacy], connections: inARow(trigger, legacy) },
    {
      name: 'Publish prices', tags: ['partner'], publish: true, nodes: [yearlyPrices, prices], connections: inARow(yearlyPrices, prices),
      draftNodes: [yearlyPrices, moved],
    },
  ];
}

function ai({ openAi }: SeedCredentials): SeedWorkflow[] {
  const start = byHand();
  const chain = n8nNode('Sort ticket', `${AI}chainLlm`, 1.5, { parameters: { promptType: 'define', text: '=Is this urgent? {{ $json.text }}' } });
  const small = openAiModel('Small model', 'gpt-4o-mini', openAi);
  const chat = n8nNode('Shop chat', `${AI}chatTrigger`, 1.1, { parameters: { public: true, options: {} }, webhookId: 'ba5e0000-0000-4000-8000-00000000c4a7' });
  const agent = n8nNode('Barista', `${AI}agent`, 1.7, { parameters: { options: {} } });
  const large = openAiModel('Large model', 'gpt-4o', openAi);
  return [
    { name: 'Help desk triage', tags: ['customer data'], publish: false, nodes: [start, chain, small], connections: { ...inARow(start, chain), ...modelUnder(small, chain) } },
    { name: 'Ask the barista', tags: ['customer data'], publish: true, nodes: [chat, agent, large], connections: { ...inARow(chat, agent), ...modelUnder(large, agent) } },
  ];
}

function chores(): SeedWorkflow[] {
  const clock = yearly();
  const shell = n8nNode('Pack roast log', `${BASE}executeCommand`, 1, { parameters: { command: 'tar -czf /srv/brackenfield/roast-log.tgz /srv/brackenfield/roast-log' } });
  const failed = n8nNode('Something failed', `${BASE}errorTrigger`, 1);
  const page = requestNode('Page the shift', 'https://events.nightpager.example.org/v1/alerts', { method: 'POST' });
  const start = byHand();
  const spawn = codeNode('Count files', "const { execSync } = require('child_process');\nreturn [{ json: { files: execSync('ls | wc -l').toString() } }];");
  return [
    { name: 'Roast log backup', tags: [], publish: false, nodes: [clock, shell], connections: inARow(clock, shell) },
    { name: 'When something fails', tags: ['production'], publish: false, nodes: [failed, page], connections: inARow(failed, page) },
    { name: 'Count the archive', tags: [], publish: false, nodes: [start, spawn], connections: inARow(start, spawn) },
  ];
}
