/**
 * What a platform says about its limits. Owns: which answers mean "later", how long that is, and the day's quota.
 * Pure but for `now` and `chance`.
 */
import type { DoorAnswer } from '../http/door.js';
import { askedForMs, withinBounds } from '../http/retry-after.js';
import { RETRY_AFTER_DEFAULT_MS } from '../http/limits.js';
import type { ThrottleRule } from '../manifest/auth-schema.js';

/** Where nothing says how long, each refusal in a row doubles the wait up to this. */
export const LONGEST_GUESS_MS = 120_000;
/** After so many 503 in a row that never say for how long, it is no pause but a failure. */
const HOPELESS_REFUSALS = 10;
/** How long the scan rests when the day's quota is nearly used up. */
export const QUOTA_PAUSE_MS = 60 * 60_000;

function toldMs({ headers }: DoorAnswer, rule: ThrottleRule | undefined, now: number): number | null {
  const asked = askedForMs(headers['retry-after'] ?? null, now);
  if (asked !== null) return asked;
  const reset = rule?.resetHeader === undefined ? undefined : headers[rule.resetHeader.toLowerCase()];
  if (reset !== undefined && /^\d{9,11}(?:\.\d+)?$/.test(reset.trim())) return withinBounds(Number(reset) * 1000 - now);
  return rule?.cooldown === undefined ? null : withinBounds(rule.cooldown * 1000);
}

function guessedMs(refusals: number, chance: number): number {
  const doubled = Math.min(RETRY_AFTER_DEFAULT_MS * 2 ** Math.min(refusals, 10), LONGEST_GUESS_MS);
  return Math.round(doubled * (1 + chance / 5));
}

function meansLater({ status, body }: DoorAnswer, rule: ThrottleRule | undefined): boolean {
  if (status === 429 || status === 503) return true;
  const also = (rule?.also ?? []).filter((each) => each.status === status);
  if (also.length === 0) return false;
  const text = body.toString('utf8', 0, 4_000).toLowerCase();
  return also.some((each) => text.includes(each.bodyHas.toLowerCase()));
}

/**
 * How long to wait, in milliseconds; null = the answer says nothing of the kind. `broken` = a server that is "unavailable"
 * again and again without saying for how long. `refusals` of the host in a row before this one, `ofThis` of this very request;
 * `chance` from 0 to 1 spreads guesses.
 */
export function pauseOf(answer: DoorAnswer, rule: ThrottleRule | undefined, at: { readonly now: number; readonly refusals: number; readonly ofThis: number; readonly chance: number }): number | 'broken' | null {
  if (!meansLater(answer, rule)) return null;
  const told = toldMs(answer, rule, at.now);
  if (told !== null) return told;
  if (answer.status === 503 && at.ofThis >= HOPELESS_REFUSALS) return 'broken';
  return guessedMs(at.refusals, at.chance);
}

/** `api-usage=18/5000`: true when less than the reserve is left. A header in another form says nothing. */
export function quotaIsLow({ headers }: DoorAnswer, quota: ThrottleRule['quota']): boolean {
  if (!quota) return false;
  const parts = (headers[quota.header.toLowerCase()] ?? '').split(/[,;]/).map((part) => part.trim());
  const found = parts.find((part) => part.startsWith(`${quota.used}=`))?.slice(quota.used.length + 1);
  const numbers = found === undefined ? null : /^(\d{1,12})\/(\d{1,12})$/.exec(found.trim());
  if (!numbers || Number(numbers[2]) === 0) return false;
  return (Number(numbers[2]) - Number(numbers[1])) / Number(numbers[2]) < quota.reserve;
}
