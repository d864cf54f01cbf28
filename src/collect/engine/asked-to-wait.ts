/** What a pause means while a platform is only looked at: nothing goes on by itself, so a person is told how long and tries again. Owns these words. */
import { PlumblineError } from '../../model/errors.js';

function inWords(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`;
}

/** The sentence for a platform, or our own pace, that asks for a pause; null for any other error. */
export function pauseInWords(error: unknown): string | null {
  if (!(error instanceof PlumblineError) || error.code !== 'PLB-COLLECT-006') return null;
  const { host, retryAfterMs } = error.details;
  const who = typeof host === 'string' ? host : 'The platform';
  return typeof retryAfterMs === 'number' ? `${who} asks to wait ${inWords(retryAfterMs)} before it answers` : `${who} asks to wait before it answers`;
}

/** Runs a look at a platform. A pause becomes PLB-COLLECT-016: nobody waits here, and nothing is held meanwhile. */
export async function withoutWaiting<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    const words = pauseInWords(error);
    if (words === null) throw error;
    const { host, retryAfterMs } = (error as PlumblineError).details;
    throw new PlumblineError('PLB-COLLECT-016', `${words}.`, { ...(host === undefined ? {} : { host }), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  }
}
