/**
 * A PostgreSQL that outlived its supervisor. Owns: telling whether postmaster.pid names a living server of this very
 * folder, and ending it. Does not own: starting the next one.
 */
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stopProcess } from './child-process.js';
import { processFolder, processName, processStartMark } from './process-identity.js';

function postmasterPid(data: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0] ?? '', 10);
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

/** PostgreSQL works inside its data folder, which tells it from a stranger that got the same number later. */
function isPostmasterOf(pid: number, data: string, dataSeen: string): boolean {
  if (processName(pid)?.includes('postgres') !== true) return false;
  const folder = processFolder(pid);
  if (folder === null) return true;
  return [data, dataSeen, realOf(data)].includes(folder);
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * Stopped rather than adopted: a stop and start costs a tenth of a second and leaves log, settings and parentage as on
 * any other day. A lock file of a server that is no more is removed, because PostgreSQL itself takes any living process
 * with that number for the server and refuses to start.
 */
export async function clearLeftoverPostmaster(data: string, dataSeen: string): Promise<'none' | 'stopped' | 'stale lock removed'> {
  const pid = postmasterPid(data);
  if (pid === null) return 'none';
  const startMark = processStartMark(pid);
  if (startMark !== null && isPostmasterOf(pid, data, dataSeen)) {
    await stopProcess(pid, startMark, { signal: 'SIGINT', graceMs: 15_000 });
    return 'stopped';
  }
  rmSync(join(data, 'postmaster.pid'), { force: true });
  return 'stale lock removed';
}
