/** What is concluded when one list that was read before is refused now: nothing. Over all shipped connectors and each of their lists. */
import { beforeAll, describe, expect, it } from 'vitest';
import { diffSnapshots } from '../../../src/compare/index.js';
import { collect, loadConnectors, memoryPages, type Collection } from '../../../src/collect/index.js';
import type { CompiledResource, Connector } from '../../../src/collect/manifest/connector.js';
import { loadFixture } from '../../../src/collect/simulate/fixture.js';
import { startSimulator } from '../../../src/collect/simulate/simulator.js';
import { judge, loadChecks } from '../../../src/judge/index.js';
import { PlumblineError } from '../../../src/model/errors.js';
import { missingKinds, unreadKinds, untoldProperties } from '../../../src/model/snapshot.js';

const connectors = await loadConnectors('packs');
const checks = await loadChecks('packs');
const fingerprintKey = new Uint8Array(32).fill(11);
const live = [...connectors.values()].filter(({ liveSource }) => liveSource);

/** `<connector> <list>: <what is concluded>` -> why it cannot be helped yet */
const WAS_EMPTY = 'an answer that was empty before is not remembered as read: that nothing came was the fact, and now it is not told';
const FOUND_BY_LOOK = 'a secret that is known by its look stands in the joined headers, not in a field that the manifest declares: the list of secrets is not told as joined';
const KNOWN: { readonly [conclusion: string]: string } = {
  'langflow autoLogin: drift auth-changed platform-settings adminAuth': WAS_EMPTY,
  'langflow autoLogin: drift setting-changed platform-settings autoLogin': WAS_EMPTY,
  'servicenow restHeaders: drift configuration-changed connector inlineSecrets': FOUND_BY_LOOK,
};

/** Without these nothing can be read at all: the scan ends with an error and concludes nothing. */
const ENDS_THE_SCAN = 'PLB-';

async function read(connector: Connector): Promise<Collection | string> {
  const fixture = await loadFixture(connector.folder, 'estate');
  const links = connector.resources.flatMap(({ rule }) => (rule.paging?.kind === 'next-url' ? rule.paging.from : []).map((path) => path.split('.').at(-1)!));
  const simulator = await startSimulator({ fixture, linkFields: [...links, 'token_endpoint'] });
  try {
    return await collect({ connector, baseUrl: simulator.url, secret: fixture.fields, fingerprintKey, pages: memoryPages(), allowLoopback: true, onProgress: () => undefined });
  } catch (error) {
    if (error instanceof PlumblineError) return error.code;
    throw error;
  } finally {
    await simulator.close();
  }
}

/** The connector with one list asked for where the platform refuses. */
function without(connector: Connector, resource: CompiledResource): Connector {
  const { rule } = resource;
  const refused = {
    ...rule, onStatus: [{ status: [404], state: 'forbidden' as const }], ...(rule.get === undefined ? {} : { get: '/refused' }),
    ...(rule.readOnlyPost === undefined ? {} : { readOnlyPost: { ...rule.readOnlyPost, path: '/refused' } }),
    ...(rule.job === undefined ? {} : { job: { ...rule.job, ...(rule.job.submit ? { submit: { ...rule.job.submit, path: '/refused' } } : { start: '/refused' }) } }),
  };
  return { ...connector, resources: connector.resources.map((each) => (each === resource ? { ...resource, rule: refused } : each)) };
}

function conclusions(id: string, before: Collection, after: Collection): string[] {
  const typesRead = new Set(before.completeness.filter((entry) => entry.read > 0).map((entry) => entry.type));
  const drift = diffSnapshots(before.resources, after.resources, { unreadTypesAfter: missingKinds(after.completeness, typesRead), untoldAfter: untoldProperties(after.completeness, typesRead) });
  const [was, is] = [before, after].map(({ resources, completeness }) => judge({ resources, completeness, checks, connectors: [id] })) as [ReturnType<typeof judge>, ReturnType<typeof judge>];
  const unread = unreadKinds(after.completeness, typesRead);
  const [known, now] = [was, is].map(({ judgements }) => new Set(judgements.map(({ fingerprint }) => fingerprint))) as [Set<string>, Set<string>];
  const results = new Map(is.results.map((result) => [result.checkId, result.outcome]));
  return [
    ...drift.map(({ class: driftClass, resource, path }) => `drift ${driftClass} ${resource.kind} ${path}`),
    ...was.judgements.filter(({ outcome, fingerprint, resource }) => outcome === 'fail' && !now.has(fingerprint) && !unread.includes(resource.kind as never)).map(({ checkId, resource }) => `resolved ${checkId} ${resource.kind}`),
    ...is.judgements.filter(({ outcome, fingerprint }) => outcome === 'fail' && !known.has(fingerprint)).map(({ checkId, resource }) => `new ${checkId} ${resource.kind}`),
    ...was.results.filter(({ checkId, outcome }) => outcome !== 'pass' && outcome !== 'not-applicable' && results.get(checkId) === 'pass').map(({ checkId }) => `passes ${checkId}`),
  ];
}

describe.each(live.map((connector) => [connector.id, connector] as const))('%s: without any one list', (id, connector) => {
  let whole: Collection;
  const concluded: string[] = [];
  beforeAll(async () => {
    whole = (await read(connector)) as Collection;
  });

  it('nothing is concluded', { timeout: 60_000 }, async () => {
    let refusals = 0;
    for (const resource of connector.resources) {
      const { get, readOnlyPost, job } = resource.rule;
      if (get === undefined && readOnlyPost === undefined && job === undefined) continue;
      const part = await read(without(connector, resource));
      if (typeof part === 'string') {
        expect(part.startsWith(ENDS_THE_SCAN)).toBe(true);
        continue;
      }
      refusals += part.completeness.find(({ type }) => type === resource.type)?.state === 'forbidden' ? 1 : 0;
      concluded.push(...new Set(conclusions(id, whole, part).map((each) => `${id} ${resource.type}: ${each}`)));
    }

    expect(refusals).toBeGreaterThan(0);
    expect(concluded.sort()).toEqual(Object.keys(KNOWN).filter((each) => each.startsWith(`${id} `)).sort());
  });
});
