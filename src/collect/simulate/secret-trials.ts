/**
 * The trials of secrets: each place where a platform keeps them is tried, none comes through in any spelling, and the rotation of each
 * shows as another fingerprint and nothing else. Owns these questions; which values are secret, the fixture, the manifest and the
 * engine's own eye say.
 */
import type { JsonValue } from '../../model/resource.js';
import { changedRows, rowDifferences } from './differences.js';
import { MAIN_SET, SECRET_PLACES } from './fixture.js';
import type { PlantedSecret } from './fixture.js';
import { expanded, itemsOfSet, leavesOf } from './places.js';
import { readSet } from './read-set.js';
import type { ReadResult } from './read-set.js';
import { fingerprintsIn, holdersOf, otherSecret, rotated, rotatedThroughout, secretsOf, standsIn, untracedFingerprints } from './rotation.js';
import type { KnownSecret } from './rotation.js';
import { spelledIn } from './spellings.js';
import { nothing, trial } from './trial.js';
import type { Bench, Trial } from './trial.js';

interface Forbidden {
  readonly text: string;
  readonly what: string;
}

function placesWithout({ connector, fixture: { secrets, noSecrets } }: Bench): string[] {
  if (typeof noSecrets === 'string' || connector.manifest.evidence === 'recorded' || secrets.some((secret) => secret.in === 'recorded')) return [];
  const missing = SECRET_PLACES.filter((place) => noSecrets[place] === undefined && !secrets.some((secret) => secret.in === place));
  return missing.map((place) => `no secret of the fixture is named in the place "${place}": plant one and name it in \`secrets\`, or say in \`noSecrets\` why this platform has none there`);
}

/** A fixture without secrets would prove nothing about them. */
function namedTrial(bench: Bench): Trial {
  const { set, fixture: { secrets, noSecrets, exchanges } } = bench;
  const unsaid = secrets.length === 0 && (typeof noSecrets !== 'string' && Object.keys(noSecrets).length < SECRET_PLACES.length) && set === MAIN_SET ? ['the fixture names no secret: list in `secrets` those that stand in the answers, or say in `noSecrets` why there is none'] : [];
  const places = set === MAIN_SET && unsaid.length === 0 ? placesWithout(bench) : [];
  const absent = secrets.filter(({ value }) => !exchanges.some((exchange) => standsIn(exchange, value))).map(({ value }) => `the secret "${value.slice(0, 6)}..." is named and stands in no answer`);
  const tried = trial('the secrets of the answers are named', [...unsaid, ...places, ...absent]);
  return set === MAIN_SET && tried.state === 'held' ? { ...tried, lines: untriedRules(bench) } : tried;
}

/** Rules of redaction that nothing in the answers tries: said, because a mistake in one of them would not be seen. */
function untriedRules({ connector, fixture }: Bench): string[] {
  const names = new Set(fixture.exchanges.flatMap(({ body }) => leavesOf(body)).flatMap(({ place }) => place.map((part) => String(part).toLowerCase())));
  const found = itemsOfSet(connector, fixture.exchanges);
  const untriedPaths = connector.resources.flatMap(({ type, rule }) => rule.secrets.map(({ path }) => ({ type, path }))).filter(({ type, path }) => (
    // members of a map that are plain texts have no place of their own: there the path cannot be followed
    !found.some(({ resource, exchange, items }) => resource.type === type && (items.length === 0 || items.some((item) => expanded(fixture.exchanges[exchange]!.body, path, item).length > 0)))));
  const untriedNames = connector.manifest.redact.names.filter((name) => !names.has(name.toLowerCase()));
  const untried = [...untriedPaths.map(({ type, path }) => `${type}.${path}`), ...untriedNames];
  return untried.length === 0 ? [] : [`nothing in these answers tries what the manifest says of ${untried.join(', ')}`];
}

/** What a sign-in hands out opens the platform as the key does. */
function handedOut({ connector, fixture }: Bench): Forbidden[] {
  const read = new Set(itemsOfSet(connector, fixture.exchanges).map(({ exchange }) => exchange));
  return fixture.exchanges.filter((exchange, index) => !read.has(index) && exchange.status < 300).flatMap((exchange) => {
    const cookies = Object.entries(exchange.headers).filter(([name]) => name.toLowerCase() === 'set-cookie').flatMap(([, value]) => [value].flat()).map((cookie) => /^[^=;]*=([^;]*)/.exec(cookie)?.[1] ?? '');
    const tokens = leavesOf(exchange.body).filter(({ place }) => /token$|secret|session|cookie|jwt/i.test(String(place.at(-1)))).map(({ value }) => String(value));
    return [...cookies, ...tokens].map((text) => ({ text, what: `what ${exchange.path} hands out` }));
  });
}

function forbiddenTexts(bench: Bench, known: readonly KnownSecret[]): Forbidden[] {
  const { connector, fixture } = bench;
  const passwords = connector.secretFields.filter(({ kind }) => kind === 'password').map(({ name }) => ({ text: fixture.fields[name] ?? '', what: `the field ${name}` }));
  const headers = fixture.exchanges.flatMap(({ requires }) => Object.entries(requires ?? {}).filter(([name]) => /authorization|cookie|key|token/i.test(name)).map(([name, text]) => ({ text: text.replace(/^\w+ /, ''), what: `the header ${name}` })));
  const found = known.map(({ value, where }) => ({ text: value, what: `the secret at ${where}` }));
  const planted = fixture.secrets.map(({ value, in: place }) => ({ text: value, what: `the secret "${value.slice(0, 6)}..." (${place})` }));
  return [...passwords, ...headers, ...handedOut(bench), ...found, ...planted].filter(({ text }) => text.length >= 6 && !text.includes('*'));
}

function leaksIn(kept: string, forbidden: readonly Forbidden[], where: string): string[] {
  return [...new Set(forbidden.filter(({ text }) => spelledIn(kept, text) !== undefined).map(({ what }) => `${what} stands in ${where}`))];
}

/** A platform that repeats in its error what it was asked with, or what it holds. */
async function whenItBreaks({ connector, fixture }: Bench, forbidden: readonly Forbidden[]): Promise<string> {
  const read = new Set(itemsOfSet(connector, fixture.exchanges).map(({ exchange }) => fixture.exchanges[exchange]!.path));
  const told = forbidden.map(({ text }) => text);
  const kept: string[] = [];
  for (const status of [400, 403, 422]) {
    const after = await readSet(connector, fixture, { script: ({ path }) => (read.has(path) ? { status, body: { error: { code: told[0] ?? '', message: told.join(' ') }, message: told.join(' ') } } : undefined) });
    kept.push(after.kept);
  }
  return kept.join('\n');
}

async function leakTrial(bench: Bench, known: readonly KnownSecret[]): Promise<Trial> {
  const forbidden = forbiddenTexts(bench, known);
  const text = JSON.stringify(bench.first.outcome);
  const inResult = leaksIn(text, forbidden, 'the result');
  const beside = inResult.length > 0 ? [] : leaksIn(bench.first.kept, forbidden, 'what is kept beside the result: evidence, pages, cursors or progress');
  const broken = leaksIn(await whenItBreaks(bench, forbidden), forbidden, 'what is told of an answer that is an error');
  return trial('no secret comes through', [...inResult, ...beside, ...broken]);
}

async function rotationLines({ connector, fixture, first }: Bench, secret: KnownSecret): Promise<string[]> {
  const holders = holdersOf(first.outcome.resources, secret.fingerprint);
  if (holders.length === 0) return [`${secret.where}: the secret is read and shows in no resource, so its rotation goes unseen; put its path into \`drop\` if nobody needs it`];
  const { fixture: other, value } = rotated(fixture, secret.value);
  const after = await readSet(connector, other);
  const changed = changedRows(first.outcome.resources, after.outcome.resources);
  const missing = holders.filter((name) => !changed.includes(name)).map((name) => `${secret.where}: after a rotation ${name} is unchanged`);
  const further = changed.filter((name) => !holders.includes(name)).map((name) => `${secret.where}: its rotation also changes ${name}`);
  const shown = value.length >= 6 && spelledIn(after.kept, value) !== undefined ? [`${secret.where}: the rotated value stands in the result`] : [];
  return [...missing, ...further, ...shown];
}

/** The result with one fingerprint for another: whatever differs then is no fingerprint. */
function swapped(rows: readonly JsonValue[], from: string, to: string): JsonValue[] {
  return JSON.parse(JSON.stringify(rows).replaceAll(from, to)) as JsonValue[];
}

function effectOf(first: ReadResult, after: ReadResult): { readonly lines: string[]; readonly fingerprints: number } {
  const [before, now] = [fingerprintsIn(first.outcome.resources), fingerprintsIn(after.outcome.resources)];
  const [gone, come] = [[...before].filter((each) => !now.has(each)), [...now].filter((each) => !before.has(each))];
  if (gone.length !== 1 || come.length !== 1) return { lines: gone.length + come.length === 0 ? rowDifferences(first.outcome.resources, after.outcome.resources) : [`${gone.length} fingerprints went and ${come.length} came`], fingerprints: gone.length };
  return { lines: rowDifferences(swapped(first.outcome.resources, gone[0]!, come[0]!), after.outcome.resources), fingerprints: 1 };
}

async function plantedLines({ connector, fixture, first }: Bench, secret: PlantedSecret): Promise<string[]> {
  const name = `"${secret.value.slice(0, 6)}..." (${secret.in})`;
  const text = fixture.exchanges.flatMap(({ body }) => leavesOf(body)).find(({ value }) => String(value).includes(secret.value));
  const value = otherSecret(secret.value, String(text?.value ?? secret.value));
  const after = await readSet(connector, rotatedThroughout(fixture, secret.value, value));
  const { lines, fingerprints } = effectOf(first, after);
  const shown = spelledIn(after.kept, value) === undefined ? [] : [`${name}: the rotated value stands in what is kept`];
  const unseen = fingerprints === 0 && lines.length === 0 && secret.unseen === undefined ? [`${name}: its rotation shows nowhere; say why in \`unseen\` if nobody needs it`] : [];
  const excused = fingerprints > 0 && secret.unseen !== undefined ? [`${name}: \`unseen\` is said of it, and its rotation shows`] : [];
  return [...lines.map((line) => `${name}: its rotation changes more than one fingerprint: ${line}`), ...shown, ...unseen, ...excused, ...after.unmatched.map((label) => `${name}: with another value it asks: ${label}`)];
}

/** Of a recording nobody says which secrets are meant to show. What this trial did not prove is told. */
function unseenOf(secrets: readonly PlantedSecret[], known: readonly KnownSecret[]): string[] {
  const unseen = secrets.filter((each) => each.in === 'recorded' && !known.some(({ value }) => value.includes(each.value) || each.value.includes(value)));
  const names = unseen.map(({ value }) => `"${value.slice(0, 6)}..."`).join(', ');
  return unseen.length === 0 ? [] : [`not tried: ${names} of the recording ${unseen.length === 1 ? 'shows' : 'show'} in no resource, so a scan does not see when ${unseen.length === 1 ? 'it is' : 'they are'} changed; let a property take the field that holds ${unseen.length === 1 ? 'it' : 'them'}, if that should be seen`];
}

async function rotationTrial(bench: Bench, known: readonly KnownSecret[]): Promise<Trial> {
  const name = 'a rotated secret shows where it belongs';
  const { secrets } = bench.fixture;
  if (known.length + secrets.length === 0) return nothing(name, 'no answer holds a secret');
  const lines: string[] = [];
  for (const secret of known) lines.push(...(await rotationLines(bench, secret)));
  // of a recording nobody knows which of them the manifest keeps; those that show are among the known ones
  for (const secret of secrets.filter((each) => each.in !== 'recorded')) lines.push(...(await plantedLines(bench, secret)));
  const unseen = unseenOf(secrets, known);
  const untraced = untracedFingerprints(known, bench.first.outcome.resources);
  const tried = trial(name, [...new Set(lines)]);
  if (lines.length > 0) return tried;
  return { ...tried, lines: [...unseen, ...(untraced === 0 || secrets.length > 0 ? [] : [`${untraced} further secrets stand in packed texts and were not rotated`])] };
}

export async function secretTrials(bench: Bench): Promise<Trial[]> {
  const known = secretsOf(bench.connector, bench.fixture, bench.first.outcome.resources);
  return [namedTrial(bench), await leakTrial(bench, known), await rotationTrial(bench, known)];
}
