import { describe, expect, it } from 'vitest';
import { fixture, named, resourcesOf } from './mapping-fixtures.js';

const all = (): Promise<Awaited<ReturnType<typeof resourcesOf>>> => resourcesOf(fixture('node-red', 'flows'));

describe('Node-RED mapping', () => {
  it('makes tabs and subflows workflows, nodes steps, and shared configuration connectors', async () => {
    const kinds = (await all()).map(({ kind, key }) => `${kind}:${key}`).sort();

    expect(kinds).toEqual([
      'connector:env1', 'connector:mq1', 'connector:tls1', 'entry-point:in1', 'step:ex1', 'step:fn1', 'step:mqi', 'step:old', 'step:sfn', 'step:si1', 'workflow:sub1', 'workflow:tab1', 'workflow:tab2',
    ]);
  });

  it('takes the vendor default, no sign-in, for an endpoint in an exported file', async () => {
    expect(named(await all(), 'POST /gate').properties).toMatchObject({ class: 'webhook', authentication: 'none', path: '/gate', method: 'POST' });
  });

  it('follows the TLS configuration and the broker of a step', async () => {
    const resources = await all();

    expect(named(resources, 'tell office').properties).toMatchObject({ hosts: ['office.example.org'], tlsVerify: false, clearText: false, authentication: 'basic', tls: 'no checks' });
    expect(named(resources, 'sensor').properties).toMatchObject({ class: 'message-queue', hosts: ['broker.example.org'], clearText: true, broker: 'yard broker' });
    expect(named(resources, 'yard broker').properties).toMatchObject({ hosts: ['broker.example.org'], clearText: true });
  });

  it('switches off the steps of a disabled tab, and adds the http:// that Node-RED adds', async () => {
    expect(named(await all(), 'old call').properties).toMatchObject({ enabled: false, hosts: ['plain.example.org'], clearText: true });
  });

  it('sees caller data in a command inside a subflow', async () => {
    expect(named(await all(), 'tidy').properties).toMatchObject({ class: 'os-command', code: 'tidy-up', untrustedInput: true, workflowName: 'Clean' });
  });

  it('lists modules from code and from the setup of a function', async () => {
    expect(named(await all(), 'decide').properties['modules']).toEqual(['dayjs', 'os']);
  });

  it('ignores the name of the global configuration, and keeps its environment', async () => {
    const flows = (fixture('node-red', 'flows') as { flows: Record<string, unknown>[] }).flows;
    const renamed = flows.map((item) => (item['type'] === 'global-config' ? { ...item, name: '' } : item));

    const [before, after] = [await resourcesOf(flows), await resourcesOf(renamed)];

    const environment = (list: typeof before) => list.find((resource) => resource.key === 'env1');
    expect({ ...environment(after), location: null, evidence: null }).toEqual({ ...environment(before), location: null, evidence: null });
    expect(environment(before)?.properties['parameters']).toMatchObject({ env: [{ name: 'SITE', value: 'yard' }] });
  });

  it('keeps a step whose flow is missing', async () => {
    const resources = await resourcesOf([{ id: 'a', type: 'http request', z: 'gone', name: 'lost', url: 'https://x.example.org', wires: [[]] }]);

    expect(named(resources, 'lost').properties['workflow']).toBe('gone');
    expect(named(resources, '(missing flow gone)').kind).toBe('workflow');
  });
});
