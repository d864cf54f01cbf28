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

describe('Node-RED nodes of the community', () => {
  const step = async (node: Record<string, unknown>, ...shared: Record<string, unknown>[]): Promise<Record<string, unknown>> => {
    const resources = await resourcesOf([{ id: 't', type: 'tab', label: 'Tab' }, { id: 'n', name: 'Node', z: 't', wires: [[]], ...node }, ...shared]);
    return { kind: named(resources, 'Node').kind, ...named(resources, 'Node').properties };
  };

  it.each<[Record<string, unknown>, Record<string, unknown>[], Record<string, unknown>]>([
    [{ type: 'modbus-write', server: 'c' }, [{ id: 'c', type: 'modbus-client', tcpHost: 'plc.example.org' }], { class: 'event', hosts: ['plc.example.org'], clearText: true }],
    [{ type: 's7 out', endpoint: 'c' }, [{ id: 'c', type: 's7 endpoint', address: '10.1.2.3' }], { hosts: ['10.1.2.3'], clearText: true }],
    [{ type: 'OpcUa-Server', port: 53880, allowAnonymous: true }, [], { kind: 'entry-point', authentication: 'none' }],
    [{ type: 'telegram command', bot: 'c' }, [{ id: 'c', type: 'telegram bot' }], { class: 'event', hosts: ['api.telegram.org'] }],
    [{ type: 'influxdb batch', influxdb: 'c' }, [{ id: 'c', type: 'influxdb', url: 'http://series.example.org:8086', rejectUnauthorized: false }], { class: 'database', hosts: ['series.example.org'], clearText: true, tlsVerify: false }],
    [{ type: 'mongodb4', clientNode: 'c' }, [{ id: 'c', type: 'mongodb4-client', hostname: 'db.example.org', tls: true, tlsInsecure: true }], { hosts: ['db.example.org'], tlsVerify: false }],
    [{ type: 'MSSQL', mssqlCN: 'c', query: 'select 1' }, [{ id: 'c', type: 'MSSQL-CN', server: 'sql.example.org', trustServerCertificate: true }], { hosts: ['sql.example.org'], tlsVerify: false }],
    [{ type: 'kafkajs-consumer', client: 'c' }, [{ id: 'c', type: 'kafkajs-client', brokers: 'k1.example.org:9092, k2.example.org:9092' }], { class: 'message-queue', hosts: ['k1.example.org', 'k2.example.org'] }],
    [{ type: 'api-call-service', server: 'c' }, [{ id: 'c', type: 'server', host: 'http://home.example.org:8123' }], { hosts: ['home.example.org'], clearText: true }],
    [{ type: 'ollama-embed', server: 'c', model: 'nomic' }, [{ id: 'c', type: 'ollama-config-server', host: 'models.example.org' }], { class: 'ai-model', ai: { provider: 'Ollama', model: 'nomic' }, hosts: ['models.example.org'] }],
    [{ type: 'ui_slider', group: 'g' }, [], { kind: 'entry-point', class: 'form' }],
    [{ type: 'yard-gate' }, [], { class: 'other' }],
  ])('%j', async (node, shared, expected) => {
    expect(await step(node, ...shared)).toMatchObject(expected);
  });
});
