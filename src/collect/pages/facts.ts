/** What a connector reads, said as rows: for its docs page, the index and the terminal. Owns the words. Pure. */
import { meaningsOf } from '../engine/given.js';
import type { LimitRule, SignInRule } from '../manifest/auth-schema.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';
import type { ResourceRule } from '../manifest/resource-schema.js';

export interface ReadRow {
  readonly title: string;
  /** `GET /workflows`, with the host where it is not the main one */
  readonly requests: readonly string[];
  readonly kinds: readonly string[];
  readonly right: string;
  readonly without: string;
  readonly notes: readonly string[];
}

const BECAUSE: Record<string, string> = { plan: 'the plan has it not', edition: 'the edition has it not', version: 'the version has it not', api: 'the API has it not' };

/** Names that options of a choice stand for, as the first option has them. */
function asFirstChosen(text: string, connector: Connector): string {
  const means = meaningsOf(connector, {});
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => means[name] ?? place);
}

function hostName(rule: ResourceRule, connector: Connector): string {
  const host = connector.manifest.hosts[rule.host];
  if (rule.host === 'main') return '';
  return asFirstChosen(host?.base ?? `{${rule.host}}${host?.path ?? ''}`, connector).replace(/\/+$/, '');
}

/** Of the platform, and of each further host that is signed in to in another way. */
export function signInOf(connector: Connector): string {
  const { auth, hosts } = connector.manifest;
  const own = signInText(auth);
  const others = Object.entries(hosts).flatMap(([name, host]) => (host.auth === undefined || host.auth.kind === 'none' || signInText(host.auth) === own ? [] : [`At ${hostTitle(name, connector)}: ${signInText(host.auth)}`]));
  return asFirstChosen([own, ...others].join(' '), connector);
}

/** `api.zapier.com`, or the name in the manifest where the address is told by the platform. */
function hostTitle(name: string, connector: Connector): string {
  const base = connector.manifest.hosts[name]?.base;
  return name === 'main' ? 'The platform' : base === undefined ? `the host "${name}"` : asFirstChosen(base, connector).replace(/^https:\/\//, '').replace(/\/+$/, '');
}

/** What tells lists apart that are asked for at one address: the object of a query language, or a filter. */
function askedFor({ query }: ResourceRule): string {
  const texts = Object.entries(query ?? {}).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  const from = texts.flatMap(([name, value]) => /\bFROM (\w+)/.exec(value)?.slice(1).map((object) => `?${name}=... FROM ${object}`) ?? [])[0];
  const filter = texts.find(([name]) => name === '$filter');
  return from ?? (filter === undefined ? '' : `?$filter=${filter[1]}`);
}

function requestsOf(rule: ResourceRule, connector: Connector): string[] {
  const host = hostName(rule, connector);
  if (rule.get !== undefined) return [`GET ${host}${rule.get}${askedFor(rule)}`];
  if (rule.readOnlyPost !== undefined) return [`POST ${host}${rule.readOnlyPost.path}`];
  const { job } = rule;
  if (job === undefined) return [];
  const start = job.submit ? `POST ${host}${job.submit.path}` : `GET ${host}${job.start ?? ''}`;
  return [start, `GET ${host}${job.poll}`, ...(job.result?.get === undefined ? [] : [`GET ${host}${job.result.get}`])];
}

function withoutOf(rule: ResourceRule): string {
  const refused = rule.onStatus.find(({ state, status }) => state === 'forbidden' || status.includes(403));
  const gone = rule.onStatus.filter(({ state }) => state === 'unavailable').map(({ because, reason }) => reason ?? BECAUSE[because ?? 'api']!);
  const version = rule.onlyFrom === undefined ? [] : [`not asked for on versions other than ${rule.onlyFrom}`];
  const refusal = rule.required ? 'told as no permission, and the scan is incomplete' : 'told as no permission; the rest is read';
  const first = rule.required && refused === undefined ? 'the scan stops and names the right' : refusal;
  return [...(rule.right === 'none' ? [] : [first]), ...new Set([...gone.map((reason) => `unavailable: ${reason}`), ...version])].join('; ') || '-';
}

function notesOf(rule: ResourceRule, { manifest }: Connector): string[] {
  const post = rule.readOnlyPost ?? rule.job?.submit;
  return [
    ...(post === undefined ? [] : [`A POST that only reads: ${post.reason.replace(/\.$/, '')}.`]),
    ...(rule.forEach === undefined ? [] : [`One request per entry of "${manifest.resources[rule.forEach.of]?.title ?? rule.forEach.of}"${rule.forEach.batch ? `, ${rule.forEach.batch.size} at once` : ''}, at most ${rule.forEach.limit}.`]),
    ...(rule.since === undefined ? [] : [`Only what is new since the last scan, at most ${rule.since.maxAge} days back.`]),
    ...(rule.narrowView === undefined ? [] : [`When ${rule.narrowView.whenForbidden.join(', ')} may not be read, the key may see only a part: needs ${rule.narrowView.missing}.`]),
    ...(rule.canary === undefined ? [] : [`Rows may be hidden from a key without a word; the scan looks for one that is always there, and says when it is not. Then it needs: ${rule.canary.missing.replace(/\.$/, '')}.`]),
    ...(rule.unconfirmed === undefined ? [] : [`Not confirmed: ${rule.unconfirmed.replace(/\.$/, '')}.`]),
  ];
}

export function readRows(connector: Connector): ReadRow[] {
  const asked = connector.resources.filter(({ rule }) => rule.get !== undefined || rule.readOnlyPost !== undefined || rule.job !== undefined);
  return asked.map(({ rule, kinds }: CompiledResource) => ({ title: rule.title, requests: requestsOf(rule, connector), kinds: [...kinds], right: rule.right, without: withoutOf(rule), notes: notesOf(rule, connector) }));
}

export function signInText(auth: SignInRule): string {
  switch (auth.kind) {
    case 'choice': return `One of these ways, as the person chooses. ${Object.entries(auth.of).map(([way, rule]) => `**${way}**: ${signInText(rule)}`).join(' ')}`;
    case 'none': return 'Requests carry no key.';
    case 'header': return `The key is sent in the header ${Object.keys(auth.set).join(', ')}.`;
    case 'query': return `The key is sent in the address (${Object.keys(auth.set).join(', ')}): logs and proxies may keep it.`;
    case 'basic': return 'User name and password are sent with each request (HTTP Basic).';
    case 'login': return `Signs in once by a POST to ${auth.path}, then uses what it got. ${auth.reason.replace(/\.$/, '')}.`;
    case 'oauth2': return `OAuth 2.0, ${auth.grant.replaceAll('_', ' ')}: a short-lived token is fetched${auth.tokenUrl === undefined ? '' : ` from ${auth.tokenUrl.replace(/^\/\//, '/')}`} and renewed before its end.`;
  }
}

function pace({ requests, per, concurrency }: LimitRule): string {
  const unit = per === 1 ? 'a second' : per === 60 ? 'a minute' : per === 3600 ? 'an hour' : `in ${per} seconds`;
  return `${requests} requests ${unit}, ${concurrency} at once`;
}

export function limitTexts(connector: Connector): string[] {
  const { manifest } = connector;
  const hosts = Object.entries(manifest.hosts).flatMap(([name, { limit, throttle }]) => [
    ...(limit ? [`${hostTitle(name, connector)}: ${pace(limit)}${limit.learn ? ', or what the platform itself says' : ''}.`] : []),
    ...(throttle?.cooldown === undefined ? [] : [`${hostTitle(name, connector)}: after a refusal that does not say how long, ${throttle.cooldown} seconds pause.`]),
    ...(throttle?.quota === undefined ? [] : [`${hostTitle(name, connector)}: the scan pauses when less than ${Math.round(throttle.quota.reserve * 100)}% of the day's quota is left.`]),
  ]);
  const types = Object.values(manifest.resources).flatMap(({ title, limit }) => (limit ? [`${title}: ${pace(limit)}.`] : []));
  const all = [...hosts, ...types];
  return all.length > 0 ? all : ['No limit of its own: 45 requests a minute for a host on the internet, none for a platform in the house. A pause that the platform asks for is kept.'];
}

export function addressText(connector: Connector): string {
  const { manifest } = connector;
  const { fixed, suffixes, example } = manifest.address;
  const base = manifest.hosts['main']?.base;
  if (fixed !== undefined && base !== undefined) return `Leave the address as it is filled in: requests go to ${asFirstChosen(base, connector)}, or to its counterpart of what is chosen below.`;
  if (fixed !== undefined) return `Always ${fixed}.`;
  return `The address of the platform${example === undefined ? '' : `, e.g. ${example}`}${suffixes.length === 0 ? '' : `; its host name must end with ${suffixes.join(' or ')}`}.`;
}

export const EVIDENCE: Record<string, string> = {
  live: 'tested against the real platform',
  recorded: 'tested on answers that were recorded from the platform',
  constructed: 'tested on answers that were built from the published shapes; not yet seen against a real account',
};

export interface ConnectorFacts {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly evidence: string;
  /** null for what is read from files only */
  readonly address: string | null;
  readonly signIn: string;
  readonly fields: readonly { readonly name: string; readonly label: string; readonly secret: boolean; readonly required: boolean }[];
  readonly reads: readonly ReadRow[];
  readonly limits: readonly string[];
  readonly notExposed: readonly { readonly title: string; readonly reason: string }[];
  readonly unconfirmed: readonly string[];
  /** ends of the names of exported files */
  readonly files: readonly string[];
}

export function factsOf(connector: Connector): ConnectorFacts {
  const { manifest } = connector;
  return {
    id: manifest.id, title: manifest.title, about: manifest.about, evidence: EVIDENCE[manifest.evidence]!,
    address: connector.liveSource ? addressText(connector) : null, signIn: signInOf(connector),
    fields: manifest.secretFields.map(({ name, label, kind, required }) => ({ name, label, secret: kind === 'password', required })),
    reads: readRows(connector), limits: limitTexts(connector), notExposed: manifest.notExposed.map(({ title, reason }) => ({ title, reason })),
    unconfirmed: manifest.unconfirmed, files: manifest.files?.names ?? [],
  };
}
