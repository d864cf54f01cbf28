/**
 * A collection that waits where the platform asks for it: for terminals and recordings, where no workflow holds the timer. Owns how
 * long it is patient. What was read before a pause is not asked for again.
 */
import { PlumblineError } from '../../model/errors.js';
import { collect } from './collect.js';
import type { CollectOptions, Collection } from './collect.js';
import { waitUntilStopped } from './pacing.js';

const LONGEST_ALL_MS = 60 * 60_000;
const PAUSE_WITHOUT_WORD_MS = 10_000;

/** `onPause` is told of each wait in seconds. Throws PLB-COLLECT-006 when an hour was not enough, else what `collect` throws. */
export async function collectPatiently(options: CollectOptions, onPause: (seconds: number) => void): Promise<Collection> {
  let waited = 0;
  for (;;) {
    try {
      return await collect(options);
    } catch (error) {
      if (!(error instanceof PlumblineError) || error.code !== 'PLB-COLLECT-006') throw error;
      const asked = error.details['retryAfterMs'];
      const pause = typeof asked === 'number' && asked > 0 ? asked : PAUSE_WITHOUT_WORD_MS;
      if (waited + pause > LONGEST_ALL_MS) throw error;
      waited += pause;
      onPause(Math.ceil(pause / 1000));
      await waitUntilStopped(pause, options.signal);
    }
  }
}
