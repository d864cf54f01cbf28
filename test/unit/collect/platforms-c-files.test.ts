import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importFiles, loadConnector } from '../../../src/collect/index.js';
import type { Import } from '../../../src/collect/index.js';
import { KEY, n8nWorkflow, named, temporaryFolder } from './mapping-fixtures.js';

const SHOP = 'packs/connectors/bubble/fixtures/files/shop.bubble';

async function read(folder: string): Promise<Import> {
  const loaded = await Promise.all(['bubble', 'langflow', 'n8n', 'node-red'].map((id) => loadConnector(join('packs', 'connectors', id))));
  return importFiles([folder], { connectors: new Map(loaded.map((connector) => [connector.id, connector])), fingerprintKey: KEY });
}

describe('an exported Bubble application', () => {
  it('shows what may be run without signing in, and that it ignores privacy rules', async () => {
    const folder = temporaryFolder();
    copyFileSync(SHOP, join(folder, 'shop.bubble'));

    const { resources, unreadable } = await read(folder);

    expect(unreadable).toEqual([]);
    expect(resources.filter(({ kind }) => kind === 'entry-point').map(({ name, properties }) => [name, properties['authentication'], properties['ignoresPrivacyRules']])).toEqual([
      ['order_paid', 'none', true], ['sync_stock', 'api-key', false],
    ]);
    expect(named(resources, 'Push order').properties).toMatchObject({ class: 'http-request', hosts: ['erp.example.com'], clearText: true, authentication: 'header' });
    expect(resources.filter(({ kind, properties }) => kind === 'data-store' && properties['public'] === true).map(({ name }) => name)).toEqual(['Order', 'Voucher']);
  });

  it('keeps no key, not even the part that Bubble calls secure', async () => {
    const folder = temporaryFolder();
    copyFileSync(SHOP, join(folder, 'shop.bubble'));

    const text = JSON.stringify(await read(folder));

    for (const secret of ['fixture-erp-key-0000', 'sk-proj-fixture', 'fixture-private-0000']) expect(text).not.toContain(secret);
  });

  it('is told from the exports of other platforms in the same folder, and broken ones are named', async () => {
    const folder = temporaryFolder();
    copyFileSync(SHOP, join(folder, 'a.bubble'));
    copyFileSync('packs/connectors/langflow/fixtures/files/help-desk.json', join(folder, 'b.json'));
    writeFileSync(join(folder, 'c.json'), JSON.stringify(n8nWorkflow('n8n-nodes-base.noOp', {})));
    writeFileSync(join(folder, 'd.bubble'), readFileSync(SHOP, 'utf8').slice(0, 900));

    const { files, unreadable } = await read(folder);

    expect(files.map(({ connectorId }) => connectorId)).toEqual(['bubble', 'langflow', 'n8n']);
    expect(unreadable.map(({ file, reason }) => [file.split('/').at(-1), reason])).toEqual([['d.bubble', expect.stringContaining('it is no JSON')]]);
  });
});

describe('an exported Langflow flow', () => {
  it('keeps code of one\'s own without its key, and drops the code that Langflow ships', async () => {
    const folder = temporaryFolder();
    copyFileSync('packs/connectors/langflow/fixtures/files/help-desk.json', join(folder, 'flow.json'));

    const { resources } = await read(folder);

    expect(named(resources, 'CRM sync').properties).toMatchObject({ class: 'code', modules: ['os', 'requests'], inlineSecrets: [expect.objectContaining({ kind: 'api-key' })], code: expect.stringContaining('"Bearer " + token') });
    expect(named(resources, 'Agent').properties).toMatchObject({ ai: { provider: 'Anthropic', model: 'claude-sonnet-4-5' }, credentials: [expect.objectContaining({ name: 'ANTHROPIC_KEY' })] });
    expect(resources.filter(({ properties }) => properties['code'] !== undefined).map(({ name }) => name)).toEqual(['CRM sync', 'Python Interpreter']);
  });
});
