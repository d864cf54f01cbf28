import { describe, expect, it } from 'vitest';
import { fixture, n8nStep, named, resourcesOf } from './mapping-fixtures.js';

const all = (): Promise<Awaited<ReturnType<typeof resourcesOf>>> => resourcesOf(fixture('n8n', 'workflows'));

describe('n8n mapping', () => {
  it('makes one resource of each node and names its workflow and place', async () => {
    const resources = await all();

    const hook = named(resources, 'Parcel arrived');

    expect(resources.map((resource) => resource.kind).sort()).toEqual([
      'ai-step', 'ai-step', 'entry-point', 'entry-point', 'step', 'step', 'step', 'step', 'step', 'step', 'step', 'step', 'workflow', 'workflow', 'workflow', 'workflow',
    ]);
    expect(hook.key).toBe('wf01FixtureFixtu/n-hook');
    expect(hook.location).toMatchObject({ workflow: 'Parcel intake', step: 'Parcel arrived' });
    expect(hook.location.file).toMatch(/export\.json$/);
    expect(hook.evidence.pageHash).toMatch(/^[0-9a-f]{64}$/);
    expect(hook.properties).toMatchObject({ class: 'webhook', authentication: 'none', path: 'parcels', method: 'POST', corsOrigins: '*', public: true, workflow: 'wf01FixtureFixtu', version: 'live', enabled: true });
  });

  it('reads host, clear text, TLS checks and the error path of a request', async () => {
    const call = named(await all(), 'Tell carrier');

    expect(call.properties).toMatchObject({ hosts: ['carrier.example.org'], clearText: true, tlsVerify: false, authentication: 'none', onError: 'route' });
    expect(call.properties['inlineSecrets']).toEqual([{ path: 'parameters.headerParameters.parameters[0].value', kind: 'api-key', fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) }]);
  });

  it('keeps credential references and never calls them secrets', async () => {
    const query = named(await all(), 'Look up');

    expect(query.properties['credentials']).toEqual([{ type: 'postgres', id: 'credPostgres0001', name: 'Stock database' }]);
    expect(query.properties['inlineSecrets']).toBeUndefined();
  });

  it('sees caller data in a query behind an open form, and none behind a manual start', async () => {
    const resources = await all();

    expect(named(resources, 'Look up').properties['untrustedInput']).toBe(true);
    expect(named(resources, 'Write').properties['untrustedInput']).toBe(false);
    expect(named(resources, 'Ask').properties).toMatchObject({ class: 'form', authentication: 'basic' });
  });

  it('names provider and model of an AI step', async () => {
    const model = named(await all(), 'Model');

    expect(model).toMatchObject({ kind: 'ai-step', properties: { class: 'ai-model', ai: { provider: 'Anthropic', model: 'claude-sonnet-4' }, hosts: ['api.anthropic.com'] } });
  });

  it('takes code out of the parameters and lists the modules it loads', async () => {
    const code = named(await all(), 'Weigh');

    expect(code.properties).toMatchObject({ class: 'code', modules: ['zlib'], parameters: {} });
    expect(code.properties['code']).toContain('return items');
  });

  it('shows what runs under the plain key and what the draft changes under @draft', async () => {
    const resources = await all();

    const rates = resources.filter((resource) => resource.name === 'Fetch rates');

    expect(rates.map(({ key, properties }) => [key, properties['version'], properties['hosts']])).toEqual([
      ['wf04FixtureFixtu/n-rate', 'live', ['rates.example.net']],
      ['wf04FixtureFixtu/n-rate@draft', 'draft', ['new-rates.example.net']],
    ]);
    expect(named(resources, 'Note').key).toBe('wf04FixtureFixtu/n-extra@draft');
    expect(resources.filter((resource) => resource.name === 'Mornings')).toHaveLength(1);
    expect(named(resources, 'Rates (edited)').properties).toMatchObject({ published: true, draftDiffers: true, stepCount: 2 });
    expect(named(resources, 'Parcel intake').properties).toMatchObject({ published: true, draftDiffers: false, tags: ['customers', 'shipping'] });
    expect(named(resources, 'Letter drafts').properties).toMatchObject({ published: false, enabled: false });
  });

  it('sorts the wires and keeps the native type of each', async () => {
    const resources = await all();

    expect(named(resources, 'Letter drafts').properties['edges']).toEqual([
      { from: 'wf03FixtureFixtu/n-man', to: 'wf03FixtureFixtu/n-agent', type: 'main', output: 0, input: 0 },
      { from: 'wf03FixtureFixtu/n-model', to: 'wf03FixtureFixtu/n-agent', type: 'ai_languageModel', output: 0, input: 0 },
    ]);
  });

  it.each([
    ['n8n-nodes-base.slack', {}, { class: 'saas', hosts: ['slack.com'] }],
    ['n8n-nodes-base.executeCommand', { command: 'ls /' }, { class: 'os-command', code: 'ls /' }],
    ['n8n-nodes-base.graphql', { endpoint: 'https://q.example.org/g' }, { class: 'http-request', hosts: ['q.example.org'] }],
    ['n8n-nodes-base.httpRequest', { url: '={{ $json.target }}' }, { dynamicHost: true }],
    ['n8n-nodes-base.httpRequest', { url: 'https://api.openai.com/v1/chat', authentication: 'genericCredentialType', genericAuthType: 'httpBearerAuth' }, { authentication: 'bearer', ai: { provider: 'OpenAI', model: null } }],
    ['n8n-nodes-base.httpRequest', { url: 'https://x.example.org', authentication: 'predefinedCredentialType', nodeCredentialType: 'slackApi' }, { authentication: 'credential' }],
    ['n8n-nodes-base.webhook', { path: 'x', authentication: 'jwtAuth' }, { authentication: 'jwt', method: 'GET' }],
    ['@n8n/n8n-nodes-langchain.chatTrigger', { public: false }, { class: 'chat', public: false }],
    ['@n8n/n8n-nodes-langchain.mcpTrigger', { path: 'tools' }, { class: 'mcp', authentication: 'none', path: 'tools' }],
    ['@n8n/n8n-nodes-langchain.lmChatOpenAi', { model: 'gpt-4o', options: { baseURL: 'https://llm.example.org/v1' } }, { hosts: ['llm.example.org'], ai: { provider: 'OpenAI', model: 'gpt-4o' } }],
    ['n8n-nodes-base.code', { language: 'python', pythonCode: 'import socket\nreturn []' }, { modules: ['socket'] }],
    ['n8n-nodes-community-thing.doIt', {}, { class: 'other' }],
    ['n8n-nodes-base.webhook', { authentication: 'n8nOAuth2', path: 'x' }, { authentication: 'oauth2' }],
    ['@n8n/n8n-nodes-langchain.mcpTrigger', { authentication: 'n8nOAuth2', path: 'x' }, { authentication: 'oauth2' }],
    ['@n8n/n8n-nodes-langchain.mcpClientTool', { authentication: 'multipleHeadersAuth', endpointUrl: 'https://tools.example.org' }, { authentication: 'header' }],
    ['n8n-nodes-base.freshdesk', {}, { class: 'saas' }],
    ['n8n-nodes-base.asana', {}, { class: 'saas', hosts: ['app.asana.com'] }],
    ['n8n-nodes-base.asanaTool', {}, { class: 'saas', hosts: ['app.asana.com'] }],
    ['n8n-nodes-base.asanaTrigger', {}, { class: 'event', hosts: ['app.asana.com'] }],
    ['n8n-nodes-base.perplexity', { model: 'sonar-pro' }, { class: 'ai-model', ai: { provider: 'Perplexity', model: 'sonar-pro' } }],
    ['n8n-nodes-base.awsTextract', {}, { class: 'ai-model', ai: { provider: 'AWS', model: null } }],
    ['@n8n/n8n-nodes-langchain.lmChatNvidia', { model: 'llama' }, { class: 'ai-model', hosts: ['integrate.api.nvidia.com'], ai: { provider: 'NVIDIA', model: 'llama' } }],
    ['@n8n/n8n-nodes-langchain.lmChatOpenAi', { model: { value: 'gpt-5' }, options: { baseURL: 'https://models.example.org/v1' } }, { hosts: ['models.example.org'], ai: { provider: 'OpenAI', model: 'gpt-5' } }],
    ['@n8n/n8n-nodes-langchain.embeddingsHuggingFaceInference', { modelName: 'e5', options: { endpointUrl: 'https://yard.endpoints.huggingface.cloud' } }, { hosts: ['yard.endpoints.huggingface.cloud'], ai: { provider: 'Hugging Face', model: 'e5' } }],
    ['@n8n/n8n-nodes-langchain.mcpRegistryClientTool', { endpointUrl: 'https://tools.example.org/mcp' }, { class: 'mcp', hosts: ['tools.example.org'] }],
    ['@n8n/n8n-nodes-langchain.microsoftAgent365Trigger', {}, { class: 'ai-agent', authentication: 'jwt' }],
    ['n8n-nodes-base.httpRequest', { url: 'https://yard.openai.azure.com/openai/deployments/x' }, { ai: { provider: 'Microsoft', model: null } }],
  ])('maps %s', async (type, parameters, expected) => {
    const step = await n8nStep(type, parameters);

    expect(step.properties).toMatchObject(expected);
  });

  it('knows at least 570 node types', async () => {
    const { connectors } = await import('./mapping-fixtures.js');

    expect((await connectors()).get('n8n')!.steps.count).toBeGreaterThanOrEqual(570);
  });
});
