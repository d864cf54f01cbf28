import { describe, expect, it } from 'vitest';
import { loadConnector } from '../../../src/collect/index.js';
import type { Connector } from '../../../src/collect/manifest/connector.js';
import type { ResourceRule } from '../../../src/collect/manifest/resource-schema.js';
import { loadFixture } from '../../../src/collect/simulate/fixture.js';
import { readSet } from '../../../src/collect/simulate/read-set.js';
import { refusalTrial } from '../../../src/collect/simulate/refusal-trials.js';
import type { Trial } from '../../../src/collect/simulate/trial.js';

/** The connector with other status rules for one type, as loading it would refuse some of them. */
async function triedWith(id: string, type: string, onStatus: ResourceRule['onStatus'] | null): Promise<Trial> {
  const loaded = await loadConnector(`packs/connectors/${id}`);
  const resources = loaded.resources.map((resource) => (resource.type === type && onStatus ? { ...resource, rule: { ...resource.rule, onStatus } } : resource));
  const connector: Connector = { ...loaded, resources };
  const fixture = await loadFixture(connector.folder, 'estate');
  return (await refusalTrial({ connector, set: 'estate', fixture, first: await readSet(connector, fixture) }))[0]!;
}
const optionalTypes = async (id: string): Promise<string[]> => (await loadConnector(`packs/connectors/${id}`)).resources.filter(({ rule }) => !rule.required && rule.job === undefined && rule.onStatus.length > 0).map(({ type }) => type);

describe('the trial of refusals', () => {
  it.each(['zapier', 'workato'])('sees each type of %s that would be empty when it is refused', async (id) => {
    for (const type of await optionalTypes(id)) {
      const { state, lines } = await triedWith(id, type, [{ status: [401, 403], state: 'empty' }]);

      expect({ type, state }).toEqual({ type, state: 'broken' });
      expect(lines.join('\n')).toMatch(new RegExp(`^${type}, answered with 403, is told as (?:empty|partial): it was refused$`, 'm'));
    }
  });

  it('sees a rule that never applies, since an earlier one takes its answers', async () => {
    const [type] = await optionalTypes('zapier');
    const { lines } = await triedWith('zapier', type!, [{ status: [403], state: 'forbidden' }, { status: [403], bodyHas: 'plan', state: 'unavailable', because: 'plan' }]);

    expect(lines).toEqual([`${type}, answered with 403 and "plan": an earlier rule takes this answer; put the one with \`bodyHas\` first, or remove one`]);
  });

  it('holds for the connectors as they are', async () => {
    for (const id of ['zapier', 'retool']) expect(await triedWith(id, '', null)).toEqual({ name: 'each refusal is told as one', state: 'held', lines: [] });
  });
});
