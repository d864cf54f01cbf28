/**
 * Collection: reads a platform, or exported files, into resources. The door of this room; see docs/architecture.md.
 * What talks to the network is loaded on first use, so that a scan of files starts quickly.
 */
import type { CollectOptions, Collection, ProbeOptions } from './engine/collect.js';
import type { PreflightEntry, PreflightOptions } from './engine/preflight.js';
import type { Connector } from './manifest/connector.js';
import type { Remark } from './lint/remark.js';
import type { ConnectorFacts } from './pages/facts.js';
import type { FixtureSet } from './simulate/fixture.js';
import type { RecordOptions, Recording } from './simulate/record.js';
import type { Simulator } from './simulate/simulator.js';
import type { ConnectorReport, TestConnectorOptions } from './simulate/test-connector.js';

export { loadConnector, loadConnectors } from './manifest/load-connectors.js';
export { connectorFolders, ownConnectorsFolder } from './manifest/own-connectors.js';
export type { Connector, SecretField } from './manifest/connector.js';
export type { CheckedDocuments } from './manifest/yaml-file.js';
export type { Collection, CollectOptions, CollectProgress, ProbeOptions } from './engine/collect.js';
export type { PreflightEntry, PreflightOptions } from './engine/preflight.js';
export { undescribedSteps } from './lint/step-paths.js';
export { suspectShrink } from './engine/shrink.js';
export { findSecrets } from './redact/detectors.js';
export { memoryPages } from './engine/page-store.js';
export type { PageStore } from './engine/page-store.js';
export { MAX_FILE_BYTES, NOT_AN_EXPORT, importFiles } from './files/import-files.js';
export type { Import, ImportOptions } from './files/import-files.js';
export type { FileProblem } from './files/find-files.js';
export type { Remark } from './lint/remark.js';
export type { ConnectorFacts } from './pages/facts.js';
export type { FixtureSet } from './simulate/fixture.js';
export type { RecordOptions, Recording } from './simulate/record.js';
export type { Script, ScriptedRequest, Simulator, SimulatorOptions, Trick } from './simulate/simulator.js';
export type { ConnectorReport, TestConnectorOptions } from './simulate/test-connector.js';
export type { SetReport } from './simulate/test-set.js';
export type { Trial } from './simulate/trial.js';

/** Reads everything the manifest names. Coded errors PLB-COLLECT-001 ... 014; see engine/collect.ts. */
export async function collect(options: CollectOptions): Promise<Collection> {
  const engine = await import('./engine/collect.js');
  return engine.collect(options);
}

/** The same, waiting where the platform asks for a pause; for terminals, where no workflow holds the timer. */
export async function collectPatiently(options: CollectOptions, onPause: (seconds: number) => void): Promise<Collection> {
  const engine = await import('./engine/patient-collect.js');
  return engine.collectPatiently(options, onPause);
}

/** One look at a platform before it is added: does it answer, is the key good, does it see everything? */
export async function probe(options: ProbeOptions): Promise<{ platformVersion: string | null; title: string }> {
  const engine = await import('./engine/collect.js');
  return engine.probe(options);
}

/** The rights that a connector needs beside those that the key has: every type asked once, read-only. See engine/preflight.ts. */
export async function preflight(options: PreflightOptions): Promise<PreflightEntry[]> {
  const engine = await import('./engine/preflight.js');
  return engine.preflight(options);
}

/** Reads a connector on its own fixtures, through the real session and door, and tries what every connector must hold. */
export async function testConnector(options: TestConnectorOptions): Promise<ConnectorReport> {
  const { testConnector: test } = await import('./simulate/test-connector.js');
  return test(options);
}

/** One fixture set of a connector, served on loopback until it is closed. */
export async function replayConnector(connector: Connector, set: string, port?: number): Promise<{ fixture: FixtureSet; simulator: Simulator }> {
  const [{ loadFixture }, { startSimulator }] = await Promise.all([import('./simulate/fixture.js'), import('./simulate/simulator.js')]);
  const fixture = await loadFixture(connector.folder, set);
  return { fixture, simulator: await startSimulator({ fixture, ...(port === undefined ? {} : { port }) }) };
}

/** What is wrong with a connector, or works and misleads. */
export async function lintConnector(folder: string, shared?: string): Promise<Remark[]> {
  const { lintConnector: lint } = await import('./lint/lint-connector.js');
  return lint(folder, shared);
}

/** Reads a real platform once and keeps its redacted answers. */
export async function recordConnector(options: RecordOptions): Promise<Recording> {
  const { recordConnector: record } = await import('./simulate/record.js');
  return record(options);
}

/** What a connector asks for, reads and cannot see, in words. */
export async function connectorFacts(connector: Connector): Promise<ConnectorFacts> {
  const { factsOf } = await import('./pages/facts.js');
  return factsOf(connector);
}
