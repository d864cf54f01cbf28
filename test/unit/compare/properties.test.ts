/** What must hold for every comparison, over random estates. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffSnapshots } from '../../../src/compare/index.js';
import { sameJson } from '../../../src/compare/leaf-edits.js';
import { DRIFT_CLASSES } from '../../../src/model/drift.js';
import { resourceId, type JsonValue, type Resource } from '../../../src/model/resource.js';
import { estate, leafPaths, withLeaf } from './estate.js';

const RUNS = { numRuns: 100 };

/** Another value of the same type, so that the vocabulary stays what it is. */
function other(leaf: JsonValue): JsonValue {
  if (typeof leaf === 'boolean') return !leaf;
  return typeof leaf === 'number' ? leaf + 100 : `${String(leaf)}-changed`;
}

const edited = fc.tuple(estate, fc.nat(), fc.nat()).map(([before, which, where]) => {
  const index = which % before.length;
  const target = before[index]!;
  const paths = leafPaths(target.properties);
  const path = paths[where % paths.length]!;
  const after = before.map((resource, at): Resource => (at === index ? { ...resource, properties: withLeaf(resource.properties, path, other) as Resource['properties'] } : resource));
  return { before, after, target, path };
});

describe('diffSnapshots, for any estate', () => {
  it('finds nothing between a snapshot and itself', () => {
    fc.assert(fc.property(estate, (resources) => {
      expect(diffSnapshots(resources, structuredClone(resources))).toEqual([]);
    }), RUNS);
  });

  it('does not depend on the order of the resources', () => {
    fc.assert(fc.property(estate, estate, fc.infiniteStream(fc.nat()), (before, after, randomness) => {
      const shuffled = (list: Resource[]): Resource[] => list.map((resource) => [randomness.next().value, resource] as const).sort((a, b) => a[0] - b[0]).map(([, resource]) => resource);

      const straight = diffSnapshots(before, after);

      expect(diffSnapshots(shuffled(before), shuffled(after))).toEqual(straight);
    }), RUNS);
  });

  it('tells one leaf edit as exactly one item of the edited resource', () => {
    fc.assert(fc.property(edited, ({ before, after, target, path }) => {
      const items = diffSnapshots(before, after);

      expect({ path, items: items.map((item) => resourceId(item.resource)) }).toEqual({ path, items: [resourceId(target)] });
      expect(items[0]!.edits.length).toBeGreaterThan(0);
    }), { numRuns: 500 });
  });

  it('tells every resource that changed in place, and none that did not', () => {
    fc.assert(fc.property(estate, estate, (before, after) => {
      const left = new Map(before.map((resource) => [resourceId(resource), resource]));
      const changed = after.filter((resource) => left.has(resourceId(resource)) && !sameJson(left.get(resourceId(resource))!.properties, resource.properties)).map(resourceId);
      const unchanged = after.filter((resource) => left.has(resourceId(resource)) && sameJson(left.get(resourceId(resource))!.properties, resource.properties)).map(resourceId);

      const told = new Set(diffSnapshots(before, after).map((item) => resourceId(item.resource)));

      for (const id of changed.filter((id) => !id.startsWith('workflow:'))) expect(told).toContain(id);
      for (const id of unchanged) expect(told).not.toContain(id);
    }), RUNS);
  });

  it('mirrors added and removed when the sides are swapped', () => {
    fc.assert(fc.property(estate, estate, (before, after) => {
      const there = diffSnapshots(before, after);
      const back = diffSnapshots(after, before);
      const keys = (items: typeof there, change: string): string[] => items.filter((item) => item.change === change).map((item) => resourceId(item.resource)).sort();

      expect(keys(back, 'removed')).toEqual(keys(there, 'added'));
      expect(keys(back, 'added')).toEqual(keys(there, 'removed'));
    }), RUNS);
  });

  it('has at most one item per resource and class, each with its own fingerprint and a sentence', () => {
    fc.assert(fc.property(estate, estate, (before, after) => {
      const items = diffSnapshots(before, after);

      expect(new Set(items.map((item) => item.fingerprint)).size).toBe(items.length);
      expect(items.length).toBeLessThanOrEqual((before.length + after.length) * DRIFT_CLASSES.length);
      for (const item of items) expect(item.sentence).toMatch(/^[A-Z].*[^ ]\.$/);
      for (const item of items) expect(item.sentence).not.toMatch(/\{|\}|undefined|null|\[object/);
    }), RUNS);
  });
});
