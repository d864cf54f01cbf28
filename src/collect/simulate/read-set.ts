/** Collects one fixture set through the real session and door. Owns the form in which a result is compared and kept as golden. */
import { canonicalJson } from '../../model/canonical.js';
import { PlumblineError } from '../../model/errors.js';
import { resourceBody } from '../../model/canonical.js';
import type { JsonValue, Resource } from '../../model/resource.js';
import { collect } from '../engine/collect.js';
import { memoryPages } from '../engine/page-store.js';
import type { PageStore } from '../engine/page-store.js';
import type { Connector } from '../manifest/connector.js';
import { allWaysOf } from '../manifest/sign-ins.js';
import type { FixtureSet } from './fixture.js';
import { startSimulator } from './simulator.js';
import type { Script } from './simulator.js';

/** The same in every run, so that goldens can be compared. */
export const FINGERPRINT_KEY = new Uint8Array(32).fill(11);

export interface Outcome {
  readonly resources: readonly JsonValue[];
  readonly observations: readonly JsonValue[];
  readonly completeness: readonly JsonValue[];
  /** how a collection ended that did not come to its end */
  readonly error: { readonly code: string; readonly message: string } | null;
}
export interface ReadResult {
  readonly outcome: Outcome;
  readonly requests: readonly string[];
  readonly unmatched: readonly string[];
  readonly refused: readonly string[];
  readonly unused: readonly string[];
  /** of the simulator that answered, which is gone by now */
  readonly url: string;
  /** everything that a scan keeps, shows or logs, as one text of JSON: resources with their evidence, pages with their cursors, progress, errors */
  readonly kept: string;
}
export interface ReadOptions {
  readonly pages?: PageStore;
  readonly signal?: AbortSignal;
  readonly script?: Script;
}

function compared(resources: readonly Resource[]): JsonValue[] {
  const rows = resources.map((resource) => ({ order: `${resource.kind}\u0000${resource.key}`, text: canonicalJson(resourceBody(resource)) }));
  rows.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : a.text < b.text ? -1 : 1));
  return rows.map(({ text }) => JSON.parse(text) as JsonValue);
}

/** Names of fields that hold a next address, as the manifest's paging names them; of an OpenID configuration, that of its token endpoint. */
function linkFieldsOf({ resources, manifest }: Connector): string[] {
  const discovers = allWaysOf(manifest).some((auth) => auth.kind === 'oauth2' && auth.discover !== undefined);
  const paths = resources.flatMap(({ rule }) => [...(rule.paging?.kind === 'next-url' ? rule.paging.from : []), ...(rule.job?.result?.url === undefined ? [] : [rule.job.result.url])]);
  return [...paths.map((path) => path.split('.').at(-1)!), ...(discovers ? ['token_endpoint'] : [])];
}

const NOTHING: Outcome = { resources: [], observations: [], completeness: [], error: null };

/** The store, with all that was ever written to it. */
function watched(pages: PageStore, written: JsonValue[]): PageStore {
  return { ...pages, async write(type, page, body) { written.push({ type, page, body }); await pages.write(type, page, body); } };
}

async function outcomeOf(connector: Connector, fixture: FixtureSet, url: string, options: ReadOptions): Promise<{ outcome: Outcome; kept: string }> {
  const seen: { pages: JsonValue[]; progress: unknown[] } = { pages: [], progress: [] };
  try {
    const collection = await collect({
      connector, baseUrl: url, secret: fixture.fields, fingerprintKey: FINGERPRINT_KEY, pages: watched(options.pages ?? memoryPages(), seen.pages), allowLoopback: true,
      onProgress: (progress) => seen.progress.push(progress), signal: options.signal,
    });
    const { resources, observations, completeness } = collection;
    const outcome = { resources: compared(resources), observations: compared(observations), completeness: completeness as unknown as JsonValue[], error: null };
    return { outcome, kept: JSON.stringify([collection, seen]) };
  } catch (error) {
    if (!(error instanceof PlumblineError)) throw error;
    const outcome = { ...NOTHING, error: { code: error.code, message: error.message } };
    return { outcome, kept: JSON.stringify([error.message, error.details, seen]) };
  }
}

/** Loopback addresses of this run out of messages: a golden holds the platform's own. */
export function withoutPort(outcome: Outcome, url: string, fixture: FixtureSet): Outcome {
  const own = new URL(url);
  const text = JSON.stringify(outcome).replaceAll(own.origin, new URL(fixture.address).origin).replaceAll(own.host, new URL(fixture.address).host);
  return JSON.parse(text) as Outcome;
}

/** One collection of the set on a simulator of its own. Throws only what is no coded error of collection. */
export async function readSet(connector: Connector, fixture: FixtureSet, options: ReadOptions = {}): Promise<ReadResult> {
  const simulator = await startSimulator({ fixture, linkFields: linkFieldsOf(connector), ...(options.script ? { script: options.script } : {}) });
  try {
    const { outcome, kept } = await outcomeOf(connector, fixture, simulator.url, options);
    return { outcome: withoutPort(outcome, simulator.url, fixture), kept, requests: simulator.requests(), unmatched: simulator.unmatched(), refused: simulator.refused(), unused: simulator.unused(), url: simulator.url };
  } finally {
    await simulator.close();
  }
}
