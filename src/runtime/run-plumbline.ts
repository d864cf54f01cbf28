/** The life of `plumbline up`. Owns: what Ctrl+C, a second Ctrl+C and a closed terminal do. Does not own: the parts. */
import { leftovers } from './process-ledger.js';
import { dataFolderLayout } from './data-folder.js';
import type { RunningPlumbline, StartOptions } from './running.js';
import { startPlumbline } from './start.js';

/** npm hands on a Ctrl+C that the terminal has sent us already; two within this time are one. */
const SAME_KEYSTROKE_MS = 700;

export interface Interrupt {
  /** Resolves with the exit code at the first signal: 130 for Ctrl+C, 0 for an orderly end from outside. */
  readonly asked: Promise<number>;
}

function killEverything(folder: { run: string }): void {
  for (const { pid } of leftovers(folder)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}

/** Installed before the start, so that Ctrl+C while starting undoes the start too. A second one kills what is left. */
export function onInterrupt(folder: { run: string }, say: (text: string) => void): Interrupt {
  let firstAt = 0;
  const asked = new Promise<number>((resolve) => {
    const handle = (signal: NodeJS.Signals): void => {
      const now = Date.now();
      if (firstAt === 0) {
        firstAt = now;
        say('Stopping (Ctrl+C again to force)');
        resolve(signal === 'SIGINT' ? 130 : 0);
      } else if (now - firstAt > SAME_KEYSTROKE_MS) {
        killEverything(folder);
        process.exit(130);
      }
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handle);
  });
  return { asked };
}

/** Starts, tells the caller when everything is up, lives until a signal, stops. Returns the exit code: 130 for Ctrl+C. */
export async function runPlumbline(options: Omit<StartOptions, 'signal'>, onReady: (running: RunningPlumbline) => Promise<void> | void): Promise<number> {
  const say = (text: string): void => options.progress?.note(text);
  const interrupt = onInterrupt(dataFolderLayout(options.configuration.home), say);
  const abort = new AbortController();
  let code: number | null = null;
  void interrupt.asked.then((value) => {
    code = value;
    abort.abort();
  });
  let running: RunningPlumbline | undefined;
  try {
    running = await startPlumbline({ ...options, signal: abort.signal });
    await onReady(running);
    const ending = await interrupt.asked;
    await running.stop();
    return ending;
  } catch (error) {
    await running?.stop();
    if (code !== null) return code;
    throw error;
  }
}
