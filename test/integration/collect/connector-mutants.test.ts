/** That the trials can fail: shipped connectors, each with one line of its manifest or fixture taken away, and the trial that must see it. */
import { describe, expect, it } from 'vitest';
import { loadConnector } from '../../../src/collect/index.js';
import type { Connector } from '../../../src/collect/index.js';
import { compileManifest } from '../../../src/collect/manifest/compile-manifest.js';
import type { Manifest } from '../../../src/collect/manifest/schema.js';
import { loadFixture } from '../../../src/collect/simulate/fixture.js';
import type { FixtureSet } from '../../../src/collect/simulate/fixture.js';
import { testSet } from '../../../src/collect/simulate/test-set.js';

const ORDER = 'another order is no change';
const TIMES = 'later times are no change';
const LEAK = 'no secret comes through';
const GOLDEN = 'the result equals the golden';
const ROTATED = 'a rotated secret shows where it belongs';
const NAMED = 'the secrets of the answers are named';

interface Mutant {
  readonly id: string;
  readonly what: string;
  readonly sees: string;
  readonly manifest?: (manifest: Manifest) => void;
  readonly fixture?: (fixture: FixtureSet) => void;
}

function without<T>(list: T[], fits: (each: T) => boolean): void {
  const at = list.findIndex(fits);
  if (at === -1) throw new Error('there is nothing to take away');
  list.splice(at, 1);
}

type Listed = 'sets' | 'ordered' | 'steady' | 'secrets';
const unlisted = (type: string, word: Listed, path: string) => ({ resources }: Manifest): void => without(resources[type]![word] as { path: string }[], (each) => each.path === path);
const undropped = (type: string, path: string) => ({ resources }: Manifest): void => without(resources[type]!.drop, (each) => each === path);
const property = (kind: string, name: string, source: unknown) => ({ emit }: Manifest): void => { (emit.find((rule) => rule.kind === kind)!.properties as Record<string, unknown>)[name] = source; };

const MUTANTS: readonly Mutant[] = [
  { id: 'outsystems-odc', what: 'a list that is no longer put in order', sees: ORDER, manifest: unlisted('configurations', 'sets', 'integrations.*.configs') },
  { id: 'zapier', what: 'a list of one member in the fixture that is no longer put in order', sees: ORDER, manifest: unlisted('codeWorkflows', 'sets', 'triggers') },
  { id: 'zapier', what: 'steps whose order is no longer said to count', sees: ORDER, manifest: unlisted('zaps', 'ordered', 'steps.**') },
  { id: 'zapier', what: 'an excuse that excuses nothing', sees: ORDER, manifest: ({ resources }) => { resources['tables']!.ordered.push({ path: 'nowhere', reason: 'there is no such list' }); } },
  { id: 'make', what: 'an end of validity that is no longer said to stand still', sees: TIMES, manifest: unlisted('connections', 'steady', 'expire') },
  { id: 'zapier', what: 'a time that is no longer dropped and drawn', sees: TIMES, manifest: (manifest) => { undropped('tables', 'edited_at')(manifest); property('data-store', 'edited', 'edited_at')(manifest); } },
  { id: 'node-red', what: 'a place on the canvas that is no longer dropped', sees: GOLDEN, manifest: undropped('flows', 'x') },
  { id: 'mendix', what: 'a value that is no longer said to be secret', sees: LEAK, manifest: ({ resources }) => { resources['settings']!.secrets.length = 0; } },
  { id: 'budibase', what: 'a variable that is no longer said to be secret', sees: LEAK, manifest: unlisted('datasources', 'secrets', 'config.staticVariables.*') },
  { id: 'zapier', what: 'a fixture that names no secret', sees: NAMED, fixture: (fixture) => { fixture.secrets.length = 0; fixture.noSecrets = {}; } },
  { id: 'zapier', what: 'a secret that stands in no answer', sees: NAMED, fixture: ({ secrets }) => { secrets.push({ in: 'settings', value: 'not-in-any-answer' }); } },
  { id: 'zapier', what: 'a secret that no rule knows', sees: LEAK, fixture: ({ secrets }) => { secrets.push({ in: 'settings', value: 'Send to partner' }); } },
  { id: 'make', what: 'a secret whose rotation shows and is said not to', sees: ROTATED, fixture: ({ secrets }) => { secrets[0] = { ...secrets[0]!, unseen: 'it is said that nobody sees it' }; } },
];

async function brokenTrials({ id, manifest, fixture }: Mutant): Promise<string[]> {
  const connector = await loadConnector(`packs/connectors/${id}`);
  const [changed, set] = [structuredClone(connector.manifest), structuredClone(await loadFixture(connector.folder, 'estate'))];
  manifest?.(changed);
  fixture?.(set);
  const mutant: Connector = compileManifest(changed, connector.steps, connector.folder);
  const { trials } = await testSet(mutant, 'estate', set, false);
  return trials.filter(({ state }) => state === 'broken').map(({ name }) => name);
}

describe('a good connector, broken in one place', () => {
  it.each(MUTANTS)('$id with $what: "$sees"', async (mutant) => {
    expect(await brokenTrials(mutant)).toContain(mutant.sees);
  }, 60_000);
});
