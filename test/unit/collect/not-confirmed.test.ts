import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectorPage } from '../../../src/collect/pages/connector-page.js';
import { factsOf } from '../../../src/collect/pages/facts.js';
import { connectors } from './mapping-fixtures.js';

const loaded = [...(await connectors()).values()];
/** what a sentence becomes in a list of the page */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ').replace(/\.$/, '').trim();

describe.each(loaded.map((connector) => [connector.id, connector] as const))('the page of %s', (id, connector) => {
  const page = flat(readFileSync(join('docs', 'connectors', `${id}.md`), 'utf8'));

  it('says all that could not be confirmed, and so does the terminal', () => {
    const { unconfirmed, resources } = connector.manifest;
    const ofTypes = Object.values(resources).flatMap(({ unconfirmed: text }) => text ?? []);

    expect([...unconfirmed, ...ofTypes].filter((text) => !page.includes(flat(text)))).toEqual([]);
    expect(factsOf(connector).unconfirmed).toEqual(unconfirmed);
    expect(ofTypes.filter((text) => !factsOf(connector).reads.some(({ notes }) => notes.some((note) => note.includes(flat(text)))))).toEqual([]);
  });

  it('says all that the platform does not tell, with its reason', () => {
    const untold = connector.manifest.notExposed.filter(({ title, reason }) => !page.includes(flat(title)) || !page.includes(flat(reason)));

    expect(untold).toEqual([]);
  });

  it('says each right that the key needs, and how people sign in', () => {
    const asked = Object.values(connector.manifest.resources).filter(({ get, readOnlyPost, job }) => get !== undefined || readOnlyPost !== undefined || job !== undefined);

    expect(asked.filter(({ title, right }) => !page.includes(flat(title)) || !page.includes(flat(right.replaceAll('|', '\\|')))).map(({ title }) => title)).toEqual([]);
    expect(asked.length === 0 || page.includes('## Connect')).toBe(true);
  });
});

describe('a page', () => {
  it('would miss a sentence that nobody wrote on it', () => {
    const connector = loaded.find(({ id }) => id === 'zapier')!;
    const without = { ...connector, manifest: { ...connector.manifest, unconfirmed: [] } };

    expect(connectorPage(without, '')).not.toContain(flat(connector.manifest.unconfirmed[0]!));
    expect(connectorPage(connector, '')).toContain(flat(connector.manifest.unconfirmed[0]!));
  });
});
