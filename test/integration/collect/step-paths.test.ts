/** What `connector test` says of steps.yaml: paths that lead nowhere, credentials that name nothing, types that nobody described. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConnector, testConnector } from '../../../src/collect/index.js';
import type { ConnectorReport } from '../../../src/collect/index.js';
import { copyStarter } from '../../support/connector-copies.js';
import type { Copy } from '../../support/connector-copies.js';

let copy: Copy;
afterEach(() => copy.remove());

async function tested(): Promise<ConnectorReport> {
  return testConnector({ connector: await loadConnector(copy.folder, new Map(), 'packs/connectors'), update: true });
}

interface Step { readonly key: string; readonly properties: { readonly class?: string; readonly code?: string; readonly modules?: string[] } }

function stepsOfGolden(): Step[] {
  return (JSON.parse(readFileSync(join(copy.folder, 'fixtures', 'estate.golden.json'), 'utf8')) as { resources: Step[] }).resources;
}

describe('paths of steps.yaml', () => {
  it('the starter reads the code of its code step, and what it loads', async () => {
    copy = copyStarter();
    copy.edit('fixtures/estate.json', '"source": "const key', '"source": "const run = require(\'child_process\');\\nconst key');

    const report = await tested();

    expect(report.missing).toEqual([]);
    expect(stepsOfGolden().find(({ properties }) => properties.class === 'code')?.properties).toMatchObject({ code: expect.stringContaining('Math.round') as string, modules: ['child_process'] });
  });

  it.each<[what: string, from: string | RegExp, to: string, told: RegExp]>([
    ['program text by a path from the step', 'code: [source]', 'code: [settings.source]', /types\.code\.code: `settings\.source` is in no step.*\[source\], not \[settings\.source\]/],
    ['an address', 'urls: [settings.url]', 'urls: [url]', /types\.http\.urls: `url` is in no step/],
    ['how callers sign in', 'truthy: settings.secret_required', 'truthy: secret_required', /types\.webhook\.authentication: `secret_required` is in no step/],
    ['the path of an entry point', 'path: settings.path', 'path: options.path', /types\.webhook\.path: `options\.path` is in no step/],
    ['credentials', '    urls: [settings.url]', '    credentials: { list: [{ object: { type: type, id: connection, name: connection } }] }\n    urls: [settings.url]', /type http has a credential without id and name/],
  ])('a path that finds nothing is an error: %s', async (_what, from, to, told) => {
    copy = copyStarter();
    copy.edit('steps.yaml', from, to);

    const report = await tested();

    expect(report.ok).toBe(false);
    expect(report.missing.join('\n').replaceAll('`[', '[').replaceAll(']`', ']')).toMatch(told);
  });

  it('counts steps of types that nobody described, and calls it no failure', async () => {
    copy = copyStarter();
    copy.edit('steps.yaml', /  condition: .*\n/, '');

    const report = await tested();

    expect([report.ok, report.remark]).toEqual([true, '1 step of 1 type is not described, so few checks look at it: condition']);
  });
});
