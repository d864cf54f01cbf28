/**
 * Which of several answers to the same request a fixture keeps: the last one. A pause that was asked for, a job that still ran and a sign-in
 * that was renewed are history. Owns this choice, and that what an earlier sign-in handed out reads as what the last one did. Pure.
 */
import type { JsonValue } from '../../model/resource.js';
import type { Exchange } from './fixture.js';
import { leavesOf, valueAt } from './places.js';

/** Shorter texts are too common to be taken for something that was handed out. */
const SHORTEST = 8;

function requestOf({ host, method, path, query, requestBody }: Exchange): string {
  const sorted = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return JSON.stringify([host, method, path, sorted, requestBody ?? null]);
}

function cookiesOf({ headers }: Exchange): Map<string, string> {
  const lines = [headers['set-cookie'] ?? []].flat();
  return new Map(lines.map((line) => line.split(';')[0]!).map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()]));
}

/** Values of an earlier answer with those that stand in their place in a later one. */
function successors(earlier: Exchange, later: Exchange): [string, JsonValue | undefined][] {
  const cookies = cookiesOf(later);
  return [...leavesOf(earlier.body).map(({ place, value }): [string, JsonValue | undefined] => [String(value), valueAt(later.body, place)]), ...[...cookiesOf(earlier)].map(([name, value]): [string, JsonValue | undefined] => [value, cookies.get(name)])];
}

function sentTexts({ requires, requestBody }: Exchange): string[] {
  return [...Object.values(requires ?? {}), ...leavesOf(requestBody).map(({ value }) => String(value))];
}

/** What earlier answers handed out, was sent, and has another value in the last answer. */
function renewed(exchanges: readonly Exchange[], last: ReadonlyMap<string, Exchange>): Map<string, string> {
  const sent = exchanges.flatMap(sentTexts);
  const found = new Map<string, string>();
  for (const exchange of exchanges) {
    const later = last.get(requestOf(exchange))!;
    if (later === exchange) continue;
    for (const [old, now] of successors(exchange, later)) {
      if (old.length >= SHORTEST && typeof now === 'string' && now !== old && sent.some((text) => text.includes(old))) found.set(old, now);
    }
  }
  return found;
}

function withRenewed(exchange: Exchange, values: ReadonlyMap<string, string>): Exchange {
  if (values.size === 0) return exchange;
  const replace = (text: string): string => [...values].reduce((so, [old, now]) => so.replaceAll(old, now), text);
  const inJson = <T>(value: T): T => JSON.parse([...values].reduce((so, [old, now]) => so.replaceAll(JSON.stringify(old).slice(1, -1), JSON.stringify(now).slice(1, -1)), JSON.stringify(value))) as T;
  return {
    ...exchange,
    ...(exchange.requires === undefined ? {} : { requires: Object.fromEntries(Object.entries(exchange.requires).map(([name, value]) => [name, replace(value)])) }),
    ...(exchange.requestBody === undefined ? {} : { requestBody: inJson(exchange.requestBody) }),
  };
}

function lastOfEach(exchanges: readonly Exchange[]): Map<string, Exchange> {
  return new Map(exchanges.map((exchange) => [requestOf(exchange), exchange]));
}

/** Each request once, where it was asked first, with its last answer. */
export function lastAnswers(exchanges: readonly Exchange[]): Exchange[] {
  const values = renewed(exchanges, lastOfEach(exchanges));
  return [...lastOfEach(exchanges.map((exchange) => withRenewed(exchange, values))).values()];
}
