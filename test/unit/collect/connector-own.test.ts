import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConnectors, ownConnectorsFolder } from '../../../src/collect/index.js';
import { copyStarter } from '../../support/connector-copies.js';

let root = '';
let packs = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plumbline-own-'));
  packs = join(root, 'packs');
  mkdirSync(join(packs, 'connectors'), { recursive: true });
  cpSync('packs/connectors/node-red', join(packs, 'connectors', 'node-red'), { recursive: true });
});
afterEach(() => { vi.restoreAllMocks(); rmSync(root, { recursive: true, force: true }); });

/** A connector of one's own in the data folder beside the packs. */
function own(id: string, change: (copy: ReturnType<typeof copyStarter>) => void = () => undefined): void {
  const copy = copyStarter(id);
  change(copy);
  cpSync(copy.folder, join(root, '.plumbline', 'connectors', id), { recursive: true });
  copy.remove();
}

describe('connectors of one\'s own', () => {
  it('lie where the setting says, else in the data folder', () => {
    expect(ownConnectorsFolder('/srv/plumbline/packs', {})).toBe(resolve('/srv/plumbline/.plumbline/connectors'));
    expect(ownConnectorsFolder('/srv/plumbline/packs', { PLUMBLINE_HOME: '/var/plumbline' })).toBe(resolve('/var/plumbline/connectors'));
    expect(ownConnectorsFolder('/srv/plumbline/packs', { PLUMBLINE_HOME: '/var/plumbline', PLUMBLINE_CONNECTORS: '/srv/ours' })).toBe(resolve('/srv/ours'));
  });

  it('are loaded beside those that are shipped', async () => {
    own('acme-flow');

    expect([...(await loadConnectors(packs)).keys()]).toEqual(['node-red', 'acme-flow']);
  });

  it('are left out when they are broken, and said so; the others stay', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    own('acme-flow', (copy) => copy.edit('manifest.yaml', 'kind: user', 'kind: usr'));
    own('beta-flow');

    const connectors = await loadConnectors(packs);

    expect([...connectors.keys()]).toEqual(['node-red', 'beta-flow']);
    expect(String(warned.mock.calls[0]![0])).toMatch(/PLB-COLLECT-011 .*acme-flow.manifest\.yaml line \d+ at emit\.0\.kind.*left out/);
  });

  it('cannot take the place of one that is shipped', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    own('node-red');

    const connectors = await loadConnectors(packs);

    expect(connectors.get('node-red')!.folder).toBe(join(packs, 'connectors', 'node-red'));
    expect(String(warned.mock.calls[0]![0])).toContain('belongs to a connector that Plumbline ships');
  });
});
