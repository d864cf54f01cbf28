/** How many bytes of answers one resource type may take in one try. Owns the limit and the words. What is asked is the walk's. */
import type { PageEnd } from './pages.js';

/** The answers of a type are held in memory together, and small objects take eleven times their text: a list without end must not take the worker with it. */
export const MOST_TYPE_BYTES = 256 * 1024 * 1024;

export interface ByteBudget {
  spend(bytes: number): void;
  /** null = there is room for more */
  end(): PageEnd | null;
}

export function createByteBudget(most = MOST_TYPE_BYTES): ByteBudget {
  let spent = 0;
  const words = most >= 1024 * 1024 ? `${Math.floor(most / (1024 * 1024))} MB` : `${most} bytes`;
  return {
    spend: (bytes) => { spent += bytes; },
    end: () => (spent <= most ? null : { state: 'partial', reason: `the answers are larger than ${words} together; what comes after that was not read`, missing: null }),
  };
}
