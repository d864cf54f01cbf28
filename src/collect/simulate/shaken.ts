/**
 * Changes a fixture as any platform may change by itself, whatever the manifest declares: lists turned round, times and counters
 * moved. The manifest is asked only for what it excuses by name and with a reason. Owns what looks as if it moved. Pure.
 */
import type { JsonValue } from '../../model/resource.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';
import { changedAnswers } from './answer-walk.js';
import type { Change, Spot, Within } from './answer-walk.js';
import type { FixtureSet } from './fixture.js';
import { fitsGlob } from './globs.js';

export interface Shaken {
  readonly fixture: FixtureSet;
  /** how many values were changed; 0 = there is nothing to try */
  readonly changed: number;
  /** what was left alone, as `<type>: <pattern>` */
  readonly excused: ReadonlySet<string>;
}
type Excuses = 'ordered' | 'steady';

function excuseOf({ within }: Pick<Spot, 'within'>, kind: Excuses): string | null {
  for (const { resource, path } of within) {
    const excuse = resource.rule[kind].find((each) => fitsGlob(each.path, path));
    if (excuse) return `${resource.type}: ${excuse.path}`;
  }
  return null;
}

/** In batches the ids of several items stand in one address, so the order of their list shows there. */
function isBatched(connector: Connector, type: string): boolean {
  return connector.resources.some(({ rule }) => rule.forEach?.of === type && rule.forEach.batch !== undefined);
}

function reversedKeys(value: JsonValue): JsonValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).reverse()) : value;
}

/** Turns lists round, all but those whose order is excused. */
export function turning(connector: Connector): { change: Change; changed(): number; excused: Set<string> } {
  let changed = 0;
  const excused = new Set<string>();
  const change: Change = (value, spot) => {
    if (!Array.isArray(value)) return reversedKeys(value);
    const excuse = value.length === 0 || spot.listOf.length > 0 ? null : excuseOf(spot, 'ordered');
    if (excuse !== null) excused.add(excuse);
    if (excuse !== null || value.length < 2 || spot.listOf.some(({ type }) => isBatched(connector, type))) return value;
    changed += 1;
    return value.toReversed();
  };
  return { change, changed: () => changed, excused };
}

export function turnedRound(connector: Connector, fixture: FixtureSet): Shaken {
  const { change, changed, excused } = turning(connector);
  const shaken = changedAnswers(connector, fixture, change);
  return { fixture: shaken, changed: changed(), excused };
}

/** Another member of the same shape: every text and number in it is another one. */
function secondMember(value: JsonValue): JsonValue {
  if (typeof value === 'string') return `${value}-2`;
  if (typeof value === 'number') return value + 1;
  if (Array.isArray(value)) return value.map(secondMember);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, secondMember(member)])) : value;
}

/** Lists inside of items that hold one member get a second one: the order of a single member shows nothing. */
export const lengthening: Change = (value, spot) => {
  const isInner = Array.isArray(value) && value.length === 1 && spot.listOf.length === 0 && spot.within.length > 0;
  return isInner && excuseOf(spot, 'ordered') === null ? [value[0]!, secondMember(value[0]!)] : value;
};

export function fuller(connector: Connector, fixture: FixtureSet): FixtureSet {
  return changedAnswers(connector, fixture, lengthening);
}

const ISO = /^(\d{4}-\d\d-\d\d)(?:([T ])(\d\d:\d\d(?::\d\d)?)(\.\d+)?(Z|[+-]\d\d:?\d\d)?)?$/;
const DAY_MS = 86_400_000;
/** From 2001 to 2039, in seconds and in milliseconds: what is a time and hardly an id. */
const isEpoch = (value: number): boolean => Number.isInteger(value) && ((value >= 1e9 && value < 2.2e9) || (value >= 1e12 && value < 2.2e12));

/** The same spelling, a day and some minutes later; null = it is no time. */
export function laterTime(value: JsonValue): JsonValue | null {
  if (typeof value === 'number') return isEpoch(value) ? value + (value < 1e12 ? 90_000 : 90_000_000) : null;
  if (typeof value !== 'string') return null;
  if (/^(?:\d{10}|\d{13})$/.test(value) && isEpoch(Number(value))) return String(laterTime(Number(value)));
  const [, date, between, clock = '', fraction = '', zone = ''] = ISO.exec(value) ?? [];
  if (date === undefined) return /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(value) ? new Date(Date.parse(value) + DAY_MS).toUTCString() : null;
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) return null;
  const next = new Date(day.getTime() + DAY_MS).toISOString().slice(0, 10);
  return between === undefined ? next : `${next}${between}${clock.replace(/:(\d\d)/, (_all, minutes: string) => `:${String((Number(minutes) + 7) % 60).padStart(2, '0')}`)}${fraction}${zone}`;
}

/** Names under which platforms keep where a thing is drawn and how often it ran; compared in small letters without dashes. */
const MOVES = new Set([
  'position', 'positionx', 'positiony', 'posx', 'posy', 'coordinates', 'viewport', 'zoom', 'measured', 'avatar', 'avatarurl', 'photourl', 'pictureurl', 'thumbnail', 'thumbnailurl', 'iconurl', 'iconuri', 'faviconurl',
  'etag', 'odataetag', 'revisionid', 'sysmodcount', 'modcount', 'runcount', 'executioncount', 'triggercount', 'viewcount', 'usagecount', 'usecount', 'logincount', 'opencount', 'errorcount', 'failurecount', 'installcount',
  'requestid', 'traceid', 'correlationid', 'csrftoken',
]);

/** A number of the order of a step is no place on a canvas: only pairs and objects are. */
function otherByName(value: JsonValue, name: string): JsonValue | null {
  const plain = name.toLowerCase().replaceAll(/[^a-z]/g, '');
  if (!MOVES.has(plain)) return null;
  const other = (each: JsonValue): JsonValue => (typeof each === 'number' ? each + 7 : each);
  if (Array.isArray(value)) return value.map(other);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, other(each)]));
  if (typeof value === 'number') return plain === 'position' ? null : value + 7;
  return typeof value === 'string' && value !== '' ? `${value}7` : null;
}

/** Fields by which the walk goes on, and ids: were they to move, the platform would be another one. */
function isWalkedBy({ resource, path }: Within): boolean {
  const { key, paging, since } = resource.rule;
  const at = path.join('.');
  return at !== '' && JSON.stringify([key, paging?.kind === 'keyset' ? paging.by : null, since?.at]).includes(`"${at}"`);
}

export function moving(): { change: Change; changed(): number; excused: Set<string> } {
  let changed = 0;
  const excused = new Set<string>();
  const change: Change = (value, spot) => {
    const other = laterTime(value) ?? otherByName(value, spot.name);
    if (other === null || spot.within.length === 0 || spot.within.some(isWalkedBy)) return value;
    const excuse = excuseOf(spot, 'steady');
    if (excuse !== null) excused.add(excuse);
    else changed += 1;
    return excuse === null ? other : value;
  };
  return { change, changed: () => changed, excused };
}

export function moved(connector: Connector, fixture: FixtureSet): Shaken {
  const { change, changed, excused } = moving();
  const shaken = changedAnswers(connector, fixture, change);
  return { fixture: shaken, changed: changed(), excused };
}

/** Excuses of the manifest for the types of these answers, as `excused` names them. */
export function excusesOf(resources: readonly CompiledResource[], kind: Excuses): string[] {
  return resources.flatMap(({ type, rule }) => rule[kind].map(({ path }) => `${type}: ${path}`));
}
