/** Changes one secret of a fixture everywhere, as a rotation does. Owns finding secrets behind their fingerprints, and values of the same look. Pure. */
import type { JsonValue } from '../../model/resource.js';
import type { Connector } from '../manifest/connector.js';
import { findSecrets } from '../redact/detectors.js';
import { literalUnder, looksRandom } from '../redact/literals.js';
import { fingerprintOf, secretPlaces } from '../redact/marks.js';
import type { Exchange, FixtureSet } from './fixture.js';
import { expanded, itemsOfSet, leavesOf, valueAt, withValue } from './places.js';
import { FINGERPRINT_KEY } from './read-set.js';
import { rowName } from './differences.js';

export interface KnownSecret {
  readonly value: string;
  readonly fingerprint: string;
  /** where it stands: `main /api/v1/flows data.0.token` */
  readonly where: string;
  /** the manifest names its path as a secret */
  readonly declared: boolean;
}

/** Names of the resources that hold the fingerprint. */
export function holdersOf(resources: readonly JsonValue[], fingerprint: string): string[] {
  return resources.filter((resource) => secretPlaces(resource, '').some((place) => place.fingerprint === fingerprint)).map(rowName);
}

/** Texts that redaction may have taken a fingerprint of. */
export function candidates(text: string): string[] {
  return [text, text.trim(), literalUnder(text) ?? '', ...findSecrets(text).map(({ start, end }) => text.slice(start, end))].filter((each) => each !== '');
}

function placeText(exchange: Exchange, place: readonly (string | number)[]): string {
  return `${exchange.host} ${exchange.path} ${place.filter((part) => part !== '#json').join('.')}`;
}

function declaredSecrets(connector: Connector, fixture: FixtureSet): KnownSecret[] {
  return itemsOfSet(connector, fixture.exchanges).flatMap(({ resource, exchange, items }) => {
    const answer = fixture.exchanges[exchange]!;
    const places = resource.rule.secrets.flatMap(({ path }) => items.flatMap((item) => expanded(answer.body, path, item)));
    return places.flatMap((place) => leavesOf(valueAt(answer.body, place), place).filter(({ value }) => value !== '')).map(({ place: at, value }): KnownSecret => (
      { value: String(value), fingerprint: fingerprintOf(String(value), FINGERPRINT_KEY), where: placeText(answer, at), declared: true }));
  });
}

function detectedSecrets(fixture: FixtureSet, resources: readonly JsonValue[]): KnownSecret[] {
  const shown = new Set(resources.flatMap((resource) => secretPlaces(resource, '').map(({ fingerprint }) => fingerprint)));
  return fixture.exchanges.flatMap((exchange) => leavesOf(exchange.body).flatMap(({ place, value }) => candidates(String(value)).map((text): KnownSecret => (
    { value: text, fingerprint: fingerprintOf(text, FINGERPRINT_KEY), where: placeText(exchange, place), declared: false })))).filter(({ fingerprint }) => shown.has(fingerprint));
}

/** Each value once: those at the manifest's `secrets` paths, and those that the engine found by itself. */
export function secretsOf(connector: Connector, fixture: FixtureSet, resources: readonly JsonValue[]): KnownSecret[] {
  const byValue = new Map<string, KnownSecret>();
  for (const secret of [...declaredSecrets(connector, fixture), ...detectedSecrets(fixture, resources)]) if (!byValue.has(secret.value)) byValue.set(secret.value, secret);
  return [...byValue.values()];
}

/** Fingerprints in the result whose value was not found in an answer, e.g. inside of XML or packed text. */
export function untracedFingerprints(secrets: readonly KnownSecret[], resources: readonly JsonValue[]): number {
  const known = new Set(secrets.map(({ fingerprint }) => fingerprint));
  return new Set(resources.flatMap((resource) => secretPlaces(resource, '').map(({ fingerprint }) => fingerprint)).filter((each) => !known.has(each))).size;
}

export function fingerprintsIn(resources: readonly JsonValue[]): Set<string> {
  return new Set(resources.flatMap((resource) => secretPlaces(resource, '').map(({ fingerprint }) => fingerprint)));
}

/** In the answer of an exchange, as it is or encoded as in an address. */
export function standsIn({ body, bodyText, headers }: Exchange, secret: string): boolean {
  const text = `${bodyText ?? ''} ${JSON.stringify(headers)} ${leavesOf(body).map(({ value }) => String(value)).join('\n')}`;
  return text.includes(secret) || text.includes(encodeURIComponent(secret));
}

function shifted(character: string): string {
  if (/[0-9]/.test(character)) return String((Number(character) + 1) % 10);
  if (!/[A-Za-z]/.test(character)) return character;
  const next = String.fromCharCode(character.charCodeAt(0) + 1);
  return next === '{' ? 'a' : next === '[' ? 'A' : next;
}

function shiftedFrom(text: string, start: number, count: number): string {
  return text.slice(0, start) + Array.from(text.slice(start, start + count), shifted).join('') + text.slice(start + count);
}

/** `name:password` in base64 must stay one. */
function otherPair(text: string): string | null {
  const plain = Buffer.from(text, 'base64').toString('latin1');
  return /^[\x20-\x7e]*:[\x20-\x7e]+$/.test(plain) ? Buffer.from(shiftedFrom(plain, plain.indexOf(':') + 1, 4), 'latin1').toString('base64') : null;
}

function looksAlike(a: string, b: string, within: string): boolean {
  const kinds = (text: string): string => findSecrets(text).map(({ kind }) => kind).join();
  return a !== b && kinds(within) === kinds(within.replaceAll(a, b)) && (literalUnder(a) === null) === (literalUnder(b) === null) && looksRandom(a) === looksRandom(b);
}

/** Another value that the same rules take for a secret. */
export function otherSecret(value: string, within: string): string {
  const pair = otherPair(value);
  const choices = [...(pair === null ? [] : [pair]), ...[value.length - 4, Math.floor(value.length / 2), Math.floor(value.length / 3), 0].map((start) => shiftedFrom(value, Math.max(0, start), 4))];
  return choices.find((choice) => looksAlike(value, choice, within)) ?? choices.find((choice) => choice !== value) ?? `${value}1`;
}

/** A document with another value wherever the old one stands. */
export function rotatedBody(body: JsonValue, old: string, value: string): JsonValue {
  let changed = body;
  for (const { place } of leavesOf(body)) {
    const now = valueAt(changed, place);
    if (typeof now === 'string' && now.includes(old)) changed = withValue(changed, place, now.replaceAll(old, value));
    if (typeof now === 'number' && String(now) === old) changed = withValue(changed, place, Number(value));
  }
  return changed;
}

/** The set with the other value wherever the old one stands. */
export function rotated(fixture: FixtureSet, old: string): { fixture: FixtureSet; value: string } {
  const texts = fixture.exchanges.flatMap(({ body }) => leavesOf(body).filter(({ value }) => typeof value === 'string' && value.includes(old)));
  const value = otherSecret(old, String(texts[0]?.value ?? old));
  const exchanges = fixture.exchanges.map((exchange): Exchange => (exchange.body === undefined ? exchange : { ...exchange, body: rotatedBody(exchange.body, old, value) }));
  return { fixture: { ...fixture, exchanges }, value };
}

/** The same in whatever is not JSON, as in an address, and in the requests that carry it on. */
export function rotatedThroughout(fixture: FixtureSet, old: string, value: string): FixtureSet {
  const inText = (text: string): string => text.replaceAll(old, value).replaceAll(encodeURIComponent(old), encodeURIComponent(value));
  const inBody = (body: JsonValue): JsonValue => {
    const plain = rotatedBody(body, old, value);
    return encodeURIComponent(old) === old ? plain : rotatedBody(plain, encodeURIComponent(old), encodeURIComponent(value));
  };
  const exchanges = fixture.exchanges.map((exchange): Exchange => ({
    ...exchange, ...(exchange.body === undefined ? {} : { body: inBody(exchange.body) }), ...(exchange.bodyText === undefined ? {} : { bodyText: inText(exchange.bodyText) }),
    headers: JSON.parse(inText(JSON.stringify(exchange.headers))) as Exchange['headers'],
    query: Object.fromEntries(Object.entries(exchange.query).map(([name, each]) => [name, typeof each === 'string' ? each.replaceAll(old, value) : each])),
  }));
  return { ...fixture, exchanges };
}
