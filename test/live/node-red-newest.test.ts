import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, loadConnectors, memoryPages } from '../../src/collect/index.js';
import type { Collection } from '../../src/collect/index.js';
import { diffSnapshots, snapshotRoot, toEntries } from '../../src/compare/index.js';
import { installNode24 } from '../support/platforms/node-24.js';
import { idleActs, startTestNodeRed } from '../support/platforms/node-red.js';
import type { TestNodeRed } from '../support/platforms/node-red.js';

/** The newest; it needs Node 22 or later. */
const VERSION = '5.0.7';
const connector = (await loadConnectors('packs')).get('node-red')!;
let nodeRed: TestNodeRed;

beforeAll(async () => {
  nodeRed = await startTestNodeRed({ version: VERSION, node: (await installNode24()).node });
});
afterAll(() => nodeRed?.stop());

function read(): Promise<Collection> {
  const { username, password } = nodeRed.reader;
  return collect({ connector, baseUrl: nodeRed.url, secret: { username, password }, fingerprintKey: new Uint8Array(32).fill(3), pages: memoryPages(), allowLoopback: true, onProgress: () => undefined });
}
const rootOf = (collection: Collection): string => snapshotRoot(toEntries(collection.resources));

describe('collecting from the newest Node-RED, under Node 24', () => {
  it('reads every type', async () => {
    const { completeness, platformVersion, resources } = await read();

    expect(platformVersion).toBe(VERSION);
    expect(completeness.filter(({ state }) => state === 'failed' || state === 'partial' || state === 'forbidden')).toEqual([]);
    expect(resources.find(({ kind }) => kind === 'platform-settings')?.properties).toMatchObject({ adminAuth: 'SET', httpNodeAuth: 'UNSET' });
    expect(resources.some(({ kind }) => kind === 'entry-point')).toBe(true);
  });

  it('takes no save, redeploy, drag or restart for a change', async () => {
    const before = rootOf(await read());

    const after = [rootOf(await read())];
    for (const act of idleActs(nodeRed.api)) {
      await act();
      after.push(rootOf(await read()));
    }
    nodeRed = await nodeRed.restart();
    after.push(rootOf(await read()));

    expect(after).toEqual(after.map(() => before));
  });

  it('sees exactly one new host', async () => {
    const before = (await read()).resources;

    const id = await nodeRed.api.addHost('https://fresh.example.org/x');

    const items = diffSnapshots(before, (await read()).resources, {});
    expect(items.filter((item) => item.change === 'added').map((item) => item.resource.key)).toEqual([id]);
  });
});
