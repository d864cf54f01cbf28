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

async function outcomeOf(connector: Connector, fixture: FixtureSet, url: string, options: ReadOptions): Promise<Outcome> {
  const none = { resources: [], observations: [], completeness: [] };
  try {
    const { resources, observations, completeness } = await collect({
      connector, baseUrl: url, secret: fixture.fields, fingerprintKey: FINGERPRINT_KEY, pages: options.pages ?? memoryPages(), allowLoopback: true,
      onProgress: () => undefined, signal: options.signal,
    });
    return { resources: compared(resources), observations: compared(observations), completeness: completeness as unknown as JsonValue[], error: null };
  } catch (error) {
    if (error instanceof PlumblineError) return { ...none, error: { code: error.code, message: error.message } };
    throw error;
  }
}

/** Loopback addresses of this run out of messages: a golden holds the platform's own. */
function withoutPort(outcome: Outcome, url: string, fixture: FixtureSet): Outcome {
  const own = new URL(url);
  const text = JSON.stringify(outcome).replaceAll(own.origin, new URL(fixture.address).origin).replaceAll(own.host, new URL(fixture.address).host);
  return JSON.parse(text) as Outcome;
}

/** One collection of the set on a simulator of its own. Throws only what is no coded error of collection. */
export async function readSet(connector: Connector, fixture: FixtureSet, options: ReadOptions = {}): Promise<ReadResult> {
  const simulator = await startSimulator({ fixture, linkFields: linkFieldsOf(connector), ...(options.script ? { script: options.script } : {}) });
  try {
    const outcome = withoutPort(await outcomeOf(connector, fixture, simulator.url, options), simulator.url, fixture);
    return { outcome, requests: simulator.requests(), unmatched: simulator.unmatched(), refused: simulator.refused(), unused: simulator.unused() };
  } finally {
    await simulator.close();
  }
}
