/** Reads how long a platform asks to wait. Owns the header's two spellings, the floor and the ceiling. Pure but for `now`. */
import { RETRY_AFTER_CEILING_MS, RETRY_AFTER_DEFAULT_MS, RETRY_AFTER_FLOOR_MS } from './limits.js';

function requestedMs(header: string, now: number): number | null {
  if (/^\d{1,12}$/.test(header)) return Number(header) * 1000;
  // Date.parse takes `-5` for a year; an HTTP date names its month
  const at = /[A-Za-z]{3}/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : at - now;
}

/** Seconds or an HTTP date; anything else (negative, missing, nonsense) waits the default. Always within floor and ceiling. */
export function retryAfterMs(header: string | null, now: number): number {
  const wanted = header === null ? null : requestedMs(header.trim(), now);
  if (wanted === null) return RETRY_AFTER_DEFAULT_MS;
  return Math.min(Math.max(wanted, RETRY_AFTER_FLOOR_MS), RETRY_AFTER_CEILING_MS);
}
