import { describe, expect, it } from 'vitest';
import { idOf as demoId } from '../../../src/runtime/demo/flow-nodes.js';
import { demoFlows } from '../../../src/runtime/demo/flows.js';

const flows = demoFlows();
const byId = new Map(flows.map((item) => [item.id, item]));
const ofType = (type: string) => flows.filter((item) => item.type === type);

describe('the demo flows', () => {
  it('give every item an id of its own and wire only to items that exist', () => {
    const wired = flows.flatMap((item) => (item['wires'] as string[][] | undefined)?.flat() ?? []);

    const strangers = wired.filter((id) => !byId.has(id));

    expect(byId.size).toBe(flows.length);
    expect(wired.length).toBeGreaterThan(20);
    expect(strangers).toEqual([]);
  });

  it('stand on tabs or subflows that exist and name configuration that exists', () => {
    const homeless = flows.filter((item) => item['z'] !== undefined && !byId.has(item['z'] as string));
    const named = flows.flatMap((item) => [item['tls'], item['broker']]).filter((id) => typeof id === 'string' && /^[0-9a-f]{16}$/.test(id));

    expect(homeless).toEqual([]);
    expect(named.length).toBeGreaterThan(4);
    expect(named.every((id) => byId.has(id as string))).toBe(true);
  });

  it('start nothing by themselves that leads out of Node-RED', () => {
    const alive = (item: (typeof flows)[number]) => byId.get(item['z'] as string)?.['disabled'] !== true;
    const timed = ofType('inject').filter((item) => alive(item) && (item['once'] === true || item['repeat'] !== '' || item['crontab'] !== ''));

    const reached = timed.flatMap((item) => behind(item.id)).map((id) => byId.get(id)!.type);

    expect(timed).toHaveLength(1);
    expect(new Set(reached)).toEqual(new Set(['function']));
    expect(ofType('mqtt-broker').every((item) => item['autoConnect'] === false)).toBe(true);
  });

  it('name only reserved hosts, except the AI provider', () => {
    const hosts = ofType('http request').map((item) => new URL(item['url'] as string).hostname);

    const outside = hosts.filter((host) => !/(\.test|\bexample\.(com|org|net))$/.test(host));

    expect(hosts.length).toBeGreaterThanOrEqual(7);
    expect(outside).toEqual(['api.openai.com']);
  });

  it('hold the faults a scan is there to find', () => {
    expect(ofType('http in').length).toBeGreaterThanOrEqual(4);
    expect(ofType('tls-config').some((item) => item['verifyservercert'] === false)).toBe(true);
    expect(ofType('http request').some((item) => (item['url'] as string).startsWith('http://'))).toBe(true);
    expect(ofType('exec')).toHaveLength(1);
    expect(ofType('tab').some((item) => item['disabled'] === true)).toBe(true);
    expect(ofType('subflow')).toHaveLength(1);
    expect(ofType(`subflow:${demoId('customer')}`)).toHaveLength(1);
    expect(ofType('function').filter((item) => /npk_live_/.test(item['func'] as string))).toHaveLength(1);
  });

  it('carry functions that are valid code', () => {
    const broken = ofType('function').filter((item) => {
      try {
        return typeof new Function('msg', 'env', 'flow', 'global', item['func'] as string) !== 'function';
      } catch {
        return true;
      }
    });

    expect(broken).toEqual([]);
  });
});

function behind(id: string): string[] {
  const next = (byId.get(id)!['wires'] as string[][]).flat();
  return [...next, ...next.flatMap(behind)];
}
