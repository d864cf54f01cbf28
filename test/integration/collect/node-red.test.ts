import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, loadConnectors, memoryPages, probe } from '../../../src/collect/index.js';
import type { Collection, PageStore } from '../../../src/collect/index.js';
import { diffSnapshots, snapshotRoot, toEntries } from '../../../src/compare/index.js';
import { PlumblineError } from '../../../src/model/errors.js';
import { idleActs, startTestNodeRed } from '../../support/platforms/node-red.js';
import type { TestNodeRed } from '../../support/platforms/node-red.js';

const connector = (await loadConnectors('packs')).get('node-red')!;
let nodeRed: TestNodeRed;

beforeAll(async () => { nodeRed = await startTestNodeRed(); });
afterAll(async () => { await nodeRed.stop(); });

function secretOf(): Record<string, string> {
  return { username: nodeRed.reader.username, password: nodeRed.reader.password };
}
function read(pages: PageStore = memoryPages()): Promise<Collection> {
  return collect({ connector, baseUrl: nodeRed.url, secret: secretOf(), fingerprintKey: new Uint8Array(32).fill(3), pages, allowLoopback: true, onProgress: () => undefined });
}
const rootOf = (collection: Collection): string => snapshotRoot(toEntries(collection.resources));

describe('collecting from a real Node-RED', () => {
  it('reads every type, with the settings that decide about sign-in', async () => {
    const { resources, observations, completeness, platformVersion } = await read();

    expect(platformVersion).toBe(nodeRed.version);
    expect(completeness.filter((entry) => entry.state !== 'collected' && entry.state !== 'empty').map((entry) => [entry.state, entry.because])).toEqual([['unavailable', 'api'], ['unavailable', 'api'], ['unavailable', 'api']]);
    expect(resources.find((resource) => resource.kind === 'platform-settings')?.properties).toMatchObject({ adminAuth: 'SET', httpNodeAuth: 'UNSET', version: nodeRed.version });
    expect(new Set(resources.map((resource) => resource.kind))).toEqual(new Set(['platform-settings', 'workflow', 'step', 'entry-point', 'connector', 'package', 'credential-ref', 'grant']));
    expect(resources.find((resource) => resource.kind === 'grant')).toMatchObject({ key: `user/${nodeRed.reader.username}`, properties: { level: 'read', subjectKind: 'user' } });
    expect(observations.map(({ key, properties }) => [key, properties])).toEqual([['platform-settings:instance', { flowsState: 'start' }]]);
    expect(resources.find((resource) => resource.kind === 'entry-point')?.properties).toMatchObject({ authentication: 'none' });
    expect(resources.find((resource) => resource.kind === 'package' && resource.key === 'node-red')?.properties['builtIn']).toBe(true);
  });

  it('gives the same snapshot twice, after a save without an edit, a redeploy and a drag', async () => {
    const before = rootOf(await read());

    const after = [rootOf(await read())];
    for (const act of idleActs(nodeRed.api)) {
      await act();
      after.push(rootOf(await read()));
    }

    expect(after).toEqual(after.map(() => before));
  });

  it('sees exactly one new host', async () => {
    const before = (await read()).resources;

    const id = await nodeRed.api.addHost('https://fresh.example.org/x');
    const after = (await read()).resources;

    const items = diffSnapshots(before, after, {});
    expect(items.filter((item) => item.change === 'added').map((item) => item.resource.key)).toEqual([id]);
    expect(after.find((resource) => resource.key === id)?.properties['hosts']).toEqual(['fresh.example.org']);
    await nodeRed.api.remove(id);
  });

  it('keeps no secret in pages or resources', async () => {
    const written: string[] = [];
    const kept = memoryPages();

    const { resources } = await read({ read: (type) => kept.read(type), write: async (type, page, body) => { written.push(JSON.stringify(body)); await kept.write(type, page, body); } });

    for (const secret of [nodeRed.reader.password, nodeRed.admin.password]) {
      expect(written.join()).not.toContain(secret);
      expect(JSON.stringify(resources)).not.toContain(secret);
    }
    expect(resources.some((resource) => Array.isArray(resource.properties['inlineSecrets']))).toBe(true);
  });

  it('tells a wrong password, and answers a probe with the version', async () => {
    const options = { connector, baseUrl: nodeRed.url, allowLoopback: true };

    const error = await probe({ ...options, secret: { username: 'nobody', password: 'wrong-1234' } }).catch((reason: unknown) => reason);

    expect((error as PlumblineError).code).toBe('PLB-COLLECT-002');
    expect((error as PlumblineError).message).not.toContain('wrong-1234');
    expect(await probe({ ...options, secret: secretOf() })).toEqual({ platformVersion: nodeRed.version, title: 'Node-RED' });
  });
});
