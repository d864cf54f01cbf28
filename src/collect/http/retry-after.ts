/** Reads how long a platform asks to wait. Owns the header's two spellings, the floor and the ceiling. Pure but for `now`. */
import { RETRY_AFTER_CEILING_MS, RETRY_AFTER_DEFAULT_MS, RETRY_AFTER_FLOOR_MS } from './limits.js';

function requestedMs(header: string, now: number): number | null {
  if (/^\d{1,12}$/.test(header)) return Number(header) * 1000;
  // Date.parse takes `-5` for a year; an HTTP date names its month
  const at = /[A-Za-z]{3}/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : at - now;
}

export function withinBounds(wanted: number): number {
  return Math.min(Math.max(wanted, RETRY_AFTER_FLOOR_MS), RETRY_AFTER_CEILING_MS);
}

/** Seconds or an HTTP date, within floor and ceiling; null where the platform does not say it in a way that can be read (negative, missing, nonsense). */
export function askedForMs(header: string | null, now: number): number | null {
  const wanted = header === null ? null : requestedMs(header.trim(), now);
  return wanted === null ? null : withinBounds(wanted);
}

/** The same, with the default for what is not said. */
export function retryAfterMs(header: string | null, now: number): number {
  return askedForMs(header, now) ?? RETRY_AFTER_DEFAULT_MS;
}
