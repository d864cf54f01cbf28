import { afterEach, describe, expect, it } from 'vitest';
import { collect } from '../../../src/collect/engine/collect.js';
import type { Collection } from '../../../src/collect/engine/collect.js';
import { memoryPages } from '../../../src/collect/engine/page-store.js';
import { connectorOf } from '../../unit/collect/session-connector.js';
import { gives, json, play, startHostileServer } from './hostile-server.js';
import type { HostileServer, Script } from './hostile-server.js';

const open: HostileServer[] = [];
afterEach(async () => { await Promise.all(open.splice(0).map((server) => server.stop())); });

const environment = (id: string, url: string): Record<string, string> => ({ id, url });
const rows = { title: 'Rows', host: 'data', get: '/rows', items: 'value', key: 'id', right: 'none', forEach: { of: 'environments', bind: { environment: 'id', org: 'url' } } };

/** A platform whose list names one database per environment; a token is good for the database that it was asked for. */
async function platform(environments: readonly Record<string, string>[], script: Script = {}, parts: Record<string, unknown> = {}): Promise<{ server: HostileServer; read(): Promise<Collection> }> {
  const data = (request: { headers: Record<string, unknown>; url?: string | undefined }): unknown => ({ authorization: request.headers['authorization'], asked: request.url });
  const server = await startHostileServer(play({
    '/environments': gives({ data: environments }),
    '/@login.example.com/token': (_request, response, body) => json(response, { access_token: `for:${new URLSearchParams(body).get('scope')}` }),
    '/@north.data.example/api/rows': (request, response) => json(response, { value: [{ id: 'n1', ...data(request) as object }] }),
    '/@south.data.example/api/rows': (request, response) => json(response, { value: [{ id: 's1', ...data(request) as object }] }),
    ...script,
  }));
  open.push(server);
  const connector = connectorOf({
    secretFields: [{ name: 'id', label: 'Id', kind: 'text' }, { name: 'key', label: 'Key', kind: 'password' }],
    hosts: {
      data: {
        bound: 'org', suffixes: ['.data.example'], path: '/api',
        auth: { kind: 'oauth2', grant: 'client_credentials', tokenUrl: 'https://login.example.com/token', clientId: '{id}', clientSecret: '{key}', scope: '{origin}/.default' },
      },
    },
    probe: { types: ['environments'] },
    resources: { environments: { title: 'Environments', get: '/environments', items: 'data', key: 'id', right: 'none', required: true }, rows },
    emit: [{ kind: 'data-store', from: 'rows', key: 'id', name: 'id', properties: { authorization: 'authorization', environment: 'bound.environment' } }],
    ...parts,
  });
  return { server, read: () => collect({ connector, baseUrl: server.url, secret: { id: 'app', key: 'k' }, fingerprintKey: new Uint8Array(32), pages: memoryPages(), allowLoopback: true, onProgress: () => undefined }) };
}
const entry = (read: Collection) => read.completeness.find(({ type }) => type === 'rows')!;

describe('a host of its own for each item of a loop', () => {
  it('is asked with a token that was made out for it alone', async () => {
    const { read } = await platform([environment('1', 'https://north.data.example/'), environment('2', 'https://south.data.example')]);

    const collection = await read();

    expect(entry(collection)).toMatchObject({ state: 'collected', read: 2 });
    expect(collection.resources.map(({ key, properties }) => [key, properties['environment']])).toEqual([['n1', '1'], ['s1', '2']]);
  });

  it('gets a token of its own, and no other host gets it', async () => {
    const { server, read } = await platform([environment('1', 'https://north.data.example'), environment('2', 'https://south.data.example')]);

    await read();

    const signed = server.asked.filter(({ url }) => url.includes('/rows')).map(({ url, headers }) => [url, headers.authorization]);
    expect(signed.sort()).toEqual([
      ['/@north.data.example/api/rows', 'Bearer for:https://north.data.example/.default'],
      ['/@south.data.example/api/rows', 'Bearer for:https://south.data.example/.default'],
    ]);
  });

  it.each([
    'https://data.example.evil.example', 'https://evildata.example', 'https://data.example', 'http://north.data.example', 'https://north.data.example:8443', 'https://u:p@north.data.example',
    'https://north.data.example/elsewhere', 'https://north.data.example/?a=1', 'https://north.data.example./', 'https://169.254.169.254', 'https://[::1]', 'https://2130706433', 'http://127.0.0.1', 'file:///etc/passwd', 'north.data.example', '',
  ])('is not asked at %j, and the type says so', async (url) => {
    const { server, read } = await platform([environment('1', 'https://south.data.example'), environment('2', url)]);

    const collection = await read();

    expect(entry(collection)).toMatchObject({ state: 'partial', read: 1 });
    expect(server.asked.map((each) => each.url).filter((asked) => asked !== '/environments').sort()).toEqual(['/@login.example.com/token', '/@south.data.example/api/rows']);
  });

  it('goes on at itself only, even where the other host is known', async () => {
    const paged = { ...rows, paging: { kind: 'next-url', from: ['next'] } };
    const resources = { environments: { title: 'Environments', get: '/environments', items: 'data', key: 'id', right: 'none', required: true }, rows: paged };
    const { server, read } = await platform(
      [environment('1', 'https://south.data.example'), environment('2', 'https://north.data.example')],
      {
        '/@north.data.example/api/rows': gives({ value: [{ id: 'n1' }], next: 'https://south.data.example/api/more' }),
        '/@south.data.example/api/rows': gives({ value: [{ id: 's1' }], next: 'https://south.data.example/api/more' }),
        '/@south.data.example/api/more': gives({ value: [{ id: 's2' }] }),
      }, { resources },
    );

    const collection = await read();

    expect(entry(collection)).toMatchObject({ state: 'partial' });
    expect(collection.resources.map(({ key }) => key)).toEqual(['s1', 's2']);
    expect(server.asked.filter(({ url }) => url.includes('/more'))).toHaveLength(1);
  });
});
