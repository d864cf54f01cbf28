/**
 * Keeping a part running. Owns: starting it again with growing pauses when it ends without being asked to.
 * Does not own: what the part is and how it is started.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export interface RunningPart {
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface PartEvents {
  ended(name: string, reason: string, nextInMs: number): void;
  back(name: string): void;
}

export interface SupervisedPart<T extends RunningPart> {
  current(): T;
  stop(): Promise<void>;
}

const PAUSES_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
const STEADY_MS = 60_000;

/** The first start's failure is the caller's; later failures are told and tried again until `stop`. */
export async function supervise<T extends RunningPart>(name: string, start: () => Promise<T>, events: PartEvents): Promise<SupervisedPart<T>> {
  let part = await start();
  let stopping = false;
  const wake = new AbortController();

  async function startAgain(firstReason: string): Promise<boolean> {
    let reason = firstReason;
    for (let attempt = 0; !stopping; attempt += 1) {
      const pause = PAUSES_MS[Math.min(attempt + failuresInARow, PAUSES_MS.length - 1)] ?? 30_000;
      events.ended(name, reason, pause);
      await sleep(pause, undefined, { signal: wake.signal }).catch(() => undefined);
      if (stopping) return false;
      try {
        part = await start();
        return true;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
    return false;
  }

  let failuresInARow = 0;
  const watching = (async () => {
    while (!stopping) {
      const since = Date.now();
      const reason = await part.ended;
      if (stopping) return;
      failuresInARow = Date.now() - since > STEADY_MS ? 0 : failuresInARow + 1;
      if (await startAgain(reason)) events.back(name);
    }
  })();

  return {
    current: () => part,
    async stop() {
      stopping = true;
      wake.abort();
      await part.stop();
      await watching;
      // A start that was under way when we were asked to stop has brought up a new one meanwhile.
      await part.stop();
    },
  };
}
