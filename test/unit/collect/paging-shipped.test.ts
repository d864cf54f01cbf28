import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { loadConnector } from '../../../src/collect/index.js';
import type { Connector } from '../../../src/collect/manifest/connector.js';

const packs = join(import.meta.dirname, '../../../packs/connectors');
const load = (id: string): Promise<Connector> => Promise.resolve(loadConnector(join(packs, id), new Map(), packs));

describe('lists of shipped connectors whose pages count rows', () => {
  it('are all looked at again by n8n, where a deletion would hide a row', async () => {
    const paged = (await load('n8n')).resources.filter(({ rule }) => rule.paging !== undefined && rule.since === undefined);

    expect(paged.length).toBeGreaterThan(8);
    for (const { type, rule } of paged) expect([type, rule.paging?.recheck]).toEqual([type, true]);
  });

  it('are so in all tables of ServiceNow, which are sorted by what never changes', async () => {
    const { resources } = await load('servicenow');

    expect(resources).toHaveLength(28);
    for (const { type, rule } of resources) {
      expect([type, rule.paging]).toEqual([type, expect.objectContaining({ kind: 'link-header', recheck: true })]);
      expect([type, JSON.stringify(rule.query?.['sysparm_query'])]).toEqual([type, expect.stringMatching(/\bORDERBYsys_id"$|\^ORDERBYsys_id"$/)]);
    }
  });
});
