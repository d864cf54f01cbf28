/**
 * How fast requests may leave. Owns: a budget per limit (never more than the given requests in any window of its length),
 * how many run at once, and that a budget outlives a session, because a scan that pauses goes on in a new one.
 * Does not own what a platform says about its limits (throttle.ts).
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlumblineError } from '../../model/errors.js';
import type { LimitRule } from '../manifest/auth-schema.js';

/** for a host on the internet whose manifest says nothing */
export const DEFAULT_LIMIT: Pick<LimitRule, 'requests' | 'per' | 'concurrency'> = { requests: 45, per: 60, concurrency: 4 };
/** Longer waits are given back, so that the workflow's timer waits and no worker does. */
export const LONGEST_INNER_WAIT_MS = 20_000;
/** The workflow's timer sleeps no longer at a time. */
const LONGEST_PAUSE_MS = 60 * 60_000;
/** of the requests of a window so many may leave at once, the rest is spread */
const BURST_PART = 5;

export interface Budget {
  /** milliseconds until a request may leave, which is booked when that is at most `atMost`; else nothing is booked */
  book(now: number, atMost: number): number;
  /** milliseconds until as many requests as may leave at once are free again */
  rest(now: number): number;
  /** the platform told the true number */
  learn(requests: number): void;
}

/** Spreads requests so that no window of `per` seconds ever holds more than `requests`. */
export function createBudget(rule: { readonly requests: number; readonly per: number }): Budget {
  let { requests } = rule;
  let nextFree = Number.NEGATIVE_INFINITY;
  return {
    book(now, atMost) {
      const burst = Math.max(1, Math.floor(requests / BURST_PART));
      const spacing = (rule.per * 1000) / (requests - burst + 1);
      const from = Math.max(nextFree, now);
      // half a millisecond less, so that the rounding of sums makes no wait of its own
      const wait = Math.max(0, Math.ceil(from - (burst - 1) * spacing - now - 0.5));
      if (wait <= atMost) nextFree = from + spacing;
      return wait;
    },
    rest: (now) => Math.max(0, Math.ceil(nextFree - now)),
    learn(told) {
      if (Number.isFinite(told) && told >= 1) requests = Math.floor(told);
    },
  };
}

/** What is remembered of a host and a key between two sessions of this process. */
export interface Memory {
  readonly budget: Budget | null;
  /** how often in a row the platform asked to wait */
  refusals: number;
  /** the same for single requests, so that one that is always refused is known among others that are answered */
  readonly ofRequest: Map<string, number>;
}
const MOST_REMEMBERED = 2_000;
const remembered = new Map<string, Memory>();

/** The key itself is not kept: only a hash tells whose budget it is. */
export function memoryOf(place: { readonly origin: string; readonly name: string; readonly secret: Readonly<Record<string, string>> }, rule: { readonly requests: number; readonly per: number } | null): Memory {
  const given = JSON.stringify([place.origin, place.name, rule, Object.entries(place.secret).sort(([a], [b]) => (a < b ? -1 : 1))]);
  const id = createHash('sha256').update(given).digest('base64');
  const known = remembered.get(id);
  if (known) return known;
  const fresh: Memory = { budget: rule === null ? null : createBudget(rule), refusals: 0, ofRequest: new Map() };
  const oldest = remembered.size >= MOST_REMEMBERED ? remembered.keys().next().value : undefined;
  if (oldest !== undefined) remembered.delete(oldest);
  remembered.set(id, fresh);
  return fresh;
}

export interface Slots {
  /** runs when one is free, in the order of asking */
  run<T>(work: () => Promise<T>): Promise<T>;
}
export function createSlots(most: number): Slots {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return {
    async run(work) {
      if (busy >= most) await new Promise<void>((resolve) => { waiting.push(resolve); });
      else busy += 1;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else busy -= 1;
      }
    },
  };
}

export function pauseFor(host: string, milliseconds: number, why: string): PlumblineError {
  const wait = Math.max(1_000, Math.ceil(milliseconds));
  return new PlumblineError('PLB-COLLECT-006', `${host}: ${why}; the scan goes on in ${Math.ceil(wait / 1000)} s.`, { host, retryAfterMs: wait });
}

/**
 * The turn of one request in a budget. A pause that is given back lasts until several requests are free, because each
 * pause ends a try of the whole collection, and a scan has only so many.
 */
export async function takeTurn(budget: Budget, at: { host: string; signal: AbortSignal }): Promise<void> {
  const why = 'the requests that it allows in this time are used up';
  const now = Date.now();
  const wait = budget.book(now, LONGEST_INNER_WAIT_MS);
  if (wait > LONGEST_INNER_WAIT_MS) throw pauseFor(at.host, Math.max(wait, Math.min(budget.rest(now), LONGEST_PAUSE_MS)), why);
  await waitOrPause(wait, { ...at, why });
}

/** Who stops the wait says why: that is thrown, not that a timer was stopped. */
export async function waitUntilStopped(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal ? { signal } : {});
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  }
}

/** Waits here when it is short, else throws PLB-COLLECT-006 for the workflow to wait. */
export async function waitOrPause(wait: number, { host, why, signal }: { host: string; why: string; signal: AbortSignal }): Promise<void> {
  if (wait > LONGEST_INNER_WAIT_MS) throw pauseFor(host, wait, why);
  if (wait > 0) await waitUntilStopped(wait, signal);
}
