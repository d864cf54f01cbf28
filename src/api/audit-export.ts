/**
 * The whole trail as a stream of lines. Owns: how many may run at once and for how long, because each holds a transaction of the
 * database while its reader reads. The store owns the lines.
 */
import { Readable } from 'node:stream';
import { PlumblineError } from '../model/errors.js';
import { exportTrail } from '../store/index.js';
import type { Portal } from './portal.js';

type Source = Pick<Portal, 'inTenant' | 'signer'>;

const MOST_AT_ONCE = 2;
const DEADLINE_MS = 10 * 60_000;

const running = new WeakMap<Source, number>();

/** The transaction stays open while the lines go out, so that the export is one consistent state. PLB-API-005 when too many run. */
export function exportStream(source: Source, deadlineMs = DEADLINE_MS): Readable {
  const others = running.get(source) ?? 0;
  if (others >= MOST_AT_ONCE) throw new PlumblineError('PLB-API-005', `${MOST_AT_ONCE} exports of the audit trail are running already.`, { retryAfterMs: 60_000 });
  running.set(source, others + 1);
  const stream = new Readable({ read: () => undefined });
  const deadline = setTimeout(() => stream.destroy(new PlumblineError('PLB-API-003', 'The export of the audit trail was not read in time.')), deadlineMs);
  pump(source, stream)
    .catch((error: unknown) => stream.destroy(error as Error))
    .finally(() => {
      clearTimeout(deadline);
      running.set(source, (running.get(source) ?? 1) - 1);
    });
  return stream;
}

async function pump(source: Source, stream: Readable): Promise<void> {
  await source.inTenant(async (tx) => {
    for await (const line of exportTrail(tx, source.signer)) if (!(await pushLine(stream, line))) return;
  });
  if (!stream.destroyed) stream.push(null);
}

/** Waits until the reader has taken what is buffered; false when it went away. */
async function pushLine(stream: Readable, line: string): Promise<boolean> {
  if (stream.destroyed) return false;
  if (stream.push(`${line}\n`)) return true;
  while (!stream.destroyed && stream.readableLength > stream.readableHighWaterMark) await new Promise((resolve) => { setTimeout(resolve, 5); });
  return !stream.destroyed;
}
