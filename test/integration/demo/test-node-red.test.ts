import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoId, startTestNodeRed, type TestNodeRed } from '../../support/platforms/node-red.js';
import { processStartMark } from '../../../src/runtime/process-identity.js';
import { answers } from '../../../src/runtime/ports.js';

let platform: TestNodeRed;

beforeAll(async () => {
  platform = await startTestNodeRed();
});

afterAll(() => platform?.stop());

const byId = (flows: readonly { id: string }[]) => flows.toSorted((a, b) => a.id.localeCompare(b.id));

describe('changes on a real Node-RED', () => {
  it('a save without an edit leaves everything as it was', async () => {
    const before = await platform.api.getFlows();

    await platform.api.noOpSave();

    expect(await platform.api.getFlows()).toEqual(before);
  });

  it("the editor's deploy without an edit changes the order and the name of the global settings, and nothing else", async () => {
    const before = await platform.api.getFlows();

    await platform.api.redeployReordered();
    const after = await platform.api.getFlows();

    expect(after.rev).not.toBe(before.rev);
    expect(after.flows.map((item) => item.id)).not.toEqual(before.flows.map((item) => item.id));
    // toEqual takes an undefined property for an absent one.
    const nameless = before.flows.map((item) => (item.type === 'global-config' ? { ...item, name: undefined } : item));
    expect(byId(after.flows)).toEqual(byId(nameless));
  });

  it('moving, changing, adding and removing show up where they were made', async () => {
    const node = demoId('stock.board');
    await platform.api.moveNode(node, 777, 333);
    await platform.api.change(node, { url: 'https://elsewhere.example.org' });
    const added = await platform.api.addHost('https://new.example.net/x');
    const tab = await platform.api.addOpenEndpoint('/extra');
    await platform.api.remove(demoId('orders'));

    const { flows } = await platform.api.getFlows();

    expect(flows.find((item) => item.id === node)).toMatchObject({ x: 777, y: 333, url: 'https://elsewhere.example.org' });
    expect(flows.find((item) => item.id === added)).toMatchObject({ type: 'http request', url: 'https://new.example.net/x' });
    expect(flows.filter((item) => item['z'] === tab).map((item) => item.type)).toEqual(['http in', 'http response']);
    expect(flows.some((item) => item.id === demoId('orders') || item['z'] === demoId('orders'))).toBe(false);
    await expect.poll(async () => (await fetch(`${platform.url}/extra`)).status).toBe(200);
  });

  it('a new password in a node is not to be seen in the flows', async () => {
    const before = await platform.api.getFlows();

    await platform.api.rotateCredential(demoId('stock.importer'), { user: 'brackenfield', password: 'another' });

    expect(await platform.api.getFlows()).toEqual(before);
  });

  it('comes back from a restart as it was, and leaves no process and no port behind', async () => {
    const before = await platform.api.getFlows();
    const { pid, port } = platform;

    platform = await platform.restart();
    const after = await platform.api.getFlows();

    expect(after).toEqual(before);
    expect(platform.port).toBe(port);
    expect(processStartMark(pid)).toBeNull();
    await platform.stop();
    expect(await answers(port)).toBe(false);
  });
});
