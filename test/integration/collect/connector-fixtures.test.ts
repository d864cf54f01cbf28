/** Every connector that is shipped, on its own fixtures: what `plumbline connector test --all` and `lint --all` do. */
import { describe, expect, it } from 'vitest';
import { connectorFolders, lintConnector, loadConnector, testConnector } from '../../../src/collect/index.js';

const folders = connectorFolders('packs/connectors');

describe('the connectors that are shipped', () => {
  it('are there', () => {
    expect(folders.length).toBeGreaterThan(1);
  });

  it.each(folders)('%s holds what a connector must: golden, secrets, noise, rotation, resuming', async (folder) => {
    const report = await testConnector({ connector: await loadConnector(folder) });
    const broken = report.sets.flatMap(({ set, trials }) => trials.filter(({ state }) => state === 'broken').map(({ name, lines }) => `${set}: ${name}\n${lines.join('\n')}`));

    expect([...report.missing, ...broken]).toEqual([]);
    expect(report.sets.length).toBeGreaterThan(0);
  }, 240_000);

  it.each(folders)('%s has no error that lint finds', async (folder) => {
    const errors = (await lintConnector(folder)).filter(({ level }) => level === 'error');

    expect(errors).toEqual([]);
  });
});
