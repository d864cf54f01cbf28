import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConnectors } from '../../../src/collect/index.js';
import type { StepRules } from '../../../src/collect/manifest/step-rules.js';
import { connectors, temporaryFolder } from './mapping-fixtures.js';

/** Where `npm run test:live` and the demo put the platforms that they run. */
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'plumbline');
const steps = async (id: string): Promise<StepRules> => (await connectors()).get(id)!.steps;

function installed(name: string): string[] {
  return existsSync(CACHE) ? readdirSync(CACHE).filter((each) => each.startsWith(`${name}-`) && existsSync(join(CACHE, each, 'node_modules'))).sort() : [];
}

/** Types as the package registers them: the list that n8n itself loads. */
function typesOfN8n(folder: string): string[] {
  return ['n8n-nodes-base', '@n8n/n8n-nodes-langchain'].flatMap((name) => {
    const file = join(CACHE, folder, 'node_modules', name, 'dist', 'known', 'nodes.json');
    return existsSync(file) ? Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object).map((type) => `${name}.${type}`) : [];
  });
}

function typesOfNodeRed(folder: string): string[] {
  const core = join(CACHE, folder, 'node_modules', '@node-red', 'nodes', 'core');
  const pages = existsSync(core) ? readdirSync(core, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html') && !name.includes('locales')) : [];
  return pages.flatMap((name) => [...readFileSync(join(core, name), 'utf8').matchAll(/registerType\(\s*['"]([^'"]+)['"]/g)].map((match) => match[1]!));
}

describe('the catalogue of step types', () => {
  it('lists several hundred node types of n8n and the nodes of Node-RED', async () => {
    const counts = { n8n: (await steps('n8n')).count, 'node-red': (await steps('node-red')).count };

    console.info(`step types listed: n8n ${counts.n8n}, Node-RED ${counts['node-red']}`);
    expect(counts.n8n).toBeGreaterThanOrEqual(570);
    expect(counts['node-red']).toBeGreaterThanOrEqual(200);
  });

  const n8ns = installed('n8n');
  it.skipIf(n8ns.length === 0).each(n8ns.length === 0 ? ['no n8n on this machine'] : n8ns)('knows every node type of the installed %s', async (folder) => {
    const rules = await steps('n8n');
    const types = typesOfN8n(folder);

    console.info(`${folder}: ${types.length} node types, ${types.filter((type) => rules.isListed(type)).length} listed`);
    expect(types.length).toBeGreaterThan(400);
    expect(types.filter((type) => !rules.isListed(type))).toEqual([]);
  });

  const nodeReds = installed('node-red');
  it.skipIf(nodeReds.length === 0).each(nodeReds.length === 0 ? ['no Node-RED on this machine'] : nodeReds)('knows every core node of the installed %s', async (folder) => {
    const rules = await steps('node-red');
    const types = typesOfNodeRed(folder);

    console.info(`${folder}: ${types.length} core types`);
    expect(types.length).toBeGreaterThan(40);
    expect(types.filter((type) => !rules.isListed(type))).toEqual([]);
  });

  it.each(['n8n', 'node-red'])('of %s names hosts that are host names, and a maker for each model', async (id) => {
    const folder = join('packs', 'connectors', id);
    const rules = await steps(id);
    const types = readdirSync(folder).filter((name) => /^steps.*\.yaml$/.test(name)).flatMap((name) => Object.keys((parse(readFileSync(join(folder, name), 'utf8')) as { types?: object }).types ?? {}));

    for (const type of types) {
      const rule = rules.ruleFor(type);
      for (const host of rule.hosts) expect(host, type).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
      if (rule.class === 'ai-model' && rule.kind === 'ai-step') expect(rule.provider, type).not.toBeNull();
    }
    expect(types.length).toBe(rules.count);
  });

  it('takes the twin that an agent uses for what the node itself is, and a listed twin for itself', async () => {
    const rules = await steps('n8n');

    expect(rules.ruleFor('n8n-nodes-base.stripeTool')).toMatchObject({ class: 'saas', hosts: ['api.stripe.com'] });
    expect(rules.ruleFor('n8n-nodes-base.httpRequestTool').class).toBe('ai-tool');
    expect(rules.ruleFor('n8n-nodes-base.postgresTool').class).toBe('database');
    expect(rules.isListed('n8n-nodes-base.nothingOfTheKindTool')).toBe(false);
    expect(rules.ruleFor('n8n-nodes-yard.yard').class).toBe('other');
  });
});

describe('the hosts of AI providers', () => {
  it('are one table for all connectors', async () => {
    for (const id of ['n8n', 'node-red']) {
      const { aiProvider } = await steps(id);

      expect(aiProvider('api.openai.com')).toBe('OpenAI');
      expect(aiProvider('yard.openai.azure.com')).toBe('Microsoft');
      expect(aiProvider('bedrock-runtime.eu-west-1.amazonaws.com')).toBe('AWS');
      expect(aiProvider('europe-west4-aiplatform.googleapis.com')).toBe('Google');
      expect(aiProvider('openai.azure.com')).toBeNull();
      expect(aiProvider('api.openai.com.example.org')).toBeNull();
      expect(aiProvider('s3.eu-west-1.amazonaws.com')).toBeNull();
      expect(aiProvider('constructor')).toBeNull();
    }
  });

  it('are not repeated by a connector', () => {
    for (const id of readdirSync(join('packs', 'connectors')).filter((name) => existsSync(join('packs', 'connectors', name, 'steps.yaml')))) {
      const own = (parse(readFileSync(join('packs', 'connectors', id, 'steps.yaml'), 'utf8')) as { tables?: { aiHosts?: object } }).tables?.aiHosts;
      expect(own, id).toBeUndefined();
    }
  });
});

describe('step types in several files', () => {
  function pack(files: Readonly<Record<string, string>>): string {
    const folder = join(temporaryFolder(), 'connectors', 'made-up');
    mkdirSync(folder, { recursive: true });
    const manifest = 'apiVersion: connector/v1\nid: made-up\ntitle: Made up\nabout: For a test.\nevidence: constructed\nsteps: steps.yaml\nsecretFields: []\nauth: { kind: none }\nredact: {}\nprobe: { types: [users] }\nresources: { users: { title: Users, get: /users, right: none } }\n';
    for (const [name, text] of Object.entries({ 'manifest.yaml': manifest, ...files })) writeFileSync(join(folder, name), text);
    return join(folder, '..', '..');
  }
  const MAIN = 'include: [steps-more.yaml]\ndataReferences: []\nshapes:\n  call: { class: http-request, urls: [url] }\ntypes:\n  one.call: { use: call }\n';

  it('share the shapes of the main file and work without a table of AI hosts', async () => {
    const loaded = await loadConnectors(pack({ 'steps.yaml': MAIN, 'steps-more.yaml': 'types:\n  two.call: { use: call, provider: Two }\n' }));
    const { ruleFor, count, aiProvider } = loaded.get('made-up')!.steps;

    expect(ruleFor('two.call')).toMatchObject({ class: 'http-request', provider: 'Two' });
    expect(count).toBe(2);
    expect(aiProvider('api.openai.com')).toBeNull();
  });

  it.each([
    ['types:\n  two.call:\n    class: http-request\n    urls: [{ frist: [url] }]\n', 'steps-more.yaml line 4 at types.two.call.urls.0: unknown operator frist'],
    ['types:\n  one.call: { class: logic }\n', 'steps-more.yaml line 2 at types.one.call: one.call stands in packs/connectors/made-up/steps.yaml or another of its parts already'],
    ['types:\n  two.call: { class: logics }\n', 'steps-more.yaml line 2 at types.two.call.class'],
    ['types:\n  two.call: { use: cal }\n', 'steps-more.yaml line 2 at types.two.call.use: there is no shape named cal'],
  ])('name the file and the line of a mistake: %j', async (text, problem) => {
    await expect(loadConnectors(pack({ 'steps.yaml': MAIN, 'steps-more.yaml': text }))).rejects.toMatchObject({ code: 'PLB-COLLECT-011', message: expect.stringContaining(problem) as string });
  });
});
