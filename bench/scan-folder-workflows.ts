/** Generates n8n workflows of realistic shape and size, the same for the same number. Owns nothing but that. */

type Node = Record<string, unknown>;

/** A small deterministic generator (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed + 0x6d2b79f5;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SUBJECTS = ['orders', 'invoices', 'tickets', 'leads', 'shipments', 'payments', 'contracts', 'candidates', 'assets', 'reviews'];
const HOSTS = ['api.partner.example.com', 'crm.example.org', 'erp.example.net', 'hooks.example.com', 'files.example.org', 'api.openai.com'];

const CODE = `// normalise what came in
const out = [];
for (const item of $input.all()) {
  const source = item.json;
  out.push({ json: {
    id: source.id ?? source.reference,
    email: String(source.email ?? '').trim().toLowerCase(),
    amount: Number(source.amount ?? 0),
    lines: (source.lines ?? []).map((line) => ({ sku: line.sku, quantity: Number(line.quantity) })),
    receivedAt: new Date().toISOString(),
  } });
}
return out;`;

export function generateWorkflow(index: number): Record<string, unknown> {
  const random = randomOf(index);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const subject = pick(SUBJECTS);
  const nodes: Node[] = [];
  const add = (name: string, type: string, typeVersion: number, parameters: unknown, more: Node = {}): void => {
    nodes.push({ parameters, id: `${String(index).padStart(8, '0')}-0000-4000-8000-${String(nodes.length).padStart(12, '0')}`, name, type: type.includes('.') ? type : `n8n-nodes-base.${type}`, typeVersion, position: [nodes.length * 220, 300], ...more });
  };
  const credential = (type: string): Node => ({ credentials: { [type]: { id: `cred${String(Math.floor(random() * 50)).padStart(12, '0')}`, name: `${type} of ${subject}` } } });
  if (random() < 0.4) add('Webhook', 'webhook', 2, { httpMethod: 'POST', path: `${subject}-${index}`, ...(random() < 0.5 ? { authentication: 'headerAuth' } : {}), responseMode: 'responseNode', options: {} }, { webhookId: `hook-${index}` });
  else add('Schedule', 'scheduleTrigger', 1.2, { rule: { interval: [{ field: 'hours', hoursInterval: 4 }] } });
  const steps = 5 + Math.floor(random() * 10);
  for (let step = 0; step < steps; step += 1) {
    const kind = random();
    const label = `${subject} ${step}`;
    if (kind < 0.25) add(`Call ${label}`, 'httpRequest', 4.2, { method: pick(['GET', 'POST', 'PUT']), url: random() < 0.8 ? `https://${pick(HOSTS)}/v1/${subject}` : '={{ $json.url }}', authentication: 'genericCredentialType', genericAuthType: 'httpHeaderAuth', sendHeaders: true, headerParameters: { parameters: [{ name: 'Accept', value: 'application/json' }, { name: 'X-Request-Id', value: '={{ $execution.id }}' }, ...(random() < 0.05 ? [{ name: 'Authorization', value: `Bearer generated-${index}-${step}` }] : [])] }, sendBody: true, specifyBody: 'json', jsonBody: `={{ JSON.stringify({ id: $json.id, ${subject}: $json.lines, source: 'n8n' }) }}`, options: { timeout: 10_000, ...(random() < 0.05 ? { allowUnauthorizedCerts: true } : {}) } }, credential('httpHeaderAuth'));
    else if (kind < 0.45) add(`Shape ${label}`, 'set', 3.4, { assignments: { assignments: ['id', 'email', 'total', 'currency', 'status', 'customer'].map((name) => ({ id: `${index}-${step}-${name}`, name, value: `={{ $json.${name} }}`, type: 'string' })) }, options: {} });
    else if (kind < 0.6) add(`Check ${label}`, 'if', 2.2, { conditions: { options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 }, conditions: [{ id: `${index}-${step}`, leftValue: '={{ $json.total }}', rightValue: 100, operator: { type: 'number', operation: 'gt' } }], combinator: 'and' }, options: {} });
    else if (kind < 0.75) add(`Code ${label}`, 'code', 2, { jsCode: CODE });
    else if (kind < 0.85) add(`Tell ${label}`, 'slack', 2.3, { resource: 'message', operation: 'post', select: 'channel', channelId: { __rl: true, value: 'C0123456789', mode: 'list', cachedResultName: 'operations' }, text: `=New ${subject}: {{ $json.id }} over {{ $json.total }}`, otherOptions: {} }, credential('slackApi'));
    else if (kind < 0.95) add(`Store ${label}`, 'postgres', 2.5, { operation: 'executeQuery', query: `INSERT INTO ${subject} (id, email, total) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET total = excluded.total`, options: { queryReplacement: '={{ $json.id }},{{ $json.email }},{{ $json.total }}' } }, credential('postgres'));
    else add(`Ask ${label}`, '@n8n/n8n-nodes-langchain.openAi', 1.8, { modelId: { __rl: true, value: 'gpt-4o-mini', mode: 'list' }, messages: { values: [{ content: `=Sum up this ${subject}: {{ $json.text }}` }] }, options: {} }, credential('openAiApi'));
  }
  const names = nodes.map((node) => String(node['name']));
  const connections = Object.fromEntries(names.slice(0, -1).map((name, at) => [name, { main: [[{ node: names[at + 1], type: 'main', index: 0 }]] }]));
  return { name: `${subject} flow ${index}`, nodes, pinData: {}, connections, active: random() < 0.5, settings: { executionOrder: 'v1' }, versionId: `version-${index}`, meta: { templateCredsSetupCompleted: true, instanceId: 'f'.repeat(64) }, id: `wf${String(index).padStart(14, '0')}`, tags: [{ id: `t${index % 7}`, name: subject, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' }] };
}
