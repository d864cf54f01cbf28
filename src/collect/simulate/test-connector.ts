/** Tests one connector on all its fixture sets and exported files. Owns the report; the trials are in test-set.ts and test-files.ts. */
import { watchSteps } from '../lint/step-paths.js';
import type { Connector } from '../manifest/connector.js';
import { MAIN_SET, listSets, loadFixture } from './fixture.js';
import { testFiles } from './test-files.js';
import { testSet } from './test-set.js';
import type { SetReport } from './test-set.js';

export interface ConnectorReport {
  readonly connector: string;
  readonly ok: boolean;
  readonly sets: readonly SetReport[];
  /** what keeps the connector from being tested at all, and paths of steps.yaml that lead nowhere */
  readonly missing: readonly string[];
  /** steps of types that no rule describes: a gap, no failure */
  readonly remark: string | null;
}

export interface TestConnectorOptions {
  readonly connector: Connector;
  /** writes the goldens anew */
  readonly update?: boolean;
  /** one set only */
  readonly set?: string;
}

/** Throws PLB-COLLECT-011 for a fixture that cannot be read. */
export async function testConnector({ connector, update = false, set }: TestConnectorOptions): Promise<ConnectorReport> {
  const watch = watchSteps(connector);
  const watched = watch.connector;
  const names = (await listSets(connector.folder)).filter((name) => set === undefined || name === set);
  const reports: SetReport[] = [];
  for (const name of names) reports.push(await testSet(watched, name, await loadFixture(connector.folder, name), update));
  if (set === undefined) reports.push(...(await testFiles(watched, update)));
  const missing = [
    ...(set !== undefined && names.length === 0 ? [`there is no set named ${set}`] : []),
    ...(connector.liveSource && set === undefined && !names.includes(MAIN_SET) ? [`there is no fixtures/${MAIN_SET}.json`] : []),
    ...(connector.fileSource && !connector.liveSource && reports.length === 0 ? ['there is no exported file in fixtures/files'] : []),
    // one set alone need not hold a step for each rule
    ...(set === undefined ? watch.errors() : []),
  ];
  return { connector: connector.id, ok: missing.length === 0 && reports.every(({ trials }) => trials.every(({ state }) => state !== 'broken')), sets: reports, missing, remark: watch.undescribed() };
}
