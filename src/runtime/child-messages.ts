/**
 * What supervisor and its Node children say to each other. Owns: the messages and the child's side of the channel.
 * A child goes when the channel closes, so that a supervisor that was killed leaves nothing behind.
 */
import { describeError, isErrorCode, PlumblineError, type ErrorCode } from '../model/errors.js';

export type ChildMessage =
  | { readonly type: 'ready'; readonly detail: string }
  | { readonly type: 'failed'; readonly code: ErrorCode | null; readonly message: string };

export function isChildMessage(value: unknown): value is ChildMessage {
  const type = (value as { type?: unknown } | null)?.type;
  return type === 'ready' || type === 'failed';
}

function send(message: ChildMessage): Promise<void> {
  return new Promise((resolve) => (process.connected && process.send ? process.send(message, undefined, undefined, () => resolve()) : resolve()));
}

export interface ChildBody {
  /** Short text for the progress line, e.g. an address. */
  readonly detail: string;
  /** Resolves when the work ended by itself. */
  readonly finished: Promise<void>;
  stop(): Promise<void>;
}

export function failureMessage(error: unknown): ChildMessage {
  const code = (error as { code?: unknown } | null)?.code;
  if (error instanceof PlumblineError) return { type: 'failed', code: error.code, message: error.message };
  return { type: 'failed', code: isErrorCode(code) ? code : null, message: error instanceof Error ? error.message : String(error) };
}

function report(error: unknown): void {
  const text = error instanceof PlumblineError ? describeError(error) : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
}

/** Runs a child's life: start, tell, wait for the end of the work, of the channel or for a signal, stop, leave. */
export async function liveAsChild(start: () => Promise<ChildBody>): Promise<void> {
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
    process.once('disconnect', () => resolve());
  });
  try {
    const body = await start();
    await send({ type: 'ready', detail: body.detail });
    const ending = await Promise.race([asked.then(() => 'asked' as const), body.finished.then(() => 'finished' as const)]);
    if (ending === 'asked') await body.stop();
    // An end that nobody asked for is a failure even when it was an orderly one: the supervisor starts us again.
    process.exit(ending === 'asked' ? 0 : 1);
  } catch (error) {
    report(error);
    await send(failureMessage(error));
    process.exit(1);
  }
}
