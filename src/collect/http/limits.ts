/** Bounds of one answer and of one wait. Owns the figures (docs/operations.md lists them). Does not own their enforcement. */

export interface DoorLimits {
  /** until the answer's headers are there */
  readonly headerMs: number;
  /** until the last byte is there */
  readonly totalMs: number;
  /** after decompression */
  readonly bytes: number;
  readonly depth: number;
  readonly keys: number;
  readonly redirects: number;
}

export const DOOR_LIMITS: DoorLimits = {
  headerMs: 30_000,
  totalMs: 120_000,
  bytes: 32 * 1024 * 1024,
  depth: 128,
  keys: 800_000,
  redirects: 3,
};

/** A platform that asks for no pause still gets one; one that asks for years is asked again sooner. */
export const RETRY_AFTER_FLOOR_MS = 1_000;
export const RETRY_AFTER_CEILING_MS = 15 * 60_000;
/** used when the platform says "too many requests" and not how long to wait */
export const RETRY_AFTER_DEFAULT_MS = 10_000;
