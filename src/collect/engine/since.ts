/** From which time on events are asked for, and up to which they were read. Owns both. Pure; `now` is given. */
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES } from '../expressions/scope.js';
import type { CompiledResource } from '../manifest/connector.js';
import type { ResourceRule } from '../manifest/resource-schema.js';

type SinceRule = NonNullable<ResourceRule['since']>;

const DAY_MS = 86_400_000;
const FIRST_SCAN_DAYS = 30;

/** ISO time. A bookmark older than the platform keeps is moved up: some refuse to look back further. */
export function sinceOf(rule: SinceRule, bookmark: string | undefined, now: number): string {
  const oldest = now - Math.min(rule.maxAge, FIRST_SCAN_DAYS) * DAY_MS;
  const marked = bookmark === undefined ? Number.NaN : Date.parse(bookmark) - rule.overlap * 1000;
  const keptFrom = now - rule.maxAge * DAY_MS;
  return new Date(Number.isNaN(marked) ? oldest : Math.max(marked, keptFrom)).toISOString();
}

export function sincePair(rule: SinceRule, iso: string): readonly [string, string] {
  const at = Date.parse(iso);
  switch (rule.as) {
    case 'iso': return [rule.to, iso];
    case 'date': return [rule.to, iso.slice(0, 10)];
    case 'epoch-seconds': return [rule.to, String(Math.floor(at / 1000))];
    case 'epoch-ms': return [rule.to, String(at)];
  }
}

/** A number is seconds or milliseconds: no event is from before 1973 or after 5138. */
function timeOf(value: JsonValue | undefined): number {
  if (typeof value === 'number') return value < 100_000_000_000 ? value * 1000 : value;
  if (typeof value !== 'string') return Number.NaN;
  return /^\d+$/.test(value) ? timeOf(Number(value)) : Date.parse(value);
}

/** The newest event's time, never before the last bookmark and never after now: a wrong clock must not hide what is to come. What is from before 1970 is no time of an event. */
export function bookmarkOf(resource: CompiledResource, items: readonly JsonValue[], last: { readonly bookmark: string | undefined; readonly now: number }): string | undefined {
  let newest = last.bookmark === undefined ? Number.NaN : Date.parse(last.bookmark);
  for (const item of items) {
    const at = timeOf(resource.since!({ root: item, variables: {}, nodes: NO_NODES }));
    if (at >= 0 && at <= last.now && !(at <= newest)) newest = at;
  }
  return Number.isNaN(newest) ? undefined : new Date(newest).toISOString();
}
