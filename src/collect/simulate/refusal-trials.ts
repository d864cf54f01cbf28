/**
 * The trial of refusals: each type is answered once with each status that its manifest has a rule for, and must end as that rule says; a
 * refusal never as read or as empty. Owns which answers are tried together; what the states mean is the engine's.
 */
import type { CompiledResource, Connector } from '../manifest/connector.js';
import { isRefusal } from '../manifest/refusal-rules.js';
import type { ResourceRule } from '../manifest/resource-schema.js';
import { MAIN_SET } from './fixture.js';
import type { Exchange, FixtureSet } from './fixture.js';
import { labelOf } from './match.js';
import { isAnswerOf } from './places.js';
import { readSet } from './read-set.js';
import type { Outcome } from './read-set.js';
import { nothing, trial } from './trial.js';
import type { Bench, Trial } from './trial.js';

type StatusRule = ResourceRule['onStatus'][number];
interface Attempt {
  readonly resource: CompiledResource;
  readonly rule: StatusRule;
  readonly status: number;
  /** indexes of the exchanges that answer the type */
  readonly exchanges: ReadonlySet<number>;
}

function exchangesOf(resource: CompiledResource, { connector, fixture, first }: Bench): ReadonlySet<number> {
  const asked = new Set(first.requests);
  const found = fixture.exchanges.flatMap((exchange, index) => (isAnswerOf(resource, exchange, connector) ? [index] : []));
  return new Set(found.some((index) => asked.has(labelOf(fixture.exchanges[index]!))) ? found : []);
}

/** Exports made on demand are refused where they are started, which is no answer with items. */
function attemptsOf(bench: Bench): Attempt[] {
  return bench.connector.resources.filter(({ rule }) => rule.job === undefined).flatMap((resource) => {
    const exchanges = exchangesOf(resource, bench);
    return exchanges.size === 0 ? [] : resource.rule.onStatus.flatMap((rule) => rule.status.map((status): Attempt => ({ resource, rule, status, exchanges })));
  });
}

/** Types that others are asked by, or judged by: refused together with these, the others would not be tried. */
function sourcesOf({ resources, manifest }: Connector): ReadonlySet<string> {
  const hosts = Object.values(manifest.hosts).flatMap(({ learn, limit }) => [learn?.from, limit?.learn?.from]);
  const types = resources.flatMap(({ type, rule }) => [rule.forEach?.of, ...(rule.narrowView?.whenForbidden ?? []), ...(rule.required ? [type] : [])]);
  return new Set([manifest.version?.from, ...hosts, ...types].filter((type) => type !== undefined));
}

/** Each type once in a round, and no answer that two of them share; what others depend on has a round of its own. */
function roundsOf(attempts: readonly Attempt[], bench: Bench): Attempt[][] {
  const rounds: Attempt[][] = [];
  const sources = sourcesOf(bench.connector);
  const ofSources = new Set(bench.connector.resources.filter(({ type }) => sources.has(type)).flatMap((resource) => [...exchangesOf(resource, bench)]));
  for (const attempt of attempts) {
    const isAlone = ({ exchanges }: Attempt): boolean => [...exchanges].some((index) => ofSources.has(index));
    const apart = (each: Attempt): boolean => each.resource.type !== attempt.resource.type && [...each.exchanges].every((index) => !attempt.exchanges.has(index));
    const round = isAlone(attempt) ? undefined : rounds.find((each) => each.every((other) => !isAlone(other) && apart(other)));
    if (round) round.push(attempt);
    else rounds.push([attempt]);
  }
  return rounds;
}

function refusing(fixture: FixtureSet, round: readonly Attempt[]): FixtureSet {
  const refused = (exchange: Exchange, { status, rule }: Attempt): Exchange => {
    const { body: _body, bodyText: _text, headers: _headers, ...rest } = exchange;
    return { ...rest, status, headers: {}, body: { message: rule.bodyHas ?? 'no' } };
  };
  const by = (index: number): Attempt | undefined => round.find(({ exchanges }) => exchanges.has(index));
  return { ...fixture, exchanges: fixture.exchanges.map((exchange, index) => { const attempt = by(index); return attempt ? refused(exchange, attempt) : exchange; }) };
}

/** null = it ended as it should */
function complaint({ resource, rule, status }: Attempt, { completeness, error }: Outcome): string | null {
  const { type, rule: declared } = resource;
  const said = `${type}, answered with ${status}${rule.bodyHas === undefined ? '' : ` and "${rule.bodyHas}"`}`;
  // a scan that ends with a coded error claims nothing
  if (error) return null;
  const state = (completeness as readonly { readonly type: string; readonly state: string }[]).find((entry) => entry.type === type)?.state ?? 'missing';
  const clean = state === 'collected' || state === 'empty';
  if (isRefusal(declared, rule, status) && (clean || rule.state === 'empty')) return `${said}, is told as ${state}: it was refused`;
  const first = declared.onStatus.find((each) => each.status.includes(status) && (each.bodyHas === undefined || (rule.bodyHas ?? 'no').toLowerCase().includes(each.bodyHas.toLowerCase())));
  if (first !== rule) return `${said}: an earlier rule takes this answer; put the one with \`bodyHas\` first, or remove one`;
  if (state === rule.state || (state === 'partial' && (declared.forEach || declared.matrix || declared.recurse || rule.state === 'empty'))) return null;
  return rule.state === 'empty' && state === 'forbidden' ? null : `${said}, is told as ${state}; its rule says ${rule.state}`;
}

/** The main set only: the others show one thing each. */
export async function refusalTrial(bench: Bench): Promise<Trial[]> {
  if (bench.set !== MAIN_SET) return [];
  const name = 'each refusal is told as one';
  const attempts = attemptsOf(bench);
  if (attempts.length === 0) return [nothing(name, 'no type that is asked for has a rule in `onStatus`')];
  const lines: string[] = [];
  for (const round of roundsOf(attempts, bench)) {
    const { outcome } = await readSet(bench.connector, refusing(bench.fixture, round));
    lines.push(...round.map((attempt) => complaint(attempt, outcome)).filter((line) => line !== null));
  }
  return [trial(name, lines)];
}
