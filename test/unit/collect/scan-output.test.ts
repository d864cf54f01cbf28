import { describe, expect, it } from 'vitest';
import { sarifOf } from '../../../src/cli/scan/sarif.js';
import { resultOf } from '../../../src/cli/scan/result.js';
import type { ScanResult } from '../../../src/cli/scan/result.js';
import { inert, tableOf } from '../../../src/cli/scan/table.js';
import type { Judgement } from '../../../src/model/finding.js';
import { loadConnectors, undescribedSteps } from '../../../src/collect/index.js';
import { judge, loadChecks } from '../../../src/judge/index.js';
import { deriveFlows } from '../../../src/map/index.js';
import { fixture, importAll } from './mapping-fixtures.js';

const checks = await loadChecks('packs');

async function scan(files: Readonly<Record<string, unknown>>, more: readonly Judgement[] = []): Promise<ScanResult> {
  const read = await importAll(files);
  const { judgements } = judge({ resources: read.resources, completeness: [], checks });
  return resultOf({ ...read, judgedCompleteness: [], filesJudged: read.files.length, connectorIds: [], undescribed: null, platform: null }, [...judgements, ...more], deriveFlows(read.resources));
}
const estate = { 'a.json': fixture('n8n', 'workflows'), 'b.json': fixture('node-red', 'flows'), 'c.json': '{' };

describe('what a terminal scan prints', () => {
  it('lists findings worst first, with place and message, and what could not be read', async () => {
    const result = await scan(estate);

    expect(result.findings.find((finding) => finding.resource.name === 'Tell carrier' && finding.checkId === 'NC-CON-04')).toMatchObject({ outcome: 'fail', location: { workflow: 'Parcel intake', step: 'Tell carrier' } });
    expect(result.flows).toContainEqual({ workflow: 'Parcel intake', step: 'Tell carrier', host: 'carrier.example.org', location: expect.objectContaining({ step: 'Tell carrier' }) });
    expect(result.unreadable).toHaveLength(1);
    expect(result.summary).toMatchObject({ files: { judged: 2, unreadable: 1, ignored: 0 }, workflows: 7 });
    const ranks = result.findings.map((finding) => ['critical', 'high', 'medium', 'low', 'info'].indexOf(finding.severity));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  });

  it('fits 100 columns and ends with the next thing to type', async () => {
    const lines = tableOf(await scan(estate), { colour: false }).trimEnd().split('\n');

    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(100);
    expect(lines.at(-1)).toMatch(/^Next: /);
    expect(lines.some((line) => /^H {2}NC-CON-04/.test(line))).toBe(true);
    expect(lines.join('\n')).not.toContain('\u001b');
  });

  it('counts JSON of something else, and names everything else that was not judged', async () => {
    const result = await scan({ 'a.json': fixture('n8n', 'workflows'), 'b.json': { name: 'a package' } });
    const table = tableOf({ ...result, ignored: [...result.ignored, { file: 'x/pipe.json', reason: 'it is a pipe; name it itself to have it read' }] }, { colour: false });

    expect(table).toContain('Not judged: 1 JSON file that is no workflow export.\nNot judged\n-  x/pipe.json: it is a pipe; name it itself to have it read\n');
  });

  it('says of a platform that a required list came back empty, and how many steps nobody described', async () => {
    const result = await scan({});
    const flows = { type: 'flows', title: 'Flows', state: 'empty', read: 0, expected: 0, reason: null, missing: null, required: true } as const;
    const table = tableOf({ ...result, platform: { connectorId: 'x', version: null }, completeness: [flows, { ...flows, title: 'Tags', required: false }], undescribed: '3 steps of 1 type are not described, so few checks look at them: telex' }, { colour: false });

    expect(table).toContain('Flows: empty, the platform lists none to this key\n');
    expect(table).not.toContain('Tags');
    expect(table).toContain('3 steps of 1 type are not described, so few checks look at them: telex.\n');
  });

  it('counts them by type, of the connectors that the steps came through', async () => {
    const { resources } = await importAll({ 'a.json': fixture('n8n', 'workflows') });
    const connectors = await loadConnectors('packs');
    const strange = resources.filter(({ kind }) => kind === 'step').slice(0, 3).map((resource, index) => ({ ...resource, properties: { ...resource.properties, type: index === 0 ? 'a.one' : 'b.two' } }));

    expect(undescribedSteps([connectors.get('n8n')!], strange)).toBe('3 steps of 2 types are not described, so few checks look at them: b.two, a.one');
    expect(undescribedSteps([connectors.get('n8n')!], resources)).toBeNull();
  });

  it('never says that nothing was found where nothing was judged', async () => {
    const table = tableOf(await scan({ 'c.json': '{' }), { colour: false });

    expect(table).not.toContain('nothing found');
    expect(table).toContain('Nothing was judged, for the reasons above.\nNext: name a folder with exported workflows (*.json).\n');
  });

  it('lets no name steer the terminal', async () => {
    const evil = { id: 'w', name: '\u001b[2J\u001b]0;owned\u0007Bad\r\nH  FORGED', nodes: [{ id: 'n', name: 'x\u202Ey', type: 'n8n-nodes-base.webhook', typeVersion: 1, parameters: { path: 'p' } }], connections: {}, active: true, settings: {} };

    const table = tableOf(await scan({ 'evil.json': evil }), { colour: false });

    expect(table.split('\n').join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(table.split('\n').some((line) => line.startsWith('H  FORGED'))).toBe(false);
    expect(inert('a\u001b[31mb')).toBe('a·[31mb');
  });

  it('is SARIF 2.1.0 with rules, levels and places', async () => {
    const open: Judgement = { checkId: checks[0]!.id, checkVersion: '1.0.0', title: 't', severity: 'high', outcome: 'could-not-verify', resource: { kind: 'platform-settings', key: 'k', name: 'Settings' }, location: { file: null, workflow: null, step: null }, message: 'The settings were not read.', fingerprint: 'f' };
    const result = await scan(estate, [open]);

    const sarif = JSON.parse(JSON.stringify(sarifOf(result, checks, '1.2.3'))) as { version: string; runs: [{ tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number; kind: string; level: string; message: { text: string }; locations: { physicalLocation?: { artifactLocation: { uri: string } } }[] }[]; invocations: { executionSuccessful: boolean; toolExecutionNotifications: unknown[] }[] }] };
    const [run] = sarif.runs;

    expect(sarif.version).toBe('2.1.0');
    expect(run.results).toHaveLength(result.findings.length);
    for (const each of run.results) {
      expect(run.tool.driver.rules[each.ruleIndex]?.id).toBe(each.ruleId);
      expect(each.kind === 'fail' ? ['error', 'warning', 'note'] : ['none']).toContain(each.level);
      expect(each.message.text).not.toBe('');
    }
    expect(run.results.find((each) => each.kind === 'review')?.message.text).toBe('Could not be verified: The settings were not read.');
    expect(run.results[0]!.locations[0]!.physicalLocation?.artifactLocation.uri).toMatch(/^file:\/\/\//);
    expect(run.invocations[0]).toMatchObject({ executionSuccessful: false, toolExecutionNotifications: [expect.anything()] });
  });
});
