/**
 * Cleaning up after a supervisor that was killed. Owns: the order and the signal for each sort of leftover.
 * Does not own: PostgreSQL's own lock file (postgres-server.ts looks at that again).
 */
import { stopProcess } from './child-process.js';
import type { DataFolder } from './data-folder.js';
import { forgetChild, leftovers, type LedgerEntry } from './process-ledger.js';

/** Those that use the servers go first, so that nothing of theirs is cut off in the middle. */
const LAST = ['temporal', 'postgres'];

function order(entry: LedgerEntry): number {
  return LAST.indexOf(entry.name);
}

/** Stops what still runs of an earlier start; returns the names. SIGINT is PostgreSQL's fast, safe shutdown. */
export async function stopLeftovers(folder: DataFolder): Promise<readonly string[]> {
  const found = [...leftovers(folder)].sort((left, right) => order(left) - order(right));
  for (const entry of found) {
    await stopProcess(entry.pid, entry.startMark, { signal: entry.name === 'postgres' ? 'SIGINT' : 'SIGTERM', graceMs: 8_000 });
    forgetChild(folder, entry.name, entry.pid);
  }
  return found.map((entry) => entry.name);
}
