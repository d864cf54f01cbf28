import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync, statfsSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readConfiguration } from '../../../src/runtime/configuration.js';
import { folderError, openDataFolder } from '../../../src/runtime/data-folder.js';
import { rootKey } from '../../../src/runtime/keys.js';
import { startPostgres } from '../../../src/runtime/postgres-server.js';

/**
 * A file system of a few megabytes, where the system lets us make one. Elsewhere (not root) the same code meets /dev/full,
 * which refuses every byte with the same error.
 */
function smallDisk(folder: string, megabytes: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'plumbline-test', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let disk: string;
let mounted: boolean;

beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), 'plumbline-disk-'));
  mounted = false;
});

afterEach(() => {
  if (mounted) execFileSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
});

function fill(): void {
  const file = join(disk, 'filler');
  const { bavail, bsize } = statfsSync(disk);
  if (bavail > 0) writeFileSync(file, Buffer.alloc(bavail * bsize));
}

function refusalOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
}

/** The real error of a full device on this machine, for where no small disk can be made. */
function realFullError(): unknown {
  return refusalOf(() => appendFileSync('/dev/full', 'x'));
}

describe('a full disk', () => {
  test('keeps the data folder from being opened, with PLB-START-003, and opens again when there is room', () => {
    mounted = smallDisk(disk, 4);
    if (!mounted) {
      expect(folderError(realFullError(), disk)).toMatchObject({ code: 'PLB-START-003' });
      return;
    }
    const home = join(disk, 'home');
    openDataFolder(home);
    const key = rootKey(home);
    fill();

    expect(refusalOf(() => openDataFolder(home))).toMatchObject({ code: 'PLB-START-003', message: expect.stringContaining(home) });

    rmSync(join(disk, 'filler'));
    openDataFolder(home);
    expect(rootKey(home)).toEqual(key);
  });

  test('while the database is being made leaves nothing half, and the next start with room succeeds', async () => {
    mounted = smallDisk(disk, 24);
    if (!mounted) {
      expect(folderError(realFullError(), disk)).toMatchObject({ code: 'PLB-START-003' });
      return;
    }
    vi.setConfig({ testTimeout: 60_000 });
    const home = join(disk, 'home');
    const configuration = readConfiguration({ PLUMBLINE_HOME: home });
    const folder = openDataFolder(home);

    await expect(startPostgres(configuration, folder)).rejects.toMatchObject({ code: 'PLB-START-003' });

    execFileSync('mount', ['-o', 'remount,size=400m', disk]);
    const server = await startPostgres(configuration, folder);
    expect(server.version).toMatch(/^18\./);
    await server.stop();
  });

  test('a folder that may not be written is another error than a full one', () => {
    const home = join(disk, 'file');
    writeFileSync(home, '');
    mkdirSync(join(disk, 'other'));

    expect(refusalOf(() => openDataFolder(join(home, 'below')))).toMatchObject({ code: 'PLB-START-009' });
  });
});
