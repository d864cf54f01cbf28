import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotRoot, toEntries } from '../../../src/compare/index.js';
import { fixture, resourcesOf } from './mapping-fixtures.js';

type Item = Record<string, unknown>;
const root = async (document: unknown): Promise<string> => snapshotRoot(toEntries(await resourcesOf(document)));

function shuffled<T>(list: readonly T[], seed: number): T[] {
  return list.map((entry, index) => ({ entry, rank: Math.sin(seed * 7919 + index * 104_729) })).sort((a, b) => a.rank - b.rank).map(({ entry }) => entry);
}
function reversedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversedKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).toReversed().map(([key, member]) => [key, reversedKeys(member)]));
}

const workflows = (): Item[] => structuredClone((fixture('n8n', 'workflows') as { data: Item[] }).data);
const flows = (): Item[] => structuredClone((fixture('node-red', 'flows') as { flows: Item[] }).flows);

describe('what is no change', () => {
  it('n8n: order, keys, positions, times and version ids give the same snapshot', async () => {
    const before = await root(workflows());

    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 9999 }), async (seed) => {
      const noisy = shuffled(workflows(), seed).map((workflow) => {
        const move = (node: Item): Item => ({ ...node, position: [seed, -seed], webhookId: `h${seed}` });
        const live = workflow['activeVersion'] as Item | null;
        return reversedKeys({
          ...workflow, updatedAt: `2030-01-01T00:00:${seed % 60}Z`, versionId: `v${seed}`, versionCounter: seed, triggerCount: seed, staticData: { seen: seed }, pinData: {}, meta: { a: seed },
          nodes: shuffled((workflow['nodes'] as Item[]).map(move), seed), tags: shuffled(workflow['tags'] as Item[], seed),
          activeVersion: live && { ...live, versionId: `v${seed}`, authors: 'Somebody', workflowPublishHistory: [{ id: seed }], nodes: shuffled((live['nodes'] as Item[]).map(move), seed) },
        });
      });

      expect(await root(noisy)).toBe(before);
    }), { numRuns: 10 });
  });

  it('Node-RED: order, keys, coordinates and the editor\'s own redeploy give the same snapshot', async () => {
    const before = await root(flows());

    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 9999 }), async (seed) => {
      const noisy = shuffled(flows(), seed).map((item) => reversedKeys({ ...item, x: seed, y: -seed, order: seed, ...(item['type'] === 'global-config' ? { name: undefined } : {}) }));

      expect(await root({ flows: noisy, rev: `r${seed}` })).toBe(before);
    }), { numRuns: 10 });
  });

  it('one real edit among the noise changes it', async () => {
    const edited = shuffled(flows(), 3).map((item) => (item['id'] === 'ex1' ? { ...item, url: 'https://elsewhere.example.org/' } : item));

    expect(await root(edited)).not.toBe(await root(flows()));
  });
});
