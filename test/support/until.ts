/** Waiting for something to become true, with a deadline that a loaded machine keeps. Owns the asking; never a sleep that a result hangs on. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  /** what is waited for, for the message */
  readonly what: string;
  readonly limitMs?: number;
  readonly everyMs?: number;
}

/** Asks until the answer is not null; an error while asking counts as "not yet" and is told when time is over. */
export async function until<T>(ask: () => Promise<T | null> | T | null, { what, limitMs = 90_000, everyMs = 100 }: Patience): Promise<T> {
  const end = Date.now() + limitMs;
  let last: unknown = null;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${limitMs / 1_000} s in vain: ${what}`, { cause: last });
    await sleep(everyMs);
  }
}
