/**
 * Cleaning up after a supervisor that was killed. Owns: the order and the signal for each sort of leftover.
 * Does not own: PostgreSQL's own lock file (postgres-server.ts looks at that again).
 */
import { stopProcess } from './child-process.js';
import type { DataFolder } from './data-folder.js';
import { forgetChild, leftovers, type LedgerEntry } from './process-ledger.js';

/** They are used by the others, so they go last: nothing is cut off in the middle of a word to them. */
const SERVERS = ['temporal', 'postgres'];

/** A worker may hang on to a step for long. It is not waited for: a step goes on where it was, as after a kill. */
const SERVER_GRACE_MS = 8_000;
const USER_GRACE_MS = 2_000;

async function stopOne(folder: DataFolder, { name, pid, startMark }: LedgerEntry): Promise<void> {
  const graceMs = SERVERS.includes(name) ? SERVER_GRACE_MS : USER_GRACE_MS;
  await stopProcess(pid, startMark, { signal: name === 'postgres' ? 'SIGINT' : 'SIGTERM', graceMs });
  forgetChild(folder, name, pid);
}

/** Stops what still runs of an earlier start; returns the names. SIGINT is PostgreSQL's fast, safe shutdown. */
export async function stopLeftovers(folder: DataFolder): Promise<readonly string[]> {
  const found = leftovers(folder);
  const users = found.filter((entry) => !SERVERS.includes(entry.name));
  const servers = found.filter((entry) => SERVERS.includes(entry.name));
  for (const wave of [users, servers]) await Promise.all(wave.map((entry) => stopOne(folder, entry)));
  return [...users, ...servers].map((entry) => entry.name);
}
