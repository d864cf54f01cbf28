/**
 * Telling Temporal what was stored, again and again until it has heard. The store is written first, so nothing is lost when
 * the engine is away; what is pending here is lost with the process, and reconcile.ts makes up for that at the next start.
 */
import type { FastifyBaseLogger } from 'fastify';

export interface News {
  /** Tries at once; true when it arrived. Otherwise it is tried again until it does. `key` replaces an older try of the same. */
  tell(key: string, attempt: () => Promise<void>): Promise<boolean>;
  /** Tries what is pending under keys that begin so; called when somebody looks at it. */
  retry(prefix: string): Promise<void>;
  close(): void;
}

const RETRY_MS = 5_000;

export function createNews(logger: FastifyBaseLogger, retryMs = RETRY_MS): News {
  const pending = new Map<string, () => Promise<void>>();
  const attemptOne = async (key: string, attempt: () => Promise<void>): Promise<boolean> => {
    try {
      await attempt();
      if (pending.get(key) === attempt) pending.delete(key);
      return true;
    } catch (error) {
      logger.warn({ err: error, key }, 'the workflow engine has not heard yet; it will be told again');
      return false;
    }
  };
  const retry = async (prefix: string): Promise<void> => {
    for (const [key, attempt] of pending) if (key.startsWith(prefix)) await attemptOne(key, attempt);
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy || pending.size === 0) return;
    busy = true;
    void retry('').finally(() => { busy = false; });
  }, retryMs);
  timer.unref();
  return {
    tell(key, attempt) {
      pending.set(key, attempt);
      return attemptOne(key, attempt);
    },
    retry,
    close: () => clearInterval(timer),
  };
}
