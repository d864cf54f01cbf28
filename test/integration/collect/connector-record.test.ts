import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { recordConnector, replayConnector, testConnector } from '../../../src/collect/index.js';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredHosts } from '../../../src/collect/simulate/relay.js';
import { copyStarter, freshStarter } from '../../support/connector-copies.js';
import type { Copy } from '../../support/connector-copies.js';

let copy: Copy | undefined;
let server: Server | undefined;
afterEach(() => { copy?.remove(); server?.close(); server?.closeAllConnections(); });

function serve(handler: Parameters<typeof createServer>[1]): Promise<string> {
  server = createServer(handler!);
  return new Promise((resolve) => { server!.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server!.address() as AddressInfo).port}`)); });
}

describe('recording a platform', () => {
  it('gives a fixture that yields what the platform yielded', async () => {
    copy = await freshStarter();
    const connector = await copy.load();
    const { simulator } = await replayConnector(connector, 'estate');

    const { fixture, secretsReplaced } = await recordConnector({ connector, baseUrl: simulator.url, secret: { token: 'fixture-token' }, onProgress: () => undefined });
    await simulator.close();
    writeFileSync(join(copy.folder, 'fixtures', 'recorded.json'), JSON.stringify(fixture));
    const report = await testConnector({ connector, update: true });

    expect(fixture.exchanges).toHaveLength(7);
    expect(fixture.exchanges[0]).toMatchObject({ path: '/api/v1/workflows', requires: { authorization: 'Bearer fixture-token' } });
    expect(secretsReplaced).toBeGreaterThan(0);
    expect(JSON.stringify(fixture)).not.toContain('office-fixture-key-0001');
    expect(report.sets.find(({ set }) => set === 'recorded')).toMatchObject({ resources: 13 });
    expect(report.ok).toBe(true);
  });

  it('keeps what was answered when the reading ends early, and says why by the platform\'s own name', async () => {
    copy = await freshStarter();
    const url = await serve((request, response) => {
      response.writeHead(request.url!.includes('cursor') ? 403 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data: [{ id: 'w1', name: 'One', active: true }], next_cursor: 'c2' }));
    });

    const { fixture, error, collection } = await recordConnector({ connector: await copy.load(), baseUrl: url, secret: { token: 'real-key' }, onProgress: () => undefined });

    expect(collection).toBeNull();
    expect(error).toMatchObject({ code: 'PLB-COLLECT-003' });
    expect(error!.message).toContain(new URL(url).host);
    expect(fixture.exchanges.map(({ status }) => status)).toEqual([undefined, 403]);
    expect(JSON.stringify(fixture)).not.toContain('real-key');
  });

  it('fails with the reason when nothing answers', async () => {
    copy = await freshStarter();

    await expect(recordConnector({ connector: await copy.load(), baseUrl: 'http://127.0.0.1:9', secret: { token: 'k' }, onProgress: () => undefined })).rejects.toMatchObject({ code: 'PLB-COLLECT-001' });
  });

  it('passes nothing on to a host that the manifest does not declare', async () => {
    copy = copyStarter();
    copy.edit('manifest.yaml', 'redact: { names: [] }', 'redact: {}\nhosts: { files: { base: "https://{region}.files.example.com" }, learnt: { learn: { from: token, take: url }, suffixes: [.my.example.net] } }');
    copy.edit('manifest.yaml', 'secretFields:\n', 'secretFields:\n  - { name: region, label: Region, kind: text, pattern: "[a-z]+" }\n');
    const isDeclared = declaredHosts(await copy.load(), { region: 'eu' });

    expect(['eu.files.example.com', 'acme.my.example.net'].map(isDeclared)).toEqual([true, true]);
    expect(['us.files.example.com', 'evil.example.org', 'my.example.net.evil.org', 'notmy.example.net', '169.254.169.254'].map(isDeclared)).toEqual([false, false, false, false, false]);
  });
});
