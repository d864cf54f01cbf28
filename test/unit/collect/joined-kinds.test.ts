/** What is concluded when one list that was read before is refused now: nothing. Over all shipped connectors and each of their lists. */
import { beforeAll, describe, expect, it } from 'vitest';
import { diffSnapshots } from '../../../src/compare/index.js';
import { collect, loadConnectors, memoryPages, type Collection } from '../../../src/collect/index.js';
import type { CompiledResource, Connector } from '../../../src/collect/manifest/connector.js';
import { loadFixture } from '../../../src/collect/simulate/fixture.js';
import type { FixtureSet } from '../../../src/collect/simulate/fixture.js';
import { itemsOfSet, valueAt, withValue } from '../../../src/collect/simulate/places.js';
import { startSimulator } from '../../../src/collect/simulate/simulator.js';
import type { Script } from '../../../src/collect/simulate/simulator.js';
import { judge, loadChecks } from '../../../src/judge/index.js';
import { PlumblineError } from '../../../src/model/errors.js';
import type { JsonValue } from '../../../src/model/resource.js';
import { answeredTypes, missingKinds, unreadKinds, untoldProperties } from '../../../src/model/snapshot.js';

const connectors = await loadConnectors('packs');
const checks = await loadChecks('packs');
const fingerprintKey = new Uint8Array(32).fill(11);
const live = [...connectors.values()].filter(({ liveSource }) => liveSource);

/** `<connector> <list> <how>: <what is concluded>` -> why it cannot be helped yet */
const KNOWN: { readonly [conclusion: string]: string } = {};

/** Without these nothing can be read at all: the scan ends with an error and concludes nothing. */
const ENDS_THE_SCAN = 'PLB-';

type Way = 'forbidden' | 'unavailable' | 'failed' | 'gone' | 'partial';
interface Variant {
  readonly connector: Connector;
  readonly fixture: FixtureSet;
  readonly script?: Script;
}

async function read({ connector, fixture, script }: Variant): Promise<Collection | string> {
  const links = connector.resources.flatMap(({ rule }) => (rule.paging?.kind === 'next-url' ? rule.paging.from : []).map((path) => path.split('.').at(-1)!));
  const simulator = await startSimulator({ fixture, linkFields: [...links, 'token_endpoint'], ...(script ? { script } : {}) });
  try {
    return await collect({ connector, baseUrl: simulator.url, secret: fixture.fields, fingerprintKey, pages: memoryPages(), allowLoopback: true, onProgress: () => undefined });
  } catch (error) {
    if (error instanceof PlumblineError) return error.code;
    throw error;
  } finally {
    await simulator.close();
  }
}

function withRule(connector: Connector, resource: CompiledResource, changes: Partial<CompiledResource['rule']>): Connector {
  return { ...connector, resources: connector.resources.map((each) => (each === resource ? { ...resource, rule: { ...resource.rule, ...changes } } : each)) };
}

const STATUS_RULES: { readonly [way in 'forbidden' | 'unavailable' | 'failed']: CompiledResource['rule']['onStatus'] } = {
  forbidden: [{ status: [404], state: 'forbidden' }], unavailable: [{ status: [404], state: 'unavailable', because: 'plan' }], failed: [],
};

/** The list asked for where the platform has nothing: what its own rules, or those given, make of that. */
function elsewhere({ connector, fixture }: Variant, resource: CompiledResource, way: Exclude<Way, 'partial'>): Variant {
  const { rule } = resource;
  const changes = {
    ...(way === 'gone' ? {} : { onStatus: STATUS_RULES[way] }), ...(rule.get === undefined ? {} : { get: '/nowhere' }),
    ...(rule.readOnlyPost === undefined ? {} : { readOnlyPost: { ...rule.readOnlyPost, path: '/nowhere' } }),
    ...(rule.job === undefined ? {} : { job: { ...rule.job, ...(rule.job.submit ? { submit: { ...rule.job.submit, path: '/nowhere' } } : { start: '/nowhere' }) } }),
  };
  return { connector: withRule(connector, resource, changes), fixture };
}

/** Every second answer of a loop refused; of a list, only its first half told, beside a total that is larger. null = it is one thing that is there or not. */
function halfOf({ connector, fixture }: Variant, resource: CompiledResource): Variant | null {
  const found = itemsOfSet(connector, fixture.exchanges).filter((each) => each.resource === resource);
  const paths = [...new Set(found.map(({ exchange }) => fixture.exchanges[exchange]!.path))].sort();
  if (resource.forEach !== null && paths.length > 1) {
    const refused = new Set(paths.filter((_path, index) => index % 2 === 1));
    return { connector, fixture, script: ({ path }) => (refused.has(path) ? { status: 403, body: { error: 'forbidden' } } : undefined) };
  }
  const whole = found.filter(({ list, items }) => list !== null && items.length > 1);
  if (whole.length === 0 || resource.rule.paging !== undefined) return null;
  const exchanges = fixture.exchanges.map((exchange, index) => {
    const here = whole.find((each) => each.exchange === index);
    if (!here) return exchange;
    const items = valueAt(exchange.body, here.list!) as JsonValue[];
    return { ...exchange, headers: { ...exchange.headers, 'x-total': '1000' }, body: withValue(exchange.body, here.list!, items.slice(0, Math.ceil(items.length / 2))) };
  });
  return { connector: withRule(connector, resource, { total: { header: 'x-total' } }), fixture: { ...fixture, exchanges } };
}

function variantOf(whole: Variant, resource: CompiledResource, way: Way): Variant | null {
  if (way === 'partial') return halfOf(whole, resource);
  // one list that is not there may well be an empty one; that all parts of a loop are not there is not
  const mayBeGone = resource.forEach !== null && resource.rule.onStatus.some(({ status, state, normal }) => status.includes(404) && state === 'empty' && normal !== true);
  return way === 'gone' && !mayBeGone ? null : elsewhere(whole, resource, way);
}

type Judged = ReturnType<typeof judge>;

function judged(id: string, { resources, completeness }: Collection, typesRead: ReadonlySet<string>): Judged {
  return judge({ resources, completeness, checks, connectors: [id], typesRead });
}

function conclusions(id: string, { before, was }: { before: Collection; was: Judged }, after: Collection): string[] {
  const typesRead = new Set(answeredTypes(before.completeness));
  const drift = diffSnapshots(before.resources, after.resources, { unreadTypesAfter: missingKinds(after.completeness, typesRead), untoldAfter: untoldProperties(after.completeness, typesRead) });
  const is = judged(id, after, typesRead);
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

const WAYS: readonly Way[] = ['forbidden', 'unavailable', 'failed', 'gone', 'partial'];
const EXPECTED: { readonly [way in Way]: readonly string[] } = { forbidden: ['forbidden'], unavailable: ['unavailable'], failed: ['failed'], gone: ['partial', 'failed'], partial: ['partial'] };

describe.each(live.map((connector) => [connector.id, connector] as const))('%s: without any one list', (id, connector) => {
  let whole: Variant;
  let before: Collection;
  let was: Judged;
  beforeAll(async () => {
    whole = { connector, fixture: await loadFixture(connector.folder, 'estate') };
    before = (await read(whole)) as Collection;
    was = judged(id, before, new Set(answeredTypes(before.completeness)));
  });

  it.each(WAYS)('nothing is concluded when it is %s', { timeout: 120_000 }, async (way) => {
    const concluded: string[] = [];
    let tried = 0;
    for (const resource of connector.resources) {
      const { get, readOnlyPost, job } = resource.rule;
      const variant = get === undefined && readOnlyPost === undefined && job === undefined ? null : variantOf(whole, resource, way);
      if (variant === null) continue;
      const part = await read(variant);
      if (typeof part === 'string') {
        expect(part.startsWith(ENDS_THE_SCAN)).toBe(true);
        continue;
      }
      tried += EXPECTED[way].includes(part.completeness.find(({ type }) => type === resource.type)?.state ?? '') ? 1 : 0;
      concluded.push(...new Set(conclusions(id, { before, was }, part).map((each) => `${id} ${resource.type} ${way}: ${each}`)));
    }

    if (way === 'forbidden' || way === 'unavailable' || way === 'failed') expect(tried).toBeGreaterThan(0);
    expect(concluded.sort()).toEqual(Object.keys(KNOWN).filter((each) => each.startsWith(`${id} `) && each.includes(` ${way}: `)).sort());
  });
});
