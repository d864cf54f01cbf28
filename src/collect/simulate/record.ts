/**
 * Records a real platform: a scan is led over a relay (relay.ts) to the one outbound door. Owns what is written down: the requests,
 * redacted answers, few headers, an example address. The key goes to the platform and into no file.
 */
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import { collectPatiently } from '../engine/patient-collect.js';
import type { Collection } from '../engine/collect.js';
import { memoryPages } from '../engine/page-store.js';
import type { Connector } from '../manifest/connector.js';
import { watchSecrets } from '../redact/marks.js';
import { createDisguise } from './disguise.js';
import { disguisedItem } from './disguise-decoded.js';
import type { Disguise } from './disguise.js';
import { Exchange } from './fixture.js';
import type { FixtureSet } from './fixture.js';
import { lastAnswers } from './last-answers.js';
import { itemsOfSet, valueAt, withValue } from './places.js';
import { FINGERPRINT_KEY } from './read-set.js';
import { standsIn } from './rotation.js';
import { sweep } from './sweep.js';
import { KEPT_HEADERS, headersTaken, startRelay } from './relay.js';
import type { Relay, Taken } from './relay.js';

export interface RecordOptions {
  readonly connector: Connector;
  readonly baseUrl: string;
  readonly secret: Readonly<Record<string, string>>;
  readonly onProgress: (text: string) => void;
}
export interface Recording {
  readonly fixture: FixtureSet;
  readonly collection: Collection | null;
  /** why the reading ended early, if it did; what was answered until then is recorded */
  readonly error: PlumblineError | null;
  readonly secretsReplaced: number;
  readonly mailsReplaced: number;
}

/** More would be no fixture that people read. */
const MOST_EXCHANGES = 400;
function queryOf(pairs: Taken['query']): Exchange['query'] {
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of pairs) {
    const before = query[name];
    query[name] = before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value];
  }
  return query;
}

function sentBodyOf({ sentBody, method }: Taken): JsonValue | undefined {
  if (method !== 'POST' || sentBody === '') return undefined;
  try { return JSON.parse(sentBody) as JsonValue; } catch { return Object.fromEntries(new URLSearchParams(sentBody)); }
}

/** The answer as it came, with the headers that sign in set aside as `requires`. */
function rawExchange(taken: Taken, relay: Relay, isSecretHeader: (value: string) => boolean): Exchange {
  const text = taken.answer.body.toString('utf8');
  let body: JsonValue | undefined;
  try { body = JSON.parse(text) as JsonValue; } catch { body = undefined; }
  const requires = Object.entries(taken.sent).filter(([, value]) => isSecretHeader(value));
  const headers = headersTaken(taken, [...KEPT_HEADERS, ...relay.headers].filter((name) => name !== 'content-type' || body === undefined));
  const requestBody = sentBodyOf(taken);
  return {
    host: taken.host, method: taken.method, path: taken.path, query: queryOf(taken.query), ...(requestBody === undefined ? {} : { requestBody }),
    ...(requires.length === 0 ? {} : { requires: Object.fromEntries(requires) }), status: taken.answer.status, headers, ...(body === undefined ? { bodyText: text } : { body }),
  };
}

/** Secrets that come back in answers: tokens and cookies of a sign-in are used as headers later. */
function isHandedOut(value: string, taken: readonly Taken[]): boolean {
  const parts = value.split(/[;\s]+/).map((part) => part.replace(/^[^=]+=(?=.)/, '')).filter((part) => part.length >= 8);
  return parts.some((part) => taken.some(({ answer }) => answer.body.includes(part) || (answer.cookies ?? []).some((line) => line.includes(part))));
}

function disguised(exchanges: readonly Exchange[], connector: Connector, disguise: Disguise): Exchange[] {
  const bodies = exchanges.map(({ body }) => body);
  for (const { resource, exchange, items } of itemsOfSet(connector, exchanges)) {
    for (const place of items) {
      const item = valueAt(bodies[exchange], place);
      if (item !== undefined) bodies[exchange] = withValue(bodies[exchange], place, disguisedItem(item, resource, disguise));
    }
  }
  const { redact } = connector.manifest;
  // what holds for the items of every type holds around them, too
  const ofAny = connector.resources[0]?.redaction ?? { where: redact.where };
  const noPaths = { ...ofAny, paths: { drop: false, secret: null, children: new Map() }, keepOnly: null };
  return exchanges.map((exchange, index) => (bodies[index] === undefined ? exchange : { ...exchange, body: disguise.json(bodies[index], noPaths) }));
}

function exampleAddress({ manifest, id }: Connector, origin: URL): string {
  const { fixed, example } = manifest.address;
  const base = fixed ?? example ?? `https://${id}.example.com`;
  return new URL(base).origin + origin.pathname.replace(/\/$/, '');
}

/** The time since which events are asked for is another one in every scan. */
function timeless(exchange: Exchange, { manifest }: Connector): Exchange {
  const times = new Set(Object.values(manifest.resources).flatMap(({ since }) => (since ? [since.to] : [])));
  const query = Object.fromEntries(Object.entries(exchange.query).map(([name, value]) => [name, times.has(name) ? '*' : value]));
  return { ...exchange, query };
}

function tidied({ headers, query, method, host, status, ...rest }: Exchange): JsonValue {
  return {
    ...(host === 'main' ? {} : { host }), ...(method === 'GET' ? {} : { method }), path: rest.path, ...(Object.keys(query).length === 0 ? {} : { query }), ...(rest.requestBody === undefined ? {} : { requestBody: rest.requestBody }),
    ...(rest.requires ? { requires: rest.requires } : {}), ...(status === 200 ? {} : { status }), ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(rest.body === undefined ? { bodyText: rest.bodyText ?? '' } : { body: rest.body }),
  } as unknown as JsonValue;
}

/** What `connector test` must not find again: the stand-ins that stand in answers. */
function plantedIn(exchanges: readonly Exchange[], connector: Connector, disguise: Disguise): FixtureSet['secrets'] {
  const read = itemsOfSet(connector, exchanges).map(({ exchange }) => exchanges[exchange]!);
  return disguise.standIns().filter((value) => value.length >= 6 && read.some((exchange) => standsIn({ ...exchange, headers: {} }, value))).map((value) => ({ in: 'recorded' as const, value }));
}

function fixtureOf(relay: Relay, { connector, secret }: RecordOptions, disguise: Disguise): FixtureSet {
  const passwords = connector.secretFields.filter(({ kind }) => kind === 'password').flatMap(({ name }) => (secret[name] ? [[name, secret[name]] as const] : []));
  const holdsPassword = (value: string): boolean => passwords.some(([, password]) => value.includes(password) || Buffer.from(value.replace(/^Basic /, ''), 'base64').toString('latin1').includes(password));
  const raw = relay.taken.map((taken) => rawExchange(taken, relay, (value) => holdsPassword(value) || isHandedOut(value, relay.taken)));
  for (const value of relay.taken.flatMap(({ answer }) => answer.cookies ?? []).flatMap((line) => /^[^=;]+=([^;]{8,})/.exec(line)?.[1]?.trim() ?? [])) disguise.standIn(value);
  const exchanges = disguised(lastAnswers(raw.map((exchange) => timeless(exchange, connector))), connector, disguise);
  const address = exampleAddress(connector, relay.origin);
  const fields = Object.fromEntries(connector.secretFields.flatMap(({ name, kind }) => (secret[name] ? [[name, kind === 'password' ? `fixture-${name}` : secret[name]]] : [])));
  let text = JSON.stringify({ fields, exchanges: exchanges.map(tidied) });
  const quoted = (value: string): string => JSON.stringify(value).slice(1, -1);
  const username = secret['username'] ?? '';
  for (const [name, password] of passwords) {
    text = text.replaceAll(quoted(password), `fixture-${name}`).replaceAll(encodeURIComponent(password), `fixture-${name}`);
    text = text.replaceAll(Buffer.from(`${username}:${password}`).toString('base64'), Buffer.from(`${username}:fixture-${name}`).toString('base64'));
  }
  text = disguise.text(text).replaceAll(relay.origin.origin, new URL(address).origin).replaceAll(relay.origin.host, new URL(address).host);
  const { fields: kept, exchanges: clean } = JSON.parse(text) as { fields: Record<string, string>; exchanges: Exchange[] };
  const secrets = plantedIn(clean.map((exchange) => Exchange.parse(exchange)), connector, disguise);
  return { about: `Recorded from a real ${connector.title} on ${new Date().toISOString().slice(0, 10)}; secrets and e-mail addresses are replaced.`, address, fields: kept, secrets, noSecrets: secrets.length === 0 ? 'The recording found no secret in any answer.' : {}, exchanges: clean };
}

/** What is told names the platform, not the loopback port in between. */
function withTrueHost(collection: Collection, relay: Relay): Collection {
  const own = new URL(relay.own).host;
  const named = (reason: string | null): string | null => reason?.replaceAll(own, relay.origin.host).replaceAll(own.replace(/:\d+$/, ''), relay.origin.hostname) ?? null;
  return { ...collection, completeness: collection.completeness.map((entry) => ({ ...entry, reason: named(entry.reason) })) };
}

/** Reads the platform once. Throws what keeps any request from being made; what ends a reading later is told in the recording. */
export async function recordConnector(options: RecordOptions): Promise<Recording> {
  const { connector, baseUrl, secret, onProgress } = options;
  const { relay, server } = await startRelay(baseUrl, connector, secret);
  // a key object of its own, so that what this very scan takes out is told, and nothing of any other
  const fingerprintKey = FINGERPRINT_KEY.slice();
  const seen = watchSecrets(fingerprintKey);
  let collection: Collection | null = null;
  let error: PlumblineError | null = null;
  try {
    collection = await collectPatiently({
      connector, secret, baseUrl: relay.own + new URL(baseUrl).pathname.replace(/\/$/, ''), fingerprintKey, pages: memoryPages(), allowLoopback: true,
      onProgress: ({ title, read }) => onProgress(`${title}: ${read}`),
    }, (seconds) => onProgress(`a pause of ${seconds} s, as the platform asked`));
  } catch (reason) {
    if (relay.taken.length === 0 && relay.failed !== null) throw relay.failed;
    if (!(reason instanceof PlumblineError)) throw reason;
    error = relay.failed instanceof PlumblineError ? relay.failed : new PlumblineError(reason.code, reason.message.replaceAll(new URL(relay.own).host, relay.origin.host), reason.details);
  } finally {
    for (const door of relay.doors.values()) door.close();
    await new Promise<void>((resolve) => { server.close(() => resolve()); server.closeAllConnections(); });
  }
  if (relay.taken.length > MOST_EXCHANGES) throw new PlumblineError('PLB-COLLECT-008', `The platform was asked ${relay.taken.length} times; a fixture holds at most ${MOST_EXCHANGES} exchanges. Record a small test account instead.`, {});
  const disguise = createDisguise(connector.resources[0]?.redaction.marks);
  const ownValues = new Set(connector.secretFields.flatMap(({ name }) => [`fixture-${name}`, secret[name] ?? '']));
  for (const value of seen) if (!ownValues.has(value)) disguise.learn(value);
  const fixture = fixtureOf(relay, options, disguise);
  sweep(connector, fixture.exchanges.map((exchange) => Exchange.parse(exchange)), disguise.pairs());
  return { fixture, collection: collection && withTrueHost(collection, relay), error, secretsReplaced: disguise.secrets(), mailsReplaced: disguise.mails() };
}
